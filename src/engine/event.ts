import type { JsonObject } from './json.js';
import type { Reason } from './reason.js';

/**
 * Everything a run tells the world, in order. Written to `artifacts/<pipeline>/runs/<id>/events.jsonl`;
 * every reporter is a reader of this stream. `at` is milliseconds since the epoch, `task` a task id.
 */
export type Event = EventBody & { readonly at: number };

export type EventBody =
  /** The plan is known: how many tasks are in it, how many of them will or may run, and the predicted wall-clock time (null without history). */
  | { kind: 'run-started'; run: string; pipeline: string; file: string; tasks: number; toRun: number; estimateMs: number | null; cores: number; params: JsonObject }
  /** A task's outputs were found in the store. */
  | { kind: 'task-cached'; task: string }
  /** An attempt begins in a worker. */
  | { kind: 'task-started'; task: string; attempt: number; reason: Reason; estimateMs: number | null }
  | { kind: 'task-progress'; task: string; done: number; total: number; unit: string }
  | { kind: 'task-log'; task: string; line: string }
  /** Another process holds this task's lease; we wait for its result. */
  | { kind: 'task-waiting'; task: string; holder: string }
  /** An attempt failed and another will follow. */
  | { kind: 'task-retried'; task: string; attempt: number; failure: TaskFailure }
  /** Outputs are committed. */
  | { kind: 'task-finished'; task: string; ms: number; bytes: number }
  | { kind: 'task-failed'; task: string; failure: TaskFailure; ms: number }
  /** Not run because something it needs failed, or because the run was interrupted or stopped at the first failure. */
  | { kind: 'task-skipped'; task: string; because: 'upstream-failed' | 'interrupted' | 'stopped'; upstream?: string }
  /** A stored object was missing or corrupt; it was set aside and its producer runs again. */
  | { kind: 'store-repaired'; task: string; output: string; digest: string; problem: 'missing' | 'corrupt' }
  /** The same fingerprint gave other bytes than before; the first result stays. */
  | { kind: 'not-reproducible'; task: string; output: string; kept: string; differing: string }
  | { kind: 'warning'; message: string }
  /** SIGINT: running tasks finish, nothing new starts. */
  | { kind: 'draining' }
  | { kind: 'run-finished'; outcome: RunOutcome; ms: number; executed: number; cached: number; failed: number; skipped: number };

export type RunOutcome = 'succeeded' | 'failed' | 'interrupted';

export interface TaskFailure {
  readonly kind: 'task-error' | 'bug' | 'timeout' | 'worker-died' | 'missing-output' | 'disk-full' | 'cancelled' | 'bad-input';
  readonly message: string;
  readonly hint?: string;
  /** Another attempt would end the same. */
  readonly final?: true;
  /** For bugs. */
  readonly stack?: string;
  /** Path of the full log. */
  readonly log?: string;
}
