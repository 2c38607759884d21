import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { acceptLatest, commitAccepted, type AcceptResult } from '../../src/engine/accept.js';
import type { DecisionContext } from '../../src/engine/decide.js';
import { Documents } from '../../src/engine/documents.js';
import { kindsOf, machine, makeRig, pipelineOf, type Rig, type TaskSpec } from './run/rig.js';

const chain: readonly TaskSpec[] = [{ id: 'a', with: { text: 'one' } }, { id: 'b', from: ['a'] }, { id: 'c', from: ['b'] }];
const other = kindsOf({ concat: 'another code' });

async function accept(rig: Rig, ids: readonly string[], { specs = chain, kinds = other, write = true } = {}): Promise<AcceptResult> {
  const pipeline = pipelineOf(specs);
  const context: DecisionContext = { pipeline, kinds, cache: rig.cache, documents: new Documents(rig.cache.store), environment: {}, machine };
  const tasks = new Set(pipeline.tasks.filter(({ id }) => ids.includes(id)).map(({ index }) => index));
  const result = await acceptLatest(context, { tasks, reason: 'only a comment changed', by: 'ann@lab', now: 0, snapshots: new Map() });
  if (write) expect(await commitAccepted(context, result.accepted)).toEqual([]);
  return result;
}

describe('accept', () => {
  it('pain 3: an audited equivalence spares a rerun, for a whole chain at once', async () => {
    const rig = await makeRig();
    await rig.run(pipelineOf(chain));
    const before = await rig.cache.actions.latest('rig', 'b');
    const { accepted } = await accept(rig, ['a', 'b', 'c']);
    expect(accepted.map(({ task }) => task.id)).toEqual(['a', 'b', 'c']);
    expect(accepted[1]?.record).toMatchObject({
      outputs: before?.outputs, provenance: before?.provenance, preimage: { code: 'another code' },
      accepted: { reason: 'only a comment changed', by: 'ann@lab', at: '1970-01-01T00:00:00.000Z', from: before?.fingerprint, differences: [{ pointer: '/code', before: 'code', after: 'another code' }] },
    });

    const run = await rig.run(pipelineOf(chain), { kinds: other });
    expect(run.executed).toEqual([]);
    expect(run.of('warning').map(({ message }) => message)).toEqual(['3 results were accepted as equivalent, not computed: a, b, c ("pipelines accept --list" says why)']);
    // The old code has its own results still, without anybody's word.
    const old = await rig.run(pipelineOf(chain));
    expect([old.executed, old.of('warning')]).toEqual([[], []]);
  });

  it('writes nothing until it is told to', async () => {
    const rig = await makeRig();
    await rig.run(pipelineOf(chain));
    await accept(rig, ['a', 'b', 'c'], { write: false });
    expect((await rig.run(pipelineOf(chain), { kinds: other })).executed).toEqual(['a', 'b', 'c']);
  });

  it('cannot accept below what runs, what never ran, or what has lost its outputs; what is cached needs no accepting', async () => {
    const rig = await makeRig();
    const why = async (...ids: string[]) => (await accept(rig, ids, { write: false })).unacceptable.map((refused) => `${refused.task.id}: ${refused.why}`);
    expect(await why('a')).toEqual(['a: it has no earlier result']);
    await rig.run(pipelineOf(chain));
    expect(await why('b', 'c')).toEqual(['b: it reads a, which would run first', 'c: it reads b, which would run first']);
    expect((await accept(rig, ['a'], { kinds: kindsOf() })).cached.map(({ id }) => id)).toEqual(['a']);
    for (const object of Object.values((await rig.cache.actions.latest('rig', 'a'))?.outputs ?? {})) rmSync(await rig.cache.store.open(object));
    expect(await why('a')).toEqual(['a: output text of its latest result is missing in the cache']);
    expect((await accept(rig, ['a'], { kinds: kindsOf(), write: false })).unacceptable).toMatchObject([{ why: 'its output text is missing; nothing changed, so run it' }]);
  });

  it('gives way to a result that is computed: the same one takes its place in silence, another one with a warning', async () => {
    const rig = await makeRig();
    await rig.run(pipelineOf(chain));
    await accept(rig, ['a'], { specs: [{ id: 'a', with: { text: 'another' } }], kinds: kindsOf() });
    const changed: readonly TaskSpec[] = [{ id: 'a', with: { text: 'another' } }];
    const forced = await rig.run(pipelineOf(changed), { selection: { force: ['a'] } });
    expect(forced.of('not-reproducible')).toEqual([]);
    expect(forced.of('warning').map(({ message }) => message)).toEqual(['a computes something else than the result that was accepted for it (text); what it computes stays']);
    const record = await rig.cache.actions.latest('rig', 'a');
    expect(record?.accepted).toBeUndefined();
    expect(await rig.cache.actions.differing(record?.fingerprint ?? '')).toEqual([]);
    expect((await rig.cache.store.read(record?.outputs['text'] ?? { type: 'file', digest: '', bytes: 0 })).toString()).toBe('another');

    const same = await makeRig();
    await same.run(pipelineOf(chain));
    await accept(same, ['a']);
    const again = await same.run(pipelineOf(chain.slice(0, 1)), { kinds: other, selection: { force: ['a'] } });
    expect([again.of('warning'), (await same.cache.actions.latest('rig', 'a'))?.accepted]).toEqual([[], undefined]);
  });
});
