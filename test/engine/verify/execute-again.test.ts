import { rmSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { acceptLatest, commitAccepted } from '../../../src/engine/accept.js';
import type { ActionRecord } from '../../../src/engine/action-record.js';
import { Documents } from '../../../src/engine/documents.js';
import type { Pipeline } from '../../../src/engine/pipeline.js';
import type { AttemptsContext } from '../../../src/engine/run/attempts.js';
import { systemClock } from '../../../src/engine/run/clock.js';
import { createInProcessExecutor } from '../../../src/engine/run/in-process-executor.js';
import { Stopping } from '../../../src/engine/run/stopping.js';
import { Workbenches } from '../../../src/engine/run/workbenches.js';
import { executeAgain, type AgainResult } from '../../../src/engine/verify/execute-again.js';
import { capacity, kindsOf, machine, makeRig, pipelineOf, type Rig, type TaskSpec } from '../run/rig.js';

function contextOf({ cache }: Rig, pipeline: Pipeline): AttemptsContext {
  const never = new AbortController().signal;
  const workbenches = new Workbenches(cache, () => undefined);
  onTestFinished(() => workbenches.close());
  return {
    pipeline, kinds: kindsOf(), cache, documents: new Documents(cache.store), environment: {}, machine, capacity, workbenches, clock: systemClock,
    executor: createInProcessExecutor(), stopping: new Stopping(never, never, () => undefined), runId: 'again', host: 'host', engine: 'test', emit: () => undefined,
  };
}

async function again(rig: Rig, specs: readonly TaskSpec[], id: string): Promise<AgainResult> {
  const pipeline = pipelineOf(specs);
  const records = await Promise.all(specs.map((spec) => rig.cache.actions.latest('rig', spec.id)));
  const recordOf = (index: number): ActionRecord => {
    const record = records[index];
    if (!record) throw new Error(`task ${index} has no result`);
    return record;
  };
  const task = pipeline.tasks.find((candidate) => candidate.id === id);
  if (!task) throw new Error(id);
  return executeAgain(contextOf(rig, pipeline), task, recordOf(task.index), (source) => {
    const object = source.kind === 'output' ? recordOf(source.task).outputs[source.output] : undefined;
    if (!object) throw new Error('no object');
    return object;
  });
}

const specs: readonly TaskSpec[] = [{ id: 'a', with: { text: 'one' } }, { id: 'b', from: ['a'] }, { id: 'random', uses: 'misbehave', with: { way: 'random' } }];

describe('executeAgain', () => {
  it('finds the same bytes where a task gives them again', async () => {
    const rig = await makeRig();
    await rig.run(pipelineOf(specs));
    expect(await again(rig, specs, 'b')).toMatchObject({ kind: 'ended', differing: new Map() });
  });

  it('pain 15: keeps a differing result beside the first, which stays', async () => {
    const rig = await makeRig();
    await rig.run(pipelineOf(specs));
    const first = await rig.cache.actions.latest('rig', 'random');
    const result = await again(rig, specs, 'random');
    const [other] = await rig.cache.actions.differing(first?.fingerprint ?? '');
    expect(result).toMatchObject({ kind: 'ended', differing: new Map([['text', other?.outputs['text']]]) });
    expect(other?.outputs['text']?.digest).not.toBe(first?.outputs['text']?.digest);
    expect(await rig.cache.actions.latest('rig', 'random')).toEqual(first);
  });

  it('fails where an input is lost, and says how to mend it', async () => {
    const rig = await makeRig();
    await rig.run(pipelineOf(specs));
    const lost = (await rig.cache.actions.latest('rig', 'a'))?.outputs['text'];
    if (lost) rmSync(await rig.cache.store.open(lost));
    expect(await again(rig, specs, 'b')).toMatchObject({ kind: 'failed', failure: { kind: 'bad-input', message: 'its input is missing in the cache' } });
  });

  it('tells an accepted result that is not what the task computes', async () => {
    const rig = await makeRig();
    await rig.run(pipelineOf(specs));
    const changed = specs.map((spec) => (spec.id === 'a' ? { ...spec, with: { text: 'two' } } : spec));
    const context = contextOf(rig, pipelineOf(changed));
    const { accepted } = await acceptLatest(context, { tasks: new Set([0]), reason: 'wrongly', by: 'ann@lab', now: 0, snapshots: new Map() });
    await commitAccepted(context, accepted);
    const result = await again(rig, changed, 'a');
    expect(result.kind === 'ended' && [...result.differing.keys()]).toEqual(['text']);
    expect((await rig.cache.actions.latest('rig', 'a'))?.accepted).toBeUndefined();
  });
});
