import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { Header } from 'tar';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/engine/json.js';
import { readCorpusIndex, readDocuments, type Document } from '../../src/corpus/corpus.js';
import { collectCorpus } from '../../src/tasks/collect-corpus/kind.js';
import { run } from '../../src/tasks/collect-corpus/run.js';
import { program } from '../corpus/fixtures.js';
import { removeRigs, runTask, temporaryFolder, type RigOptions } from './task-rig.js';

const path = process.env['PATH'] ?? '';
afterEach(() => { process.env['PATH'] = path; });
afterAll(removeRigs);

interface Collection {
  kept: { files: number; bytes: number };
  heldOut: { share: number; bytes: number; groups: string[] };
  sources: { name: string; kept: { files: number }; removed: Record<string, { files: number; bytes: number }> }[];
}

async function collect(options: RigOptions): Promise<{ corpus: Document[]; heldout: Document[]; collection: Collection; corpusPath: string }> {
  const result = await runTask(collectCorpus, run, options);
  const read = async (name: string): Promise<Document[]> => {
    const documents: Document[] = [];
    for await (const document of readDocuments(result.output(name))) documents.push(document);
    return documents;
  };
  const collection = JSON.parse(readFileSync(result.output('collection'), 'utf8')) as Collection;
  return { corpus: await read('corpus'), heldout: await read('heldout'), collection, corpusPath: result.output('corpus') };
}

function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

function tarOf(files: Readonly<Record<string, Uint8Array>>): Buffer {
  return Buffer.concat([...Object.entries(files).flatMap(([name, body]) => {
    const header = Buffer.alloc(512);
    new Header({ path: name, type: 'File', size: body.length, mode: 0o644, mtime: new Date(0) }).encode(header, 0);
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  }), Buffer.alloc(1_024)]);
}

/** Puts a program of this name first on PATH. */
function install(name: string, script: string): void {
  const folder = folderOf({ [name]: `#!/bin/sh\n${script}\n` });
  chmodSync(join(folder, name), 0o755);
  process.env['PATH'] = `${folder}${delimiter}${process.env['PATH'] ?? ''}`;
}

const php = (number: number): string => program('php', number);

