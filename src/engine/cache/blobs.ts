import { createHash } from 'node:crypto';
import { chmodSync, constants, statSync, type Stats } from 'node:fs';
import { copyFile, open, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../action-record.js';
import { digestOf } from '../fingerprint.js';
import { CorruptObjectError } from '../store.js';
import { flush, moveTo, replaceFile, withTemporary, type Writing } from './atomic-write.js';
import { hasCode } from './errors.js';
import { isDigest, shardedNames } from './layout.js';

export interface Blob {
  readonly digest: Digest;
  readonly bytes: number;
}

const READ_CHUNK_BYTES = 1 << 20;

/** `objects/`: single files, read-only, named by their content. */
export class Blobs {
  /** What each blob looked like when this process hashed it: another inode or time means it must be hashed again. */
  readonly #verified = new Map<Digest, string>();

  constructor(readonly writing: Writing) {}

  path(digest: Digest): string {
    return this.writing.layout.object(digest);
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
  async take(path: string, { nlink }: Pick<Stats, 'nlink'>): Promise<Blob> {
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
      throw hasCode(error, 'ENOENT') ? new CorruptObjectError(digest, 'missing') : error;
    });
    if (digestOf(content) !== digest) throw new CorruptObjectError(digest, 'corrupt');
    return content;
  }

  /** The blob's path, once its digest has been verified in this process. @throws CorruptObjectError */
  async open({ digest, bytes }: Blob): Promise<string> {
    const path = this.path(digest);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) throw new CorruptObjectError(digest, 'missing');
    if (stats.size !== bytes || !await this.#isWhole(digest, stats)) throw new CorruptObjectError(digest, 'corrupt');
    return path;
  }

  /** Moves a blob to `corrupt/`; nothing happens when it is not there. */
  async quarantine(digest: Digest): Promise<void> {
    this.#verified.delete(digest);
    await rename(this.path(digest), this.writing.layout.corrupt(digest)).catch((error: unknown) => {
      if (!hasCode(error, 'ENOENT')) throw error;
    });
  }

  /** Hashes every blob, whatever was verified before. */
  async *verifyAll(): AsyncGenerator<Blob & { readonly whole: boolean }> {
    for (const digest of shardedNames(join(this.writing.layout.root, 'objects'))) {
      if (!isDigest(digest)) continue;
      const found = await hashFile(this.path(digest)).catch((error: unknown) => {
        // Another process may set it aside meanwhile.
        if (!hasCode(error, 'ENOENT')) throw error;
      });
      if (found !== undefined) yield { digest, bytes: found.bytes, whole: found.digest === digest };
    }
  }

  /** Hashes a temporary and gives it its final name. Its content is on the disk before that name appears. */
  async #settle(temporary: string): Promise<Blob> {
    chmodSync(temporary, 0o444);
    const blob = await hashFile(temporary);
    if (await this.#has(blob)) return blob;
    await flush(this.writing, temporary);
    moveTo(temporary, this.path(blob.digest));
    this.#verified.set(blob.digest, identityOf(statSync(this.path(blob.digest))));
    return blob;
  }

  /** Whether an undamaged copy is there. It then stays, for trees link to it; a damaged one is replaced, and so healed. */
  async #has({ digest, bytes }: Blob): Promise<boolean> {
    const present = statSync(this.path(digest), { throwIfNoEntry: false });
    return present?.size === bytes && this.#isWhole(digest, present);
  }

  async #isWhole(digest: Digest, stats: Stats): Promise<boolean> {
    if (this.#verified.get(digest) === identityOf(stats)) return true;
    if ((await hashFile(this.path(digest))).digest !== digest) return false;
    this.#verified.set(digest, identityOf(stats));
    return true;
  }
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

/** Not ctime: linking a blob into a tree changes it. */
function identityOf({ ino, size, mtimeMs }: Stats): string {
  return `${ino} ${size} ${mtimeMs}`;
}
