import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { StoredObject } from '../../../src/engine/action-record.js';
import { UnstorableError } from '../../../src/engine/cache/errors.js';
import { openCache } from '../../../src/engine/cache/open-cache.js';
import { listingOf } from '../../../src/engine/cache/tree.js';
import { digestOf } from '../../../src/engine/fingerprint.js';
import { CorruptObjectError, type Cache } from '../../../src/engine/store.js';
import { temporaryCache, temporaryFolder, writeTree } from './rig.js';

describe('content-store: files', () => {
  it('adopts a file by moving it, read-only, under the sha256 of its bytes', async () => {
    const { store } = await temporaryCache();
    const path = writeFile('hello');
    const object = await store.adopt(path);
    expect(object).toEqual({ type: 'file', digest: digestOf('hello'), bytes: 5 });
    expect(existsSync(path)).toBe(false);
    const blob = await store.open(object);
    expect(readFileSync(blob, 'utf8')).toBe('hello');
    expect(statSync(blob).mode & 0o777).toBe(0o444);
  });

  it('stores equal content once, whichever way it came', async () => {
    const { store } = await temporaryCache();
    const objects = [await store.adopt(writeFile('same')), await store.snapshot(writeFile('same')), await store.putBytes(Buffer.from('same'))];
    expect(new Set(objects.map(({ digest }) => digest)).size).toBe(1);
    expect(await store.verify()).toEqual({ objects: 1, bytes: 4, corrupt: [] });
  });

  it('hashes a file that is larger than one read', async () => {
    const { store } = await temporaryCache();
    const content = Buffer.alloc((3 << 20) + 17, 'large');
    const path = writeFile(content);
    expect(await store.adopt(path)).toEqual({ type: 'file', digest: digestOf(content), bytes: content.length });
  });

  it('opens a file under a name of its own, and again after that was lost', async () => {
    const { store } = await temporaryCache();
    const object = await store.adopt(writeFile('<p>hello</p>'));
    const path = await store.openAs(object, 'report.html');
    expect(path).toBe(store.place(object, 'report.html'));
    expect(path.endsWith('/report.html')).toBe(true);
    expect(statSync(path).ino).toBe(statSync(await store.open(object)).ino);
    rmSync(join(path, '..'), { recursive: true });
    expect(readFileSync(await store.openAs(object, 'report.html'), 'utf8')).toBe('<p>hello</p>');
  });

  it('copies an output that has a second name, through which it could still be written', async () => {
    const { store } = await temporaryCache();
    const path = writeFile('linked');
    linkSync(path, `${path}.other`);
    const object = await store.adopt(path);
    writeFileSync(`${path}.other`, 'edited');
    expect(existsSync(path)).toBe(false);
    expect((await store.read(object)).toString()).toBe('linked');
  });

  it('does not move or follow an output that is a symbolic link', async () => {
    const { store } = await temporaryCache();
    const path = writeFile('target');
    symlinkSync(path, `${path}.link`);
    await expect(store.adopt(`${path}.link`)).rejects.toThrow(new UnstorableError(`${path}.link`, 'it is a symbolic link, not a file or folder'));
    expect(readFileSync(path, 'utf8')).toBe('target');
  });

  it('names a user\'s path that does not exist', async () => {
    const { store } = await temporaryCache();
    await expect(store.snapshot('/nowhere/at-all')).rejects.toThrow(new UnstorableError('/nowhere/at-all', 'it does not exist'));
  });
});