describe('collect-corpus from folders', () => {
  it('keeps the wanted files, in the order of their paths, with origin and licence', async () => {
    const folder = folderOf({ 'b/2.php': php(2), 'a/1.php': `<?php // SPDX-License-Identifier: Apache-2.0\n${php(1)}`, 'a/readme.md': 'x'.repeat(500), 'vendor/3.php': php(3) });
    const { corpus, corpusPath } = await collect({ parameters: { language: 'php', include: ['*.php'], exclude: ['vendor/**'], licence: 'MIT' }, inputs: { files: [folder] } });
    expect(corpus.map(({ id, licence, origin, language }) => [id, licence, origin, language])).toEqual([
      ['files-1#a/1.php', 'Apache-2.0', 'files-1', 'php'], ['files-1#b/2.php', 'MIT', 'files-1', 'php'],
    ]);
    expect((await readCorpusIndex(corpusPath)).sources).toMatchObject([{ name: 'files-1', version: null, licence: 'MIT', documents: 2 }]);
  });

  it('leaves out what is not worth training on, and counts it by reason', async () => {
    const folder = folderOf({
      'good.php': php(1), 'same.php': php(1).replaceAll('\n', '  \r\n\r\n'), 'small.php': '<?php', 'large.php': php(2).repeat(400),
      'latin1.php': Buffer.concat([Buffer.from(php(3)), Buffer.of(0xe9)]), 'binary.php': `${php(4)}\0`, 'minified.php': `<?php ${'a();'.repeat(400)}`,
      'generated.php': `<?php\n// This file is generated. DO NOT EDIT.\n${php(5)}`, 'data.php': `<?php\n${'[{()}],\n'.repeat(60)}`,
      'gpl.php': `<?php // SPDX-License-Identifier: GPL-3.0-only\n${php(6)}`,
    });
    const { corpus, collection } = await collect({
      parameters: { language: 'php', licence: 'MIT', allowedLicences: ['MIT'], maxBytes: 20_000 }, inputs: { files: [folder] },
    });
    expect(corpus.map(({ id }) => id)).toEqual(['files-1#good.php']);
    const removed = Object.entries(collection.sources[0]?.removed ?? {}).map(([reason, { files }]) => [reason, files]);
    expect(Object.fromEntries(removed)).toEqual({
      duplicate: 1, 'too-small': 1, 'too-large': 1, 'not-utf8': 1, binary: 1, 'long-lines': 1, generated: 1, 'few-letters': 1, licence: 1,
    });
  });

  it('keeps duplicates when it is told to', async () => {
    const folder = folderOf({ 'a.php': php(1), 'b.php': php(1) });
    expect((await collect({ parameters: { language: 'php', deduplicate: false }, inputs: { files: [folder] } })).corpus).toHaveLength(2);
  });

  it('makes line ends and byte order marks alike', async () => {
    const folder = folderOf({ 'a.php': `\u{feff}${php(1).replaceAll('\n', '\r\n')}` });
    expect((await collect({ parameters: { language: 'php' }, inputs: { files: [folder] } })).corpus[0]?.text).toBe(php(1));
  });

  it('holds out whole top-level folders, at most the share that is wanted', async () => {
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`src/part-${index % 12}/${index}.php`, php(index)]));
    const { corpus, heldout, collection } = await collect({ parameters: { language: 'php', heldOutShare: 0.25 }, inputs: { files: [folderOf(files)] } });
    const groups = (documents: readonly Document[]): Set<string> => new Set(documents.map(({ id }) => id.split('/')[1] ?? ''));
    expect([...groups(corpus)].filter((group) => groups(heldout).has(group))).toEqual([]);
    expect(corpus.length + heldout.length).toBe(60);
    expect(collection.heldOut.share).toBeLessThanOrEqual(0.25);
    expect(collection.heldOut.share).toBeGreaterThan(0.1);
    expect(collection.heldOut.groups).toEqual([...groups(heldout)].map((group) => `files-1#src/${group}`).sort());
  });

  it('says why nothing is left', async () => {
    const folder = folderOf({ 'a.php': '<?php' });
    await expect(collect({ parameters: { language: 'php' }, inputs: { files: [folder] } })).rejects.toMatchObject({ name: 'TaskError', hint: 'removed: 1 too-small' });
    await expect(collect({ parameters: { language: 'php' } })).rejects.toThrow('nothing to collect');
    const single = folderOf({ 'all/a.php': php(1) });
    await expect(collect({ parameters: { language: 'php', heldOutShare: 0.1 }, inputs: { files: [single] } })).rejects.toThrow('no top-level folder is small enough');
  });
});

describe('collect-corpus from JSON Lines', () => {
  it('takes text or content, with the id and licence of the record', async () => {
    const file = join(folderOf({ 'x.jsonl': `${JSON.stringify({ id: 7, content: php(1), license: 'BSD-3-Clause' })}\n${JSON.stringify({ text: php(2) })}\n` }), 'x.jsonl');
    const { corpus } = await collect({ parameters: { language: 'php', licence: 'MIT' }, inputs: { documents: [file] } });
    expect(corpus.map(({ licence }) => licence)).toEqual(['BSD-3-Clause', 'MIT']);
    expect(corpus[0]?.id).toBe('documents-1#7');
  });

  it('names the line without text', async () => {
    const file = join(folderOf({ 'x.jsonl': '{"text":"a"}\n{"body":"b"}\n' }), 'x.jsonl');
    await expect(collect({ parameters: { language: 'php' }, inputs: { documents: [file] } })).rejects.toThrow('line 2: expected an object with the string');
  });
});

