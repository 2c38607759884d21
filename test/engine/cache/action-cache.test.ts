import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ActionRecord } from '../../../src/engine/action-record.js';
import { canonicalJson } from '../../../src/engine/fingerprint.js';
import type { Cache } from '../../../src/engine/store.js';
import { recordOf, temporaryCache } from './rig.js';

describe('action-cache', () => {
  it('gives back what was committed, and nothing for another fingerprint', async () => {
    const cache = await temporaryCache();
    const record = await resultOf(cache, 'one');
    expect(await cache.actions.lookup(record.fingerprint)).toBeUndefined();
    expect(await cache.actions.commit(record)).toEqual({ kept: record, differing: [] });
    expect(await cache.actions.lookup(record.fingerprint)).toEqual(record);
    expect(await cache.actions.lookup('0'.repeat(64))).toBeUndefined();
  });

  it.each([true, false])('keeps the first result and records each differing one once (hard links: %s)', async (hardLinks) => {
    const cache = await temporaryCache({ hardLinks });
    const [first, second, third] = [await resultOf(cache, 'one'), await resultOf(cache, 'two'), await resultOf(cache, 'three')];
    await cache.actions.commit(first);
    expect(await cache.actions.commit(second)).toEqual({ kept: first, differing: ['out'] });
    expect(await cache.actions.commit({ ...second, durationMs: 99 })).toEqual({ kept: first, differing: ['out'] });
    expect(await cache.actions.commit(third)).toEqual({ kept: first, differing: ['out'] });
    expect(await cache.actions.lookup(first.fingerprint)).toEqual(first);
    expect(await cache.actions.differing(first.fingerprint)).toEqual([second, third]);
  });

  it('has nothing to say about a second result with the same bytes, whenever and however long it ran', async () => {
    const cache = await temporaryCache();
    const first = await resultOf(cache, 'same');
    await cache.actions.commit(first);
    const again = { ...first, durationMs: 1_000, log: 'b'.repeat(64) };
    expect(await cache.actions.commit(again)).toEqual({ kept: first, differing: [] });
    expect(await cache.actions.differing(first.fingerprint)).toEqual([]);
  });

  it('names an output that only one of two results has', async () => {
    const cache = await temporaryCache();
    const first = await resultOf(cache, 'one');
    await cache.actions.commit(first);
    const more = { ...first, outputs: { ...first.outputs, extra: await cache.store.putBytes(Buffer.from('x')) } };
    expect((await cache.actions.commit(more)).differing).toEqual(['extra']);
  });

  it('replaces a record whose outputs were lost', async () => {
    const cache = await temporaryCache();
    const [first, second] = [await resultOf(cache, 'one'), await resultOf(cache, 'two')];
    await cache.actions.commit(first);
    await cache.actions.replace(second);
    expect(await cache.actions.lookup(first.fingerprint)).toEqual(second);
  });

  it.each([
    ['torn', (text: string) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['of another fingerprint', (text: string) => text.replaceAll(/"fingerprint":"./g, '"fingerprint":"f').replace('"fingerprint":"f', '"fingerprint":"e')],
    ['without digests', (text: string) => text.replace(/"digest":"\w+"/, '"digest":"../../etc/passwd"')],
    ['not a record', () => 'null\n'],
  ])('takes a record that is %s for none, and commits over it', async (_, damage) => {
    const cache = await temporaryCache();
    const record = await resultOf(cache, 'one');
    await cache.actions.commit(record);
    const path = join(cache.directory, 'actions', record.fingerprint.slice(0, 2), `${record.fingerprint.slice(2)}.json`);
    const damaged = damage(readFileSync(path, 'utf8'));
    expect(damaged).not.toBe(readFileSync(path, 'utf8'));
    writeFileSync(path, damaged);
    expect(await cache.actions.lookup(record.fingerprint)).toBeUndefined();
    expect(await cache.actions.commit(record)).toEqual({ kept: record, differing: [] });
    expect(await cache.actions.lookup(record.fingerprint)).toEqual(record);
  });

  it('goes on after a line about a differing result that a crash has torn', async () => {
    const cache = await temporaryCache();
    const [first, second, third] = [await resultOf(cache, 'one'), await resultOf(cache, 'two'), await resultOf(cache, 'three')];
    await cache.actions.commit(first);
    await cache.actions.commit(second);
    const path = join(cache.directory, 'actions', first.fingerprint.slice(0, 2), `${first.fingerprint.slice(2)}.differing.jsonl`);
    truncateSync(path, statSync(path).size - 10);
    await cache.actions.commit(third);
    expect(await cache.actions.differing(first.fingerprint)).toEqual([third]);
  });

  it('remembers the latest record of each task of each pipeline', async () => {
    const cache = await temporaryCache();
    const [one, two] = [await resultOf(cache, 'one', { a: 1 }), await resultOf(cache, 'two', { a: 2 })];
    for (const record of [one, two]) await cache.actions.commit(record);
    expect(await cache.actions.latest('p', 't')).toBeUndefined();
    await cache.actions.remember('p', 't', one.fingerprint);
    await cache.actions.remember('p', 't2', two.fingerprint);
    await cache.actions.remember('pt', '2', one.fingerprint);
    expect(await cache.actions.latest('p', 't')).toEqual(one);
    await cache.actions.remember('p', 't', two.fingerprint);
    expect(await cache.actions.latest('p', 't')).toEqual(two);
    expect(await cache.actions.latest('pt', '2')).toEqual(one);
  });

  it('lists every record once, and no differing result among them', async () => {
    const cache = await temporaryCache();
    const records = await Promise.all([1, 2, 3].map((a) => resultOf(cache, String(a), { a })));
    for (const record of records) await cache.actions.commit(record);
    await cache.actions.commit(await resultOf(cache, 'other', { a: 1 }));
    const listed: ActionRecord[] = [];
    for await (const record of cache.actions.records()) listed.push(record);
    expect(listed.map(canonicalJson).sort()).toEqual(records.map(canonicalJson).sort());
  });

  it('leaves no temporary file', async () => {
    const cache = await temporaryCache();
    for (const content of ['one', 'two']) await cache.actions.commit(await resultOf(cache, content));
    expect(await readdir(join(cache.directory, 'tmp'))).toEqual([]);
  });

  it('refuses a fingerprint that is none, for it becomes a path', async () => {
    const cache = await temporaryCache();
    await expect(cache.actions.lookup('../../../etc/passwd')).rejects.toThrow(TypeError);
  });

  it('looks up a thousand records, and checks their outputs, in a fraction of a second', async () => {
    const cache = await temporaryCache();
    const records: ActionRecord[] = [];
    for (let a = 0; a < 1_000; a += 1) records.push(await resultOf(cache, String(a), { a }));
    for (const record of records) await cache.actions.commit(record);
    const started = performance.now();
    for (const { fingerprint } of records) {
      const out = (await cache.actions.lookup(fingerprint))?.outputs['out'];
      expect(out !== undefined && await cache.store.check(out) === 'present').toBe(true);
    }
    // Measured: 20 ms on an idle machine.
    expect(performance.now() - started).toBeLessThan(500);
  });
});

async function resultOf(cache: Cache, content: string, parameters = {}): Promise<ActionRecord> {
  return recordOf({ out: await cache.store.putBytes(Buffer.from(content)) }, { parameters });
}
