import { existsSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { choose } from '../../../src/engine/cache/collection-choice.js';
import { takeInventory } from '../../../src/engine/cache/collection-inventory.js';
import { sweep } from '../../../src/engine/cache/collection-sweep.js';
import { collect, COLLECTING, overBudget, type Collection, type CollectionOptions } from '../../../src/engine/cache/collection.js';
import { Layout } from '../../../src/engine/cache/layout.js';
import { pinsIn, removePin, writePin } from '../../../src/engine/cache/pins.js';
import { bytesStored } from '../../../src/engine/cache/usage.js';
import type { Cache } from '../../../src/engine/store.js';
import { recordOf, temporaryCache, temporaryFolder, writeTree } from './rig.js';

const hour = 3_600_000;
const later = (): number => Date.now() + 2 * hour;

/** As if two hours had passed: nothing is fresh any more. */
async function collected(cache: Cache, options: CollectionOptions = {}): Promise<Collection> {
  const result = await collect(cache, { now: later, ...options });
  if (result.kind !== 'collected') throw new Error(`busy: ${result.holder}`);
  return result;
}

/** Commits a result with one file of these bytes. */
async function committed(cache: Cache, name: string, text: string = name) {
  const object = await cache.store.putBytes(Buffer.from(text));
  const record = { ...recordOf({ out: object }, { parameters: { name } }), durationMs: 1_000 };
  await cache.actions.commit(record);
  return { object, record };
}

/** A time before the grace period, on a file whose change time cannot be set back. */
function age(path: string): void {
  const before = (Date.now() - 3 * hour) / 1_000;
  utimesSync(path, before, before);
}

describe('collect', () => {
  it('removes what nothing names, and keeps every result whole', async () => {
    const cache = await temporaryCache();
    const { object, record } = await committed(cache, 'a');
    const orphan = await cache.store.putBytes(Buffer.from('left by a run that was killed'));
    expect(await collected(cache)).toMatchObject({ orphans: { objects: 1 }, results: [] });
    expect([await cache.store.check(orphan), await cache.store.check(object)]).toEqual(['missing', 'present']);
    expect((await cache.actions.lookup(record.fingerprint))?.outputs).toEqual(record.outputs);
  });

  it('leaves what is younger than an hour: a process may be about to name it', async () => {
    const cache = await temporaryCache();
    const young = await cache.store.putBytes(Buffer.from('young'));
    await collected(cache, { now: Date.now, maxBytes: 0 });
    expect(await cache.store.check(young)).toBe('present');
  });

  it('changes nothing in a dry run, and says the same as the run after it', async () => {
    const cache = await temporaryCache();
    const { object } = await committed(cache, 'a');
    const at = later();
    const dry = await collected(cache, { dryRun: true, maxBytes: 0, now: () => at });
    expect(await cache.store.check(object)).toBe('present');
    expect(await collected(cache, { maxBytes: 0, now: () => at })).toEqual(dry);
    expect(await cache.store.check(object)).toBe('missing');
  });

  it('removes a tree\'s listing, files and folder with its last result, and counts linked files once', async () => {
    const cache = await temporaryCache();
    const folder = writeTree(join(temporaryFolder(), 'tree'), { 'a.txt': 'a'.repeat(1_000), 'sub/b.txt': 'b' });
    const tree = await cache.store.adopt(folder);
    await cache.actions.commit(recordOf({ out: tree }));
    const opened = await cache.store.open(tree);
    const { bytesBefore } = await collected(cache, { dryRun: true });
    const record = statSync(new Layout(cache.directory).action(recordOf({ out: tree }).fingerprint)).size;
    const listing = statSync(new Layout(cache.directory).object(tree.digest)).size;
    expect(bytesBefore).toBe(1_001 + listing + record);
    await collected(cache, { maxBytes: 0 });
    expect([await cache.store.check(tree), existsSync(opened)]).toEqual(['missing', false]);
  });

  it('keeps the folder of a named file with its result, and removes it with it', async () => {
    const cache = await temporaryCache();
    const { object } = await committed(cache, 'page', '<p>');
    const named = await cache.store.openAs(object, 'report.html');
    await collected(cache);
    expect(existsSync(named)).toBe(true);
    await collected(cache, { maxBytes: 0 });
    expect(existsSync(named)).toBe(false);
  });

  it('keeps what is pinned until it is let go', async () => {
    const cache = await temporaryCache();
    const { object, record } = await committed(cache, 'a');
    await writePin(cache.directory, { name: 'thesis', pipeline: 'p', pinnedAt: new Date(0).toISOString(), results: { t: record.fingerprint } });
    await collected(cache, { maxBytes: 0, maxAgeMs: 0 });
    expect(await cache.store.check(object)).toBe('present');
    expect(pinsIn(cache.directory).map(({ name }) => name)).toEqual(['thesis']);
    expect([await removePin(cache.directory, 'thesis'), await removePin(cache.directory, 'thesis')]).toEqual([true, false]);
    await collected(cache, { maxBytes: 0 });
    expect(await cache.store.check(object)).toBe('missing');
  });

  it('keeps what a running process announced, and whatever was made since it began', async () => {
    const cache = await temporaryCache();
    const { object, record } = await committed(cache, 'a');
    const made = await cache.store.putBytes(Buffer.from('made meanwhile'));
    const use = await cache.use([record.fingerprint]);
    await collected(cache, { maxBytes: 0 });
    expect([await cache.store.check(object), await cache.store.check(made)]).toEqual(['present', 'present']);
    use.end();
    await collected(cache, { maxBytes: 0 });
    expect([await cache.store.check(object), await cache.store.check(made)]).toEqual(['missing', 'missing']);
  });

  it('believes no dead process', async () => {
    const cache = await temporaryCache();
    const { object, record } = await committed(cache, 'a');
    await mkdir(join(cache.directory, 'uses'), { recursive: true });
    const dead = join(cache.directory, 'uses', '00000000-00000000-1-4194304-1-0123456789ab.json');
    writeFileSync(dead, JSON.stringify({ startedAt: Date.now() - 30 * 24 * hour, digests: [record.fingerprint] }));
    await collected(cache, { maxBytes: 0 });
    expect([await cache.store.check(object), existsSync(dead)]).toEqual(['missing', false]);
  });

  it('runs once at a time in a cache', async () => {
    const cache = await temporaryCache();
    const other = await cache.leases.acquire(COLLECTING);
    expect(await collect(cache)).toMatchObject({ kind: 'busy', holder: `pid ${process.pid}` });
    if (other.kind === 'held') await other.release();
    expect(await collect(cache)).toMatchObject({ kind: 'collected' });
  });

  it('spares a blob that a process found again after the marking', async () => {
    const cache = await temporaryCache();
    const layout = new Layout(cache.directory);
    const [found, lost] = [await cache.store.putBytes(Buffer.from('found again')), await cache.store.putBytes(Buffer.from('lost'))];
    for (const { digest } of [found, lost]) age(layout.object(digest));
    const inventory = await takeInventory(layout);
    const choice = choose(inventory, { now: later(), freshSince: later(), keep: new Set(), usedAt: new Map() });
    await cache.store.putBytes(Buffer.from('found again'));
    await sweep(layout, inventory, choice, () => []);
    expect([await cache.store.check(found), await cache.store.check(lost)]).toEqual(['present', 'missing']);
  });

  it('puts a record back that a process announced after the marking', async () => {
    const cache = await temporaryCache();
    const layout = new Layout(cache.directory);
    const { object, record } = await committed(cache, 'a');
    const inventory = await takeInventory(layout);
    const choice = choose(inventory, { now: later(), freshSince: later(), maxBytes: 0, keep: new Set(), usedAt: new Map() });
    expect(choice.blobs.has(object.digest)).toBe(true);
    await sweep(layout, inventory, choice, () => [{ startedAt: later(), digests: [record.fingerprint] }]);
    expect([await cache.store.check(object), (await cache.actions.lookup(record.fingerprint))?.fingerprint]).toEqual(['present', record.fingerprint]);
  });

  it('does not take its own looking for a use', async () => {
    const cache = await temporaryCache();
    const { record } = await committed(cache, 'a');
    age(new Layout(cache.directory).action(record.fingerprint));
    await collected(cache, { dryRun: true });
    expect((await collected(cache, { maxAgeMs: 4 * hour })).results).toHaveLength(1);
  });

  it('removes old plans and damaged objects, and leaves young ones', async () => {
    const cache = await temporaryCache();
    await mkdir(join(cache.directory, 'plans'), { recursive: true });
    for (const name of ['plans/old.plan', 'plans/young.plan', 'corrupt/old']) writeFileSync(join(cache.directory, name), 'x');
    for (const name of ['plans/old.plan', 'corrupt/old']) utimesSync(join(cache.directory, name), 0, 0);
    expect((await collected(cache)).leftovers).toEqual({ files: 2, bytes: 2 });
    expect(['plans/old.plan', 'plans/young.plan', 'corrupt/old'].map((name) => existsSync(join(cache.directory, name)))).toEqual([false, true, false]);
  });

  it('pain 11: a result whose bytes are gone is a miss, never a failure', async () => {
    const cache = await temporaryCache();
    const { object, record } = await committed(cache, 'a');
    await collected(cache, { maxBytes: 0 });
    expect([await cache.actions.lookup(record.fingerprint), await cache.store.check(object)]).toEqual([undefined, 'missing']);
    // And the other way round: somebody removed the bytes alone.
    const other = await committed(cache, 'b');
    rmSync(new Layout(cache.directory).object(other.object.digest));
    expect((await collected(cache)).results).toEqual([]);
    expect(await cache.store.check(other.object)).toBe('missing');
    expect(await committed(cache, 'b').then(({ object: again }) => cache.store.check(again))).toBe('present');
  });
});

describe('bytesStored', () => {
  it('is what is in objects/, also when only some folders are looked through again', async () => {
    const cache = await temporaryCache();
    await cache.store.putBytes(Buffer.from('one'));
    expect(await bytesStored(cache.directory, later())).toBe(3);
    const usage = new Layout(cache.directory).usage;
    expect(existsSync(usage)).toBe(true);
    await cache.store.putBytes(Buffer.from('four'));
    expect(await bytesStored(cache.directory, later())).toBe(7);
    expect(await bytesStored(cache.directory, Date.now())).toBe(7);
    expect(await overBudget(cache.directory, Date.now())).toBeUndefined();
  });
});
