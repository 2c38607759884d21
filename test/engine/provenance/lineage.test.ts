import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ActionRecord } from '../../../src/engine/action-record.js';
import { contentDigest } from '../../../src/engine/provenance/content-digest.js';
import { knownSources } from '../../../src/engine/provenance/known-sources.js';
import { lineageOf } from '../../../src/engine/provenance/lineage.js';
import { RecordIndex } from '../../../src/engine/provenance/record-index.js';
import { userFiles } from '../../../src/engine/provenance/user-files.js';
import { makeRig, pipelineOf, type TaskSpec } from '../run/rig.js';

/** Two tasks share `a`; the value that `d` reads is of a document that `c` wrote. */
const diamond = (path: string): readonly TaskSpec[] => [
  { id: 'a', from: [path] }, { id: 'b', from: ['a'] }, { id: 'c', uses: 'json', with: { value: { share: 0.25 } } }, { id: 'd', from: ['a', 'b'], value: 'c#/share' },
];

async function outputOf(rig: Awaited<ReturnType<typeof makeRig>>, task: string): Promise<string> {
  return Object.values((await rig.cache.actions.latest('rig', task))?.outputs ?? {})[0]?.digest ?? '';
}

async function ranDiamond() {
  const rig = await makeRig();
  const path = join(rig.folder, 'words.txt');
  writeFileSync(path, 'hello');
  const pipeline = pipelineOf(diamond(path));
  await rig.run(pipeline);
  return { rig, path, pipeline, index: await RecordIndex.of(rig.cache.actions) };
}

describe('the lineage of an artifact', () => {
  it('leads through every result, each once, to the file of the user', async () => {
    const { rig, path, index } = await ranDiamond();
    const lineage = lineageOf(await outputOf(rig, 'd'), index);
    const tasks = [...lineage.actions.values()].map(({ record }) => record.provenance.task);
    expect(tasks.sort()).toEqual(['a', 'b', 'd']);
    const leaves = [...lineage.artifacts.values()].filter(({ producer }) => !producer).map(({ digest }) => digest);
    expect(leaves).toEqual([await contentDigest(path)]);
    expect((await userFiles(leaves, rig.cache)).get(leaves[0] ?? '')).toEqual({ digest: leaves[0], type: 'file', bytes: 5, path, changedSince: false });
  });

  it('finds the document behind a JSON value only with the pipeline: the record has the value alone', async () => {
    const { rig, pipeline, index } = await ranDiamond();
    const root = await outputOf(rig, 'd');
    const valueIn = (lineage: ReturnType<typeof lineageOf>) => [...lineage.actions.values()].flatMap(({ reads }) => reads).find(({ input }) => input === 'value')?.value;
    expect(valueIn(lineageOf(root, index))).toEqual({ kind: 'value', value: 0.25, document: undefined, pointer: undefined });
    const known = lineageOf(root, index, knownSources(await rig.plan(pipeline)));
    expect(valueIn(known)).toEqual({ kind: 'value', value: 0.25, document: await outputOf(rig, 'c'), pointer: '/share' });
    expect([...known.actions.values()].map(({ record }) => record.provenance.task).sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('says when the file has other bytes by now', async () => {
    const { rig, path } = await ranDiamond();
    const before = await contentDigest(path);
    writeFileSync(path, 'changed');
    await rig.cache.store.snapshot(path);
    expect((await userFiles([before], rig.cache)).get(before)).toMatchObject({ path, changedSince: true });
  });

  it('names a folder by the files that it has', async () => {
    const rig = await makeRig();
    const folder = join(rig.folder, 'corpus');
    mkdirSync(join(folder, 'deep'), { recursive: true });
    writeFileSync(join(folder, 'deep', 'one.txt'), '1');
    writeFileSync(join(folder, 'two.txt'), '22');
    const { digest } = await rig.cache.store.snapshot(folder);
    expect(await contentDigest(folder)).toBe(digest);
    expect((await userFiles([digest], rig.cache)).get(digest)).toEqual({ digest, type: 'tree', bytes: 3, path: folder, changedSince: false });
  });

  it('does not take a task that copies its input for the source of it', async () => {
    const copy = recordOf('copy', 'd1', 'd1', '2026-01-02');
    const lineage = lineageOf('d1', await RecordIndex.of(records([copy])));
    expect(lineage.artifacts.get('d1')?.producer?.record).toBe(copy);
    expect([...lineage.actions.keys()]).toEqual(['copy']);
  });

  it('takes the result that had ended before the consumer, of the same pipeline first', async () => {
    const own = { ...recordOf('own', 'source', 'd1', '2026-01-01'), provenance: { ...provenance('own', '2026-01-01'), pipeline: 'p' } };
    const strange = { ...recordOf('strange', 'source', 'd1', '2026-01-02'), provenance: { ...provenance('strange', '2026-01-02'), pipeline: 'q' } };
    const late = recordOf('late', 'source', 'd1', '2026-01-09');
    const consumer = recordOf('consumer', 'd1', 'd2', '2026-01-03');
    const lineage = lineageOf('d2', await RecordIndex.of(records([late, strange, consumer, own])));
    expect(lineage.artifacts.get('d1')).toMatchObject({ producer: { record: { fingerprint: 'own' } }, otherProducers: 2 });
  });

  it('is found in a fraction of a second among ten thousand results in a row', async () => {
    const chain = Array.from({ length: 10_000 }, (_, step) => recordOf(`f${step}`, `d${step}`, `d${step + 1}`, new Date(step).toISOString()));
    const startedAt = performance.now();
    const lineage = lineageOf('d10000', await RecordIndex.of(records(chain)));
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(lineage.actions.size).toBe(10_000);
  });
});

describe('the index of records', () => {
  it('finds digests by their beginning', async () => {
    const index = await RecordIndex.of(records([recordOf('f', 'aa1', 'aa2', '2026-01-01')]));
    expect(index.startingWith('aa')).toEqual(['aa2', 'aa1']);
    expect(index.startingWith('aa2')).toEqual(['aa2']);
    expect([index.knows('aa1'), index.knows('bb')]).toEqual([true, false]);
  });
});

function provenance(task: string, finishedAt: string): ActionRecord['provenance'] {
  return { pipeline: 'p', task, run: 'r', host: 'h', finishedAt, node: 'v20', engine: '0' };
}

function recordOf(fingerprint: string, read: string, given: string, finishedAt: string): ActionRecord {
  return {
    fingerprint, outputs: { out: { type: 'file', digest: given, bytes: 1 } }, log: 'l', durationMs: 1, provenance: provenance(fingerprint, finishedAt),
    preimage: { format: 'pipelines/fingerprint/v1', kind: 'k', version: 1, code: 'c', parameters: {}, inputs: { in: { digest: read } }, environment: {}, runtime: {} },
  };
}

function records(all: readonly ActionRecord[]) {
  return { async *records() { yield* all; } };
}