describe('collect-corpus from npm packages', () => {
  function pack(files: Readonly<Record<string, Uint8Array>>): { tarball: string; integrity: string } {
    const bytes = gzipSync(tarOf(files));
    return { tarball: join(folderOf({ 'x-1.0.0.tgz': bytes }), 'x-1.0.0.tgz'), integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}` };
  }

  function source(integrity: string, more: JsonObject = {}): RigOptions {
    return { parameters: { language: 'php', sources: [{ kind: 'npm', package: 'x', version: '1.0.0', integrity, include: ['*.php'], licence: 'MIT', ...more }] } };
  }

  it('reads the pinned tarball that npm pack fetches, without running its scripts', async () => {
    const { tarball, integrity } = pack({ 'package/lib/a.php': Buffer.from(php(1)), 'package/b.txt': Buffer.from('no') });
    install('npm', `test "$1 $2 $3 $5" = 'pack x@1.0.0 --pack-destination --ignore-scripts' && cp ${tarball} "$4"`);
    const { corpus, corpusPath } = await collect(source(integrity));
    expect(corpus.map(({ id, text }) => [id, text])).toEqual([['pkg:npm/x@1.0.0#lib/a.php', php(1)]]);
    expect((await readCorpusIndex(corpusPath)).sources).toMatchObject([{ name: 'pkg:npm/x', version: '1.0.0', integrity, documents: 1 }]);
  });

  it('reads a zip archive inside', async () => {
    const { tarball, integrity } = pack({ 'package/lib.zip': zipSync({ 'json/a.php': Buffer.from(php(1)), 'big.php': new Uint8Array(3_000_000) }) });
    install('npm', `cp ${tarball} "$4"`);
    const { corpus, collection } = await collect(source(integrity, { inside: 'lib.zip' }));
    expect(corpus.map(({ id }) => id)).toEqual(['pkg:npm/x@1.0.0#lib.zip/json/a.php']);
    expect(collection.sources[0]?.removed).toEqual({ 'too-large': { files: 1, bytes: 3_000_000 } });
    await expect(collect(source(integrity, { inside: 'other.zip' }))).rejects.toThrow('x@1.0.0 has no file other.zip');
  });

  it('refuses a tarball that is not what was pinned', async () => {
    const { tarball } = pack({ 'package/a.php': Buffer.from(php(1)) });
    install('npm', `cp ${tarball} "$4"`);
    await expect(collect(source(`sha512-${'A'.repeat(86)}==`))).rejects.toThrow('x@1.0.0 is not what was pinned: its integrity is sha512-');
  });

  it('refuses a tarball whose paths lead outside', async () => {
    const { tarball, integrity } = pack({ 'package/../../outside.php': Buffer.from(php(1)) });
    install('npm', `cp ${tarball} "$4"`);
    await expect(collect(source(integrity))).rejects.toThrow('x@1.0.0 is refused');
  });

  it('repeats what npm said when it fails', async () => {
    install('npm', 'echo "npm error 404 no such package" >&2; exit 1');
    await expect(collect(source(`sha512-${'A'.repeat(86)}==`))).rejects.toThrow('npm error 404 no such package');
  });
});

describe('collect-corpus from Debian packages', () => {
  const content = tarOf({ './usr/share/php/X/a.php': Buffer.from(php(1)), './usr/share/doc/b.php': Buffer.from(php(2)) });
  const sha256 = createHash('sha256').update(content).digest('hex');
  const options = (pin: string): RigOptions => ({
    parameters: { language: 'php', sources: [{ kind: 'debian', package: 'php-x', version: '1:2.0-1', sha256: pin, include: ['usr/share/php/**'], licence: 'MIT' }] },
  });

  it('reads the pinned package that apt-get downloads, without installing it', async () => {
    const deb = join(folderOf({ 'x.deb': content }), 'x.deb');
    install('apt-get', `test "$*" = 'download -q php-x=1:2.0-1' && cp ${deb} php-x_1%3a2.0-1_all.deb`);
    install('dpkg-deb', 'test "$1" = --fsys-tarfile && cat "$2"');
    const { corpus } = await collect(options(sha256));
    expect(corpus.map(({ id }) => id)).toEqual(['pkg:deb/debian/php-x@1:2.0-1#usr/share/php/X/a.php']);
    await expect(collect(options('0'.repeat(64)))).rejects.toThrow('php-x=1:2.0-1 is not what was pinned');
  });

  it('says what to do where apt-get is not installed', async () => {
    process.env['PATH'] = temporaryFolder();
    await expect(collect(options(sha256))).rejects.toMatchObject({
      name: 'TaskError', message: 'apt-get is not installed here', hint: expect.stringContaining('give its folder as the input `files`') as string,
    });
  });
});
