import type { Clock } from '../run/clock.js';

/** A process that runs the tasks and can be killed. */
export interface Killable {
  /** Resolves when so many tasks have finished and another has started, or the process has ended before: to those that finished. */
  underWay(finished: number): Promise<readonly string[]>;
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
  /** How often to kill, unless a run is over before. */
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
 * Kills a run at random points that are spread over what is left of it, starts it again, and lets it end once it was killed often enough.
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

/** @param pace how much of a task's expected time to wait at most */
async function killRepeatedly(interruptions: Interruptions, pace: number): Promise<Exclude<InterruptionsResult, { kind: 'too-quick' }>> {
  const finished = new Set<string>();
  const starts = new Map<string, number>();
  for (let kills = 0; ;) {
    const run = interruptions.start();
    if (kills < interruptions.kills) await killAtRandom(run, interruptions, { finished, pace, killsLeft: interruptions.kills - kills });
    const end = await run.ended;
    for (const task of end.started) starts.set(task, (starts.get(task) ?? 0) + 1);
    for (const task of end.finished) finished.add(task);
    if (end.how === 'failed') return { kind: 'failed', kills, message: end.message };
    if (end.how === 'succeeded') return { kind: 'done', kills, repeated: repeatedOf(starts) };
    kills += 1;
  }
}

/** Lets a random number of tasks finish, such that the kills that are left reach the end on average, and kills somewhere in the next. */
async function killAtRandom(run: Killable, { durations, clock, random }: Interruptions, { finished, pace, killsLeft }: { finished: ReadonlySet<string>; pace: number; killsLeft: number }): Promise<void> {
  const left = [...durations].filter(([task]) => !finished.has(task));
  const done = await run.underWay(Math.min(left.length - 1, Math.floor(random() * (1 + (2 * left.length) / killsLeft))));
  const next = left.filter(([task]) => !done.includes(task));
  const meanMs = next.reduce((sum, [, ms]) => sum + ms, 0) / Math.max(1, next.length);
  await unlessEnded(run, (signal) => clock.sleep(random() * meanMs * pace, signal));
  run.kill();
}

function repeatedOf(starts: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  return new Map([...starts].filter(([, times]) => times > 1).map(([task, times]) => [task, times - 1]));
}

async function unlessEnded(run: Killable, wait: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const ended = new AbortController();
  void run.ended.then(() => { ended.abort(); });
  await wait(ended.signal);
}
