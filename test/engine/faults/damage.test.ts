import { disk } from './file-system.js';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UnstorableError } from '../../../src/engine/cache/errors.js';
import { openCache } from '../../../src/engine/cache/open-cache.js';
import { thisProcess } from '../../../src/engine/cache/process-identity.js';
import { listingOf } from '../../../src/engine/cache/tree.js';
import { digestOf } from '../../../src/engine/fingerprint.js';
import { recordOf, temporaryCache, temporaryFolder, writeTree } from '../cache/rig.js';
import { makeRig, pipelineOf } from '../run/rig.js';
import { expectedOf, withTask, type Dag } from './dags.js';
import { Project } from './project.js';

const small = withTask(
  withTask({ tasks: [], files: ['a', 'b'], codes: { mix: 0, spread: 0, count: 0 } }, 'first', { kind: 'spread', text: 0, modulo: 0, reads: [0], value: 9 }),
  'second', { kind: 'mix', text: 1, modulo: 0, reads: [0], value: 9 },
);

describe('a cache directory in which somebody was at work', () => {
  it('runs as ever, whatever files and folders stand where they do not belong', async () => {
    const project = newProject();
    await runWhole(project, small);
    for (const folder of readdirSync(project.cacheFolder, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
      const path = join(project.cacheFolder, folder.name);
      for (const name of ['stray', '.hidden', 'new\nline', '..strange', 'x'.repeat(250)]) writeFileSync(join(path, name), 'garbage');
      mkdirSync(join(path, 'zz', 'deeper'), { recursive: true });
    }
    for (const file of ['stat.jsonl', 'usage.json']) writeFileSync(join(project.cacheFolder, file), '\0\n{"path":1}\nnull\n[');
    await runWhole(project, small);
    await runWhole(project, { ...small, files: ['other', 'b'] });
    await project.withCache(async ({ store }) => { expect((await store.verify()).corrupt).toEqual([]); });
  });

  it.each<[string, (path: string) => void]>([
    ['a folder', (path) => { rmSync(path); mkdirSync(path); }],
    ['empty', (path) => { truncateSync(path); }],
    ['a list', (path) => { writeFileSync(path, '[]\n'); }],
    ['without outputs', (path) => { writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8').split('\n')[0] ?? ''), outputs: null })); }],
    ['one whose outputs lead elsewhere', (path) => { writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/"digest":"\w+"/g, '"digest":"../../../../etc/passwd"')); }],
  ])('pain 11: a record that is %s is a miss: its task runs again, once', async (_, damage) => {
    const project = newProject();
    await runWhole(project, small);
    for (const path of recordsOf(project)) damage(path);
    expect(await runWhole(project, small)).toBe(2);
    expect(await runWhole(project, small)).toBe(0);
  });

  it('pain 2: a record of which a bit flipped is a miss, never another result', async () => {
    const cache = await temporaryCache();
    const record = recordOf({ out: await cache.store.putBytes(Buffer.from('x')) });
    await cache.actions.commit(record);
    const path = join(cache.directory, 'actions', record.fingerprint.slice(0, 2), `${record.fingerprint.slice(2)}.json`);
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at += 3) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      writeFileSync(path, flipped);
      const found = await cache.actions.lookup(record.fingerprint);
      if (found !== undefined) expect(found, `bit of byte ${at}`).toEqual(record);
    }
    for (let length = 0; length < whole.length; length += 7) {
      writeFileSync(path, whole.subarray(0, length));
      const found = await cache.actions.lookup(record.fingerprint);
      if (found !== undefined) expect(found, `the first ${length} bytes`).toEqual(record);
    }
  });

  it('pain 11: an output that turns out corrupt when its artifact is linked is made again', async () => {
    const project = newProject();
    await runWhole(project, small);
    for (const path of filesBelow(join(project.cacheFolder, 'objects'))) flip(path);
    rmSync(project.artifacts, { recursive: true });
    await runWhole(project, small);
    for (const [task, { written }] of expectedOf(small)) expect(project.published(task, Object.keys(written))).toEqual(written);
  });

  it('pain 11: a file of the user\'s of which one value is read is copied again when its copy is corrupt', async () => {
    const before = await makeRig();
    const path = join(before.folder, 'data.json');
    writeFileSync(path, '{"loss": 0.5}');
    const pipeline = pipelineOf([{ id: 'a', value: `${path}#/loss` }]);
    await before.run(pipeline);
    const object = (await before.plan(pipeline)).snapshots.get(path);
    if (object === undefined) throw new Error('no snapshot');
    flip(await before.cache.store.open(object));
    const rig = await makeRig(before);
    const again = await rig.run(pipeline);
    expect(again.summary).toMatchObject({ outcome: 'succeeded', executed: 0, cached: 1 });
    expect((await rig.cache.store.verify()).corrupt).toEqual([]);
  });

  it('takes an empty format file, as a power cut may leave it, for none', async () => {
    const cache = await temporaryCache();
    writeFileSync(join(cache.directory, 'format'), '');
    await (await openCache(cache.directory)).close();
    expect(readFileSync(join(cache.directory, 'format'), 'utf8')).toBe('1\n');
  });
});

