import { constants, statSync } from 'node:fs';
import { chmod, copyFile, link, mkdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Digest } from '../action-record.js';
import { lacksHardLinks, moveTo, withTemporary } from './atomic-write.js';
import { hashFile, type Blobs } from './blobs.js';
import { hasCode } from './errors.js';
import { mapInParallel } from './parallel.js';
import { filesOf, walkTree, type FileEntry, type TreeEntry } from './tree.js';

const FILES_AT_ONCE = 16;

/** `trees/`: folders that tasks can read. Each is made of links to blobs and can be remade from its listing at any time. */
export class MaterialisedTrees {
  readonly #opened = new Map<Digest, Promise<string>>();

  constructor(private readonly blobs: Blobs) {}

  /** The folder with these entries, verified the first time in this process. @throws CorruptObjectError */
  async open(digest: Digest, entries: () => Promise<readonly TreeEntry[]>): Promise<string> {
    const folder = this.blobs.writing.layout.tree(digest);
    if (this.#opened.has(digest) && statSync(folder, { throwIfNoEntry: false }) === undefined) this.forget();
    const opening = this.#opened.get(digest) ?? entries().then((listed) => this.#materialise(folder, listed));
    this.#opened.set(digest, opening);
    try {
      return await opening;
    } catch (error) {
      this.#opened.delete(digest);
      throw error;
    }
  }

  /** After a blob was set aside: every tree may have held it. */
  forget(): void {
    this.#opened.clear();
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

  async #buildFile(path: string, { mode, digest }: FileEntry): Promise<void> {
    const blob = this.blobs.path(digest);
    // The mode belongs to the inode: an executable needs one of its own.
    if (mode === '-' && this.blobs.writing.hardLinks) {
      try {
        await link(blob, path);
        return;
      } catch (error) {
        if (!lacksHardLinks(error)) throw error;
      }
    }
    await copyFile(blob, path, constants.COPYFILE_FICLONE);
    await chmod(path, mode === 'x' ? 0o555 : 0o444);
  }

  /** Another process may have installed the same tree meanwhile; what a task broke is moved away. */
  async #install(temporary: string, folder: string, entries: readonly TreeEntry[]): Promise<void> {
    try {
      moveTo(temporary, folder);
      return;
    } catch (error) {
      if (!hasCode(error, 'ENOTEMPTY', 'EEXIST', 'EPERM')) throw error;
    }
    if (await this.#isWhole(folder, entries)) return;
    await withTemporary(this.blobs.writing, (aside) => rename(folder, aside));
    moveTo(temporary, folder);
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
    const [file, blob] = await Promise.all([stat(path), stat(this.blobs.path(digest))]);
    return file.ino === blob.ino || (file.size === bytes && (await hashFile(path)).digest === digest);
  }
}
