import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { TaskError } from '../../engine/task-kind.js';
import { tarFiles, zipFiles, type ArchiveFile, type ArchiveOptions } from '../../corpus/archive.js';
import { verifyIntegrity } from '../../corpus/integrity.js';
import { runTool } from './run-tool.js';
import { wantedPaths } from './wanted-paths.js';
import type { NpmSource, OpenSource, SourceOptions } from './source.js';

/** Largest archive inside a package, bytes: it is held in memory. */
const maxInnerArchiveBytes = 256 * 2 ** 20;

/** Downloads through `npm pack`, so that the user's registry settings hold; no script of the package runs. */
export function openNpmSource(source: NpmSource, { scratch, maxFileBytes, signal }: SourceOptions): OpenSource {
  const specifier = `${source.package}@${source.version}`;
  return {
    source: {
      name: `pkg:npm/${source.package.replace('@', '%40')}`, version: source.version, integrity: source.integrity, licence: source.licence,
    },
    files: downloaded(),
  };

  async function* downloaded(): AsyncGenerator<ArchiveFile> {
    const folder = await mkdtemp(join(scratch, 'npm-'));
    try {
      await runTool('npm', () => execa('npm', ['pack', specifier, '--pack-destination', folder, '--ignore-scripts', '--loglevel', 'error'], {
        cwd: folder, cancelSignal: signal, reject: false, stdin: 'ignore',
      }), `download ${specifier} yourself and give its folder as the input \`files\``);
      const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
      if (tarball === undefined) throw new TaskError(`npm pack ${specifier} wrote no tarball`);
      await verifyIntegrity(join(folder, tarball), source.integrity, specifier);
      yield* packageFiles(join(folder, tarball), specifier, source, maxFileBytes);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function* packageFiles(tarball: string, specifier: string, source: NpmSource, maxFileBytes: number): AsyncGenerator<ArchiveFile> {
  const options: ArchiveOptions = { wanted: wantedPaths(source), maxFileBytes };
  const stream = createReadStream(tarball);
  if (source.inside === undefined) {
    for await (const file of tarFiles(stream, specifier, { ...options, wanted: (path) => options.wanted(inPackage(path)) })) yield { ...file, path: inPackage(file.path) };
    return;
  }
  const { inside } = source;
  let found = false;
  for await (const file of tarFiles(stream, specifier, { wanted: (path) => inPackage(path) === inside, maxFileBytes: maxInnerArchiveBytes })) {
    if (file.kind === 'too-large') throw new TaskError(`${inside} in ${specifier} has ${file.size} bytes, more than ${maxInnerArchiveBytes}`);
    found = true;
    for (const inner of zipFiles(file.bytes, `${inside} in ${specifier}`, options)) yield { ...inner, path: `${inside}/${inner.path}` };
  }
  if (!found) throw new TaskError(`${specifier} has no file ${inside}`);
}

/** npm puts a package's files in one folder, mostly `package/`. */
function inPackage(path: string): string {
  return path.slice(path.indexOf('/') + 1);
}
