import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interruptUntilDone, type Interruptions, type Killable, type KillableEnd } from '../../../src/engine/verify/interrupt.js';

interface Machine extends Interruptions {
  /** When each task began, in order. */
  readonly log: string[];
}

/**
 * A chain of tasks on a clock of its own: a run works through what is not finished, and `sleep` is what lets it work.
 * @param really how long each task takes, where that is not what its record says
 */
function machineOf(durations: Readonly<Record<string, number>>, options: { readonly kills: number; readonly random: () => number; readonly really?: number; readonly fails?: string }): Machine {
  const done = new Set<string>();
  const log: string[] = [];
  const really = options.really ?? 1;
  let work: ((ms: number) => void) | undefined;
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
      work = (ms) => {
        let budget = ms;
        for (const [task, duration] of Object.entries(durations)) {
          if (over || done.has(task)) continue;
          if (started.at(-1) !== task) {
            started.push(task);
            log.push(task);
            left = duration * really;
          }
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
      return { begun: Promise.resolve(), ended, kill: () => { if (!over) end('killed'); } };
    },
  };
}

function drawn(points: readonly number[]): () => number {
  let next = 0;
  return () => points[next++] ?? 0;
}

describe('interruptUntilDone', () => {
  it('pain 6: kills as often as asked, goes on each time from what was finished, and counts what was begun again', async () => {
    const points = [0.5, 0.5, 0.1];
    const machine = machineOf({ a: 100, b: 100, c: 100 }, { kills: 3, random: drawn(points) });
    // 150 of 300: in b. Then 100 of the 200 left: b is just done, in c. Then 10 of 100: in c.
    expect(await interruptUntilDone(machine)).toEqual({ kind: 'done', kills: 3, repeated: new Map([['b', 1], ['c', 2]]) });
    expect(machine.log).toEqual(['a', 'b', 'b', 'c', 'c', 'c']);
  });

  it('never begins again more often than it killed, wherever it kills', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.double({ min: 0, max: 0.99, noNaN: true }), { minLength: 5, maxLength: 5 }), fc.integer({ min: 1, max: 5 }), async (points, kills) => {
      const machine = machineOf({ a: 70, b: 10, c: 200 }, { kills, random: drawn(points) });
      const result = await interruptUntilDone(machine);
      if (result.kind !== 'done') throw new Error(result.kind);
      expect(result.kills).toBe(kills);
      expect([...result.repeated.values()].reduce((sum, times) => sum + times, 0)).toBe(kills);
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
