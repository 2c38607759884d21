import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCache } from '../../../src/engine/cache/open-cache.js';
import { CacheFormatError } from '../../../src/engine/cache/errors.js';
import { livenessOf, ownerName, ownerOf, thisProcess } from '../../../src/engine/cache/process-identity.js';
import { temporaryCache, temporaryFolder } from './rig.js';

const DAY_MS = 86_400_000;

describe('open-cache', () => {
  it('makes the directory, with a format that says which layout it has', async () => {
    const directory = join(temporaryFolder(), 'deep', 'cache');
    const cache = await openCache(directory);
    expect(cache.directory).toBe(directory);
    expect(readFileSync(join(directory, 'format'), 'utf8')).toBe('1\n');
    await cache.close();
    await (await openCache(directory)).close();
  });

  it('can be opened by many at once while it is new', async () => {
    const directory = join(temporaryFolder(), 'cache');
    const caches = await Promise.all(Array.from({ length: 8 }, () => openCache(directory)));
    await Promise.all(caches.map((cache) => cache.close()));
  });

  it('refuses a layout of another version, and touches nothing', async () => {
    const directory = temporaryFolder();
    writeFileSync(join(directory, 'format'), '2\n');
    await expect(openCache(directory)).rejects.toThrow(new CacheFormatError(directory, 'its format is "2", expected "1"'));
    expect(readdirSync(directory)).toEqual(['format']);
  });

  it('refuses a file', async () => {
    const path = join(temporaryFolder(), 'file');
    writeFileSync(path, '');
    await expect(openCache(path)).rejects.toThrow(new CacheFormatError(path, 'it is not a folder'));
    await expect(openCache(join(path, 'below'))).rejects.toThrow(CacheFormatError);
  });
});

describe('scratch', () => {
  it('is a fresh folder each time, on the file system of the store, gone after remove', async () => {
    const cache = await temporaryCache();
    const [one, two] = [await cache.scratch(), await cache.scratch()];
    expect(one.path).not.toBe(two.path);
    mkdirSync(join(one.path, 'locked'));
    writeFileSync(join(one.path, 'locked', 'file'), '');
    chmodSync(join(one.path, 'locked'), 0o555);
    await one.remove();
    expect([existsSync(one.path), existsSync(two.path)]).toEqual([false, true]);
  });

  it('is swept at opening when its owner is dead, not while it lives or cannot be known', async () => {
    const cache = await temporaryCache();
    const living = await cache.scratch();
    const self = thisProcess();
    const owners = {
      'pid reused by another process': ownerName({ ...self, startTime: '1' }),
      'pid that no process has': ownerName({ ...self, pid: 2 ** 22 + 1 }),
      'earlier boot': ownerName({ ...self, boot: '00000000' }),
      'another machine': ownerName({ ...self, machine: 'ffffffff', pid: 2 ** 22 + 1 }),
      'another container': ownerName({ ...self, pidNamespace: '1', pid: 2 ** 22 + 1 }),
    };
    for (const folder of ['scratch', 'tmp']) {
      for (const owner of Object.values(owners)) mkdirSync(join(cache.directory, folder, `${owner}-0123`));
    }
    await (await openCache(cache.directory)).close();
    const kept = [owners['another machine'], owners['another container']].map((owner) => `${owner}-0123`);
    expect(readdirSync(join(cache.directory, 'tmp')).sort()).toEqual(kept.sort());
    expect(existsSync(living.path)).toBe(true);
    expect(readdirSync(join(cache.directory, 'scratch'))).toHaveLength(3);

    const weekAgo = (Date.now() - 8 * DAY_MS) / 1_000;
    for (const name of kept) utimesSync(join(cache.directory, 'tmp', name), weekAgo, weekAgo);
    await (await openCache(cache.directory)).close();
    expect(readdirSync(join(cache.directory, 'tmp'))).toEqual([]);
  });
});

describe('process-identity', () => {
  it('survives being part of a file name', () => {
    const self = thisProcess();
    expect(ownerOf(`${ownerName(self)}-abc123`)).toEqual({ ...self, host: '' });
    expect(livenessOf(self)).toBe('alive');
  });

  it('does not take a stranger\'s file for a process\'s', () => {
    expect(ownerOf('README.md')).toBeUndefined();
  });
});
