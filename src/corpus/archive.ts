import { posix } from 'node:path';
import { unzipSync, type UnzipFileInfo } from 'fflate';
import { Parser, type ReadEntry } from 'tar';
import { TaskError } from '../engine/task-kind.js';

/** A file of an archive; above the size limit, without its bytes. */
export type ArchiveFile =
  | { readonly kind: 'file'; readonly path: string; readonly bytes: Uint8Array }
  | { readonly kind: 'too-large'; readonly path: string; readonly size: number };

export interface ArchiveOptions {
  /** Which regular files to read, by path in the archive. */
  readonly wanted: (path: string) => boolean;
  /** Bytes of one file. */
  readonly maxFileBytes: number;
  /** Bytes of the whole archive, unpacked: the end of a decompression bomb. Default 8 GiB. */
  readonly maxTotalBytes?: number;
}

const defaultTotalBytes = 8 * 2 ** 30;
/** Zip entries inflated at once. */
const zipBatchBytes = 64 * 2 ** 20;

/**
 * Reads the wanted regular files of a tar stream (plain or gzip), in its order. Nothing is written to disk, so links are never
 * followed and no path can lead outside; a link that stays inside is passed over, for what it stands for is there by its own name.
 * @throws {TaskError} when a path is absolute or climbs with `..`, a wanted one is a link that does or has the name of another,
 * when there is a device in it, when the stream is damaged, or unpacks to more than the limit
 */
export async function* tarFiles(stream: AsyncIterable<Uint8Array>, name: string, options: ArchiveOptions): AsyncGenerator<ArchiveFile> {
  const finished: ArchiveFile[] = [];
  let problem: Error | undefined;
  let total = 0;
  const fail = (error: Error): void => { problem ??= error; };
  const names = new Names();
  const parser = new Parser({
    onReadEntry: (entry) => {
      const path = entry.path.replace(/^(\.\/)+/, '');
      total += entry.size;
      const unsafe = unsafePath(path) ?? unsafeEntry(entry, path, options) ?? names.problemOf(entry, path, options) ?? (total > (options.maxTotalBytes ?? defaultTotalBytes) ? 'it unpacks to more than the limit' : undefined);
      if (unsafe !== undefined) fail(new TaskError(`${name} is refused: ${unsafe}`));
      if (problem !== undefined || !isRegularFile(entry) || !options.wanted(path)) {
        entry.resume();
      } else if (entry.size > options.maxFileBytes) {
        finished.push({ kind: 'too-large', path, size: entry.size });
        entry.resume();
      } else {
        collect(entry, (bytes) => finished.push({ kind: 'file', path, bytes }));
      }
    },
  });
  parser.on('error', fail);
  parser.on('warn', (code: string, message: string) => {
    if (code !== 'TAR_ENTRY_INFO') fail(new TaskError(`${name} is damaged: ${message}`));
  });
  for await (const chunk of stream) {
    parser.write(chunk);
    if (problem !== undefined) throw asTaskError(problem, name);
    yield* finished.splice(0);
  }
  await new Promise<void>((resolve) => {
    parser.on('end', resolve);
    parser.on('error', () => resolve());
    parser.end();
  });
  if (problem !== undefined) throw asTaskError(problem, name);
  yield* finished.splice(0);
}

/** A link that leads out, and what no package of sources has. */
function unsafeEntry({ type, linkpath }: ReadEntry, path: string, { wanted }: ArchiveOptions): string | undefined {
  if (type === 'CharacterDevice' || type === 'BlockDevice' || type === 'FIFO') return `${JSON.stringify(path)} is a device or pipe`;
  if ((type !== 'SymbolicLink' && type !== 'Link') || linkpath === undefined || !wanted(path)) return undefined;
  // A hard link is told from the root of the archive, a symbolic one from its own folder.
  const target = type === 'Link' ? linkpath : posix.join(posix.dirname(path), linkpath);
  const leadsOut = unsafePath(linkpath.startsWith('/') ? linkpath : posix.normalize(target)) !== undefined;
  return leadsOut ? `${JSON.stringify(path)} is a link that leads out, to ${JSON.stringify(linkpath)}` : undefined;
}

