import type { Resources } from '../task-kind.js';

/** What there is to share out among running tasks. */
export interface Capacity {
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  readonly gpus: number;
}

export interface ReadyTask {
  readonly index: number;
  /** Length of the longest path from this task's start to the end of the pipeline, milliseconds. */
  readonly priority: number;
  readonly resources: Resources;
}

/** How often a task that does not fit may be overtaken by smaller ones before they have to wait for it. */
const overtakingLimit = 8;

/**
 * Tasks that could start now, longest remaining path first, against tokens for cores, memory and GPUs.
 * A task that wants more than there is gets all there is: it runs alone.
 */
export class ReadyQueue {
  readonly #heap: ReadyTask[] = [];
  readonly #overtaken = new Map<number, number>();
  #free: Capacity;

  constructor(private readonly capacity: Capacity) {
    this.#free = capacity;
  }

  get size(): number {
    return this.#heap.length;
  }

  add(task: ReadyTask): void {
    this.#heap.push(task);
    this.#siftUp(this.#heap.length - 1);
  }

  /** The next task to start, its tokens taken; undefined when nothing fits now. */
  take(): ReadyTask | undefined {
    if (this.#free.cores < 1) return undefined;
    const unfit: ReadyTask[] = [];
    let found: ReadyTask | undefined;
    while (!found && this.#heap.length > 0) {
      const task = this.#pop();
      if (this.#fits(task)) found = task;
      else unfit.push(task);
      if (!found && (this.#overtaken.get(task.index) ?? 0) >= overtakingLimit) break;
    }
    for (const task of unfit) {
      this.add(task);
      if (found) this.#overtaken.set(task.index, (this.#overtaken.get(task.index) ?? 0) + 1);
    }
    if (found) this.#spend(found, -1);
    return found;
  }

  release(task: ReadyTask): void {
    this.#spend(task, 1);
  }

  /** Removes and returns everything that has not started. */
  clear(): ReadyTask[] {
    return this.#heap.splice(0);
  }

  #fits(task: ReadyTask): boolean {
    const needs = clamp(task.resources, this.capacity);
    return needs.cores <= this.#free.cores && needs.memory <= this.#free.memory && needs.gpus <= this.#free.gpus;
  }

  #spend(task: ReadyTask, sign: 1 | -1): void {
    const needs = clamp(task.resources, this.capacity);
    this.#free = {
      cores: this.#free.cores + sign * needs.cores,
      memory: this.#free.memory + sign * needs.memory,
      gpus: this.#free.gpus + sign * needs.gpus,
    };
  }

  #pop(): ReadyTask {
    const heap = this.#heap;
    const [top] = heap;
    const last = heap.pop();
    if (!top || !last) throw new Error('pop from an empty queue');
    if (heap.length > 0) {
      heap[0] = last;
      this.#siftDown(0);
    }
    return top;
  }

  #siftUp(start: number): void {
    for (let child = start; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfBefore(child, parent)) return;
      child = parent;
    }
  }

  #siftDown(start: number): void {
    for (let parent = start; ;) {
      const [left, right] = [2 * parent + 1, 2 * parent + 2];
      const child = this.#before(right, left) ? right : left;
      if (!this.#swapIfBefore(child, parent)) return;
      parent = child;
    }
  }

  #swapIfBefore(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (!first || !second || !this.#before(a, b)) return false;
    this.#heap[a] = second;
    this.#heap[b] = first;
    return true;
  }

  /** Ties go to the task declared first, so that the order is the same in every run. */
  #before(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (!first || !second) return first !== undefined;
    return first.priority > second.priority || (first.priority === second.priority && first.index < second.index);
  }
}

/** What a task is given of what it asks: at least one core (it occupies a worker), at most all there is. */
export function clamp(resources: Resources, capacity: Capacity): Capacity {
  return {
    cores: Math.max(1, Math.min(resources.cores, capacity.cores)),
    memory: Math.min(resources.memory, capacity.memory),
    gpus: Math.min(resources.gpus ?? 0, capacity.gpus),
  };
}
