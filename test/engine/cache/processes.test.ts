import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCache } from '../../../src/engine/cache/open-cache.js';
import { digestOf } from '../../../src/engine/fingerprint.js';
import { bundled, canMount, recordOf, start, startCommand, temporaryFolder, writeTree } from './rig.js';

describe('several processes with one cache', () => {
  it('keep one of eight results that race for a fingerprint, and record the seven others', async () => {
    const directory = join(temporaryFolder(), 'cache');
    const script = await bundled('racer');
    const racers = Array.from({ length: 8 }, (_, number) => start(script, directory, String(number)));
    const reports = await Promise.all(racers.map(async (racer) => JSON.parse(await racer.line() ?? '') as { kept: string; mine: string; differing: string[] }));

    expect(new Set(reports.map(({ kept }) => kept)).size).toBe(1);
    for (const { kept, mine, differing } of reports) expect(differing).toEqual(kept === mine ? [] : ['out']);
    expect(reports.filter(({ kept, mine }) => kept === mine)).toHaveLength(1);

    const cache = await openCache(directory);
    const others = await cache.actions.differing(digestOf('the race'));
    expect(new Set(others.map(({ outputs }) => outputs['out']?.digest)).size).toBe(7);
    expect(others).toHaveLength(7);
    expect((await cache.store.verify()).corrupt).toEqual([]);
    await cache.close();
  });
});

describe.skipIf(!canMount)('a cache on a full disk (skipped where mount namespaces are not allowed)', () => {
  it('says which directory is full, leaves no temporary and goes on with what fits', async () => {
    const mount = temporaryFolder();
    const script = await bundled('on-a-full-disk');
    const inNamespace = `mount -t tmpfs -o size=4m tmpfs "$1" && exec "$2" "$3" "$1/cache" "$4"`;
    const user = startCommand('unshare', '-rm', 'sh', '-c', inNamespace, 'sh', mount, process.execPath, script, temporaryFolder());
    const { failures, ...rest } = JSON.parse(await user.line() ?? '') as { failures: string[] };

    expect(failures).toHaveLength(4);
    for (const failure of failures) expect(failure).toBe(`DiskFullError: the disk of the cache directory ${join(mount, 'cache')} is full`);
    expect(rest).toEqual({ corrupt: [], temporaries: [], usable: ['present', 'present'] });
  });
});

describe.skipIf(!canMount)('a cache that may only be read (skipped where mount namespaces are not allowed)', () => {
  it('answers lookups and opens objects, and names itself when something is to be written', async () => {
    const directory = join(temporaryFolder(), 'cache');
    const cache = await openCache(directory, { durability: 'fast' });
    const file = await cache.store.putBytes(Buffer.from('file'));
    const tree = await cache.store.snapshot(writeTree(join(temporaryFolder(), 'tree'), { a: 'leaf' }));
    await cache.store.open(tree);
    const record = recordOf({ file, tree });
    await cache.actions.commit(record);
    await cache.close();

    const inNamespace = `mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && exec "$2" "$3" "$1" "$4"`;
    const user = startCommand('unshare', '-rm', 'sh', '-c', inNamespace, 'sh', directory, process.execPath, await bundled('on-a-read-only-disk'), record.fingerprint);
    const refusal = `ReadOnlyCacheError: the cache directory ${directory} is read-only`;
    expect(JSON.parse(await user.line() ?? '')).toEqual({ read: ['file', 'leaf'], checked: 'present', put: refusal, scratch: refusal, commit: refusal });
  });

  it('cannot be made where nothing may be written', async () => {
    const parent = temporaryFolder();
    mkdirSync(join(parent, 'inner'));
    const inNamespace = `mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && exec "$2" "$3" "$1/cache" x 2>&1`;
    const user = startCommand('unshare', '-rm', 'sh', '-c', inNamespace, 'sh', parent, process.execPath, await bundled('on-a-read-only-disk'));
    let said = '';
    for (let line = await user.line(); line !== undefined; line = await user.line()) said += line;
    expect(said).toContain(`ReadOnlyCacheError: the cache directory ${join(parent, 'cache')} is read-only`);
  });
});