describe('pain 5: a lease file that nobody can hold', () => {
  const self = thisProcess();
  it.each<[string, unknown]>([
    ['no holder', { id: 'x', beat: 0, holder: null }],
    ['a holder that is text', { id: 'x', beat: 0, holder: 'me' }],
    ['pid 0, which stands for a whole group', { id: 'x', beat: 0, holder: { ...self, pid: 0 } }],
    ['pid -1, which stands for everybody', { id: 'x', beat: 0, holder: { ...self, pid: -1 } }],
    ['a pid that no process has', { id: 'x', beat: 0, holder: { ...self, pid: 2 ** 22 + 1 } }],
    ['a pid that another process has now', { id: 'x', beat: 0, holder: { ...self, startTime: '1' } }],
    ['an earlier boot', { id: 'x', beat: 0, holder: { ...self, boot: '00000000' } }],
  ])('names %s and is taken over at once', async (_, lease) => {
    const cache = await temporaryCache({ leases: 'files', leaseTimes: { beatMs: 1_000, staleMs: 30_000, pollMs: 1 } });
    writeFileSync(join(cache.directory, 'leases', `${digestOf('task')}.json`), JSON.stringify(lease));
    expect((await cache.leases.acquire(digestOf('task'))).kind).toBe('held');
  });
});

describe('a clock that goes backwards', () => {
  it('hides no edit from the memory of what files looked like', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'input');
    const hour = 3_600_000;
    for (const [edit, shift] of [0, -5 * hour, 48 * hour, -48 * hour, 0].entries()) {
      writeFileSync(path, String(edit));
      const cache = await openCache(join(folder, 'cache'), { durability: 'fast', now: () => Date.now() + shift });
      expect((await cache.store.snapshot(path)).digest).toBe(digestOf(String(edit)));
      expect((await cache.store.snapshot(path)).digest).toBe(digestOf(String(edit)));
      await cache.close();
    }
  });

  it('takes nothing from a process at work', async () => {
    const cache = await temporaryCache();
    const scratch = await cache.scratch();
    for (const shift of [-1e12, 1e12]) await (await openCache(cache.directory, { now: () => Date.now() + shift })).close();
    expect(existsSync(scratch.path)).toBe(true);
  });
});

