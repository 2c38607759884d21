import { decodeTime } from 'ulid';
import type { ChosenResult } from '../engine/cache/collection-choice.js';
import { collect, defaultBudget, type Collection } from '../engine/cache/collection.js';
import type { Digest } from '../engine/action-record.js';
import { readResults } from '../engine/runs/recorded-run.js';
import { runFolders } from '../engine/runs/run-folders.js';
import { count, duration, size } from '../reporters/format.js';
import { artifactsDirectory } from './artifacts.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { withCache } from './planning.js';
import { Refusal, type Shell } from './shell.js';
import { table } from './table.js';

export interface GcOptions {
  readonly cacheDir?: string;
  readonly artifactsDir?: string;
  /** Milliseconds. */
  readonly maxAge?: number;
  /** Bytes. */
  readonly maxSize?: number;
  readonly unreachable?: boolean;
  readonly keepPipeline?: readonly string[];
  /** Milliseconds. */
  readonly grace?: number;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `pipelines cache gc`: makes room. Without a limit the cache is held to its default budget. */
export function gcVerb(options: GcOptions, shell: Shell): Promise<ExitCode> {
  return withCache(options, shell, async (cache) => {
    const unlimited = options.maxAge === undefined && options.maxSize === undefined && options.unreachable !== true;
    const maxBytes = options.maxSize ?? (unlimited ? defaultBudget(cache.directory) : undefined);
    const runs = usesByRuns(artifactsDirectory(options, shell));
    const result = await collect(cache, {
      ...(options.maxAge !== undefined && { maxAgeMs: options.maxAge }),
      ...(maxBytes !== undefined && { maxBytes }),
      ...(options.grace !== undefined && { graceMs: options.grace }),
      keep: keptResults(options.keepPipeline ?? [], runs), usedAt: runs.usedAt, dryRun: options.dryRun ?? false, now: shell.now,
    });
    if (result.kind === 'busy') throw new Refusal(`${result.holder} is collecting in ${cache.directory} already`, 'let it finish');
    const told = { ...summaryOf(result), directory: cache.directory, dryRun: options.dryRun ?? false, budgetBytes: maxBytes ?? null };
    shell.stdout.write(options.json ? `${JSON.stringify(told, null, 2)}\n` : textOf(result, told));
    return exitCode.ok;
  });
}

interface UsesByRuns {
  readonly usedAt: ReadonlyMap<Digest, number>;
  /** Pipeline -> the results of its last finished run. */
  readonly latest: ReadonlyMap<string, readonly Digest[]>;
}

/** Runs remember which results they used; the folders say when. */
function usesByRuns(artifacts: string): UsesByRuns {
  const usedAt = new Map<Digest, number>();
  const latest = new Map<string, readonly Digest[]>();
  for (const { pipeline, id, directory } of runFolders(artifacts)) {
    const results = readResults(directory);
    if (results === undefined) continue;
    const at = timeOf(id);
    for (const fingerprint of results.values()) usedAt.set(fingerprint, Math.max(at, usedAt.get(fingerprint) ?? 0));
    latest.set(pipeline, [...results.values()]);
  }
  return { usedAt, latest };
}

/** A folder that somebody renamed tells no time. */
function timeOf(run: string): number {
  try {
    return decodeTime(run);
  } catch {
    return 0;
  }
}

/** @throws {Refusal} for a pipeline without a run: keeping nothing under a misspelt name would be the worst answer */
function keptResults(pipelines: readonly string[], { latest }: UsesByRuns): readonly Digest[] {
  return pipelines.flatMap((pipeline) => {
    const results = latest.get(pipeline);
    if (results !== undefined) return results;
    const known = [...latest.keys()];
    throw new Refusal(`--keep-pipeline ${pipeline}: no run of it has ended here`, known.length === 0 ? 'name its folder with --artifacts-dir' : `there are runs of ${known.join(', ')}`);
  });
}

interface Summary {
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly freedBytes: number;
  /** To make all of it again, one after the other, milliseconds. */
  readonly remakeMs: number;
  readonly results: readonly object[];
  readonly copies: Collection['copies'];
  readonly orphans: Collection['orphans'];
  readonly leftovers: Collection['leftovers'];
}

function summaryOf({ results, copies, orphans, leftovers, bytesBefore, bytesAfter }: Collection): Summary {
  return {
    bytesBefore, bytesAfter, freedBytes: bytesBefore - bytesAfter + leftovers.bytes,
    remakeMs: results.reduce((sum, { result }) => sum + result.durationMs, 0),
    results: results.map(({ result: { fingerprint, kind, pipeline, task, run, finishedAt, durationMs }, because, latest, frees }) => (
      { pipeline, task, kind, run, fingerprint, finishedAt, because, latest, bytes: frees, remakeMs: durationMs })),
    copies, orphans, leftovers,
  };
}

type Told = Summary & { readonly directory: string; readonly dryRun: boolean; readonly budgetBytes: number | null };

function textOf({ results, copies, orphans, leftovers }: Collection, told: Told): string {
  const would = told.dryRun ? 'would free' : 'freed';
  const loose: readonly (readonly [number, string, number])[] = [
    [copies.objects, 'copies of your files, made again when a plan reads them', copies.bytes],
    [orphans.objects, 'objects that nothing names', orphans.bytes],
    [leftovers.files, 'old plans and damaged objects', leftovers.bytes],
  ];
  return [
    ...(results.length > 0 ? [table([['task', 'run', 'size', 'to remake', 'why'], ...results.map(rowOf)]), '\n'] : []),
    ...loose.filter(([objects]) => objects > 0).map(([objects, what, bytes]) => `${objects.toLocaleString('en-US')} ${what}: ${size(bytes)}\n`),
    `${would} ${size(told.freedBytes)} of ${size(told.bytesBefore + leftovers.bytes)} in ${told.directory}: ${count(results.length, 'result')}`
      + `${results.length > 0 ? `, ${duration(told.remakeMs)} to remake` : ''}\n`,
    ...(told.budgetBytes !== null ? [budgetLine(told.bytesAfter, told.budgetBytes)] : []),
  ].join('');
}

function rowOf({ result: { pipeline, task, run, durationMs }, because, latest, frees }: ChosenResult): string[] {
  const why = because === 'unused' ? 'not used for so long' : 'over the size';
  return [`${pipeline}: ${task}`, run, size(frees), duration(durationMs), latest ? `${why}; the latest of its task` : why];
}

function budgetLine(bytes: number, budget: number): string {
  return bytes <= budget
    ? `${size(bytes)} stay, of ${size(budget)} allowed\n`
    : `${size(bytes)} stay, more than the ${size(budget)} allowed: the rest is pinned, kept, in use, or younger than the grace period\n`;
}
