import { CacheFormatError, DiskFullError, isSystemError, ReadOnlyCacheError, UnstorableError } from '../engine/cache/errors.js';
import { openCache } from '../engine/cache/open-cache.js';
import type { Plan, Selection } from '../engine/plan.js';
import { makePlan } from '../engine/planner.js';
import type { Cause } from '../engine/rerun-on.js';
import type { Cache } from '../engine/store.js';
import type { Invalid, LoadedPipeline } from './load-pipeline.js';
import { cacheDirectory, capacityOf, thisMachine } from './surroundings.js';

export interface PlanPipelineOptions {
  /** A directory, which is opened and closed with the plan; or a cache that is open, which stays open. Default: `$PIPELINES_CACHE_DIR`, else `./cache`. */
  readonly cache?: string | Cache;
  /** Default: the whole pipeline. */
  readonly selection?: Selection;
  /** How many cores a run may use at once. Default: all. */
  readonly jobs?: number;
  /** What a task with an earlier result runs again for. Default: any cause. */
  readonly rerunOn?: Iterable<Cause>;
  /** Where declared environment variables get their values. Default: that of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** What would run and why, with the open cache that it was made against. Close it when you are done, or declare it with `await using`. */
export interface PlannedPipeline extends AsyncDisposable {
  readonly kind: 'ok';
  readonly plan: Plan;
  readonly loaded: LoadedPipeline;
  readonly cache: Cache;
  /** What the plan was made with; the run goes by it. */
  readonly options: PlanPipelineOptions;
  /** Closes the cache, if `plan` opened it. */
  close(): Promise<void>;
}

/** The cache directory cannot be used: it is read-only, full, of another format, or not a directory. */
export interface UnusableCache {
  readonly kind: 'unusable-cache';
  readonly directory: string;
  readonly message: string;
}

/** Says of every task whether it is cached, will run or may run, and why. Runs nothing, and copies the user's files into the cache. */
export async function plan(loaded: LoadedPipeline, options: PlanPipelineOptions = {}): Promise<PlannedPipeline | Invalid | UnusableCache> {
  const { cache: given, selection, jobs, rerunOn, environment = process.env } = options;
  const directory = typeof given === 'object' ? given.directory : cacheDirectory(given);
  let cache: Cache | undefined = typeof given === 'object' ? given : undefined;
  const close = async (): Promise<void> => { if (typeof given !== 'object') await cache?.close(); };
  try {
    cache ??= await openCache(directory);
    const result = await makePlan(loaded.pipeline, {
      kinds: loaded.kinds, cache, environment, machine: thisMachine(), capacity: capacityOf(jobs),
      ...(selection && { selection }), ...(rerunOn && { rerunOn: new Set(rerunOn) }),
    });
    if (result.kind === 'ok') return { kind: 'ok', plan: result.plan, loaded, cache, options, close, [Symbol.asyncDispose]: close };
    await close();
    return { kind: 'invalid', diagnostics: result.diagnostics, text: loaded.text };
  } catch (error) {
    await close();
    if (!isUnusable(error, cache === undefined)) throw error;
    return { kind: 'unusable-cache', directory, message: error.message };
  }
}

/** Failures of the disk that have a name; while it is being opened, whatever the operating system has against the directory. */
function isUnusable(error: unknown, opening: boolean): error is Error {
  const named = [CacheFormatError, ReadOnlyCacheError, DiskFullError, UnstorableError].some((type) => error instanceof type);
  return named || (opening && isSystemError(error));
}
