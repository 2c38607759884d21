import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCache } from '../../../src/engine/cache/open-cache.js';
import { ownerName, thisProcess } from '../../../src/engine/cache/process-identity.js';
import type { ActionRecord } from '../../../src/engine/action-record.js';
import type { Cache } from '../../../src/engine/store.js';
import { recordOf, temporaryFolder } from './rig.js';

interface Committed { readonly directory: string; readonly record: ActionRecord; readonly object: string; readonly action: string; readonly journal: string }

/** A result that was committed by a process which then died, so that its journal is there. */
async function committed(): Promise<Committed> {
  const directory = join(temporaryFolder(), 'cache');
  const cache = await openCache(directory);
  const record = await commit(cache, 'content');
  const [name = ''] = readdirSync(join(directory, 'journal'));
  // Closing would give the journal up: what is copied is what a dead process leaves.
  const journal = join(directory, 'journal', name);
  const kept = readFileSync(journal);
  await cache.close();
  writeFileSync(journal, kept);
  const { digest } = record.outputs['out'] ?? { digest: '' };
  return {
    directory, record, journal,
    object: join(directory, 'objects', digest.slice(0, 2), digest.slice(2)),
    action: join(directory, 'actions', record.fingerprint.slice(0, 2), `${record.fingerprint.slice(2)}.json`),
  };
}

async function commit(cache: Cache, content: string): Promise<ActionRecord> {
  const { path } = await cache.scratch();
  writeFileSync(join(path, 'out'), content);
  const record = recordOf({ out: await cache.store.adopt(join(path, 'out')) }, { parameters: { content: content.slice(0, 9) } });
  await cache.actions.commit(record);
  return record;
}

/** As after a power cut: the machine has booted anew, and with another boot id every process of before is gone. */
function cutPower({ directory, journal }: Committed): void {
  const before = ownerName({ ...thisProcess(), boot: '00000000', pid: 1 });
  renameSync(journal, join(directory, 'journal', `${before}-1.jsonl`));
}

const journals = (directory: string): readonly string[] => readdirSync(join(directory, 'journal'));

describe('journal', () => {
  it('is given up when a cache is closed in order', async () => {
    const directory = join(temporaryFolder(), 'cache');
    const cache = await openCache(directory);
    await commit(cache, 'content');
    expect(journals(directory)).toHaveLength(1);
    await cache.close();
    expect(journals(directory)).toEqual([]);
  });

  it('is not begun by a cache that only reads', async () => {
    const { directory, record, journal } = await committed();
    rmSync(journal);
    const cache = await openCache(directory);
    expect(await cache.actions.lookup(record.fingerprint)).toEqual(record);
    await cache.close();
    expect(journals(directory)).toEqual([]);
  });

  it('puts back after a power cut what had not reached the disk', async () => {
    const lost = await committed();
    rmSync(lost.object);
    writeFileSync(lost.action, '');
    cutPower(lost);
    const cache = await openCache(lost.directory);
    expect(await cache.actions.lookup(lost.record.fingerprint)).toEqual(lost.record);
    expect(readFileSync(lost.object, 'utf8')).toBe('content');
    expect(statSync(lost.object).mode & 0o777).toBe(0o444);
    expect((await cache.store.verify()).corrupt).toEqual([]);
    expect(journals(lost.directory)).toEqual([]);
    await cache.close();
  });

  it('puts back an object that was cut short or came back as zeros', async () => {
    for (const remains of ['con', '\0\0\0\0\0\0\0']) {
      const lost = await committed();
      rmSync(lost.object);
      writeFileSync(lost.object, remains);
      cutPower(lost);
      await (await openCache(lost.directory)).close();
      expect(readFileSync(lost.object, 'utf8')).toBe('content');
    }
  });

  it('leaves a record that is there: the first one wins', async () => {
    const lost = await committed();
    const other = { ...lost.record, durationMs: 99 };
    writeFileSync(lost.action, `${JSON.stringify(other)}\n`);
    cutPower(lost);
    const cache = await openCache(lost.directory);
    expect(await cache.actions.lookup(lost.record.fingerprint)).toEqual(other);
    await cache.close();
  });

  it('ends at a line that the power cut tore', async () => {
    const lost = await committed();
    appendFileSync(lost.journal, readFileSync(lost.journal, 'utf8').split('\n')[0]?.slice(0, 90) ?? '');
    rmSync(lost.object);
    cutPower(lost);
    await (await openCache(lost.directory)).close();
    expect(readFileSync(lost.object, 'utf8')).toBe('content');
  });

  it('writes nowhere but into objects and records, whatever stands in it', async () => {
    const { digestOf } = await import('../../../src/engine/fingerprint.js');
    const lost = await committed();
    const outside = join(lost.directory, '..', 'outside');
    const hostile = ['../outside', 'objects/../../outside', outside, 'format', 'objects/ab/../../../outside'].map((path) => {
      const json = JSON.stringify({ path, mode: 0o644, content: Buffer.from('x').toString('base64') });
      return `${digestOf(json).slice(0, 16)} ${json}\n`;
    });
    writeFileSync(lost.journal, hostile.join(''));
    cutPower(lost);
    await (await openCache(lost.directory)).close();
    expect(existsSync(outside)).toBe(false);
    expect(readFileSync(join(lost.directory, 'format'), 'utf8')).toBe('1\n');
  });

  it('stays after a process that died, until the next one that writes has flushed the disk', async () => {
    const { directory, journal } = await committed();
    const dead = join(directory, 'journal', `${ownerName({ ...thisProcess(), startTime: '1' })}-1.jsonl`);
    renameSync(journal, dead);
    const reader = await openCache(directory);
    await reader.close();
    expect(existsSync(dead)).toBe(true);
    const writer = await openCache(directory);
    await commit(writer, 'more');
    await writer.close();
    expect(journals(directory)).toEqual([]);
  });

  it('does not touch the journal of a process that lives', async () => {
    const directory = join(temporaryFolder(), 'cache');
    const [one, other] = [await openCache(directory), await openCache(directory)];
    await commit(one, 'one');
    await commit(other, 'other');
    await other.close();
    expect(journals(directory)).toHaveLength(1);
    await one.close();
    expect(journals(directory)).toEqual([]);
  });

  it('takes in only small content', async () => {
    const directory = join(temporaryFolder(), 'cache');
    const cache = await openCache(directory);
    await commit(cache, 'x'.repeat(100_000));
    const [name = ''] = journals(directory);
    expect(statSync(join(directory, 'journal', name)).size).toBeLessThan(10_000);
    await cache.close();
  });

  it('is not kept where nothing is flushed', async () => {
    const directory = join(temporaryFolder(), 'cache');
    const cache = await openCache(directory, { durability: 'fast' });
    await commit(cache, 'content');
    mkdirSync(join(directory, 'journal'), { recursive: true });
    expect(journals(directory)).toEqual([]);
    await cache.close();
  });
});
