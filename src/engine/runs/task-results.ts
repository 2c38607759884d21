import type { Digest } from '../action-record.js';
import type { Event, TaskFailure } from '../event.js';
import type { Reason } from '../reason.js';
import { readResults } from './recorded-run.js';
import { runEvents } from './run-events.js';
import type { RunFolder } from './run-folders.js';
import { taskMatcher } from './task-name.js';

/** What became of a task in one run. */
export interface TaskResult {
  readonly run: string;
  readonly task: string;
  /** Of the last event about it, milliseconds since the epoch. */
  readonly at: number;
  /** `unfinished`: it began, and the run was killed or is still going on. */
  readonly outcome: 'executed' | 'cached' | 'failed' | 'skipped' | 'unfinished';
  /** Of its last attempt; undefined for what did not run to an end. */
  readonly ms: number | undefined;
  /** Of its outputs; undefined for what did not run to an end. */
  readonly bytes: number | undefined;
  readonly attempts: number;
  /** The first cause; undefined for a task that did not begin. */
  readonly reason: Reason | undefined;
  /** Of each attempt that failed, in order. */
  readonly failures: readonly TaskFailure[];
  /** undefined when the run did not end, or has no result for the task. */
  readonly fingerprint: Digest | undefined;
}

/** What became of the tasks that a pattern names, in the order in which a run came to them. */
export async function taskResults(folder: RunFolder, pattern: string): Promise<readonly TaskResult[]> {
  const matches = taskMatcher(pattern);
  const results = new Map<string, TaskResult>();
  for await (const event of runEvents(folder.directory, headOf(pattern))) {
    if (!('task' in event) || !matches(event.task)) continue;
    const before = results.get(event.task) ?? unheardOf(folder.id, event);
    results.set(event.task, after(before, event));
  }
  if (results.size === 0) return [];
  const fingerprints = readResults(folder.directory);
  return [...results.values()].map((result) => ({ ...result, fingerprint: fingerprints?.get(result.task) }));
}

/** What every line about such a task has: the pattern as far as it is no glob. */
function headOf(pattern: string): string {
  return `"task":${JSON.stringify(/^[^*?(]*/.exec(pattern)?.[0] ?? '').slice(0, -1)}`;
}

function unheardOf(run: string, { task, at }: Extract<Event, { task: string }>): TaskResult {
  return { run, task, at, outcome: 'unfinished', ms: undefined, bytes: undefined, attempts: 0, reason: undefined, failures: [], fingerprint: undefined };
}

function after(result: TaskResult, event: Extract<Event, { task: string }>): TaskResult {
  const { at } = event;
  switch (event.kind) {
    case 'task-cached':
      return { ...result, at, outcome: 'cached' };
    case 'task-started':
      return { ...result, at, outcome: 'unfinished', attempts: event.attempt, reason: event.reason };
    case 'task-retried':
      return { ...result, at, failures: [...result.failures, event.failure] };
    case 'task-finished':
      return { ...result, at, outcome: 'executed', ms: event.ms, bytes: event.bytes };
    case 'task-failed':
      return { ...result, at, outcome: 'failed', ms: event.ms, failures: [...result.failures, event.failure] };
    case 'task-skipped':
      return { ...result, at, outcome: 'skipped' };
    default:
      return { ...result, at };
  }
}
