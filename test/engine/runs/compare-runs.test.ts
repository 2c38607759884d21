import { describe, expect, it } from 'vitest';
import { compareRuns, type ComparedRun } from '../../../src/engine/runs/compare-runs.js';
import { readRun } from '../../../src/engine/runs/recorded-run.js';
import { runResults } from '../../../src/engine/runs/run-results.js';
import { kindsOf, pipelineOf, type TaskSpec } from '../run/rig.js';
import { makeRecordingRig, type RecordingRig } from './rig.js';

async function compared(rig: RecordingRig, id: string): Promise<ComparedRun> {
  return { run: await readRun(rig.recorded(id), Date.now()), ...await runResults(rig.recorded(id), rig.cache.actions) };
}

const specs = (rate: number, ...more: readonly TaskSpec[]): readonly TaskSpec[] => [
  { id: 'train', uses: 'json', with: { value: { loss: 1 / rate, curve: [1, rate], note: 'text', same: 3 } } },
  { id: 'report', from: ['train'] }, { id: 'steady', with: { text: 'same' } }, ...more,
];

async function comparison(before: readonly TaskSpec[], after: readonly TaskSpec[]) {
  const rig = await makeRecordingRig();
  await rig.record('01A', { ...pipelineOf(before), params: { rate: 2, also: [1] } });
  await rig.record('01B', { ...pipelineOf(after), params: { rate: 4, also: [1, 2] } });
  return compareRuns(await compared(rig, '01A'), await compared(rig, '01B'), { cache: rig.cache, kinds: kindsOf() });
}

describe('compare-runs', () => {
  it('finds parameters, tasks that came and went, and how many results are the same', async () => {
    const { parameters, added, removed, same } = await comparison(specs(2, { id: 'old' }), specs(4, { id: 'new(x=1)' }));
    expect(parameters).toEqual([{ pointer: '/also/1', before: undefined, after: 2 }, { pointer: '/rate', before: 2, after: 4 }]);
    expect({ added, removed, same }).toEqual({ added: ['new(x=1)'], removed: ['old'], same: 1 });
  });

  it('pain 1: says of each other result what caused it, and which upstream', async () => {
    const { changed } = await comparison(specs(2), specs(4));
    expect(changed).toMatchObject([
      { task: 'train', cause: { kind: 'parameter-changed', pointer: '/value/curve/1', before: 2, after: 4 }, outputs: [{ output: 'document' }] },
      { task: 'report', cause: { kind: 'input-changed', input: 'from', upstream: 'train' }, outputs: [{ output: 'text' }] },
    ]);
    const [train] = changed;
    expect(train?.outputs[0]?.before?.digest).not.toBe(train?.outputs[0]?.after?.digest);
    expect(train?.msBefore).toBeGreaterThanOrEqual(0);
  });

  it('compares the numbers in JSON outputs, wherever they are', async () => {
    const { metrics } = await comparison(specs(2), specs(4));
    expect(metrics).toEqual([
      { task: 'train', output: 'document', pointer: '/loss', before: 0.5, after: 0.25 },
      { task: 'train', output: 'document', pointer: '/curve/1', before: 2, after: 4 },
    ]);
  });

  it('leaves out outputs that came out the same although the task ran for another reason', async () => {
    const { changed, metrics } = await comparison(
      [{ id: 'a', with: { text: 'aa', modulo: 1 } }], [{ id: 'a', with: { text: 'b', modulo: 1 } }],
    );
    expect(changed).toMatchObject([{ task: 'a', cause: { kind: 'parameter-changed' }, outputs: [] }]);
    expect(metrics).toEqual([]);
  });
});