/** The wanted files of an archive, of which no two may have the same name, on any file system. */
class Names {
  readonly #seen = new Map<string, string>();

  problemOf(entry: Pick<ReadEntry, 'type'>, path: string, { wanted }: ArchiveOptions): string | undefined {
    return isRegularFile(entry) && wanted(path) ? this.add(path) : undefined;
  }

  add(path: string): string | undefined {
    const folded = path.normalize('NFC').toLowerCase();
    const other = this.#seen.get(folded);
    this.#seen.set(folded, path);
    if (other === undefined) return undefined;
    return other === path ? `it has ${JSON.stringify(path)} twice` : `${JSON.stringify(other)} and ${JSON.stringify(path)} are one name on some file systems`;
  }
}

function isRegularFile(entry: Pick<ReadEntry, 'type'>): boolean {
  return entry.type === 'File' || entry.type === 'OldFile' || entry.type === 'ContiguousFile';
}

function collect(entry: ReadEntry, done: (bytes: Buffer) => void): void {
  const chunks: Buffer[] = [];
  entry.on('data', (chunk: Buffer) => chunks.push(chunk));
  entry.on('end', () => done(Buffer.concat(chunks)));
}

/**
 * Reads the wanted files of a zip archive, in the order of its directory, inflating about 64 MiB at once. A file never
 * inflates to more than its directory entry says, so the sizes there bound memory.
 * @throws {TaskError} as `tarFiles`
 */
export function* zipFiles(archive: Uint8Array, name: string, options: ArchiveOptions): Generator<ArchiveFile> {
  let batch: string[] = [];
  let batchBytes = 0;
  for (const { name: path, originalSize } of zipDirectory(archive, name, options)) {
    if (path.endsWith('/') || !options.wanted(path)) continue;
    if (originalSize > options.maxFileBytes) {
      yield { kind: 'too-large', path, size: originalSize };
      continue;
    }
    batch.push(path);
    batchBytes += originalSize;
    if (batchBytes < zipBatchBytes) continue;
    yield* inflate(archive, name, batch);
    batch = [];
    batchBytes = 0;
  }
  yield* inflate(archive, name, batch);
}

function zipDirectory(archive: Uint8Array, name: string, options: ArchiveOptions): UnzipFileInfo[] {
  const entries: UnzipFileInfo[] = [];
  const names = new Names();
  let total = 0;
  readZip(archive, name, (entry) => {
    total += entry.originalSize;
    const unsafe = unsafePath(entry.name) ?? (options.wanted(entry.name) ? names.add(entry.name) : undefined)
      ?? (total > (options.maxTotalBytes ?? defaultTotalBytes) ? 'it unpacks to more than the limit' : undefined);
    if (unsafe !== undefined) throw new TaskError(`${name} is refused: ${unsafe}`);
    entries.push(entry);
    return false;
  });
  return entries;
}

function* inflate(archive: Uint8Array, name: string, paths: readonly string[]): Generator<ArchiveFile> {
  const wanted = new Set(paths);
  const files = readZip(archive, name, (entry) => wanted.has(entry.name));
  for (const path of paths) {
    const bytes = files[path];
    if (bytes !== undefined) yield { kind: 'file', path, bytes };
  }
}

function readZip(archive: Uint8Array, name: string, filter: (entry: UnzipFileInfo) => boolean): Record<string, Uint8Array> {
  try {
    return unzipSync(archive, { filter });
  } catch (error) {
    throw asTaskError(error, name);
  }
}

function asTaskError(error: unknown, name: string): TaskError {
  if (error instanceof TaskError) return error;
  return new TaskError(`${name} is damaged: ${error instanceof Error ? error.message : String(error)}`);
}

/** Why a path must not be trusted, if so. A pinned archive that holds one was made to do harm. */
function unsafePath(path: string): string | undefined {
  if (/^([/\\]|[A-Za-z]:)/.test(path)) return `the path ${JSON.stringify(path)} is absolute`;
  if (path.split(/[/\\]/).includes('..')) return `the path ${JSON.stringify(path)} climbs out`;
  if (path.includes('\0')) return 'a path holds a NUL';
  return undefined;
}
