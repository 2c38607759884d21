import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { hasCode } from '../cache/errors.js';
import { livenessOf, ownerOf } from '../cache/process-identity.js';
import type { Event, RunOutcome } from '../event.js';
import type { JsonObject } from '../json.js';
import type { RunSummary } from '../run/run-plan.js';
import { runEvents } from './run-events.js';
import type { RunFolder } from './run-folders.js';

/** A run, as its folder tells it. */
export interface RecordedRun {
  readonly run: string;
  readonly pipeline: string;
  /** The pipeline file; undefined when even the first event is lost. */
  readonly file: string | undefined;
  readonly params: JsonObject;
  /** Milliseconds since the epoch; undefined when even the first event is lost. */
  readonly startedAt: number | undefined;
  /** `running` when its last event is of this minute, `killed` when it is older: neither has written how it ended. */
  readonly outcome: RunOutcome | 'killed' | 'running';
  /** Up to its last event for a run that did not end. */
  readonly ms: number;
  readonly executed: number;
  readonly cached: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Where its process cannot be seen (another machine, another container), a run that has been silent for longer than this is taken for killed. */
const silenceMs = 60_000;

/** Reads the summary and the first event; only of a run that was killed, all of them. */
export async function readRun(folder: RunFolder, now: number): Promise<RecordedRun> {
  const summary = readJson(join(folder.directory, 'run.json')) as RunSummary | undefined;
  const begin = await beginOf(folder);
  const common = {
    run: folder.id, pipeline: begin?.pipeline ?? folder.pipeline, file: begin?.file, params: begin?.params ?? {}, startedAt: begin?.at,
  };
  if (!summary) return { ...common, ...await untilNow(folder, now) };
  const { outcome, ms, executed, cached, failed, skipped } = summary;
  return { ...common, outcome, ms, executed, cached, failed, skipped };
}

/** Task id -> fingerprint of every task whose outputs were there when the run ended; undefined for a run that did not end. */
export function readResults(directory: string): ReadonlyMap<string, string> | undefined {
  const results = readJson(join(directory, 'results.json'));
  return results === undefined ? undefined : new Map(Object.entries(results as Record<string, string>));
}

async function beginOf({ directory }: RunFolder): Promise<Extract<Event, { kind: 'run-started' }> | undefined> {
  for await (const event of runEvents(directory)) return event.kind === 'run-started' ? event : undefined;
  return undefined;
}

type Ending = Pick<RecordedRun, 'outcome' | 'ms' | 'executed' | 'cached' | 'failed' | 'skipped'>;

async function untilNow({ directory }: RunFolder, now: number): Promise<Ending> {
  const counts = { executed: 0, cached: 0, failed: 0, skipped: 0 };
  let [first, last] = [0, 0];
  for await (const event of runEvents(directory)) {
    if (first === 0) first = event.at;
    last = event.at;
    switch (event.kind) {
      case 'task-finished': counts.executed += 1; break;
      case 'task-cached': counts.cached += 1; break;
      case 'task-failed': counts.failed += 1; break;
      case 'task-skipped': counts.skipped += 1; break;
      case 'run-finished': {
        // Killed between its last event and its summary, which say the same.
        const { outcome, ms, executed, cached, failed, skipped } = event;
        return { outcome, ms, executed, cached, failed, skipped };
      }
      default:
    }
  }
  return { outcome: isRunning(directory, now) ? 'running' : 'killed', ms: last - first, ...counts };
}

function isRunning(directory: string, now: number): boolean {
  const path = join(directory, 'owner');
  const owner = existsSync(path) ? ownerOf(readFileSync(path, 'utf8')) : undefined;
  const liveness = owner ? livenessOf(owner) : 'unknown';
  return liveness === 'unknown' ? now - statSync(join(directory, 'events.jsonl')).mtimeMs < silenceMs : liveness === 'alive';
}

/** undefined when it is not there or a crash tore it. */
function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
