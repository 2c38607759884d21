import { closeSync, createReadStream, existsSync, openSync, readSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Digest } from '../action-record.js';
import { Layout } from '../cache/layout.js';
import { bytesOf, filesOf, parseListing, type FileEntry } from '../cache/tree.js';
import { CorruptObjectError, type Cache } from '../store.js';

/** A file or folder that no task made. */
export interface UserFile {
  readonly digest: Digest;
  /** undefined when the store no longer has it. */
  readonly type: 'file' | 'tree' | undefined;
  readonly bytes: number | undefined;
  /** Where these bytes were last seen; undefined when that is forgotten. */
  readonly path: string | undefined;
  /** Other bytes have been seen there since. */
  readonly changedSince: boolean;
}

/** Where the bytes of a digest were seen, the latest last, and what was last seen there. */
interface Sighting {
  readonly path: string;
  readonly changedSince: boolean;
}

const listingTag = Buffer.from('pipelines/tree/v1\n');

/** What is known of objects that no task made: the store tells what they are, the memory of file times where they were. */
export async function userFiles(digests: readonly Digest[], cache: Cache): Promise<ReadonlyMap<Digest, UserFile>> {
  const layout = new Layout(cache.directory);
  const listings = new Map<Digest, readonly FileEntry[]>();
  for (const digest of digests) {
    const files = isListing(layout.object(digest)) ? await listingOf(digest, cache) : undefined;
    if (files) listings.set(digest, files);
  }
  const wanted = new Set([...digests, ...[...listings.values()].flat().map(({ digest }) => digest)]);
  const seen = await sightings(wanted, layout.stat);
  return new Map(digests.map((digest): [Digest, UserFile] => {
    const files = listings.get(digest);
    if (files) return [digest, { digest, type: 'tree', bytes: bytesOf(files), ...folderOf(files, seen) }];
    const bytes = statSync(layout.object(digest), { throwIfNoEntry: false })?.size;
    return [digest, { digest, type: bytes === undefined ? undefined : 'file', bytes, ...seen.get(digest)?.at(-1) ?? unseen }];
  }));
}

const unseen = { path: undefined, changedSince: false } as const;

/** The folder around the first file of a tree, wherever it was seen under the name that it has there. */
function folderOf(files: readonly FileEntry[], seen: ReadonlyMap<Digest, readonly Sighting[]>): Pick<UserFile, 'path' | 'changedSince'> {
  const [first] = files;
  const end = `/${first?.name ?? ''}`;
  const path = first && seen.get(first.digest)?.findLast((sighting) => sighting.path.endsWith(end))?.path.slice(0, -end.length);
  if (path === undefined) return unseen;
  const stays = files.every(({ name, digest }) => seen.get(digest)?.some((sighting) => sighting.path === `${path}/${name}` && !sighting.changedSince) ?? false);
  return { path, changedSince: !stays };
}

async function sightings(digests: ReadonlySet<Digest>, statFile: string): Promise<ReadonlyMap<Digest, readonly Sighting[]>> {
  const last = new Map<string, Digest>();
  const paths = new Map<Digest, Set<string>>();
  if (digests.size === 0 || !existsSync(statFile)) return new Map();
  for await (const line of createInterface({ input: createReadStream(statFile, 'utf8') })) {
    const entry = parseEntry(line);
    if (!entry) continue;
    last.set(entry.path, entry.digest);
    if (!digests.has(entry.digest)) continue;
    const known = paths.get(entry.digest) ?? new Set();
    // Seen again, it is the latest again.
    known.delete(entry.path);
    paths.set(entry.digest, known.add(entry.path));
  }
  return new Map([...paths].map(([digest, known]) => [digest, [...known].map((path) => ({ path, changedSince: last.get(path) !== digest }))]));
}

function parseEntry(line: string): { readonly path: string; readonly digest: Digest } | undefined {
  try {
    const { path, digest } = JSON.parse(line) as { readonly path?: unknown; readonly digest?: unknown };
    return typeof path === 'string' && typeof digest === 'string' ? { path, digest } : undefined;
  } catch {
    return undefined;
  }
}

async function listingOf(digest: Digest, { store }: Cache): Promise<readonly FileEntry[] | undefined> {
  try {
    const entries = parseListing((await store.read({ type: 'file', digest, bytes: 0 })).toString('utf8'));
    return entries && filesOf(entries);
  } catch (error) {
    if (error instanceof CorruptObjectError) return undefined;
    throw error;
  }
}

function isListing(path: string): boolean {
  if (!existsSync(path)) return false;
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(listingTag.length);
    return readSync(file, head, 0, head.length, 0) === head.length && head.equals(listingTag);
  } finally {
    closeSync(file);
  }
}
