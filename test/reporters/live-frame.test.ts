import fc from 'fast-check';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { colorsFor } from '../../src/reporters/format.js';
import { liveFrame } from '../../src/reporters/live-frame.js';
import { RunState } from '../../src/reporters/run-state.js';
import { at, failed, runStarted, started } from './events.js';

const plain = colorsFor(false);

describe('live frame', () => {
  it('shows the whole run on one line, then what is running with its progress and its own time', () => {
    const state = new RunState();
    state.apply(runStarted);
    state.apply(at(0, { kind: 'task-cached', task: 'corpus' }));
    state.apply(started('train', 1_000));
    state.apply(at(5_000, { kind: 'task-progress', task: 'train', done: 200, total: 400, unit: 'steps' }));
    expect(liveFrame(state, { now: 5_000, width: 80, colors: plain })).toEqual([
      'babel-tower ███████░░░░░░░░░░░░░░░░░░░░░░░ 1/4  1 cached  5s, about 8s left',
      '  train ██████░░░░░░ 200/400 steps  4s',
    ]);
  });

  it('has ten lines at most and none wider than the terminal, with ten thousand tasks running and a hundred failed', () => {
    const state = new RunState();
    state.apply({ ...runStarted, tasks: 20_000, toRun: 20_000 });
    for (let index = 0; index < 10_000; index += 1) state.apply(started(`evaluate(language=python,checkpoint=acquire,step=${index})`, index));
    for (let index = 0; index < 100; index += 1) state.apply(failed(`evaluate(step=${index})`, 10, { message: 'a long message\nover several lines '.repeat(20) }));
    state.apply(at(11, { kind: 'draining' }));
    fc.assert(fc.property(fc.integer({ min: 10, max: 200 }), fc.boolean(), (width, color) => {
      const frame = liveFrame(state, { now: 20_000, width, colors: colorsFor(color) }).map((line) => stripVTControlCharacters(line));
      expect(frame.length).toBeLessThanOrEqual(10);
      for (const line of frame) {
        expect(line.length).toBeLessThanOrEqual(width);
        expect(line).not.toContain('\n');
      }
    }), { numRuns: 20 });
  });

  it('keeps the most recent failures above the bar', () => {
    const state = new RunState();
    state.apply(runStarted);
    for (const task of ['a', 'b', 'c']) state.apply(failed(task, 1));
    expect(liveFrame(state, { now: 1, width: 80, colors: plain }).slice(0, 3)).toEqual(['1 earlier failure', 'failed b: b broke', 'failed c: c broke']);
  });

  it('measures a task without progress by how long it is expected to take', () => {
    const state = new RunState();
    state.apply(runStarted);
    state.apply(started('solve', 0, 10_000));
    expect(liveFrame(state, { now: 5_000, width: 80, colors: plain })[1]).toBe('  solve ██████░░░░░░ 5s of about 10s');
  });
});
