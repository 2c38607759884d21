import type { Pipeline, Task } from '../engine/pipeline.js';
import { upstreamOf } from '../engine/selection.js';
import type { RunGraph, TaskGroup } from './api.js';

/** A pipeline as the page draws it: its tasks, and what the tasks of the YAML read from each other. */
export function runGraph({ tasks }: Pipeline): Extract<RunGraph, { kind: 'known' }> {
  const groups: TaskGroup[] = [];
  const indices = new Map<string, number>();
  const groupOf = tasks.map((task) => {
    const known = indices.get(task.name);
    if (known !== undefined) return known;
    indices.set(task.name, groups.length);
    return groups.push(groupOfTask(task)) - 1;
  });
  return { kind: 'known', tasks: tasks.map(({ id }) => id), groups, groupOf, depthOf: depthsOf(tasks), edges: edgesOf(tasks, groupOf) };
}

function groupOfTask({ name, uses, outputs }: Task): TaskGroup {
  return { name, uses, outputs: Object.entries(outputs).map(([output, { fileName, type }]) => ({ name: output, fileName, type })) };
}

function depthsOf(tasks: readonly Task[]): readonly number[] {
  const depths: number[] = [];
  for (const task of tasks) depths.push(upstreamOf(task).reduce((depth, upstream) => Math.max(depth, (depths[upstream] ?? 0) + 1), 0));
  return depths;
}

function edgesOf(tasks: readonly Task[], groupOf: readonly number[]): readonly (readonly [number, number])[] {
  const edges = new Map<string, readonly [number, number]>();
  for (const task of tasks) {
    const to = groupOf[task.index] ?? 0;
    for (const upstream of upstreamOf(task)) {
      const from = groupOf[upstream] ?? 0;
      if (from !== to) edges.set(`${from} ${to}`, [from, to]);
    }
  }
  return [...edges.values()];
}

/** Per task: the tasks that read an output of it. */
export function readersOf({ tasks }: Pipeline): readonly (readonly number[])[] {
  const readers: number[][] = tasks.map(() => []);
  for (const task of tasks) for (const upstream of upstreamOf(task)) readers[upstream]?.push(task.index);
  return readers;
}
