import type { Clock } from '../run/clock.js';

/** A process that runs the tasks and can be killed. */
export interface Killable {
  /** Resolves when the first task has started, or the process has ended without one. */
  readonly begun: Promise<void>;
  readonly ended: Promise<KillableEnd>;
  /** SIGKILL: no handler runs, as in a power cut. */
  kill(): void;
}

export interface KillableEnd {
  readonly how: 'succeeded' | 'failed' | 'killed';
  /** Ids of the tasks that were started and of those that finished, in order. */
  readonly started: readonly string[];
  readonly finished: readonly string[];
  /** What it said when it failed. */
  readonly message: string;
}

export interface Interruptions {
  /** How often to kill. */
  readonly kills: number;
  /** Task id -> how long it took, milliseconds. */
  readonly durations: ReadonlyMap<string, number>;
  readonly clock: Pick<Clock, 'sleep'>;
  /** From 0 to 1, as `Math.random`. */
  random(): number;
  /** Makes the cache as it was before any of the tasks ran. */
  prepare(): Promise<void>;
  start(): Killable;
}

export type InterruptionsResult =
  /** `repeated`: task id -> how often it began again. */
  | { readonly kind: 'done'; readonly kills: number; readonly repeated: ReadonlyMap<string, number> }
  | { readonly kind: 'failed'; readonly kills: number; readonly message: string }
  /** Every run was over before it could be killed. */
  | { readonly kind: 'too-quick' };

/** How often to begin anew with half the delays, when runs are over before they are killed. */
const tries = 8;

/**
 * Kills a run at random points of what is left of it, starts it again, and lets it end once it was killed often enough.
 * What was finished before a kill must not begin again: `repeated` counts only what a kill cut off.
 */
export async function interruptUntilDone(interruptions: Interruptions): Promise<InterruptionsResult> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    await interruptions.prepare();
    const result = await killRepeatedly(interruptions, 2 ** -attempt);
    if (result.kind === 'failed' || result.kills > 0) return result;
  }
  return { kind: 'too-quick' };
}

/** @param pace how much of the expected time to wait at most */
async function killRepeatedly(interruptions: Interruptions, pace: number): Promise<Exclude<InterruptionsResult, { kind: 'too-quick' }>> {
  const { clock, durations } = interruptions;
  const finished = new Set<string>();
  const starts = new Map<string, number>();
  for (let kills = 0; ;) {
    const left = [...durations].reduce((sum, [task, ms]) => sum + (finished.has(task) ? 0 : ms), 0);
    const run = interruptions.start();
    await run.begun;
    if (kills < interruptions.kills) {
      await unlessEnded(run, (signal) => clock.sleep(interruptions.random() * left * pace, signal));
      run.kill();
    }
    const end = await run.ended;
    for (const task of end.started) starts.set(task, (starts.get(task) ?? 0) + 1);
    for (const task of end.finished) finished.add(task);
    if (end.how === 'failed') return { kind: 'failed', kills, message: end.message };
    if (end.how === 'succeeded') return { kind: 'done', kills, repeated: repeatedOf(starts) };
    kills += 1;
  }
}

function repeatedOf(starts: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  return new Map([...starts].filter(([, times]) => times > 1).map(([task, times]) => [task, times - 1]));
}

async function unlessEnded(run: Killable, wait: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const ended = new AbortController();
  void run.ended.then(() => { ended.abort(); });
  await wait(ended.signal);
}