describe('content-store: trees', () => {
  it('gives back any tree: names, bytes, executable bits and empty folders', async () => {
    const cache = await temporaryCache();
    const name = fc.stringMatching(/^[a-zA-Zé ._-]{1,8}$/).filter((text) => text !== '.' && text !== '..');
    const file = fc.record({ content: fc.uint8Array({ maxLength: 50 }), executable: fc.boolean() });
    const { node } = fc.letrec((tie) => ({
      node: fc.dictionary(name, fc.oneof({ maxDepth: 3 }, file, tie('node')), { maxKeys: 4, noNullPrototype: true }),
    }));
    await fc.assert(fc.asyncProperty(node, async (tree) => {
      const source = writeAny(join(temporaryFolder(), 'tree'), tree);
      const before = contentsOf(source);
      const snapshot = await cache.store.snapshot(source);
      const adopted = await cache.store.adopt(source);
      expect(adopted).toEqual(snapshot);
      expect(contentsOf(await cache.store.open(adopted))).toEqual(before);
      expect(await cache.store.check(adopted)).toBe('present');
      expect(existsSync(source)).toBe(false);
    }), { numRuns: 40 });
  });

  it('tells trees apart by every name, byte, executable bit and empty folder', async () => {
    const cache = await temporaryCache();
    const trees = [{ a: '1' }, { b: '1' }, { a: '2' }, { a: ['1'] }, { 'a/a': '1' }, { a: '1', 'e/': '' }, {}] as const;
    const digests = await Promise.all(trees.map(async (files) => (await cache.store.snapshot(makeTree(files))).digest));
    expect(new Set(digests).size).toBe(trees.length);
  });

  it('counts the bytes of all files, one that occurs twice included', async () => {
    const { store } = await temporaryCache();
    expect((await store.adopt(makeTree({ a: 'four', 'b/c': 'four' }))).bytes).toBe(8);
  });

  it('shares the disk space of its files with their blobs', async () => {
    const { store } = await temporaryCache();
    const folder = await store.open(await store.adopt(makeTree({ a: 'shared' })));
    const blob = await store.open(await store.putBytes(Buffer.from('shared')));
    expect(statSync(join(folder, 'a')).ino).toBe(statSync(blob).ino);
  });

  it('copies where there are no hard links', async () => {
    const { store } = await temporaryCache({ hardLinks: false });
    const folder = await store.open(await store.adopt(makeTree({ a: 'copied', 'b/x': ['run'] })));
    expect(contentsOf(folder)).toEqual({ a: '- copied', 'b/x': 'x run' });
    expect(statSync(join(folder, 'a')).nlink).toBe(1);
  });

  it('takes a link that stays inside for what it points to', async () => {
    const { store } = await temporaryCache();
    const source = makeTree({ 'a/file': 'one' });
    symlinkSync('a', join(source, 'b'));
    symlinkSync('a/file', join(source, 'c'));
    const expected = { 'a/file': '- one', 'b/file': '- one', c: '- one' };
    const object = await store.adopt(source);
    expect(contentsOf(await store.open(object))).toEqual(expected);
  });

  it.each<[string, (folder: string) => unknown, string]>([
    ['a link that leaves', (folder) => { symlinkSync('/etc/passwd', join(folder, 'bad')); }, 'it is a symbolic link that leaves its folder'],
    ['a link to a sibling with the same beginning', (folder) => { mkdirSync(`${folder}-2`); symlinkSync(`${folder}-2`, join(folder, 'bad')); }, 'it is a symbolic link that leaves its folder'],
    ['a link to nothing', (folder) => { symlinkSync('gone', join(folder, 'bad')); }, 'it is a symbolic link to nothing'],
    ['a link to the folder it is in', (folder) => { symlinkSync('.', join(folder, 'bad')); }, 'it is a symbolic link to a folder around it'],
    ['a named pipe', (folder) => execFileSync('mkfifo', [join(folder, 'bad')]), 'it is a named pipe, not a file or folder'],
    ['a socket', (folder) => listen(join(folder, 'bad')), 'it is a socket, not a file or folder'],
  ])('refuses %s and leaves the tree as it is', async (_, spoil, problem) => {
    const { store } = await temporaryCache();
    const source = makeTree({ good: 'good' });
    await spoil(source);
    await expect(store.adopt(source)).rejects.toThrow(new UnstorableError(join(source, 'bad'), problem));
    await expect(store.snapshot(source)).rejects.toThrow(new UnstorableError(join(source, 'bad'), problem));
    expect(readFileSync(join(source, 'good'), 'utf8')).toBe('good');
    expect(await store.verify()).toEqual({ objects: 0, bytes: 0, corrupt: [] });
  });

  it.each(['back\\slash', 'C:'])('refuses the name %s, which is a path on some systems', async (name) => {
    const { store } = await temporaryCache();
    await expect(store.snapshot(makeTree({ [name]: '' }))).rejects.toThrow('its name is not portable');
  });

  it.each(['../up', '/absolute', 'a/../../up', 'nul\0', '', 'a//b', '.'])('does not open a listing that somebody forged with the name %j', async (name) => {
    const { store, directory } = await temporaryCache();
    const { digest, bytes } = await store.putBytes(Buffer.from('payload'));
    const listing = await store.putBytes(Buffer.from(listingOf([{ name, mode: '-', digest, bytes }])));
    const forged: StoredObject = { type: 'tree', digest: listing.digest, bytes };
    await expect(store.open(forged)).rejects.toThrow(CorruptObjectError);
    expect(await store.check(forged)).toBe('corrupt');
    expect(readdirSync(join(directory, 'trees'))).toEqual([]);
  });

  it('refuses to swallow the cache itself', async () => {
    const { store, directory } = await temporaryCache();
    await expect(store.snapshot(join(directory, '..'))).rejects.toThrow('the cache directory is in it');
  });
});

