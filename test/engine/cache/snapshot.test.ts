import { appendFileSync, chmodSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openCache, type CacheOptions } from '../../../src/engine/cache/open-cache.js';
import { digestOf } from '../../../src/engine/fingerprint.js';
import type { Cache } from '../../../src/engine/store.js';
import { temporaryFolder, writeTree } from './rig.js';

const AN_HOUR_MS = 3_600_000;
const inAnHour = (): number => Date.now() + AN_HOUR_MS;

describe('snapshot', () => {
  it('keeps what the user\'s file was, whatever becomes of the file', async () => {
    const { cache, path } = await withFile('first');
    const object = await cache.store.snapshot(path);
    writeFileSync(path, 'second');
    expect((await cache.store.read(object)).toString()).toBe('first');
    expect(statSync(path).mode & 0o200).toBe(0o200);
  });

  it('sees every edit, also one of equal length right after the file was read', async () => {
    const { cache, path } = await withFile('0');
    for (let edit = 1; edit < 10; edit += 1) {
      writeFileSync(path, String(edit));
      expect((await cache.store.snapshot(path)).digest).toBe(digestOf(String(edit)));
    }
  });

  it('sees an edit that hides by setting the time back', async () => {
    const { cache, path } = await withFile('old', { now: inAnHour });
    const { mtime, atime } = statSync(path);
    await cache.store.snapshot(path);
    writeFileSync(path, 'new');
    utimesSync(path, atime, mtime);
    expect((await cache.store.snapshot(path)).digest).toBe(digestOf('new'));
  });

  it('does not read an unchanged file again, in this process or the next', async () => {
    const { cache, path, directory } = await withFile('believed', { now: inAnHour });
    await cache.store.snapshot(path);
    // The only way to tell without spying: make the memory say something else, and see that it is believed.
    const other = await cache.store.putBytes(Buffer.from('bel1eved'));
    await cache.close();
    const statFile = join(directory, 'stat.jsonl');
    writeFileSync(statFile, readFileSync(statFile, 'utf8').replace(digestOf('believed'), other.digest));
    const next = await opened(directory, { now: inAnHour });
    expect((await next.store.snapshot(path)).digest).toBe(other.digest);
    const paranoid = await opened(directory, { paranoid: true });
    expect((await paranoid.store.snapshot(path)).digest).toBe(digestOf('believed'));
  });

  it('does not believe the memory of a file that was still fresh when it was read', async () => {
    const { cache, path, directory } = await withFile('fresh');
    await cache.store.snapshot(path);
    const other = await cache.store.putBytes(Buffer.from('FRESH'));
    await cache.close();
    const statFile = join(directory, 'stat.jsonl');
    writeFileSync(statFile, readFileSync(statFile, 'utf8').replace(digestOf('fresh'), other.digest));
    const next = await opened(directory, { now: inAnHour });
    expect((await next.store.snapshot(path)).digest).toBe(digestOf('fresh'));
  });

  it('copies an unchanged file again when its object is gone', async () => {
    const { cache, path } = await withFile('again', { now: inAnHour });
    const object = await cache.store.snapshot(path);
    rmSync(await cache.store.open(object));
    expect(await cache.store.snapshot(path)).toEqual(object);
    expect(await cache.store.check(object)).toBe('present');
  });

  it('remembers each file of a tree', async () => {
    const { cache } = await withFile('', { now: inAnHour });
    const tree = writeTree(join(temporaryFolder(), 'tree'), { a: '1', b: '2' });
    const before = await cache.store.snapshot(tree);
    writeFileSync(join(tree, 'b'), '3');
    const after = await cache.store.snapshot(tree);
    expect(after.digest).not.toBe(before.digest);
    expect(readFileSync(join(await cache.store.open(after), 'b'), 'utf8')).toBe('3');
    expect(readFileSync(join(await cache.store.open(before), 'b'), 'utf8')).toBe('2');
  });

  it('makes nothing of a memory that is damaged', async () => {
    const { cache, path, directory } = await withFile('content');
    await cache.store.snapshot(path);
    await cache.close();
    appendFileSync(join(directory, 'stat.jsonl'), '{"path": "/torn\nnull\n{}\n');
    const next = await opened(directory);
    expect((await next.store.snapshot(path)).digest).toBe(digestOf('content'));
  });

  it('rewrites its memory once most of it is out of date', async () => {
    const { cache, path, directory } = await withFile('0');
    await cache.store.snapshot(path);
    await cache.close();
    const statFile = join(directory, 'stat.jsonl');
    const [line = ''] = readFileSync(statFile, 'utf8').split('\n').filter(Boolean);
    writeFileSync(statFile, `${line}\n`.repeat(2_000));
    await (await opened(directory)).close();
    expect(readFileSync(statFile, 'utf8')).toBe(`${line}\n`);
  });

  it('takes a file that nobody may write', async () => {
    const { cache, path } = await withFile('locked');
    chmodSync(path, 0o444);
    const object = await cache.store.snapshot(path);
    rmSync(path);
    expect((await cache.store.read(object)).toString()).toBe('locked');
  });
});

async function withFile(content: string, options: CacheOptions = {}): Promise<{ cache: Cache; path: string; directory: string }> {
  const folder = temporaryFolder();
  const path = join(folder, 'input');
  writeFileSync(path, content);
  const directory = join(folder, 'cache');
  return { cache: await opened(directory, options), path, directory };
}

async function opened(directory: string, options: CacheOptions = {}): Promise<Cache> {
  const cache = await openCache(directory, { durability: 'fast', ...options });
  onTestFinished(() => cache.close());
  return cache;
}
