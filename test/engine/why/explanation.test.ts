import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Pipeline } from '../../../src/engine/pipeline.js';
import { readResults } from '../../../src/engine/runs/recorded-run.js';
import { runFolders } from '../../../src/engine/runs/run-folders.js';
import { explainStep, type Explanation } from '../../../src/engine/why/explanation.js';
import { kindsOf, pipelineOf, type TaskSpec } from '../run/rig.js';
import { makeRecordingRig, type RecordingRig } from '../runs/rig.js';

const chain = (text: string, end = 'end'): readonly TaskSpec[] => [{ id: 'a', with: { text } }, { id: 'b', from: ['a'] }, { id: 'c', from: ['b'], with: { text: end } }];

async function why(rig: RecordingRig, pipeline: Pipeline, task: string, against?: string, kinds = kindsOf()): Promise<Explanation> {
  const plan = await rig.plan(pipeline, {}, { kinds });
  return explainStep(pipeline.tasks.findIndex(({ id }) => id === task), {
    plan, cache: rig.cache, kinds, ...(against !== undefined && { against }),
    resultsOf: (run) => { const folder = runFolders(rig.artifacts).find(({ id }) => id === run); return folder && readResults(folder.directory); },
  });
}

/** Runs only a part, so that the rest is compared with results of an earlier run. */
async function recordPart(rig: RecordingRig, id: string, specs: readonly TaskSpec[], count: number): Promise<void> {
  await rig.record(id, pipelineOf(specs.slice(0, count)));
}

describe('why', () => {
  it('pain 1: follows a changed input up to the task that changed, through results of other runs', async () => {
    const rig = await makeRecordingRig();
    await rig.record('01A', pipelineOf(chain('one')));
    await recordPart(rig, '01B', chain('two'), 2);
    expect(await why(rig, pipelineOf(chain('two')), 'c')).toMatchObject({
      kind: 'will-run',
      step: { reason: { kind: 'input-changed', input: 'from', upstream: 'b' } },
      since: {
        own: true, record: { provenance: { run: '01A' } },
        roots: [{ kind: 'task-changed', chain: ['c', 'b', 'a'], task: { id: 'a' }, difference: { pointer: '/parameters/text', before: 'one', after: 'two' }, record: { provenance: { run: '01B' } } }],
      },
    });
  });

  it('pain 1: follows it up to a file of the user', async () => {
    const rig = await makeRecordingRig();
    const path = join(rig.folder, 'words.txt');
    const specs: readonly TaskSpec[] = [{ id: 'a', from: [path] }, { id: 'b', from: ['a'] }, { id: 'c', from: ['b'] }];
    writeFileSync(path, 'one');
    await rig.record('01A', pipelineOf(specs));
    writeFileSync(path, 'other');
    await recordPart(rig, '01B', specs, 2);
    expect(await why(rig, pipelineOf(specs), 'c')).toMatchObject({ since: { roots: [{ kind: 'path-changed', chain: ['c', 'b', 'a'], path, reader: { id: 'a' } }] } });
  });

  it('says that an input comes from elsewhere now', async () => {
    const rig = await makeRecordingRig();
    const specs = (from: string): readonly TaskSpec[] => [{ id: 'a', with: { text: 'a' } }, { id: 'x', with: { text: 'x' } }, { id: 'c', from: [from] }];
    await rig.record('01A', pipelineOf(specs('a')));
    expect(await why(rig, pipelineOf(specs('x')), 'c')).toMatchObject({ kind: 'will-run', since: { roots: [{ kind: 'rewired', chain: ['c'], input: 'from' }] } });
  });

  it('says when the earlier result is of a run that is not recorded', async () => {
    const rig = await makeRecordingRig();
    await rig.run(pipelineOf(chain('one')));
    await recordPart(rig, '01B', chain('two'), 2);
    expect(await why(rig, pipelineOf(chain('two')), 'c')).toMatchObject({ since: { changes: [{ pointer: '/inputs/from/0/digest' }], roots: [] } });
  });

  it('names the chain to each task above that will run, and what has changed in itself', async () => {
    const rig = await makeRecordingRig();
    await rig.record('01A', pipelineOf(chain('one')));
    expect(await why(rig, pipelineOf(chain('two', 'END')), 'c')).toMatchObject({
      kind: 'may-run', chain: [{ id: 'c' }, { id: 'b' }, { id: 'a' }], roots: [[{ id: 'a' }]], ownChanges: [{ pointer: '/parameters/text', before: 'end', after: 'END' }],
    });
  });

  it('says where a cached result is from, and what it differs in from another run', async () => {
    const rig = await makeRecordingRig();
    await rig.record('01A', pipelineOf(chain('one')));
    await rig.record('01B', pipelineOf(chain('two')));
    const now = pipelineOf(chain('two'));
    expect(await why(rig, now, 'b')).toMatchObject({ kind: 'cached', step: { record: { provenance: { run: '01B' } } } });
    expect(await why(rig, now, 'b')).not.toHaveProperty('since');
    expect(await why(rig, now, 'b', '01B')).not.toHaveProperty('since');
    expect(await why(rig, now, 'b', '01A')).toMatchObject({ kind: 'cached', since: { record: { provenance: { run: '01A' } }, roots: [{ kind: 'task-changed', task: { id: 'a' } }] } });
  });

  it('compares a new instance with the latest of its name', async () => {
    const rig = await makeRecordingRig();
    const instance = (x: number): TaskSpec => ({ id: `a(x=${x})`, name: 'a', labels: { x }, with: { text: String(x) } });
    await rig.record('01A', pipelineOf([instance(1)]));
    expect(await why(rig, pipelineOf([instance(2)]), 'a(x=2)')).toMatchObject({ kind: 'will-run', since: { own: false, changes: [{ pointer: '/parameters/text', before: '1', after: '2' }] } });
  });

  it('says that code changed, and of a task never run nothing', async () => {
    const rig = await makeRecordingRig();
    await rig.record('01A', pipelineOf(chain('one')));
    expect(await why(rig, pipelineOf(chain('one')), 'a', undefined, kindsOf({ concat: 'new code' }))).toMatchObject({ since: { changes: [{ pointer: '/code' }] } });
    expect(await why(rig, pipelineOf([{ id: 'new' }]), 'new')).not.toHaveProperty('since');
  });
});
