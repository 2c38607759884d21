import type { Event } from '../engine/event.js';
import { consumersOf, criticalPaths } from '../engine/estimate.js';
import type { Plan } from '../engine/plan.js';
import { upstreamOf } from '../engine/selection.js';

/** Instances of one task of the file. */
export interface Group {
  readonly name: string;
  readonly tasks: number;
  done: number;
  running: number;
  failed: number;
}

type State = 'left-out' | 'waiting' | 'ready' | 'running' | 'done';

/** What is still to come: who waits for whom, and what is next. Follows the plan's graph as tasks end, in O(degree) an event. */
export class Outlook {
  /** Tasks that could start and have not. */
  ready = 0;
  /** Tasks that wait for others. */
  waiting = 0;
  readonly groups: readonly Group[];
  readonly #plan: Plan;
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #states: State[];
  /** For each task, how many of those it needs have not ended. */
  readonly #needs: Int32Array;
  readonly #consumers: readonly (readonly number[])[];
  readonly #groupOf: readonly Group[];
  /** Tasks that became ready, the longest remaining path first. Some have started since. */
  readonly #queue: Queue;

  constructor(plan: Plan) {
    const { tasks } = plan.pipeline;
    this.#plan = plan;
    this.#indexes = new Map(tasks.map((task) => [task.id, task.index]));
    this.#consumers = consumersOf(plan.pipeline);
    this.#states = plan.steps.map(({ kind }) => (kind === 'not-selected' ? 'left-out' : 'waiting'));
    this.#needs = new Int32Array(tasks.length);
    const durations = plan.steps.map((step) => (step.kind === 'will-run' || step.kind === 'may-run' ? step.estimateMs : 0));
    this.#queue = new Queue(criticalPaths(plan.pipeline, durations));

    const groups = new Map<string, Group & { tasks: number }>();
    this.#groupOf = tasks.map(({ name, index }) => {
      let group = groups.get(name);
      if (group === undefined) groups.set(name, (group = { name, tasks: 0, done: 0, running: 0, failed: 0 }));
      if (this.#states[index] !== 'left-out') group.tasks += 1;
      return group;
    });
    this.groups = [...groups.values()].filter((group) => group.tasks > 0);

    for (const task of tasks) {
      if (this.#states[task.index] === 'left-out') continue;
      this.waiting += 1;
      this.#needs[task.index] = upstreamOf(task).filter((upstream) => this.#states[upstream] !== 'left-out').length;
      if (this.#needs[task.index] === 0) this.#becomeReady(task.index);
    }
  }

  apply(event: Event): void {
    const index = 'task' in event ? this.#indexes.get(event.task) : undefined;
    if (index === undefined) return;
    switch (event.kind) {
      case 'task-started':
      case 'task-waiting':
        return this.#become(index, 'running');
      case 'task-failed':
        (this.#groupOf[index] as Group).failed += 1;
        return this.#end(index);
      case 'task-cached':
      case 'task-finished':
      case 'task-skipped':
        return this.#end(index);
      default:
        return;
    }
  }

  /** How many tasks cannot start before this one has ended. */
  heldUp(task: string): number {
    const index = this.#indexes.get(task);
    const consumers = index === undefined ? [] : this.#consumers[index] ?? [];
    return consumers.length;
  }

  /** Ids of the ready tasks that the schedule wants most: those with the longest way still behind them. */
  next(limit: number): readonly string[] {
    const found = this.#queue.first(limit, (index) => this.#states[index] === 'ready');
    return found.flatMap((index) => this.#plan.pipeline.tasks[index]?.id ?? []);
  }

  #end(index: number): void {
    if (this.#states[index] === 'done') return;
    this.#become(index, 'done');
    for (const consumer of this.#consumers[index] ?? []) {
      const left = (this.#needs[consumer] ?? 0) - 1;
      this.#needs[consumer] = left;
      if (left === 0 && this.#states[consumer] === 'waiting') this.#becomeReady(consumer);
    }
  }

  #becomeReady(index: number): void {
    this.#become(index, 'ready');
    this.#queue.add(index);
  }

  #become(index: number, state: State): void {
    const before = this.#states[index];
    const group = this.#groupOf[index] as Group;
    if (before === 'waiting') this.waiting -= 1;
    if (before === 'ready') this.ready -= 1;
    if (before === 'running') group.running -= 1;
    if (state === 'ready') this.ready += 1;
    if (state === 'running') group.running += 1;
    if (state === 'done') group.done += 1;
    this.#states[index] = state;
  }
}

/** A binary heap of task indices, by priority. What no longer counts is dropped when it comes to the top. */
class Queue {
  readonly #heap: number[] = [];

  constructor(private readonly priorities: readonly number[]) {}

  add(index: number): void {
    const heap = this.#heap;
    let at = heap.push(index) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#comesBefore(index, heap[parent] ?? 0)) break;
      heap[at] = heap[parent] ?? 0;
      at = parent;
    }
    heap[at] = index;
  }

  /** The first few that still count, in order; they stay. */
  first(limit: number, counts: (index: number) => boolean): readonly number[] {
    const found: number[] = [];
    while (found.length < limit && this.#heap.length > 0) {
      const index = this.#pop();
      if (counts(index)) found.push(index);
    }
    for (const index of found) this.add(index);
    return found;
  }

  #pop(): number {
    const heap = this.#heap;
    const top = heap[0] ?? 0;
    const last = heap.pop() ?? 0;
    if (heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.#comesBefore(heap[child + 1] ?? 0, heap[child] ?? 0)) child += 1;
      if (!this.#comesBefore(heap[child] ?? 0, last)) break;
      heap[at] = heap[child] ?? 0;
      at = child;
    }
    heap[at] = last;
    return top;
  }

  #comesBefore(a: number, b: number): boolean {
    const [first = 0, second = 0] = [this.priorities[a], this.priorities[b]];
    return first > second || (first === second && a < b);
  }
}
