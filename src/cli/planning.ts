import { CacheFormatError, DiskError, DiskFullError, isSystemError, ReadOnlyCacheError, UnstorableError } from '../engine/cache/errors.js';
import { openCache } from '../engine/cache/open-cache.js';
import { makePlan } from '../engine/planner.js';
import type { Plan, Selection } from '../engine/plan.js';
import type { Cause } from '../engine/rerun-on.js';
import type { Capacity } from '../engine/run/ready-queue.js';
import { select } from '../engine/selection.js';
import type { Cache } from '../engine/store.js';
import type { LoadedPipeline } from '../library/load-pipeline.js';
import { cacheDirectory, capacityOf, thisMachine } from '../library/surroundings.js';
import { artifactsDirectory } from './artifacts.js';
import { loadFile, refusalOf, type ParameterOptions } from './load.js';
import { Refusal, type Shell } from './shell.js';

export interface PlanningOptions extends ParameterOptions {
  readonly cacheDir?: string;
  readonly artifactsDir?: string;
  readonly jobs?: number;
  readonly only?: readonly string[];
  readonly until?: readonly string[];
  readonly from?: readonly string[];
  readonly force?: readonly string[];
  readonly rerunOn?: readonly Cause[];
}

/** A plan, and what it was made with. */
export interface Planned extends LoadedPipeline {
  readonly plan: Plan;
  readonly cache: Cache;
  readonly capacity: Capacity;
}

/**
 * Loads the file, opens the cache, makes the plan and hands all three to `work`; closes the cache afterwards.
 * @throws {Refusal} for every mistake that the user can put right
 */
export async function withPlan<Result>(
  file: string, options: PlanningOptions, shell: Shell, work: (planned: Planned) => Promise<Result>,
): Promise<Result> {
  const loaded = await loadFile(file, options, shell);
  return withCache(options, shell, async (cache) => {
    const capacity = capacityOf(options.jobs);
    const recalled = await recalledPlan(loaded, cache, options, shell);
    if (recalled) return work({ ...loaded, plan: recalled, cache, capacity });
    const result = await makePlan(loaded.pipeline, {
      kinds: loaded.kinds, cache, capacity, selection: selectionOf(options), environment: shell.environment, machine: thisMachine(),
      ...(options.rerunOn && { rerunOn: new Set(options.rerunOn) }),
    });
    if (result.kind === 'invalid') throw refusalOf(result.diagnostics, loaded.text, shell);
    return work({ ...loaded, plan: result.plan, cache, capacity });
  });
}

/** The plan of the last run of all of it, where nothing is to be done; only when nothing less or more is asked for. */
function recalledPlan({ memos, pipeline }: LoadedPipeline, cache: Cache, options: PlanningOptions, shell: Shell): Promise<Plan | undefined> {
  if (options.rerunOn || Object.keys(selectionOf(options)).length > 0) return Promise.resolve(undefined);
  return memos.plan(pipeline, cache, { environment: shell.environment, machine: thisMachine(), artifactsDirectory: artifactsDirectory(options, shell) });
}

/** Opens the cache directory for `work` and closes it afterwards. */
export async function withCache<Result>(
  options: { readonly cacheDir?: string }, shell: Shell, work: (cache: Cache) => Promise<Result>,
): Promise<Result> {
  const directory = cacheDirectory(options.cacheDir, shell.environment, shell.directory);
  const cache = await openCache(directory).catch((error: unknown) => { throw refusalOfOpening(error, directory); });
  try {
    return await work(cache);
  } catch (error) {
    throw refusalOfSurroundings(error) ?? error;
  } finally {
    await cache.close();
  }
}

/** Whatever the operating system has against the directory, another one may do. */
function refusalOfOpening(error: unknown, directory: string): unknown {
  if (isSystemError(error)) return new Refusal(`cannot open the cache directory ${directory}: ${error.message}`, anotherCache);
  return refusalOfSurroundings(error) ?? error;
}

const anotherCache = 'choose another with --cache-dir or PIPELINES_CACHE_DIR';

/** Failures of the disk that have a name are the user's to put right; the rest are bugs. */
function refusalOfSurroundings(error: unknown): Refusal | undefined {
  if (error instanceof ReadOnlyCacheError || error instanceof CacheFormatError || error instanceof DiskError) return new Refusal(error.message, anotherCache);
  if (error instanceof DiskFullError) return new Refusal(error.message, 'free some space; what finished is kept');
  if (error instanceof UnstorableError) return new Refusal(error.message);
  return undefined;
}

function selectionOf({ only, until, from, force }: PlanningOptions): Selection {
  return { ...(only && { only }), ...(until && { until }), ...(from && { from }), ...(force && { force }) };
}

/**
 * Indices of the tasks that a pattern names.
 * @throws {Refusal} when it names none
 */
export function tasksMatching(pattern: string, { pipeline, text }: LoadedPipeline, shell: Shell): readonly number[] {
  const result = select(pipeline, { only: [pattern] });
  if (result.kind === 'invalid') throw refusalOf(result.diagnostics, text, shell);
  return pipeline.tasks.map((task) => task.index).filter((index) => result.selected[index]);
}
