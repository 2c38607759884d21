import { constants, statSync } from 'node:fs';
import { chmod, copyFile, link, mkdir, readFile, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Digest } from '../action-record.js';
import { CorruptObjectError } from '../store.js';
import { lacksHardLinks, moveTo, withTemporary } from './atomic-write.js';
import { hashFile, type Blobs } from './blobs.js';
import { hasCode, UnstorableError } from './errors.js';
import { isDigest, shardedNames } from './layout.js';
import { mapInParallel } from './parallel.js';
import { filesOf, parseListing, walkTree, type FileEntry, type TreeEntry } from './tree.js';

const FILES_AT_ONCE = 16;
const INSTALL_ATTEMPTS = 3;

/** `trees/`: folders that tasks can read. Each is made of links to blobs and can be remade from its listing at any time. */
export class MaterialisedTrees {
  readonly #opened = new Map<Digest, Promise<string>>();

  constructor(private readonly blobs: Blobs) {
    blobs.onSetAside = (digest, inode) => this.#remove(digest, inode);
  }

  /** The folder with these entries, verified the first time in this process. @throws CorruptObjectError */
  async open(digest: Digest, entries: () => Promise<readonly TreeEntry[]>): Promise<string> {
    const folder = this.blobs.writing.layout.tree(digest);
    if (this.#opened.has(digest) && statSync(folder, { throwIfNoEntry: false }) === undefined) this.#opened.clear();
    const opening = this.#opened.get(digest) ?? entries().then((listed) => this.#materialise(folder, listed));
    this.#opened.set(digest, opening);
    try {
      return await opening;
    } catch (error) {
      this.#opened.delete(digest);
      throw error;
    }
  }

  /** Removes the folders that are not what their listing says; people look at them through their artifacts. */
  async removeTorn(): Promise<void> {
    const { layout } = this.blobs.writing;
    for (const digest of shardedNames(layout.trees)) {
      if (!isDigest(digest)) continue;
      const listing = await readFile(this.blobs.path(digest), 'utf8').catch(() => '');
      const entries = parseListing(listing);
      if (entries === undefined || !await this.#isWhole(layout.tree(digest), entries)) await this.#discard(layout.tree(digest));
    }
  }

  /** Another process may have found the same damage. */
  async #discard(folder: string): Promise<void> {
    await withTemporary(this.blobs.writing, (aside) => rename(folder, aside).catch((error: unknown) => {
      if (!hasCode(error, 'ENOENT')) throw error;
    }));
  }

  /** Removes the folders into which a damaged blob is linked: people look at them through their artifacts. */
  async #remove(damaged: Digest, inode: number): Promise<void> {
    this.#opened.clear();
    const { layout } = this.blobs.writing;
    for (const digest of shardedNames(layout.trees)) {
      if (!isDigest(digest) || !await this.#mayHold(digest, damaged)) continue;
      const present = await walkTree(layout.tree(digest)).catch(() => []);
      if (present.some((entry) => entry.mode !== 'd' && entry.stats.ino === inode)) await this.#discard(layout.tree(digest));
    }
  }

  /** The folder of a single file has no listing among the objects. */
  async #mayHold(tree: Digest, digest: Digest): Promise<boolean> {
    const listing = await readFile(this.blobs.path(tree), 'utf8').catch(() => undefined);
    return listing === undefined || listing.includes(digest);
  }

  async #materialise(folder: string, entries: readonly TreeEntry[]): Promise<string> {
    await mapInParallel(filesOf(entries), FILES_AT_ONCE, (entry) => this.blobs.open(entry));
    if (await this.#isWhole(folder, entries)) return folder;
    await withTemporary(this.blobs.writing, async (temporary) => {
      await mkdir(temporary);
      await this.#build(temporary, entries);
      await this.#install(temporary, folder, entries);
    });
    return folder;
  }

  async #build(root: string, entries: readonly TreeEntry[]): Promise<void> {
    const folders = new Set(entries.map(({ name, mode }) => (mode === 'd' ? name : dirname(name))));
    for (const name of folders) await mkdir(join(root, name), { recursive: true });
    await mapInParallel(filesOf(entries), FILES_AT_ONCE, (entry) => this.#buildFile(join(root, entry.name), entry));
  }

  async #buildFile(path: string, entry: FileEntry): Promise<void> {
    try {
      await this.#linkOrCopy(this.blobs.path(entry.digest), path, entry.mode);
    } catch (error) {
      // Set aside, or collected, by another process.
      if (hasCode(error, 'ENOENT') && this.blobs.sizeOf(entry.digest) === undefined) throw new CorruptObjectError(entry.digest, 'missing');
      throw hasCode(error, 'EEXIST') ? new UnstorableError(entry.name, 'to this file system it is the same name as another in its folder') : error;
    }
  }

  async #linkOrCopy(blob: string, path: string, mode: FileEntry['mode']): Promise<void> {
    // The mode belongs to the inode: an executable needs one of its own.
    if (mode === '-' && this.blobs.writing.hardLinks) {
      try {
        await link(blob, path);
        return;
      } catch (error) {
        if (!lacksHardLinks(error)) throw error;
      }
    }
    await copyFile(blob, path, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    await chmod(path, mode === 'x' ? 0o555 : 0o444);
  }

  /** Another process may install the same tree meanwhile; what a task broke is moved away. */
  async #install(temporary: string, folder: string, entries: readonly TreeEntry[]): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        moveTo(temporary, folder);
        return;
      } catch (error) {
        if (attempt === INSTALL_ATTEMPTS || !hasCode(error, 'ENOTEMPTY', 'EEXIST', 'EPERM', 'ENOTDIR')) throw error;
      }
      if (await this.#isWhole(folder, entries)) return;
      await this.#discard(folder);
    }
  }

  /** The same names and modes, and each file either the blob itself or a copy with its content. */
  async #isWhole(folder: string, entries: readonly TreeEntry[]): Promise<boolean> {
    const present = await walkTree(folder).catch(() => undefined);
    if (present === undefined || present.length !== entries.length) return false;
    const modes = new Map(present.map(({ name, mode }) => [name, mode]));
    if (!entries.every(({ name, mode }) => modes.get(name) === mode)) return false;
    const same = await mapInParallel(filesOf(entries), FILES_AT_ONCE, (entry) => this.#isSame(join(folder, entry.name), entry));
    return same.every(Boolean);
  }

  async #isSame(path: string, { digest, bytes }: FileEntry): Promise<boolean> {
    const [file, blob] = await Promise.all([stat(path), stat(this.blobs.path(digest)).catch(() => undefined)]);
    return file.ino === blob?.ino || (file.size === bytes && (await hashFile(path)).digest === digest);
  }
}
