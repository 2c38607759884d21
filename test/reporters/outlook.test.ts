import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanStep } from '../../src/engine/plan.js';
import { Outlook } from '../../src/reporters/outlook.js';
import { pipeline, plan, reads, task } from '../cli/pipelines.js';
import { at, finished, started } from './events.js';

const mayRun = (estimateMs: number | null): PlanStep => ({ kind: 'may-run', reason: { kind: 'never-run' }, estimateMs, estimateBytes: null });

describe('outlook', () => {
  const chain = pipeline(task(0, 'quick'), task(1, 'slow'), task(2, 'join', { inputs: reads(0, 1) }), task(3, 'left-out', { inputs: reads(2) }));
  const made = plan(chain, [mayRun(1_000), mayRun(60_000), mayRun(1_000), { kind: 'not-selected' }]);

  it('knows what is ready, what waits, and the longest way first', () => {
    const outlook = new Outlook(made);
    expect([outlook.ready, outlook.waiting, outlook.next(5)]).toEqual([2, 1, ['slow', 'quick']]);
    outlook.apply(started('slow'));
    expect([outlook.ready, outlook.waiting, outlook.next(5)]).toEqual([1, 1, ['quick']]);
    outlook.apply(started('quick'));
    outlook.apply(finished('quick', 0, 1));
    outlook.apply(finished('slow', 0, 1));
    expect([outlook.ready, outlook.waiting, outlook.next(5)]).toEqual([1, 0, ['join']]);
  });

  it('takes a task that waits for another process as running, and counts one that is skipped or failed as over', () => {
    const outlook = new Outlook(made);
    outlook.apply(at(0, { kind: 'task-waiting', task: 'slow', holder: 'another' }));
    expect(outlook.ready).toBe(1);
    outlook.apply(at(0, { kind: 'task-cached', task: 'slow' }));
    outlook.apply(at(0, { kind: 'task-failed', task: 'quick', ms: 1, failure: { kind: 'task-error', message: '' } }));
    outlook.apply(at(0, { kind: 'task-skipped', task: 'join', because: 'upstream-failed' }));
    expect([outlook.ready, outlook.waiting, outlook.next(5)]).toEqual([0, 0, []]);
    expect(outlook.groups).toMatchObject([{ name: 'quick', done: 1, failed: 1 }, { name: 'slow', done: 1 }, { name: 'join', done: 1 }]);
  });

  it('counts every task once, in any order in which a run may go', () => {
    const graph = fc.array(fc.array(fc.nat(30), { maxLength: 3 }), { minLength: 1, maxLength: 30 });
    fc.assert(fc.property(graph, fc.infiniteStream(fc.nat(1_000)), (edges, picks) => {
      const tasks = edges.map((needs, index) => task(index, `t${index}`, { inputs: reads(...new Set(needs.filter((need) => need < index))) }));
      const outlook = new Outlook(plan(pipeline(...tasks), tasks.map(({ index }) => mayRun(index % 3 === 0 ? null : 100))));
      for (let done = 0; done < tasks.length; done += 1) {
        expect(outlook.ready + outlook.waiting).toBe(tasks.length - done);
        const ready = outlook.next(1_000);
        expect(ready).toHaveLength(outlook.ready);
        const picked = ready[(picks.next().value ?? 0) % ready.length] ?? '';
        outlook.apply(started(picked));
        outlook.apply(finished(picked, 0, 1));
      }
      expect([outlook.ready, outlook.waiting]).toEqual([0, 0]);
    }), { numRuns: 100 });
  });
});
