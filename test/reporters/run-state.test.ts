import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/engine/event.js';
import { RunState } from '../../src/reporters/run-state.js';
import { at, failed, finished, runStarted, started } from './events.js';

function stateAfter(...events: readonly Event[]): RunState {
  const state = new RunState();
  for (const event of events) state.apply(event);
  return state;
}

describe('run state', () => {
  it('counts every task once, by how it ended', () => {
    const state = stateAfter(
      runStarted, at(1, { kind: 'task-cached', task: 'a' }), started('b', 1), finished('b', 1, 5), started('c', 5), failed('c', 9),
      at(9, { kind: 'task-skipped', task: 'd', because: 'upstream-failed', upstream: 'c' }),
    );
    expect(state).toMatchObject({ executed: 1, cached: 1, failed: 1, skipped: 1, done: 4 });
    expect(state.running.size).toBe(0);
  });

  it('keeps the last ten log lines of a task for its failure', () => {
    const lines = Array.from({ length: 25 }, (_, index) => at(index, { kind: 'task-log' as const, task: 'c', line: `line ${index}` }));
    const state = stateAfter(runStarted, started('c'), ...lines, failed('c', 30));
    expect(state.failures[0]?.log).toEqual(Array.from({ length: 10 }, (_, index) => `line ${index + 15}`));
  });

  it('expects what the plan predicted while nothing is done', () => {
    expect(stateAfter(runStarted, started('a', 0, 8_000)).msLeft(0)).toBe(10_000);
  });

  it('lets the plan\'s prediction stretch when tasks take twice as long as expected', () => {
    const state = stateAfter({ ...runStarted, tasks: 100, toRun: 100 }, started('a', 0, 1_000), finished('a', 0, 2_000));
    // The plan alone: 10 s at half the pace, 2 s of them gone.
    expect(state.msLeft(2_000)).toBeGreaterThan(18_000);
  });

  it('goes by the rate towards the end', () => {
    const state = stateAfter(runStarted, at(0, { kind: 'task-cached', task: 'x' }), at(0, { kind: 'task-cached', task: 'y' }), started('a'), finished('a', 0, 4_000), started('b', 4_000),
      at(7_600, { kind: 'task-progress', task: 'b', done: 9, total: 10, unit: 'steps' }));
    expect(state.msLeft(7_600)).toBeCloseTo(0.05 * (10_000 - 7_600) + 0.95 * (7_600 * 0.05 / 0.95), 6);
  });

  it('does not guess without history before anything is done', () => {
    expect(stateAfter({ ...runStarted, estimateMs: null }, started('a')).msLeft(5_000)).toBeNull();
  });
});