describe('a folder that was made to do harm', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['that differ in case', { README: 'one', readme: 'two', 'Dir/x': '3', 'dir/x': '4' }],
    ['in two normal forms', { 'caf\u00e9': 'one', 'cafe\u0301': 'two' }],
    ['with line ends, quotes, stars and spaces', { 'a\nb': '1', '"q"': '2', '*': '3', ' ': '4', '-rf': '5', '..x': '6', 'x..': '7', '\u202egpj.exe': '8' }],
    ['as long as a name may be', { ['n'.repeat(255)]: '1', [`${'d'.repeat(200)}/${'e'.repeat(200)}/${'f'.repeat(200)}`]: '2' }],
  ])('gives back names %s as they were', async (_, files) => {
    const { store } = await temporaryCache();
    const source = writeTree(join(temporaryFolder(), 'tree'), files);
    const snapshot = await store.snapshot(source);
    const object = await store.adopt(source);
    expect(object).toEqual(snapshot);
    const folder = await store.open(object);
    for (const [name, content] of Object.entries(files)) expect(readFileSync(join(folder, name), 'utf8')).toBe(content);
  });

  it('says which name a file system cannot tell from another', async () => {
    const project = newProject();
    await project.withCache(async ({ store }) => {
      const object = await store.snapshot(writeTree(join(project.folder, 'tree'), { README: 'one', readme: 'two' }));
      disk.arm(project.folder, { kind: 'refusing', calls: ['link'], code: 'EEXIST', from: 2 });
      onTestFinished(() => disk.disarm());
      await expect(store.open(object)).rejects.toThrow('to this file system it is the same name as another in its folder');
    });
  });

  it('is refused when its links stand for more names than anybody could store', async () => {
    const { store } = await temporaryCache();
    const source = writeTree(join(temporaryFolder(), 'tree'), Object.fromEntries(Array.from({ length: 8 }, (_, level) => [`${level}/file`, ''])));
    for (let level = 0; level < 7; level += 1) {
      for (let copy = 0; copy < 8; copy += 1) symlinkSync(`../${level + 1}`, join(source, String(level), `link-${copy}`));
    }
    await expect(store.snapshot(source)).rejects.toThrow('symbolic links to folders lead to more than 100000 names');
  });

  it('is refused with links in a ring, and with two names that are not UTF-8', async () => {
    const { store } = await temporaryCache();
    const ring = writeTree(join(temporaryFolder(), 'tree'), { file: '' });
    symlinkSync('two', join(ring, 'one'));
    symlinkSync('one', join(ring, 'two'));
    await expect(store.snapshot(ring)).rejects.toThrow(UnstorableError);
    const bytes = writeTree(join(temporaryFolder(), 'tree'), { '\ufffd': 'the name itself' });
    writeFileSync(Buffer.concat([Buffer.from(`${bytes}/`), Buffer.of(0xff)]), 'not UTF-8');
    await expect(store.snapshot(bytes)).rejects.toThrow('two names become this one, for they are not UTF-8');
  });

  it.each([
    ['twice', ['a', 'a']],
    ['below a file', ['a', 'a/b']],
  ])('is not made from a listing that has a name %s', async (_, names) => {
    const { store, directory } = await temporaryCache();
    const { digest, bytes } = await store.putBytes(Buffer.from('payload'));
    const listing = await store.putBytes(Buffer.from(listingOf(names.map((name) => ({ name, mode: '-' as const, digest, bytes })))));
    const forged = { type: 'tree' as const, digest: listing.digest, bytes: 2 * bytes };
    expect(await store.check(forged)).toBe('corrupt');
    await expect(store.open(forged)).rejects.toThrow('is corrupt');
    expect(readdirSync(join(directory, 'tmp'))).toEqual([]);
  });
});

function newProject(): Project {
  const project = new Project();
  onTestFinished(() => { project.remove(); });
  return project;
}

/** How many tasks ran; all of them succeed, without a warning. */
async function runWhole(project: Project, dag: Dag): Promise<number> {
  project.writeFiles(dag);
  const { summary, events } = await project.withCache((cache) => project.run(dag, cache));
  expect(summary, JSON.stringify(summary.failures)).toMatchObject({ outcome: 'succeeded' });
  expect(events.filter(({ kind }) => kind === 'warning' || kind === 'not-reproducible')).toEqual([]);
  return summary.executed;
}

function recordsOf(project: Project): string[] {
  return filesBelow(join(project.cacheFolder, 'actions'));
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function flip(path: string): void {
  const bytes = readFileSync(path);
  chmodSync(path, 0o644);
  writeFileSync(path, bytes.map((byte, index) => (index === 0 ? byte ^ 1 : byte)));
}
