import { describe, expect, it } from 'vitest';
import { clamp, ReadyQueue, type ReadyTask } from '../../../src/engine/run/ready-queue.js';
import { Slots } from '../../../src/engine/run/slots.js';

const task = (index: number, priority: number, cores = 1, memory = 0): ReadyTask => ({ index, priority, resources: { cores, memory } });
const queueOf = (capacity: { cores: number; memory?: number }, tasks: readonly ReadyTask[]): ReadyQueue => {
  const queue = new ReadyQueue({ memory: 0, gpus: 0, ...capacity });
  for (const one of tasks) queue.add(one);
  return queue;
};
const takeAll = (queue: ReadyQueue): number[] => {
  const taken: number[] = [];
  for (let next = queue.take(); next; next = queue.take()) taken.push(next.index);
  return taken;
};

describe('ready-queue', () => {
  it('takes the longest remaining path first, and the first declared among equals', () => {
    expect(takeAll(queueOf({ cores: 10 }, [task(0, 5), task(1, 9), task(2, 9), task(3, 1), task(4, 7)]))).toEqual([1, 2, 4, 0, 3]);
  });

  it('never hands out more cores or memory than there are', () => {
    const queue = queueOf({ cores: 4, memory: 10 }, [task(0, 4, 1, 6), task(1, 3, 1, 6), task(2, 2, 2, 4), task(3, 1, 2)]);
    expect(takeAll(queue)).toEqual([0, 2]);
    queue.release(task(2, 2, 2, 4));
    expect(takeAll(queue)).toEqual([3]);
    queue.release(task(0, 4, 1, 6));
    expect(takeAll(queue)).toEqual([1]);
  });

  it('runs a task alone that wants more than there is', () => {
    const big = task(0, 9, 64, 1e12);
    const queue = queueOf({ cores: 2, memory: 100 }, [big, task(1, 1)]);
    expect(takeAll(queue)).toEqual([0]);
    queue.release(big);
    expect(takeAll(queue)).toEqual([1]);
    expect(clamp(big.resources, { cores: 2, memory: 100, gpus: 0 })).toEqual({ cores: 2, memory: 100, gpus: 0 });
  });

  it('lets small tasks overtake one that does not fit, but not forever', () => {
    const queue = queueOf({ cores: 2 }, [task(0, 1)]);
    queue.take();
    queue.add(task(1, 99, 2));
    let overtaken = 0;
    for (let index = 2; index < 100; index += 1) {
      queue.add(task(index, 1));
      const taken = queue.take();
      if (!taken) break;
      overtaken += 1;
      queue.release(taken);
    }
    expect(overtaken).toBe(8);
    queue.release(task(0, 1));
    expect(queue.take()?.index).toBe(1);
  });
});

describe('slots', () => {
  it('keeps freed cores for a task that is being decided, when that is more urgent', async () => {
    const slots = new Slots({ cores: 1, memory: 0, gpus: 0 }, new AbortController().signal);
    const first = task(0, 5);
    await slots.acquire(first);
    const order: number[] = [];
    const waiting = slots.acquire(task(1, 1)).then(() => { order.push(1); slots.release(task(1, 1)); });
    const deciding = slots.whileDeciding(() => new Promise((resolve) => { setTimeout(resolve, 20); }));
    slots.release(first);
    const urgent = deciding.then(() => slots.acquire(task(2, 9))).then(() => { order.push(2); slots.release(task(2, 9)); });
    await Promise.all([waiting, urgent]);
    expect(order).toEqual([2, 1]);
  });

  it('answers no to everybody who waits when nothing starts any more', async () => {
    const stop = new AbortController();
    const slots = new Slots({ cores: 1, memory: 0, gpus: 0 }, stop.signal);
    expect(await slots.acquire(task(0, 1))).toBe(true);
    const waiting = slots.acquire(task(1, 1));
    stop.abort();
    expect(await waiting).toBe(false);
    expect(await slots.acquire(task(2, 1))).toBe(false);
  });
});
