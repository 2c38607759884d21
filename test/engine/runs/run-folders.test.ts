import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRun, runFolders } from '../../../src/engine/runs/run-folders.js';
import { temporaryFolder } from '../run/rig.js';

async function artifactsWith(runs: Readonly<Record<string, readonly string[]>>): Promise<string> {
  const artifacts = await temporaryFolder();
  for (const [pipeline, ids] of Object.entries(runs)) {
    for (const id of ids) {
      mkdirSync(join(artifacts, pipeline, 'runs', id), { recursive: true });
      writeFileSync(join(artifacts, pipeline, 'runs', id, 'events.jsonl'), '');
    }
    symlinkSync(ids.at(-1) ?? '', join(artifacts, pipeline, 'runs', 'latest'));
  }
  return artifacts;
}

describe('run folders', () => {
  it('lists every run once, the oldest first, and not the link to the latest', async () => {
    const artifacts = await artifactsWith({ tea: ['01B', '01D'], cake: ['01A', '01C'] });
    expect(runFolders(artifacts).map(({ id }) => id)).toEqual(['01A', '01B', '01C', '01D']);
    expect(runFolders(artifacts, 'cake').map(({ id }) => id)).toEqual(['01A', '01C']);
    expect(runFolders(join(artifacts, 'nowhere'))).toEqual([]);
  });

  it.each([
    ['01D', '01D'], ['01c', '01C'], ['latest', '01D'], ['latest~1', '01B'],
  ])('finds %s', async (reference, id) => {
    const found = findRun(reference, runFolders(await artifactsWith({ tea: ['01B', '01D'], cake: ['01A', '01C'] })));
    expect(found).toMatchObject({ kind: 'found', folder: { id } });
  });

  it('takes a whole id that is also the beginning of another', async () => {
    expect(findRun('01A', runFolders(await artifactsWith({ tea: ['01A', '01AB'] })))).toMatchObject({ kind: 'found', folder: { id: '01A' } });
  });

  it.each([
    ['01', '01 begins the ids of 2 runs', '01B, 01D'],
    ['latest~2', 'there is no run latest~2', 'tea has 2 recorded runs'],
    ['', 'there is no run ', 'the newest are 01B, 01D'],
    ['7', 'there is no run 7', 'the newest are 01B, 01D'],
  ])('says what is wrong with "%s"', async (reference, message, hint) => {
    const found = findRun(reference, runFolders(await artifactsWith({ tea: ['01B', '01D'] })));
    expect(found).toMatchObject({ kind: 'unknown', message });
    expect(found.kind === 'unknown' && found.hint).toContain(hint);
  });
});