describe('content-store: damage', () => {
  it('reports a missing and a truncated file by its size alone', async () => {
    const { store } = await temporaryCache();
    const object = await store.putBytes(Buffer.from('whole'));
    const blob = await store.open(object);
    truncateSync(writable(blob), 3);
    expect(await store.check(object)).toBe('corrupt');
    rmSync(blob);
    expect(await store.check(object)).toBe('missing');
    await expect(store.open(object)).rejects.toThrow(new CorruptObjectError(object.digest, 'missing'));
    await expect(store.read(object)).rejects.toThrow(new CorruptObjectError(object.digest, 'missing'));
  });

  it('finds a flipped byte when the object is first opened in a process, and heals by making it again', async () => {
    const cache = await temporaryCache();
    const object = await cache.store.putBytes(Buffer.from('precious'));
    writeFileSync(writable(await cache.store.open(object)), 'Precious');

    const { store } = await reopened(cache);
    expect(await store.check(object)).toBe('present');
    await expect(store.open(object)).rejects.toThrow(new CorruptObjectError(object.digest, 'corrupt'));
    await expect(store.read(object)).rejects.toThrow(new CorruptObjectError(object.digest, 'corrupt'));
    expect((await store.verify()).corrupt).toEqual([object.digest]);

    await store.quarantine(object.digest);
    expect(readdirSync(join(cache.directory, 'corrupt'))).toHaveLength(1);
    expect(await store.check(object)).toBe('missing');
    await store.quarantine(object.digest);
    await store.adopt(writeFile('precious'));
    expect((await store.read(object)).toString()).toBe('precious');
    expect((await store.verify()).corrupt).toEqual([]);
  });

  it('notices a change to an object that it has opened before', async () => {
    const { store } = await temporaryCache();
    const object = await store.putBytes(Buffer.from('before'));
    const blob = writable(await store.open(object));
    // Written in the same millisecond it could not be told apart; a task that tampers comes later.
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    writeFileSync(blob, 'after!');
    await expect(store.open(object)).rejects.toThrow(CorruptObjectError);
  });

  it('does not set aside what is whole: another process may have mended it meanwhile', async () => {
    const { store, directory } = await temporaryCache();
    const object = await store.putBytes(Buffer.from('whole'));
    await store.quarantine(object.digest);
    expect(await store.check(object)).toBe('present');
    expect(readdirSync(join(directory, 'corrupt'))).toEqual([]);
  });

  it('takes the folders into which a damaged file is linked with it: people look at them through their artifacts', async () => {
    const cache = await temporaryCache();
    const [damaged, other] = [await cache.store.adopt(makeTree({ a: 'aaa', b: 'bbb' })), await cache.store.adopt(makeTree({ b: 'bbb' }))];
    const [folder, whole] = [await cache.store.open(damaged), await cache.store.open(other)];
    writeFileSync(writable(join(folder, 'a')), 'AAA');

    const { store } = await reopened(cache);
    await store.adopt(writeFile('aaa'));
    expect([existsSync(folder), existsSync(whole)]).toEqual([false, true]);
    expect(contentsOf(await store.open(damaged))).toEqual({ a: '- aaa', b: '- bbb' });
  });

  it('replaces a damaged object when the same content is adopted, without being told', async () => {
    const cache = await temporaryCache();
    const object = await cache.store.putBytes(Buffer.from('content'));
    writeFileSync(writable(await cache.store.open(object)), 'CONTENT');
    const { store } = await reopened(cache);
    await store.adopt(writeFile('content'));
    expect((await store.read(object)).toString()).toBe('content');
  });

  it('names the damaged file of a tree, and opens the tree again once that is back', async () => {
    const cache = await temporaryCache();
    const tree = await cache.store.adopt(makeTree({ a: 'aaa', b: 'bbb' }));
    const folder = await cache.store.open(tree);
    writeFileSync(writable(join(folder, 'a')), 'AAA');

    const { store } = await reopened(cache);
    await expect(store.open(tree)).rejects.toThrow(new CorruptObjectError(digestOf('aaa'), 'corrupt'));
    await store.quarantine(digestOf('aaa'));
    expect(await store.check(tree)).toBe('missing');
    await expect(store.open(tree)).rejects.toThrow(new CorruptObjectError(digestOf('aaa'), 'missing'));
    await store.putBytes(Buffer.from('aaa'));
    expect(contentsOf(await store.open(tree))).toEqual({ a: '- aaa', b: '- bbb' });
  });

  it('reports a truncated and a missing file of a tree, and a missing listing', async () => {
    const { store, directory } = await temporaryCache();
    const tree = await store.adopt(makeTree({ a: 'aaa', b: 'bbb' }));
    const a = await store.open({ type: 'file', digest: digestOf('aaa'), bytes: 3 });
    truncateSync(writable(a), 1);
    expect(await store.check(tree)).toBe('corrupt');
    rmSync(a);
    expect(await store.check(tree)).toBe('missing');
    rmSync(await store.open({ ...tree, type: 'file', bytes: statSync(blobOf(directory, tree)).size }));
    expect(await store.check(tree)).toBe('missing');
    await expect(store.open(tree)).rejects.toThrow(new CorruptObjectError(tree.digest, 'missing'));
  });

  it.each<[string, (folder: string) => void]>([
    ['a file is missing', (folder) => { rmSync(join(folder, 'a')); }],
    ['a file was added', (folder) => { writeFileSync(join(folder, 'extra'), ''); }],
    ['a file was replaced', (folder) => { rmSync(join(folder, 'a')); writeFileSync(join(folder, 'a'), 'AAA'); }],
    ['an executable lost its bit', (folder) => { chmodSync(join(folder, 'run'), 0o444); }],
    ['it is gone', (folder) => { rmSync(folder, { recursive: true }); }],
  ])('makes a tree\'s folder again when %s', async (_, spoil) => {
    const cache = await temporaryCache();
    const tree = await cache.store.adopt(makeTree({ a: 'aaa', run: ['#!'] }));
    spoil(await cache.store.open(tree));
    const { store } = await reopened(cache);
    expect(contentsOf(await store.open(tree))).toEqual({ a: '- aaa', run: 'x #!' });
    expect(readdirSync(join(cache.directory, 'tmp'))).toEqual([]);
  });

  it('makes a tree\'s folder again when it vanishes between two openings', async () => {
    const { store } = await temporaryCache();
    const tree = await store.adopt(makeTree({ a: 'aaa' }));
    const folder = await store.open(tree);
    renameSync(folder, join(temporaryFolder(), 'elsewhere'));
    expect(contentsOf(await store.open(tree))).toEqual({ a: '- aaa' });
  });

  it('does not count what is no object', async () => {
    const { store, directory } = await temporaryCache();
    await store.putBytes(Buffer.from('object'));
    writeFileSync(join(directory, 'objects', '.DS_Store'), '');
    writeFileSync(join(directory, 'objects', digestOf('object').slice(0, 2), 'stray'), '');
    expect(await store.verify()).toEqual({ objects: 1, bytes: 6, corrupt: [] });
  });

  it('refuses a record that claims another size', async () => {
    const { store } = await temporaryCache();
    const object = await store.putBytes(Buffer.from('five!'));
    await expect(store.open({ ...object, bytes: 6 })).rejects.toThrow(CorruptObjectError);
  });
});

