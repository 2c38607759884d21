import { describe, expect, it } from 'vitest';
import type { EventBody } from '../../../src/engine/event.js';
import { RunModel } from '../../../src/server/page/run-model.js';
import { inTime, runFinished, runStarted, startedAt } from '../recorded.js';

const began = (task: string, attempt = 1): EventBody => ({ kind: 'task-started', task, attempt, reason: { kind: 'never-run' }, estimateMs: null });
const failure = { kind: 'task-error', message: 'no' } as const;

function modelOf(...bodies: readonly EventBody[]): RunModel {
  const model = new RunModel();
  for (const event of inTime(...bodies)) model.apply(event);
  return model;
}

describe('run-model', () => {
  it('has every task of the pipeline wait, in its order, whether events or pipeline came first', () => {
    const ids = ['first', 'second(a=1)', 'second(a=2)'];
    const after = modelOf(runStarted(3), began('second(a=2)'));
    after.expect(ids);
    const before = new RunModel();
    before.expect(ids);
    for (const event of inTime(runStarted(3), began('second(a=2)'))) before.apply(event);
    for (const model of [after, before]) {
      expect([...model.rows].map(({ id, state, index }) => [id, state, index])).toEqual([['first', 'waiting', 0], ['second(a=1)', 'waiting', 1], ['second(a=2)', 'running', 2]]);
      expect(model.counts).toMatchObject({ waiting: 2, running: 1 });
    }
  });

  it('counts each task once, in all and by its name, as it goes from state to state', () => {
    const model = modelOf(runStarted(4), began('a(x=1)'), began('a(x=2)'), { kind: 'task-retried', task: 'a(x=1)', attempt: 1, failure }, began('a(x=1)', 2),
      { kind: 'task-finished', task: 'a(x=1)', ms: 3, bytes: 5 }, { kind: 'task-failed', task: 'a(x=2)', failure, ms: 3 }, { kind: 'task-cached', task: 'b' },
      { kind: 'task-skipped', task: 'c', because: 'upstream-failed', upstream: 'a(x=2)' });
    expect(model.countsOf('a')).toMatchObject({ executed: 1, failed: 1, running: 0 });
    expect(model.counts).toEqual({ executed: 1, failed: 1, cached: 1, skipped: 1, running: 0, waiting: 0 });
    expect(model.row('a(x=1)')).toMatchObject({ attempt: 2, ms: 3, bytes: 5, startedAt: startedAt + 1 });
    expect(model.notices.map(({ event }) => event.kind)).toEqual(['task-retried']);
  });

  it('says that a task waits for another process until it has a result', () => {
    const model = modelOf(runStarted(1), { kind: 'task-waiting', task: 'a', holder: 'process 7' });
    expect(model.row('a')).toMatchObject({ state: 'waiting', holder: 'process 7' });
    model.apply({ at: startedAt + 5, kind: 'task-cached', task: 'a' });
    expect(model.row('a')?.state).toBe('cached');
  });

  it('lets no clock run on after a run that fell silent, and takes it for killed', () => {
    const model = modelOf(runStarted(1), began('a'));
    const hourLater = startedAt + 3_600_000;
    expect(model.isSilent(startedAt + 30_000)).toBe(false);
    expect(model.isSilent(hourLater)).toBe(true);
    expect(model.now(hourLater)).toBe(startedAt + 1 + 60_000);
    model.apply({ at: hourLater, ...runFinished(0) });
    expect(model.isSilent(hourLater * 2)).toBe(false);
    expect(model.now(hourLater * 2)).toBe(hourLater);
  });

  it('takes the rate over the last half minute while it runs, and over all of it afterwards', () => {
    const model = modelOf(runStarted(100));
    for (let index = 0; index < 60; index += 1) model.apply({ at: startedAt + index * 1000, kind: 'task-finished', task: `a(x=${index})`, ms: 1, bytes: 1 });
    expect(model.rate(startedAt + 60_000)).toBeCloseTo(1, 1);
    expect(model.rate(startedAt + 85_000)).toBeCloseTo(5 / 30, 1);
    model.apply({ at: startedAt + 120_000, ...runFinished(60) });
    expect(model.rate(startedAt + 999_000)).toBeCloseTo(0.5, 5);
  });
});
