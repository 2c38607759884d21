import { describe, expect, it } from 'vitest';
import { RunModel } from '../../../src/server/page/run-model.js';
import { rowsInSight, tableRows, type TableFilter, type TableOrder } from '../../../src/server/page/task-rows.js';
import { startedAt } from '../recorded.js';

const model = new RunModel();
model.expect(['corpus', 'train(seed=2)', 'train(seed=10)', 'report']);
model.apply({ at: startedAt, kind: 'task-cached', task: 'corpus' });
model.apply({ at: startedAt + 1, kind: 'task-started', task: 'train(seed=10)', attempt: 1, reason: { kind: 'forced' }, estimateMs: null });
model.apply({ at: startedAt + 2, kind: 'task-started', task: 'train(seed=2)', attempt: 1, reason: { kind: 'forced' }, estimateMs: null });
model.apply({ at: startedAt + 5, kind: 'task-finished', task: 'train(seed=2)', ms: 3, bytes: 1 });

const ids = (filter: Partial<TableFilter>, order: Partial<TableOrder> = {}): readonly string[] =>
  tableRows(model.rows, { search: '', state: undefined, ...filter }, { column: 'pipeline', descending: false, ...order }, startedAt + 100).map(({ id }) => id);

describe('task-rows', () => {
  it('lists the tasks in the order of the pipeline', () => {
    expect(ids({})).toEqual(['corpus', 'train(seed=2)', 'train(seed=10)', 'report']);
  });

  it('finds what has all the words, in any order and case', () => {
    expect(ids({ search: 'SEED=2 train' })).toEqual(['train(seed=2)']);
    expect(ids({ search: ' nothing ' })).toEqual([]);
  });

  it('shows one state alone', () => {
    expect(ids({ state: 'running' })).toEqual(['train(seed=10)']);
  });

  it('sorts ids as people count, and states by how much they want attention', () => {
    expect(ids({}, { column: 'task' })).toEqual(['corpus', 'report', 'train(seed=2)', 'train(seed=10)']);
    expect(ids({}, { column: 'state' })).toEqual(['train(seed=10)', 'report', 'train(seed=2)', 'corpus']);
  });

  it('sorts by time with the running ones at what they have taken so far, and those without any at one end', () => {
    expect(ids({}, { column: 'duration', descending: true })).toEqual(['train(seed=10)', 'train(seed=2)', 'corpus', 'report']);
    expect(ids({}, { column: 'started' })).toEqual(['corpus', 'report', 'train(seed=10)', 'train(seed=2)']);
  });

  it('keeps in the document what is in sight, and a few on either side', () => {
    expect(rowsInSight(0, 340, 34, 10_000)).toEqual({ first: 0, end: 18 });
    expect(rowsInSight(170_000, 340, 34, 10_000)).toEqual({ first: 4992, end: 5018 });
    expect(rowsInSight(170_000, 340, 34, 20)).toEqual({ first: 12, end: 20 });
  });
});
