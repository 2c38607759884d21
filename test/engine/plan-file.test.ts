import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { comparePlans } from '../../src/engine/plan-changes.js';
import { readPlanFile } from '../../src/engine/plan-file-schema.js';
import { planFileOf, type PlanFile } from '../../src/engine/plan-file.js';
import { kindsOf, machine, makeRig, pipelineOf, type Rig, type TaskSpec } from './run/rig.js';

interface Change {
  readonly codes?: Record<string, string>;
  readonly text?: string;
  readonly environment?: Record<string, string>;
}

/** The plan as it would be kept now, read back from its text. */
async function planned(rig: Rig, specs: readonly TaskSpec[], { codes = {}, text = 'yaml', environment = {} }: Change = {}): Promise<PlanFile> {
  const kinds = kindsOf(codes);
  const plan = await rig.plan(pipelineOf(specs), {}, { kinds, environment });
  const file = planFileOf(plan, { kinds, environment, machine, options: {}, text, folder: '/plans', engine: 'test', now: 0 });
  const read = readPlanFile(JSON.stringify(file));
  if (read.kind === 'invalid') throw new Error(read.message);
  return read.plan;
}

const chain = (first = 'one', last = ''): readonly TaskSpec[] => [{ id: 'a', with: { text: first } }, { id: 'b', from: ['a'] }, { id: 'c', from: ['b'], with: { text: last } }];

describe('a plan file', () => {
  it('holds what would run and what that was decided from, with paths that move along', async () => {
    const rig = await makeRig();
    const path = join(rig.folder, 'data.txt');
    writeFileSync(path, 'data');
    const plan = await planned(rig, [{ id: 'a', from: [path] }, { id: 'b', from: ['a'] }]);
    expect(plan).toMatchObject({
      format: 'pipelines/plan/v1', pipeline: 'rig', file: '../pipelines/rig.yaml', kinds: { concat: { version: 1, code: 'code', runtime: {} } }, estimateMs: null,
      tasks: [{ task: 'a', step: 'will-run', reason: { kind: 'never-run' }, estimateMs: null, estimateBytes: null }, { task: 'b', step: 'may-run', fingerprint: null }],
    });
    expect(Object.entries(plan.inputs)).toEqual([[expect.stringMatching(/^\.\..*data\.txt$/), { type: 'file', bytes: 4, digest: expect.stringMatching(/^3a6eb07/) as string }]]);
  });

  it.each([
    ['no JSON', '{', 'it is not JSON'],
    ['a plan of another format', '{"format":"pipelines/plan/v2"}', 'its format is "pipelines/plan/v2", and this version reads "pipelines/plan/v1"'],
    ['something else', 'null', 'its format is not given'],
    ['a plan without tasks', JSON.stringify({ format: 'pipelines/plan/v1' }), 'must have required property'],
  ])('is refused when it is %s', (_, text, message) => {
    expect(readPlanFile(text)).toMatchObject({ kind: 'invalid', message: expect.stringContaining(message) as string });
  });

  it('is refused where a value is wrong or unknown, with the place', async () => {
    const plan = await planned(await makeRig(), chain());
    const wrong = (change: object) => readPlanFile(JSON.stringify({ ...plan, ...change }));
    expect(wrong({ tasks: [{ ...plan.tasks[0], fingerprint: 'abc' }] })).toMatchObject({ kind: 'invalid', message: expect.stringContaining('/tasks/0/fingerprint must match pattern') as string });
    expect(wrong({ options: { onyl: ['a'] } })).toMatchObject({ kind: 'invalid', message: '/options must NOT have additional properties, such as "onyl"' });
    expect(wrong({ options: { rerunOn: ['weather'] } })).toMatchObject({ kind: 'invalid', message: expect.stringContaining('/options/rerunOn/0') as string });
  });
});

describe('comparing a plan with the same made again', () => {
  it('finds nothing where nothing changed, whatever else was edited in the file', async () => {
    const rig = await makeRig();
    expect(comparePlans(await planned(rig, chain()), await planned(rig, chain(), { text: '# a comment\nyaml' }))).toEqual({ changes: [], cachedMeanwhile: [] });
  });

  it('lets other processes be faster, and says for which tasks', async () => {
    const rig = await makeRig();
    const before = await planned(rig, chain());
    await rig.run(pipelineOf(chain()), { selection: { until: ['a'] } });
    expect(comparePlans(before, await planned(rig, chain()))).toEqual({ changes: [], cachedMeanwhile: ['a'] });
    await rig.run(pipelineOf(chain()));
    expect(comparePlans(before, await planned(rig, chain()))).toEqual({ changes: [], cachedMeanwhile: ['a', 'b', 'c'] });
  });

  it('finds a task that would run and was not to, and one that has another fingerprint', async () => {
    const rig = await makeRig();
    await rig.run(pipelineOf(chain()));
    expect(comparePlans(await planned(rig, chain()), await planned(rig, chain('two'))).changes).toMatchObject([
      { kind: 'step-changed', task: 'a', before: 'cached', after: 'will-run', reason: { kind: 'parameter-changed', pointer: '/text' } },
      { kind: 'step-changed', task: 'b', before: 'cached', after: 'may-run' }, { kind: 'step-changed', task: 'c', before: 'cached', after: 'may-run' },
    ]);
    expect(comparePlans(await planned(rig, chain('two')), await planned(rig, chain('three'))).changes).toMatchObject([{ kind: 'fingerprint-changed', task: 'a' }]);
  });

  it('finds a task that would not run and was to although nothing computed it: the change went the other way', async () => {
    const rig = await makeRig();
    await rig.run(pipelineOf(chain()));
    expect(comparePlans(await planned(rig, chain('two')), await planned(rig, chain())).changes).toMatchObject([
      { kind: 'fingerprint-changed', task: 'a' },
    ]);
  });

  it('finds a change in a task whose fingerprint is not known yet', async () => {
    const rig = await makeRig();
    expect(comparePlans(await planned(rig, chain()), await planned(rig, chain('one', 'changed'))).changes).toEqual([{ kind: 'definition-changed', task: 'c' }]);
    const declared = chain().map((spec) => (spec.id === 'c' ? { ...spec, environment: ['MODE'] } : spec));
    const [slow, fast] = [await planned(rig, declared, { environment: { MODE: 'slow' } }), await planned(rig, declared, { environment: { MODE: 'fast' } })];
    expect(comparePlans(slow, fast).changes).toEqual([{ kind: 'definition-changed', task: 'c' }]);
  });

  it('names other code and other inputs before the tasks', async () => {
    const rig = await makeRig();
    const path = join(rig.folder, 'data.txt');
    const specs: readonly TaskSpec[] = [{ id: 'a', from: [path] }];
    writeFileSync(path, 'before');
    const before = await planned(rig, specs);
    writeFileSync(path, 'after it');
    expect(comparePlans(before, await planned(rig, specs, { codes: { concat: 'other' } })).changes.map(({ kind }) => kind)).toEqual(['code-changed', 'input-changed', 'fingerprint-changed']);
  });

  it('names tasks that are new and tasks that are gone', async () => {
    const rig = await makeRig();
    const { changes } = comparePlans(await planned(rig, chain()), await planned(rig, [{ id: 'a', with: { text: 'one' } }, { id: 'd', from: ['a'] }]));
    expect(changes).toEqual([{ kind: 'task-removed', task: 'b' }, { kind: 'task-removed', task: 'c' }, { kind: 'task-added', task: 'd' }]);
  });
});
