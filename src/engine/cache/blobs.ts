import { createHash } from 'node:crypto';
import { chmodSync, constants, readFileSync, statSync, unlinkSync, utimesSync, type Stats } from 'node:fs';
import { copyFile, open, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../action-record.js';
import { digestOf } from '../fingerprint.js';
import { CorruptObjectError } from '../store.js';
import { makeDurable, moveTo, replaceFile, withTemporary, type Writing } from './atomic-write.js';
import { hasCode } from './errors.js';
import { stateText } from './file-state.js';
import { JOURNALED_BYTES } from './journal.js';
import { isDigest, shardedNames } from './layout.js';

export interface Blob {
  readonly digest: Digest;
  readonly bytes: number;
}

const READ_CHUNK_BYTES = 1 << 20;
/** A collection leaves alone what was written or marked in the last hour; half of that is in time. */
const MARK_AGAIN_AFTER_MS = 30 * 60 * 1_000;

/** `objects/`: single files, read-only, named by their content. */
export class Blobs {
  /** What each blob looked like when this process hashed it: another inode or time means it must be hashed again. */
  readonly #verified = new Map<Digest, string>();

  /** Told of a damaged blob that goes: by its inode it may still be linked elsewhere. */
  onSetAside: (digest: Digest, inode: number) => Promise<void> = () => Promise.resolve();
  readonly #device: number;

  constructor(readonly writing: Writing) {
    this.#device = statSync(writing.layout.root).dev;
  }

  path(digest: Digest): string {
    return this.writing.layout.object(digest);
  }

  /** Whether a blob is there that was looked at before, and may be relied on: of the right size, and marked as found. */
  rely({ digest, bytes }: Blob): boolean {
    const present = statSync(this.path(digest), { throwIfNoEntry: false });
    return present?.size === bytes && this.#markFound(digest, present);
  }

  /** undefined when it is not there. */
  sizeOf(digest: Digest): number | undefined {
    return statSync(this.path(digest), { throwIfNoEntry: false })?.size;
  }

  /** Copies a file in, by reflink where the file system can. */
  async copy(path: string): Promise<Blob> {
    return withTemporary(this.writing, async (temporary) => {
      await copyFile(path, temporary, constants.COPYFILE_FICLONE);
      return this.#settle(temporary);
    });
  }

  /** Moves a file in. It is copied where it cannot be moved: from another file system, or because it has a second name through which it could still be written. */
  async take(path: string, { nlink, size, dev }: Pick<Stats, 'nlink' | 'size' | 'dev'>): Promise<Blob> {
    if (nlink === 1 && size <= JOURNALED_BYTES && dev === this.#device) return this.#takeSmall(path);
    return withTemporary(this.writing, async (temporary) => {
      if (nlink > 1 || !await moved(path, temporary)) {
        await copyFile(path, temporary, constants.COPYFILE_FICLONE);
        await unlink(path);
      }
      return this.#settle(temporary);
    });
  }

  async putBytes(bytes: Uint8Array): Promise<Blob> {
    const blob = { digest: digestOf(bytes), bytes: bytes.length };
    if (!await this.#has(blob)) await replaceFile(this.writing, this.path(blob.digest), bytes, 0o444);
    return blob;
  }

  /** The whole content. @throws CorruptObjectError */
  async read(digest: Digest): Promise<Buffer> {
    const content = await readFile(this.path(digest)).catch((error: unknown) => {
      throw new CorruptObjectError(digest, problemOf(error));
    });
    if (digestOf(content) !== digest) throw new CorruptObjectError(digest, 'corrupt');
    return content;
  }

  /** The blob's path, once its digest has been verified in this process. @throws CorruptObjectError */
  async open({ digest, bytes }: Blob): Promise<string> {
    const path = this.path(digest);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) throw new CorruptObjectError(digest, 'missing');
    if (stats.size !== bytes) throw new CorruptObjectError(digest, 'corrupt');
    const found = await this.#hash(digest, stats);
    if (found !== 'whole') throw new CorruptObjectError(digest, found);
    return path;
  }

  /** Moves a damaged blob to `corrupt/`. A whole one stays: another process may have replaced it meanwhile. */
  async quarantine(digest: Digest): Promise<void> {
    this.#verified.delete(digest);
    const stats = statSync(this.path(digest), { throwIfNoEntry: false });
    if (stats === undefined || await this.#hash(digest, stats) === 'whole') return;
    await rename(this.path(digest), this.writing.layout.corrupt(digest)).catch((error: unknown) => {
      if (!hasCode(error, 'ENOENT')) throw error;
    });
    await this.onSetAside(digest, stats.ino);
  }

  /** Hashes every blob, whatever was verified before. */
  async *verifyAll(): AsyncGenerator<Blob & { readonly whole: boolean }> {
    for (const digest of shardedNames(join(this.writing.layout.root, 'objects'))) {
      if (!isDigest(digest)) continue;
      const found = await hashFile(this.path(digest)).catch((error: unknown) => {
        // Another process may set it aside meanwhile.
        return problemOf(error) === 'missing' ? undefined : { digest: '', bytes: 0 };
      });
      if (found !== undefined) yield { digest, bytes: found.bytes, whole: found.digest === digest };
    }
  }

  /** In a few short calls: what a task leaves is mostly small, and each hop to another thread takes longer than the work. */
  async #takeSmall(path: string): Promise<Blob> {
    chmodSync(path, 0o444);
    const content = readFileSync(path);
    const blob = { digest: digestOf(content), bytes: content.length };
    if (await this.#has(blob)) {
      unlinkSync(path);
      return blob;
    }
    await makeDurable(this.writing, path, { path: this.path(blob.digest), mode: 0o444, content });
    this.#place(path, blob);
    return blob;
  }

  #place(temporary: string, { digest }: Blob): void {
    const state = stateText(statSync(temporary));
    moveTo(temporary, this.path(digest));
    this.#verified.set(digest, state);
  }

  /** Hashes a temporary and gives it its final name. Its content is on the disk before that name appears. */
  async #settle(temporary: string): Promise<Blob> {
    chmodSync(temporary, 0o444);
    const blob = await hashFile(temporary);
    if (await this.#has(blob)) return blob;
    await makeDurable(this.writing, temporary, { path: this.path(blob.digest), mode: 0o444 });
    this.#place(temporary, blob);
    return blob;
  }

  /** Whether an undamaged copy is there. It then stays, for trees link to it; a damaged one is set aside, and so healed. */
  async #has({ digest, bytes }: Blob): Promise<boolean> {
    const present = statSync(this.path(digest), { throwIfNoEntry: false });
    if (present === undefined) return false;
    if (present.size === bytes && await this.#hash(digest, present) === 'whole') return this.#markFound(digest, present);
    await this.quarantine(digest);
    return false;
  }

  /** Sets a blob's time, so that no collection takes it before it has a name. False when one just did. */
  #markFound(digest: Digest, { mtimeMs }: Stats): boolean {
    const now = Date.now();
    if (now - mtimeMs < MARK_AGAIN_AFTER_MS) return true;
    try {
      utimesSync(this.path(digest), now / 1_000, now / 1_000);
      if (this.#verified.has(digest)) this.#verified.set(digest, stateText(statSync(this.path(digest))));
      return true;
    } catch (error) {
      // Another user's cache: its blobs are not ours to mark, nor to collect.
      return !hasCode(error, 'ENOENT');
    }
  }

  async #hash(digest: Digest, stats: Stats): Promise<'whole' | 'missing' | 'corrupt'> {
    if (this.#verified.get(digest) === stateText(stats)) return 'whole';
    try {
      if ((await hashFile(this.path(digest))).digest !== digest) return 'corrupt';
    } catch (error) {
      return problemOf(error);
    }
    this.#verified.set(digest, stateText(stats));
    return 'whole';
  }
}

/** A blob that cannot be read: set aside meanwhile, or on a bad sector, or no file. @throws whatever says nothing about the blob */
function problemOf(error: unknown): 'missing' | 'corrupt' {
  if (hasCode(error, 'ENOENT', 'ENOTDIR')) return 'missing';
  if (hasCode(error, 'EIO', 'EISDIR')) return 'corrupt';
  throw error;
}

/** Digest and size of a file's content, read in chunks. */
export async function hashFile(path: string): Promise<Blob> {
  const hash = createHash('sha256');
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(Math.min(READ_CHUNK_BYTES, (await file.stat()).size + 1));
    for (let bytes = 0; ;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return { digest: hash.digest('hex'), bytes };
      hash.update(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/** False when source and target are on different file systems. */
async function moved(path: string, temporary: string): Promise<boolean> {
  try {
    await rename(path, temporary);
    return true;
  } catch (error) {
    if (hasCode(error, 'EXDEV')) return false;
    throw error;
  }
}