type AnyTree = { readonly [name: string]: unknown };

function writeAny(folder: string, tree: AnyTree): string {
  mkdirSync(folder);
  for (const [name, node] of Object.entries(tree)) {
    const path = join(folder, name);
    if (isFile(node)) writeFileSync(path, node.content, { mode: node.executable ? 0o755 : 0o644 });
    else writeAny(path, node as AnyTree);
  }
  return folder;
}

function isFile(node: unknown): node is { content: Uint8Array; executable: boolean } {
  return typeof node === 'object' && node !== null && 'content' in node && node.content instanceof Uint8Array;
}

/** Name -> executable bit and content; an empty folder is `name/`. */
function contentsOf(folder: string, prefix = ''): Record<string, string> {
  const entries = readdirSync(folder, { withFileTypes: true });
  if (entries.length === 0 && prefix !== '') return { [prefix]: '' };
  return Object.assign({}, ...entries.map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return contentsOf(path, `${prefix}${entry.name}/`);
    return { [prefix + entry.name]: `${(statSync(path).mode & 0o100) === 0 ? '-' : 'x'} ${readFileSync(path, 'latin1')}` };
  })) as Record<string, string>;
}

function blobOf(directory: string, { digest }: StoredObject): string {
  return join(directory, 'objects', digest.slice(0, 2), digest.slice(2));
}

function writeFile(content: string | Uint8Array): string {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, content);
  return path;
}

function makeTree(files: Parameters<typeof writeTree>[1]): string {
  return writeTree(join(temporaryFolder(), 'tree'), files);
}

function writable(path: string): string {
  chmodSync(path, 0o644);
  return path;
}

async function listen(path: string): Promise<void> {
  const server = createServer();
  onTestFinished(() => { server.close(); });
  await new Promise<void>((resolve) => { server.listen(path, resolve); });
}

/** As another process would see it. */
async function reopened(cache: Cache): Promise<Cache> {
  const other = await openCache(cache.directory, { durability: 'fast' });
  onTestFinished(() => other.close());
  return other;
}
