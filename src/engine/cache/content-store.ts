import { rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Digest, StoredObject } from '../action-record.js';
import { digestOf } from '../fingerprint.js';
import { CorruptObjectError, type ContentStore, type VerifyReport } from '../store.js';
import { hashFile, type Blob, type Blobs } from './blobs.js';
import { DiskFullError, isInside, named, naming, ReadOnlyCacheError, UnstorableError } from './errors.js';
import { MaterialisedTrees } from './materialised-trees.js';
import { mapInParallel } from './parallel.js';
import { statText, type StatCache } from './stat-cache.js';
import { bytesOf, filesOf, listingOf, parseListing, statInput, statOutput, walkTree, type TreeEntry, type WalkedEntry } from './tree.js';

const FILES_AT_ONCE = 8;
const SNAPSHOT_ATTEMPTS = 3;

export interface ContentStoreParts {
  readonly blobs: Blobs;
  /** undefined: every user's file is read every time. */
  readonly stats: StatCache | undefined;
  readonly now: () => number;
}

/** Files are blobs; a tree is the blob of its listing plus the blobs it lists. */
export class DiskContentStore implements ContentStore {
  readonly #blobs: Blobs;
  readonly #stats: StatCache | undefined;
  readonly #now: () => number;
  readonly #trees: MaterialisedTrees;

  constructor({ blobs, stats, now }: ContentStoreParts) {
    this.#blobs = blobs;
    this.#stats = stats;
    this.#now = now;
    this.#trees = new MaterialisedTrees(blobs);
  }

  /** @throws UnstorableError, DiskFullError, ReadOnlyCacheError */
  snapshot(path: string): Promise<StoredObject> {
    return this.#naming(async () => {
      const absolute = resolve(path);
      const stats = await statInput(absolute);
      if (isInside(absolute, this.#blobs.writing.layout.root)) throw new UnstorableError(absolute, 'the cache directory is in it');
      const object = stats.isFile()
        ? { type: 'file' as const, ...await this.#snapshotFile(absolute) }
        : await this.#putTree(await walkTree(absolute), (source) => this.#snapshotFile(source));
      this.#stats?.flush();
      return object;
    });
  }

  /** @throws UnstorableError, DiskFullError, ReadOnlyCacheError */
  adopt(path: string): Promise<StoredObject> {
    return this.#naming(async () => {
      const stats = statOutput(path);
      if (stats.isFile()) return { type: 'file', ...await this.#blobs.take(path, stats) };
      const tree = await this.#putTree(await walkTree(path), (source, fileStats) => this.#blobs.take(source, fileStats));
      await rm(path, { recursive: true, force: true });
      return tree;
    });
  }

  putBytes(bytes: Uint8Array): Promise<StoredObject> {
    return this.#naming(async () => ({ type: 'file', ...await this.#blobs.putBytes(bytes) }));
  }

  /** `bytes` is not looked at: a log is known by its digest alone. */
  async read(object: StoredObject): Promise<Buffer> {
    if (object.type === 'tree') throw new TypeError('a tree has no content of its own; open it');
    return this.#blobs.read(object.digest);
  }

  open(object: StoredObject): Promise<string> {
    return this.#naming(() => object.type === 'file'
      ? this.#blobs.open(object)
      : this.#trees.open(object.digest, () => this.#listing(object)));
  }

