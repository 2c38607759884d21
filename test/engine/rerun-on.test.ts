import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActionRecord, Preimage } from '../../src/engine/action-record.js';
import { differences } from '../../src/engine/explain.js';
import { causeOf, causes, keptDespite, type Cause } from '../../src/engine/rerun-on.js';
import { kindsOf, makeRig, pipelineOf, type Rig, type TaskSpec } from './run/rig.js';

const before: Preimage = {
  format: 'pipelines/fingerprint/v1', kind: 'train', version: 1, code: 'a', parameters: { steps: 1 }, inputs: { data: { digest: 'd' } }, environment: { SEED: '1' }, runtime: { node: '20' },
};
const changed: Readonly<Record<Cause, Partial<Preimage>>> = {
  parameters: { parameters: { steps: 2 } }, inputs: { inputs: { data: { digest: 'e' } } }, code: { code: 'b' }, environment: { environment: { SEED: '2' } }, runtime: { runtime: { node: '22' } },
};
const task = { outputs: { model: { type: 'tree' as const, fileName: 'model' } } };
const record = { preimage: before, outputs: { model: { type: 'tree', digest: 'm', bytes: 1 } } } as unknown as ActionRecord;

describe('keptDespite', () => {
  it('keeps a result exactly when no cause of a change is one to run for', () => {
    fc.assert(fc.property(fc.subarray([...causes], { minLength: 1 }), fc.subarray([...causes]), (changes, rerunOn) => {
      const after = Object.assign({}, before, ...changes.map((cause) => changed[cause])) as Preimage;
      const kept = keptDespite(record, after, task, new Set(rerunOn));
      if (changes.some((cause) => rerunOn.includes(cause))) expect(kept).toBeUndefined();
      else expect(kept?.map(causeOf)).toEqual(differences(before, after).map(causeOf));
    }));
  });

  it('never keeps a result of another kind, of other outputs, or without any change', () => {
    expect(keptDespite(record, { ...before, kind: 'evaluate' }, task, new Set())).toBeUndefined();
    expect(keptDespite(record, { ...before, outputs: { model: 'other/' } }, task, new Set())).toBeUndefined();
    expect(keptDespite(record, { ...before, code: 'b' }, { outputs: { ...task.outputs, losses: { type: 'file', fileName: 'losses' } } }, new Set())).toBeUndefined();
    expect(keptDespite(record, before, task, new Set())).toBeUndefined();
  });
});

describe('a run with --rerun-on', () => {
  const chain = (text: string): readonly TaskSpec[] => [{ id: 'a', with: { text } }, { id: 'b', from: ['a'] }];
  const rerunOn = (...named: Cause[]) => ({ rerunOn: new Set(named) });

  it('pain 3: keeps results whose change is in a cause not listed, says so once, and writes nothing under the new fingerprint', async () => {
    const rig = await makeRig();
    await rig.run(pipelineOf(chain('one')));
    const before = await rig.cache.actions.latest('rig', 'b');
    const kinds = kindsOf({ concat: 'another code' });
    const plan = await rig.plan(pipelineOf(chain('one')), {}, { kinds, ...rerunOn('parameters', 'inputs') });
    expect(plan.steps).toMatchObject([{ kind: 'cached', keptDespite: [{ pointer: '/code', before: 'code', after: 'another code' }] }, { kind: 'cached', keptDespite: [{ pointer: '/code' }] }]);

    const kept = await rig.run(pipelineOf(chain('one')), { kinds, ...rerunOn('parameters', 'inputs') });
    expect(kept.executed).toEqual([]);
    expect(kept.of('warning').map(({ message }) => message)).toEqual(['2 tasks keep earlier results despite changes that --rerun-on passes over: a (code), b (code)']);
    expect(await rig.cache.actions.latest('rig', 'b')).toEqual(before);
    // Without the option the change still counts: nothing pretends to be a result of the new code.
    expect((await rig.run(pipelineOf(chain('one')), { kinds })).executed).toEqual(['a', 'b']);
  });

  it('runs what has changed in a cause that is listed, too', async () => {
    const rig = await makeRig();
    await rig.run(pipelineOf(chain('one')));
    const run = await rig.run(pipelineOf(chain('two')), { kinds: kindsOf({ concat: 'another code' }), ...rerunOn('parameters', 'inputs') });
    expect(run.executed).toEqual(['a', 'b']);
  });

  it('decides a task below one that runs when its inputs are known', async () => {
    const rig = await makeRig();
    await rig.run(pipelineOf(chain('one')));
    const run = await rig.run(pipelineOf(chain('two')), rerunOn('parameters'));
    expect(run.executed).toEqual(['a']);
    expect(run.of('warning').map(({ message }) => message)).toEqual(['1 task keeps an earlier result despite changes that --rerun-on passes over: b (inputs)']);
  });

  it('runs what is forced, was never run, or has lost its outputs', async () => {
    const rig = await makeRig();
    const kinds = kindsOf({ concat: 'another code' });
    expect((await rig.run(pipelineOf(chain('one')), rerunOn())).executed).toEqual(['a', 'b']);
    expect((await rig.run(pipelineOf(chain('one')), { kinds, ...rerunOn(), selection: { force: ['a'] } })).executed).toEqual(['a']);
    await lose(rig, 'b');
    expect((await rig.run(pipelineOf(chain('one')), { kinds: kindsOf({ concat: 'a third code' }), ...rerunOn() })).executed).toEqual(['b']);
  });
});

async function lose({ cache }: Rig, id: string): Promise<void> {
  for (const object of Object.values((await cache.actions.latest('rig', id))?.outputs ?? {})) rmSync(await cache.store.open(object));
}
