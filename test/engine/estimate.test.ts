import { describe, expect, it } from 'vitest';
import { criticalPaths, estimateFrom, estimateRun } from '../../src/engine/estimate.js';
import { pipelineOf } from './run/specs.js';

const diamond = pipelineOf([{ id: 'a' }, { id: 'b', from: ['a'] }, { id: 'c', from: ['a'] }, { id: 'd', from: ['b', 'c'] }]);
const cores = (count: number) => ({ cores: count, memory: 0, gpus: 0 });

describe('estimate', () => {
  it('takes a task\'s own figure, else the mean of its kind, else nothing', () => {
    const history = (kind: string, durationMs?: number, bytes?: number) => ({ kind, durationMs, bytes });
    const histories = [history('train', 100, 7), history('train', 300), history('train'), history('probe')];
    expect(estimateFrom(histories, 'durationMs')).toEqual([100, 300, 200, null]);
    expect(estimateFrom(histories, 'bytes')).toEqual([7, 7, 7, null]);
  });

  it('measures the longest chain from each task to the end', () => {
    expect(criticalPaths(diamond, [1, 10, 20, 5])).toEqual([26, 15, 25, 5]);
  });

  it('puts a task of unknown duration at one second', () => {
    expect(criticalPaths(diamond, [1, null, 20, 5])).toEqual([1006, 1005, 25, 5]);
  });

  it('predicts the time that the scheduler would take on the cores at hand', () => {
    expect(estimateRun(diamond, [1, 10, 20, 5], cores(2))).toBe(26);
    expect(estimateRun(diamond, [1, 10, 20, 5], cores(1))).toBe(36);
  });

  it('counts only what runs', () => {
    expect(estimateRun(diamond, [undefined, 10, undefined, 5], cores(1))).toBe(15);
    expect(estimateRun(diamond, [undefined, undefined, undefined, undefined], cores(1))).toBe(0);
  });

  it('says nothing when a task has no history', () => {
    expect(estimateRun(diamond, [1, null, 20, 5], cores(2))).toBeNull();
  });
});
