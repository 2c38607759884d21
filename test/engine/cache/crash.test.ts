import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openCache } from '../../../src/engine/cache/open-cache.js';
import type { Cache } from '../../../src/engine/store.js';
import { commitNumber, contentOf } from './processes/numbered-result.js';
import { bundled, start, temporaryFolder } from './rig.js';

const KILLS = 100;
/** Ten seconds on an idle machine. */
const TIMEOUT_MS = 180_000;

describe('a cache whose writers are killed', () => {
  it(`holds whole objects and complete records only, after ${KILLS} kills at random moments`, async () => {
    const directory = join(temporaryFolder(), 'cache');
    const script = await bundled('commit-loop');
    // Two at once: so that they also meet in the same objects and tree folders.
    await Promise.all([0, 1].map(async (lane) => {
      for (let round = 0; round < KILLS / 2; round += 1) {
        const writer = start(script, directory, String(round * 7 + lane * 3));
        await writer.line();
        await sleep(Math.random() * 40);
        writer.child.kill('SIGKILL');
        await writer.ended;
      }
    }));

    const cache = await openCache(directory, { durability: 'fast' });
    expect((await cache.store.verify()).corrupt).toEqual([]);
    let records = 0;
    for await (const record of cache.actions.records()) {
      records += 1;
      await expectOutputsOf(cache, Number(record.preimage.parameters['number']), record.outputs);
    }
    // How many depends on the machine's load; that there are some shows that the writers got that far.
    expect(records).toBeGreaterThan(0);
    expect(records).toBe(filesBelow(join(directory, 'actions')).length);
    // What the killed left was swept at opening.
    expect(readdirSync(join(directory, 'scratch'))).toEqual([]);
    expect(readdirSync(join(directory, 'tmp'))).toEqual([]);
    // Which of them was remembered, chance decides.
    const latest = await Promise.all(Array.from({ length: 10 }, (_, number) => cache.actions.latest('loop', `t${number}`)));
    expect(latest.some((record) => record !== undefined)).toBe(true);
    await cache.close();
  }, TIMEOUT_MS);

  it('is sound and can be continued when the writer dies at any of its file system calls', async () => {
    const script = await bundled('commit-until-call');
    const callsOf = await Promise.all([1, 2].map(async (first) => {
      let call = first;
      while (await diesAt(script, call)) call += 2;
      return call;
    }));
    // Writing, adopting, committing, remembering and opening, in each of which the writer died.
    expect(Math.min(...callsOf)).toBeGreaterThan(30);
  }, TIMEOUT_MS);
});

/** False when the writer came to its end before it made so many calls. */
async function diesAt(script: string, call: number): Promise<boolean> {
  const directory = join(temporaryFolder(), 'cache');
  const writer = start(script, directory, String(call), String(call));
  const committed = await writer.line() === 'committed';
  await writer.ended;

  const cache = await openCache(directory, { durability: 'fast' });
  expect((await cache.store.verify()).corrupt).toEqual([]);
  for await (const record of cache.actions.records()) await expectOutputsOf(cache, call, record.outputs);
  await commitNumber(cache, call);
  const again = await cache.actions.latest('loop', `t${call % 10}`);
  expect(again?.preimage.parameters).toEqual({ number: call });
  expect(await cache.actions.differing(again?.fingerprint ?? '')).toEqual([]);
  await cache.close();
  return !committed;
}

async function expectOutputsOf(cache: Cache, number: number, outputs: Readonly<Record<string, Parameters<Cache['store']['open']>[0]>>): Promise<void> {
  const { file, tree } = outputs;
  if (file === undefined || tree === undefined) throw new Error(`record ${number} lacks an output`);
  expect(await cache.store.check(file)).toBe('present');
  expect(await cache.store.check(tree)).toBe('present');
  expect(readFileSync(await cache.store.open(file), 'utf8')).toBe(contentOf(number, 0));
  const folder = await cache.store.open(tree);
  const contents = ['1', '2', 'inner/3'].map((name) => readFileSync(join(folder, name), 'utf8'));
  expect(contents).toEqual([1, 2, 3].map((part) => contentOf(number, part)));
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name);
}
