import { ReadyQueue, type Capacity, type ReadyTask } from './ready-queue.js';

/**
 * Hands out permission to run. Nothing is granted while decisions are being made: the consumer of a task that has
 * just finished is often the head of the critical path, and must be in the queue before the freed cores are given away.
 */
export class Slots {
  readonly #queue: ReadyQueue;
  readonly #waiting = new Map<number, (granted: boolean) => void>();
  #deciding = 0;
  #granting: NodeJS.Immediate | undefined;

  /** @param stop aborted when nothing new starts any more */
  constructor(capacity: Capacity, private readonly stop: AbortSignal) {
    this.#queue = new ReadyQueue(capacity);
    stop.addEventListener('abort', () => { for (const task of this.#queue.clear()) this.#answer(task, false); }, { once: true });
  }

  /** Resolves to true when the task may run (then release it), to false when nothing starts any more. */
  acquire(task: ReadyTask): Promise<boolean> {
    if (this.stop.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#waiting.set(task.index, resolve);
      this.#queue.add(task);
      this.#grantSoon();
    });
  }

  release(task: ReadyTask): void {
    this.#queue.release(task);
    this.#grantSoon();
  }

  async whileDeciding<T>(decision: () => Promise<T>): Promise<T> {
    this.#deciding += 1;
    try {
      return await decision();
    } finally {
      this.#deciding -= 1;
      this.#grantSoon();
    }
  }

  /** After the microtasks, in which the consumers of a finished task begin to decide. */
  #grantSoon(): void {
    this.#granting ??= setImmediate(() => {
      this.#granting = undefined;
      if (this.#deciding > 0) return;
      for (let task = this.#queue.take(); task; task = this.#queue.take()) this.#answer(task, true);
    });
  }

  #answer(task: ReadyTask, granted: boolean): void {
    this.#waiting.get(task.index)?.(granted);
    this.#waiting.delete(task.index);
  }
}