  /** A file under a name of its own is a tree of that one file; only where the name matters is that worth a folder. */
  async openAs(object: StoredObject, name: string): Promise<string> {
    if (object.type === 'tree' || !goesByName(name)) return this.open(object);
    const entries = onlyFile(object, name);
    return join(await this.#naming(() => this.#trees.open(digestOf(listingOf(entries)), () => Promise.resolve(entries))), name);
  }

  place(object: StoredObject, name: string): string {
    const { layout } = this.#blobs.writing;
    if (object.type === 'tree') return layout.tree(object.digest);
    if (!goesByName(name)) return layout.object(object.digest);
    return join(layout.tree(digestOf(listingOf(onlyFile(object, name)))), name);
  }

  async check(object: StoredObject): Promise<'present' | 'missing' | 'corrupt'> {
    if (object.type === 'file') return this.#checkBlob(object);
    if (this.#blobs.sizeOf(object.digest) === undefined) return 'missing';
    const entries = await this.#listing(object).catch(() => undefined);
    if (entries === undefined) return 'corrupt';
    const states = filesOf(entries).map((entry) => this.#checkBlob(entry));
    return states.find((state) => state === 'corrupt') ?? states.find((state) => state === 'missing') ?? 'present';
  }

  quarantine(digest: Digest): Promise<void> {
    return this.#naming(() => this.#blobs.quarantine(digest));
  }

  /** After a power cut: the files in `trees/` were not flushed. */
  removeTornTrees(): Promise<void> {
    return this.#trees.removeTorn();
  }

  async verify(): Promise<VerifyReport> {
    const corrupt: Digest[] = [];
    let objects = 0;
    let bytes = 0;
    for await (const blob of this.#blobs.verifyAll()) {
      objects += 1;
      bytes += blob.bytes;
      if (!blob.whole) corrupt.push(blob.digest);
    }
    return { objects, bytes, corrupt };
  }

  /** The copy is what is hashed, so an edit meanwhile cannot give one digest to other bytes; it can only tear the copy, and then we copy again. */
  async #snapshotFile(path: string): Promise<Blob> {
    for (let attempt = 1; attempt <= SNAPSHOT_ATTEMPTS; attempt += 1) {
      const before = await stat(path, { bigint: true });
      const known = this.#stats?.digestOf(path, before);
      const bytes = Number(before.size);
      if (known !== undefined && this.#blobs.rely({ digest: known, bytes })) return { digest: known, bytes };
      const seenAt = this.#now();
      const blob = await this.#copy(path);
      const after = await stat(path, { bigint: true });
      if (statText(before) !== statText(after)) continue;
      this.#stats?.record(path, after, blob.digest, seenAt);
      return blob;
    }
    throw new UnstorableError(path, 'it keeps changing while it is read');
  }

  /** Where nothing can be written, a file whose content is there already needs no copy. */
  async #copy(path: string): Promise<Blob> {
    try {
      return await this.#blobs.copy(path);
    } catch (error) {
      const failure = named(this.#blobs.writing.layout.root, error);
      if (!(failure instanceof ReadOnlyCacheError || failure instanceof DiskFullError)) throw failure;
      const blob = await hashFile(path);
      if (this.#checkBlob(blob) !== 'present') throw failure;
      return blob;
    }
  }

  /** Stores each file once, however many names lead to it, then the listing. */
  async #putTree(walked: readonly WalkedEntry[], put: (path: string, stats: StatsOf) => Promise<Blob>): Promise<StoredObject> {
    const sources = new Map(walked.flatMap((entry) => (entry.mode === 'd' ? [] : [[entry.path, entry.stats] as const])));
    const stored = await mapInParallel([...sources], FILES_AT_ONCE, async ([path, stats]) => [path, await put(path, stats)] as const);
    const blobs = new Map(stored);
    const entries = walked.map((entry) => treeEntry(entry, blobs));
    const { digest } = await this.#blobs.putBytes(Buffer.from(listingOf(entries)));
    return { type: 'tree', digest, bytes: bytesOf(entries) };
  }

  async #listing({ digest, bytes }: StoredObject): Promise<readonly TreeEntry[]> {
    const entries = parseListing((await this.#blobs.read(digest)).toString('utf8'));
    if (entries === undefined || bytesOf(entries) !== bytes) throw new CorruptObjectError(digest, 'corrupt');
    return entries;
  }

  #checkBlob({ digest, bytes }: Blob): 'present' | 'missing' | 'corrupt' {
    const size = this.#blobs.sizeOf(digest);
    if (size === undefined) return 'missing';
    return size === bytes ? 'present' : 'corrupt';
  }

  #naming<T>(work: () => Promise<T>): Promise<T> {
    return naming(this.#blobs.writing.layout.root, work);
  }
}

/** What a browser shows only under the right name, and it looks at where a link leads. */
function goesByName(name: string): boolean {
  return /\.(?:x?html?|svg|xml)$/i.test(name);
}

function onlyFile({ digest, bytes }: StoredObject, name: string): readonly TreeEntry[] {
  return [{ name, mode: '-', digest, bytes }];
}

type StatsOf = Extract<WalkedEntry, { mode: '-' | 'x' }>['stats'];

function treeEntry(entry: WalkedEntry, blobs: ReadonlyMap<string, Blob>): TreeEntry {
  if (entry.mode === 'd') return { name: entry.name, mode: 'd' };
  const blob = blobs.get(entry.path);
  if (blob === undefined) throw new Error(`no blob for ${entry.path}`);
  return { name: entry.name, mode: entry.mode, ...blob };
}
