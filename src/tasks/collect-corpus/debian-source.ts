import { mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { TaskError } from '../../engine/task-kind.js';
import { tarFiles, type ArchiveFile } from '../../corpus/archive.js';
import { integrityOfHex, verifyIntegrity } from '../../corpus/integrity.js';
import { runTool } from './run-tool.js';
import { wantedPaths } from './wanted-paths.js';
import type { DebianSource, OpenSource, PackageSource, SourceOptions } from './source.js';

const instead = 'Debian packages are read with apt-get and dpkg-deb, after `apt-get update`; elsewhere unpack the package yourself and give its folder as the input `files`';

/**
 * Opens the Debian packages among the sources. They are downloaded together when the first is read (`apt-get` takes seconds to
 * start), and read without being installed.
 */
export function openDebianSources(sources: readonly PackageSource[], options: SourceOptions): ReadonlyMap<PackageSource, OpenSource> {
  const packages = sources.filter((source) => source.kind === 'debian');
  let downloading: Promise<string> | undefined;
  const folder = (): Promise<string> => downloading ??= download(packages, options);
  return new Map(packages.map((source): [PackageSource, OpenSource] => [source, {
    source: {
      name: `pkg:deb/debian/${source.package}`, version: source.version, integrity: integrityOfHex(source.sha256, 'sha256'), licence: source.licence,
    },
    files: packageFiles(source, folder, options),
  }]));
}

async function download(sources: readonly DebianSource[], { scratch, signal }: SourceOptions): Promise<string> {
  const folder = await mkdtemp(join(scratch, 'debian-'));
  const specifiers = sources.map((source) => `${source.package}=${source.version}`);
  await runTool('apt-get', () => execa('apt-get', ['download', '-q', ...specifiers], { cwd: folder, cancelSignal: signal, reject: false, stdin: 'ignore' }), instead);
  return folder;
}

async function* packageFiles(source: DebianSource, folder: () => Promise<string>, { maxFileBytes, signal }: SourceOptions): AsyncGenerator<ArchiveFile> {
  const specifier = `${source.package}=${source.version}`;
  const downloaded = await folder();
  const name = (await readdir(downloaded)).find((file) => file.startsWith(`${source.package}_`) && file.endsWith('.deb'));
  if (name === undefined) throw new TaskError(`apt-get download ${specifier} wrote no package`);
  const archive = join(downloaded, name);
  await verifyIntegrity(archive, integrityOfHex(source.sha256, 'sha256'), specifier);

  const unpacking = execa('dpkg-deb', ['--fsys-tarfile', archive], {
    buffer: { stdout: false }, cancelSignal: signal, reject: false, stdin: 'ignore',
  });
  try {
    yield* tarFiles(unpacking.stdout as AsyncIterable<Buffer>, specifier, { wanted: wantedPaths(source), maxFileBytes });
  } finally {
    unpacking.kill();
  }
  await runTool('dpkg-deb', () => unpacking, instead);
}
