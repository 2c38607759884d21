import { criticalPaths } from '../estimate.js';
import type { Task } from '../pipeline.js';
import type { Plan, PlanStep } from '../plan.js';
import { upstreamOf } from '../selection.js';

/** What a plan comes to, beyond its steps. */
export interface PlanOutline {
  /** Per task that may run: the index of the task above it that will run for certain, and so is why. */
  readonly roots: readonly (number | undefined)[];
  /** Of the outputs of all tasks that run; null when one has no history. */
  readonly estimateBytes: number | null;
  /** The chain of running tasks that takes longest; undefined when one of them has no history, or nothing runs. */
  readonly criticalPath: CriticalPath | undefined;
}

export interface CriticalPath {
  readonly tasks: readonly Task[];
  readonly ms: number;
}

export function outlineOf(plan: Plan): PlanOutline {
  return { roots: rootsOf(plan), estimateBytes: bytesOf(plan.steps), criticalPath: criticalPathOf(plan) };
}

/** One pass down the DAG: a task has the root of the first task above it that runs. */
function rootsOf({ pipeline, steps }: Plan): readonly (number | undefined)[] {
  const roots: (number | undefined)[] = [];
  for (const task of pipeline.tasks) {
    const kind = steps[task.index]?.kind;
    if (kind === 'will-run') roots[task.index] = task.index;
    if (kind === 'may-run') roots[task.index] = upstreamOf(task).map((upstream) => roots[upstream]).find((root) => root !== undefined);
  }
  return roots;
}

function bytesOf(steps: readonly PlanStep[]): number | null {
  let sum = 0;
  for (const step of steps) {
    if (!('estimateBytes' in step)) continue;
    if (step.estimateBytes === null) return null;
    sum += step.estimateBytes;
  }
  return sum;
}

function criticalPathOf({ pipeline, steps }: Plan): CriticalPath | undefined {
  const durations = steps.map((step) => ('estimateMs' in step ? step.estimateMs : 0));
  const longest = criticalPaths(pipeline, durations);
  const runs = (index: number): boolean => steps[index] !== undefined && 'estimateMs' in steps[index];
  const start = longest.reduce((best, ms, index) => (runs(index) && ms > (longest[best] ?? -1) ? index : best), -1);
  if (start === -1) return undefined;

  const followers = new Map<number, number>();
  for (const task of pipeline.tasks.filter(({ index }) => runs(index))) {
    for (const upstream of upstreamOf(task)) {
      if ((longest[task.index] ?? 0) > (longest[followers.get(upstream) ?? -1] ?? -1)) followers.set(upstream, task.index);
    }
  }
  const path: Task[] = [];
  for (let index: number | undefined = start; index !== undefined; index = followers.get(index)) {
    const task = pipeline.tasks[index];
    if (!task || durations[index] === null) return undefined;
    path.push(task);
  }
  return { tasks: path, ms: longest[start] ?? 0 };
}
