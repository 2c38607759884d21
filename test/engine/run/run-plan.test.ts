import { chmodSync, existsSync, readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeRig, pipelineOf, kindsOf, type TaskSpec } from './rig.js';

const chain: readonly TaskSpec[] = [
  { id: 'a', with: { text: 'one' } },
  { id: 'b', from: ['a'] },
  { id: 'c', from: ['b'] },
];

describe('run-plan', () => {
  it('runs everything once, then nothing', async () => {
    const rig = await makeRig();
    const first = await rig.run(pipelineOf(chain));
    expect(first.executed).toEqual(['a', 'b', 'c']);
    expect(first.summary).toMatchObject({ outcome: 'succeeded', executed: 3, cached: 0 });
    const second = await rig.run(pipelineOf(chain));
    expect(second.executed).toEqual([]);
    expect(second.summary).toMatchObject({ outcome: 'succeeded', executed: 0, cached: 3 });
  });

  it('publishes outputs as links into the store, under folders named as the tasks', async () => {
    const rig = await makeRig();
    await rig.run(pipelineOf([{ id: 'evaluate(step=100,language=c/c++)', name: 'evaluate', with: { text: 'x' } }]));
    const link = join(rig.folder, 'artifacts', 'rig', 'evaluate(step=100,language=c%2Fc++)', 'text.txt');
    expect(readFileSync(link, 'utf8')).toBe('x');
    expect(readlinkSync(link)).toMatch(/^\.\.\//);
    expect(realpathSync(link)).toContain('/cache/objects/');
  });

  it('removes the links of tasks that are gone, and nothing else', async () => {
    const rig = await makeRig();
    await rig.run(pipelineOf(chain));
    const folder = join(rig.folder, 'artifacts', 'rig');
    writeFileSync(join(folder, 'c', 'notes.md'), 'mine');
    await rig.run(pipelineOf(chain.slice(0, 1)));
    expect(existsSync(join(folder, 'a', 'text.txt'))).toBe(true);
    expect(existsSync(join(folder, 'b'))).toBe(false);
    expect(existsSync(join(folder, 'c', 'text.txt'))).toBe(false);
    expect(readFileSync(join(folder, 'c', 'notes.md'), 'utf8')).toBe('mine');
  });

  it('cuts off where a rerun gives the same bytes', async () => {
    const rig = await makeRig();
    const tasks = (text: string): TaskSpec[] => [{ id: 'a', with: { text } }, { id: 'b', from: ['a'], with: { modulo: 2 } }, { id: 'c', from: ['b'] }];
    await rig.run(pipelineOf(tasks('a')));
    const again = await rig.run(pipelineOf(tasks('c')));
    expect(again.executed).toEqual(['a', 'b']);
    expect(again.of('task-cached').map(({ task }) => task)).toEqual(['c']);
    expect(again.of('task-started').map(({ reason }) => reason.kind)).toEqual(['parameter-changed', 'input-changed']);
  });

  it('cuts off on one JSON value of a document', async () => {
    const rig = await makeRig();
    const tasks = (loss: number, steps: number): TaskSpec[] => [
      { id: 'train', uses: 'json', with: { value: { metrics: { loss }, steps } } },
      { id: 'report', value: 'train#/metrics/loss' },
    ];
    await rig.run(pipelineOf(tasks(0.5, 10)));
    expect((await rig.run(pipelineOf(tasks(0.5, 20)))).executed).toEqual(['train']);
    expect((await rig.run(pipelineOf(tasks(0.25, 20)))).executed).toEqual(['train', 'report']);
  });

  it('shows a kind that asks for it the records of all that is behind a task, cached or not', async () => {
    const rig = await makeRig();
    await rig.run(pipelineOf(chain));
    await rig.run(pipelineOf([...chain, { id: 'beside' }, { id: 'report', uses: 'upstream', from: ['c'] }]));
    const seen = JSON.parse(readFileSync(join(rig.folder, 'artifacts', 'rig', 'report', 'upstream.json'), 'utf8')) as { id: string; durationMs: number; fingerprint: string }[];
    expect(seen.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    for (const { durationMs, fingerprint } of seen) {
      expect(durationMs).toBeGreaterThanOrEqual(0);
      expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  it('fails a task whose JSON value is not there', async () => {
    const rig = await makeRig();
    const run = await rig.run(pipelineOf([{ id: 'train', uses: 'json', with: { value: {} } }, { id: 'report', value: 'train#/loss' }]));
    expect(run.summary.failures).toEqual([{ task: 'report', failure: { kind: 'bad-input', message: 'input "value" from train: there is no value at "#/loss"' } }]);
  });

  it('shares results between tasks and pipelines that ask for the same', async () => {
    const rig = await makeRig();
    const twins = await rig.run(pipelineOf([{ id: 'a', with: { text: 'x' } }, { id: 'b', with: { text: 'x' } }]));
    expect(twins.summary).toMatchObject({ executed: 1, cached: 1 });
    expect(twins.of('task-waiting')).toEqual([]);
    expect((await rig.run(pipelineOf([{ id: 'other', with: { text: 'x' } }], 'another'))).executed).toEqual([]);
  });

  it('runs a forced task against a cached result, and cuts off after it', async () => {
    const rig = await makeRig();
    await rig.run(pipelineOf(chain));
    const forced = await rig.run(pipelineOf(chain), { selection: { force: ['b'] } });
    expect(forced.executed).toEqual(['b']);
    expect(forced.of('task-started')[0]?.reason).toEqual({ kind: 'forced' });
    expect(forced.summary).toMatchObject({ executed: 1, cached: 2 });
  });

  it('reruns a kind whose code has changed', async () => {
    const rig = await makeRig();
    const pipeline = pipelineOf([{ id: 'a', uses: 'json', with: { value: 1 } }, { id: 'b', from: ['a'] }]);
    await rig.run(pipeline);
    const changed = await rig.run(pipeline, { kinds: kindsOf({ json: 'other' }) });
    expect(changed.of('task-started').map(({ task, reason }) => [task, reason.kind])).toEqual([['a', 'code-changed']]);
    expect(changed.summary.cached).toBe(1);
  });

  it('keeps the first of two differing results and says so', async () => {
    const rig = await makeRig();
    const pipeline = pipelineOf([{ id: 'dice', uses: 'misbehave', with: { way: 'random' } }, { id: 'b', from: ['dice'] }]);
    await rig.run(pipeline);
    const link = join(rig.folder, 'artifacts', 'rig', 'dice', 'text.txt');
    const kept = readFileSync(link, 'utf8');
    const forced = await rig.run(pipeline, { selection: { force: ['dice'] } });
    expect(forced.of('not-reproducible')).toMatchObject([{ task: 'dice', output: 'text' }]);
    expect(forced.executed).toEqual(['dice']);
    expect(readFileSync(link, 'utf8')).toBe(kept);
  });

  it('lets a task see only the environment it declares, and reruns when that changes', async () => {
    const rig = await makeRig();
    const pipeline = pipelineOf([{ id: 'a', uses: 'misbehave', with: { way: 'environment' }, environment: ['TOKENS'] }]);
    const first = await rig.run(pipeline, { environment: { TOKENS: '5', SECRET: 'x' } });
    expect(first.summary.outcome).toBe('succeeded');
    const seen = JSON.parse(readFileSync(join(rig.folder, 'artifacts', 'rig', 'a', 'text.txt'), 'utf8')) as { context: unknown };
    expect(seen.context).toEqual({ TOKENS: '5' });
    expect((await rig.run(pipeline, { environment: { TOKENS: '5', SECRET: 'y' } })).executed).toEqual([]);
    expect((await rig.run(pipeline, { environment: { TOKENS: '6' } })).of('task-started')[0]?.reason).toEqual({ kind: 'environment-changed', variable: 'TOKENS' });
  });
});

describe('run-plan on a damaged store', () => {
  it('runs a task whose record lacks an output, and replaces the record', async () => {
    const rig = await makeRig();
    await rig.run(pipelineOf(chain));
    const record = await rig.cache.actions.latest('rig', 'a');
    if (!record) throw new Error('a has a record');
    await rig.cache.actions.replace({ ...record, outputs: {} });
    const { executed, summary } = await rig.run(pipelineOf(chain));
    expect(executed).toEqual(['a']);
    expect(summary).toMatchObject({ outcome: 'succeeded', cached: 2 });
    expect(await rig.cache.actions.lookup(record.fingerprint)).toMatchObject({ outputs: record.outputs });
  });

  const overwrite = async (path: string, content: string): Promise<void> => {
    chmodSync(path, 0o644);
    writeFileSync(path, content);
  };

  it('reruns a task whose output is lost, for that reason', async () => {
    const rig = await makeRig();
    await rig.run(pipelineOf(chain));
    const record = await rig.cache.actions.latest('rig', 'b');
    const output = record?.outputs['text'];
    if (output) rmSync(rig.cache.store.place(output, ''));
    const again = await rig.run(pipelineOf(chain));
    expect(again.of('task-started').map(({ task, reason }) => ({ task, reason }))).toEqual([{ task: 'b', reason: { kind: 'output-missing', output: 'text' } }]);
    expect(again.of('store-repaired')).toMatchObject([{ task: 'b', output: 'text', problem: 'missing' }]);
    expect(again.summary).toMatchObject({ outcome: 'succeeded', executed: 1, cached: 2 });
  });

  it('finds corruption of the same size when the object is opened, reruns the producer and goes on', async () => {
    const before = await makeRig();
    await before.run(pipelineOf(chain));
    const object = (await before.cache.actions.latest('rig', 'b'))?.outputs['text'];
    if (!object) throw new Error('no output');
    await overwrite(await before.cache.store.open(object), 'X'.repeat(object.bytes));
    const rig = await makeRig(before);
    const pipeline = pipelineOf([...chain, { id: 'd', from: ['b'], with: { text: 'new' } }, { id: 'e', from: ['b'], with: { text: 'newer' } }]);
    const again = await rig.run(pipeline);
    expect(again.of('store-repaired')).toMatchObject([{ task: 'b', output: 'text', problem: 'corrupt' }]);
    expect(again.executed.toSorted()).toEqual(['b', 'd', 'e']);
    expect(again.summary.outcome).toBe('succeeded');
    expect(readFileSync(join(rig.folder, 'artifacts', 'rig', 'd', 'text.txt'), 'utf8')).toContain('one');
  });

  it('repairs a folder of which one file is corrupt', async () => {
    const before = await makeRig();
    await before.run(pipelineOf([{ id: 'tree', uses: 'tree', with: { text: 'bb' } }]));
    const object = (await before.cache.actions.latest('rig', 'tree'))?.outputs['folder'];
    if (!object) throw new Error('no output');
    await overwrite(join(await before.cache.store.open(object), 'deep', 'b.txt'), 'XX');
    const rig = await makeRig(before);
    const specs: TaskSpec[] = [{ id: 'tree', uses: 'tree', with: { text: 'bb' } }, { id: 'reader', uses: 'misbehave', with: { way: 'sleep', ms: 1 }, from: ['tree'] }];
    const again = await rig.run(pipelineOf(specs));
    expect(again.executed).toEqual(['tree', 'reader']);
    expect(again.summary.outcome).toBe('succeeded');
  });

  it('repairs a document from which a value is read', async () => {
    const before = await makeRig();
    const specs: TaskSpec[] = [{ id: 'train', uses: 'json', with: { value: { loss: 0.5 } } }, { id: 'report', value: 'train#/loss' }];
    await before.run(pipelineOf(specs));
    const object = (await before.cache.actions.latest('rig', 'train'))?.outputs['document'];
    if (!object) throw new Error('no output');
    await overwrite(await before.cache.store.open(object), '?'.repeat(object.bytes));
    const rig = await makeRig(before);
    const again = await rig.run(pipelineOf(specs));
    expect(again.executed).toEqual(['train']);
    expect(again.summary).toMatchObject({ outcome: 'succeeded', executed: 1, cached: 1 });
  });

  it('copies a user file again when its copy is corrupt', async () => {
    const before = await makeRig();
    const path = join(before.folder, 'data.txt');
    writeFileSync(path, 'data');
    const plan = await before.plan(pipelineOf([{ id: 'a', from: [path] }]));
    const object = plan.snapshots.get(path);
    if (!object) throw new Error('no snapshot');
    await overwrite(await before.cache.store.open(object), 'XXXX');
    const rig = await makeRig(before);
    const run = await rig.run(pipelineOf([{ id: 'a', from: [path] }]));
    expect(run.summary.outcome).toBe('succeeded');
    expect(readFileSync(join(rig.folder, 'artifacts', 'rig', 'a', 'text.txt'), 'utf8')).toContain('data');
  });
});
