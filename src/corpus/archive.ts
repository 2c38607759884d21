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
 * followed and no path can lead outside; links and devices are passed over.
 * @throws {TaskError} when a path is absolute or climbs with `..`, when the stream is damaged, or unpacks to more than the limit
 */
export async function* tarFiles(stream: AsyncIterable<Uint8Array>, name: string, options: ArchiveOptions): AsyncGenerator<ArchiveFile> {
  const finished: ArchiveFile[] = [];
  let problem: Error | undefined;
  let total = 0;
  const fail = (error: Error): void => { problem ??= error; };
  const parser = new Parser({
    onReadEntry: (entry) => {
      const path = entry.path.replace(/^(\.\/)+/, '');
      total += entry.size;
      const unsafe = unsafePath(path) ?? (total > (options.maxTotalBytes ?? defaultTotalBytes) ? 'it unpacks to more than the limit' : undefined);
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

function isRegularFile(entry: ReadEntry): boolean {
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
  const entries = new Map<string, UnzipFileInfo>();
  let total = 0;
  readZip(archive, name, (entry) => {
    total += entry.originalSize;
    const unsafe = unsafePath(entry.name) ?? (entries.has(entry.name) ? `it has ${JSON.stringify(entry.name)} twice` : undefined)
      ?? (total > (options.maxTotalBytes ?? defaultTotalBytes) ? 'it unpacks to more than the limit' : undefined);
    if (unsafe !== undefined) throw new TaskError(`${name} is refused: ${unsafe}`);
    entries.set(entry.name, entry);
    return false;
  });
  return [...entries.values()];
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
