import type { Pipeline, Task } from './pipeline.js';
import { ReadyQueue, type Capacity, type ReadyTask } from './run/ready-queue.js';
import { upstreamOf } from './selection.js';

/** Assumed for a task that has never run, where only the order of tasks depends on it. */
const unknownDurationMs = 1000;

/** What is known of a task before it runs: from its own latest record, undefined when it has none. */
export interface History {
  readonly kind: string;
  readonly durationMs: number | undefined;
  /** Of its outputs. */
  readonly bytes: number | undefined;
}

/** Each task's own figure, else the mean over tasks of its kind that have one, else null. */
export function estimateFrom(histories: readonly History[], figure: 'durationMs' | 'bytes'): (number | null)[] {
  const byKind = new Map<string, { sum: number; count: number }>();
  for (const history of histories) {
    const known = history[figure];
    if (known === undefined) continue;
    const total = byKind.get(history.kind) ?? { sum: 0, count: 0 };
    byKind.set(history.kind, { sum: total.sum + known, count: total.count + 1 });
  }
  return histories.map((history) => {
    const total = byKind.get(history.kind);
    return history[figure] ?? (total ? total.sum / total.count : null);
  });
}

/**
 * For each task, the length of the longest chain from its start to the end of the pipeline, milliseconds.
 * @param durations per task; 0 for those that do not run, null where unknown
 */
export function criticalPaths(pipeline: Pipeline, durations: readonly (number | null)[]): number[] {
  return longestChains(pipeline.tasks, pipeline.tasks.length, durations);
}

/**
 * Wall-clock time of a run, by simulating the scheduler itself; null when a task's duration is unknown.
 * An upper bound where a task may yet be cut off.
 * @param durations per task, milliseconds; undefined for those that do not run
 */
export function estimateRun(pipeline: Pipeline, durations: readonly (number | null | undefined)[], capacity: Capacity): number | null {
  if (durations.some((duration) => duration === null)) return null;
  // Of a large pipeline mostly little runs, so nothing is asked of the other tasks.
  const tasks = pipeline.tasks.filter(({ index }) => durations[index] !== undefined);
  const priorities = longestChains(tasks, pipeline.tasks.length, durations);
  const queue = new ReadyQueue(capacity);
  const waitsFor = new Map<number, number>();
  const consumers = new Map<number, Task[]>();
  const makeReady = ({ index, resources }: Task): void => { queue.add({ index, priority: priorities[index] ?? 0, resources }); };
  for (const task of tasks) {
    const upstream = upstreamOf(task).filter((index) => durations[index] !== undefined);
    waitsFor.set(task.index, upstream.length);
    for (const index of upstream) consumers.set(index, [...consumers.get(index) ?? [], task]);
    if (upstream.length === 0) makeReady(task);
  }

  const running: { readonly task: ReadyTask; readonly endsAt: number }[] = [];
  let now = 0;
  for (;;) {
    for (let task = queue.take(); task; task = queue.take()) running.push({ task, endsAt: now + (durations[task.index] ?? 0) });
    running.sort((a, b) => b.endsAt - a.endsAt);
    const next = running.pop();
    if (!next) return now;
    now = next.endsAt;
    queue.release(next.task);
    for (const consumer of consumers.get(next.task.index) ?? []) {
      const left = (waitsFor.get(consumer.index) ?? 0) - 1;
      waitsFor.set(consumer.index, left);
      if (left === 0) makeReady(consumer);
    }
  }
}

/** Along the given tasks, which are in the order of the pipeline; 0 for all others. */
function longestChains(tasks: readonly Task[], count: number, durations: readonly (number | null | undefined)[]): number[] {
  const longest = Array.from({ length: count }, () => 0);
  for (const task of tasks.toReversed()) {
    const length = (longest[task.index] ?? 0) + (durations[task.index] ?? unknownDurationMs);
    longest[task.index] = length;
    for (const upstream of upstreamOf(task)) longest[upstream] = Math.max(longest[upstream] ?? 0, length);
  }
  return longest;
}

/** For each task, the indices of those that read its outputs. */
export function consumersOf(pipeline: Pipeline): number[][] {
  const consumers: number[][] = pipeline.tasks.map(() => []);
  for (const task of pipeline.tasks) for (const upstream of upstreamOf(task)) consumers[upstream]?.push(task.index);
  return consumers;
}
