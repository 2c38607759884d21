import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../src/engine/fingerprint.js';
import { loadOwnKind } from '../../../src/engine/own-kinds/load-own-kind.js';
import { RememberedCode } from '../../../src/engine/own-kinds/remembered-code.js';
import { folderWith } from './rig.js';

const task = "import { double } from './double.mjs';\nexport default { summary: 'Doubles.', parameters: { of: { type: 'integer', default: 2 } }, outputs: { a: 'a.txt' }, run() { return double(21); } };\n";
const double = 'export const double = (n) => 2 * n;\n';

async function remembering(files: Readonly<Record<string, string>> = { 'task.mjs': task, 'double.mjs': double }) {
  const folder = await folderWith(files);
  const entry = join(folder, 'task.mjs');
  const kept = join(folder, 'cache', 'code');
  const remembered = new RememberedCode(kept);
  const load = async () => {
    const result = await loadOwnKind('./task.mjs', entry, { remembered });
    if (result.kind === 'invalid') throw new Error(result.mistakes[0]?.message);
    return result.registered;
  };
  return { folder, entry, kept, remembered, load, first: await load() };
}

describe('remembered code', () => {
  it('gives back the same kind while every file has the same content, however often it is written', async () => {
    const { folder, load, first } = await remembering();
    await writeFile(join(folder, 'double.mjs'), double);
    const { kind, codeDigest } = await load();
    expect({ kind, codeDigest }).toEqual({ kind: first.kind, codeDigest: first.codeDigest });
  });

  it('spares running the module, which is known by its content', async () => {
    const counting = `globalThis.loadedTimes = (globalThis.loadedTimes ?? 0) + 1;\n${task}`;
    const { folder, kept } = await remembering({ 'task.mjs': counting, 'double.mjs': double });
    const again = await folderWith({ 'task.mjs': counting, 'double.mjs': double });
    // Another path, which Node has not loaded, with what is remembered of the first.
    const [file = ''] = await readdir(kept);
    const text = (await readFile(join(kept, file), 'utf8')).replaceAll(folder, again);
    const remembered = new RememberedCode(join(again, 'code'));
    await mkdir(join(again, 'code'));
    await writeFile(join(again, 'code', `${digestOf(join(again, 'task.mjs'))}.json`), text);
    expect((await loadOwnKind('./task.mjs', join(again, 'task.mjs'), { remembered })).kind).toBe('ok');
    expect((globalThis as { loadedTimes?: number }).loadedTimes).toBe(1);
  });

  it('is forgotten when a file changes, goes, or a package comes', async () => {
    const { folder, entry, remembered } = await remembering({ 'task.mjs': `import 'node:fs';\n${task}`, 'double.mjs': double });
    expect(remembered.recall(entry)).toBeDefined();
    await writeFile(join(folder, 'double.mjs'), `${double}// more`);
    expect(remembered.recall(entry)).toBeUndefined();
    await writeFile(join(folder, 'double.mjs'), double);
    const known = remembered.recall(entry);
    if (known === undefined) throw new Error('the content is what it was');

    remembered.remember(entry, { ...known, code: { ...known.code, packages: { words: null } } });
    expect(remembered.recall(entry)).toBeDefined();
    await mkdir(join(folder, 'node_modules', 'words'), { recursive: true });
    await writeFile(join(folder, 'node_modules', 'words', 'package.json'), '{ "version": "1.0.0" }');
    expect(remembered.recall(entry)).toBeUndefined();
  });

  it('survives a damaged memory', async () => {
    const { entry, kept, remembered, load, first } = await remembering();
    const [file = ''] = await readdir(kept);
    for (const text of ['', '{', 'null', '{"madeBy":1,"kind":{}}']) {
      await writeFile(join(kept, file), text);
      expect(remembered.recall(entry)).toBeUndefined();
    }
    expect((await load()).codeDigest).toBe(first.codeDigest);
    expect(remembered.recall(entry)).toBeDefined();
  });

  it('names the file that was changed since', async () => {
    const { folder, first } = await remembering();
    expect(first.changedFile?.()).toBeUndefined();
    await writeFile(join(folder, 'double.mjs'), 'export const double = (n) => n + n;\n');
    expect(first.changedFile?.()).toBe(join(folder, 'double.mjs'));
  });
});
