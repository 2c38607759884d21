import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interruptUntilDone, type Interruptions, type Killable, type KillableEnd } from '../../../src/engine/verify/interrupt.js';

interface Machine extends Interruptions {
  /** When each task began, in order. */
  readonly log: string[];
}

/**
 * A chain of tasks on a clock of its own: a run works through what is not finished, while somebody waits for it or sleeps.
 * @param really how long each task takes, where that is not what its record says
 */
function machineOf(durations: Readonly<Record<string, number>>, options: { readonly kills: number; readonly random: () => number; readonly really?: number; readonly fails?: string }): Machine {
  const done = new Set<string>();
  const log: string[] = [];
  const really = options.really ?? 1;
  let work: ((ms: number, atMost?: number) => void) | undefined;
  return {
    log, kills: options.kills, random: options.random, durations: new Map(Object.entries(durations)),
    prepare: () => { done.clear(); return Promise.resolve(); },
    clock: { sleep: async (ms) => { work?.(ms); await Promise.resolve(); } },
    start(): Killable {
      const [started, finished]: [string[], string[]] = [[], []];
      let onEnd: (end: KillableEnd) => void = () => undefined;
      const ended = new Promise<KillableEnd>((resolve) => { onEnd = resolve; });
      let [over, left] = [false, 0];
      const end = (how: KillableEnd['how'], message = ''): void => {
        over = true;
        onEnd({ how, started, finished, message });
      };
      work = (ms, atMost = Number.POSITIVE_INFINITY) => {
        let budget = ms;
        for (const [task, duration] of Object.entries(durations)) {
          if (over || done.has(task)) continue;
          if (started.at(-1) !== task) {
            started.push(task);
            log.push(task);
            left = duration * really;
          }
          if (finished.length >= atMost) return;
          if (budget < left) {
            left -= budget;
            return;
          }
          if (options.fails === task) return end('failed', `${task}: no space left`);
          budget -= left;
          done.add(task);
          finished.push(task);
        }
        if (!over) end('succeeded');
      };
      work(0);
      const run = work;
      // Nobody sleeps beside a run that may end by itself.
      setImmediate(() => { run(Number.POSITIVE_INFINITY); });
      const underWay = (finishedTasks: number): Promise<readonly string[]> => {
        run(Number.POSITIVE_INFINITY, finishedTasks);
        return Promise.resolve([...finished]);
      };
      return { underWay, ended, kill: () => { if (!over) end('killed'); } };
    },
  };
}

function drawn(points: readonly number[]): () => number {
  let next = 0;
  return () => points[next++] ?? 0;
}

describe('interruptUntilDone', () => {
  it('pain 6: kills as often as asked, goes on each time from what was finished, and counts what was begun again', async () => {
    // Two numbers a kill: how many tasks may finish first, and where in the next one.
    const points = [0.4, 0.5, 0, 0.5, 0.5, 0.1];
    const machine = machineOf({ a: 100, b: 100, c: 100 }, { kills: 3, random: drawn(points) });
    expect(await interruptUntilDone(machine)).toEqual({ kind: 'done', kills: 3, repeated: new Map([['b', 2], ['c', 1]]) });
    expect(machine.log).toEqual(['a', 'b', 'b', 'b', 'c', 'c']);
  });

  it('begins nothing again that a kill did not cut off, wherever it kills', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.double({ min: 0, max: 0.99, noNaN: true }), { minLength: 10, maxLength: 10 }), fc.integer({ min: 1, max: 5 }), async (points, kills) => {
      const machine = machineOf({ a: 70, b: 100, c: 80 }, { kills, random: drawn(points) });
      const result = await interruptUntilDone(machine);
      if (result.kind !== 'done') throw new Error(result.kind);
      expect(result.kills).toBeGreaterThanOrEqual(1);
      expect(result.kills).toBeLessThanOrEqual(kills);
      expect([...result.repeated.values()].reduce((sum, times) => sum + times, 0)).toBe(result.kills);
    }));
  });

  it('begins anew with shorter delays when the run is over before it is killed', async () => {
    const machine = machineOf({ a: 100 }, { kills: 1, random: () => 0.9, really: 0.2 });
    expect(await interruptUntilDone(machine)).toMatchObject({ kind: 'done', kills: 1 });
    expect(machine.log.length).toBeGreaterThan(2);
  });

  it('gives up where nothing can be killed in time', async () => {
    expect(await interruptUntilDone(machineOf({ a: 100 }, { kills: 1, random: () => 0.9, really: 0 }))).toEqual({ kind: 'too-quick' });
  });

  it('stops at a failure that it did not cause', async () => {
    expect(await interruptUntilDone(machineOf({ a: 100, b: 100 }, { kills: 1, random: () => 0.1, fails: 'b' }))).toEqual({ kind: 'failed', kills: 1, message: 'b: no space left' });
  });
});
