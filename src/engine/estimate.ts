import type { Pipeline } from './pipeline.js';
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
  const longest = pipeline.tasks.map(() => 0);
  for (const task of pipeline.tasks.toReversed()) {
    const length = (longest[task.index] ?? 0) + (durations[task.index] ?? unknownDurationMs);
    longest[task.index] = length;
    for (const upstream of upstreamOf(task)) longest[upstream] = Math.max(longest[upstream] ?? 0, length);
  }
  return longest;
}

/**
 * Wall-clock time of a run, by simulating the scheduler itself; null when a task's duration is unknown.
 * An upper bound where a task may yet be cut off.
 * @param durations per task, milliseconds; undefined for those that do not run
 */
export function estimateRun(pipeline: Pipeline, durations: readonly (number | null | undefined)[], capacity: Capacity): number | null {
  const runs = (index: number): boolean => durations[index] !== undefined;
  if (durations.some((duration) => duration === null)) return null;
  const priorities = criticalPaths(pipeline, durations.map((duration) => duration ?? 0));
  const queue = new ReadyQueue(capacity);
  const waitsFor = pipeline.tasks.map((task) => upstreamOf(task).filter(runs).length);
  const consumers = consumersOf(pipeline);
  const makeReady = (index: number): void => {
    const task = pipeline.tasks[index];
    if (task && runs(index)) queue.add({ index, priority: priorities[index] ?? 0, resources: task.resources });
  };
  waitsFor.forEach((count, index) => { if (count === 0) makeReady(index); });

  const running: { readonly task: ReadyTask; readonly endsAt: number }[] = [];
  let now = 0;
  for (;;) {
    for (let task = queue.take(); task; task = queue.take()) running.push({ task, endsAt: now + (durations[task.index] ?? 0) });
    running.sort((a, b) => b.endsAt - a.endsAt);
    const next = running.pop();
    if (!next) return now;
    now = next.endsAt;
    queue.release(next.task);
    for (const consumer of consumers[next.task.index] ?? []) {
      const left = (waitsFor[consumer] ?? 0) - 1;
      waitsFor[consumer] = left;
      if (left === 0) makeReady(consumer);
    }
  }
}

/** For each task, the indices of those that read its outputs. */
export function consumersOf(pipeline: Pipeline): number[][] {
  const consumers: number[][] = pipeline.tasks.map(() => []);
  for (const task of pipeline.tasks) for (const upstream of upstreamOf(task)) consumers[upstream]?.push(task.index);
  return consumers;
}
