import { existsSync, linkSync, mkdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasCode } from './errors.js';
import { JOURNALED_BYTES, type Journal } from './journal.js';
import type { Layout } from './layout.js';

/** How a cache writes. */
export interface Writing {
  readonly layout: Layout;
  /**
   * `safe` flushes content before its name appears: after a power cut, a visible file is whole. The name itself
   * is not flushed: a name that is lost is only a miss. `fast` flushes nothing and relies on the size check.
   */
  readonly durability: 'safe' | 'fast';
  /** False where the file system has no hard links: records are then renamed into place and trees copied. */
  readonly hardLinks: boolean;
  /** Where small objects and records are made durable together. Without one, each is flushed by itself. */
  readonly journal?: Journal | undefined;
}

/** Lends a fresh name in `tmp/`; whatever is still there afterwards is removed, also when `use` fails. */
export async function withTemporary<T>({ layout }: Writing, use: (path: string) => Promise<T>): Promise<T> {
  const path = layout.temporary();
  try {
    return await use(path);
  } finally {
    if (!isUnlinked(path)) await rm(path, { recursive: true, force: true });
  }
}

/** Readers see the old content or the new, never a mixture. */
export async function replaceFile(writing: Writing, path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  await withTemporary(writing, async (temporary) => {
    writeFileSync(temporary, content, { flag: 'wx', mode });
    await makeDurable(writing, temporary, { path, mode, content });
    moveTo(temporary, path);
  });
}

/** Replaces a file, not flushed, that is not one of the cache's own: readers see the old content or the new, and a failure leaves nothing else. */
export function replaceWhole(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, content);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Writes a file that must not be there yet. Of any number of processes, one gets `created`. */
export async function createFile(writing: Writing, path: string, content: string | Uint8Array): Promise<'created' | 'exists'> {
  return withTemporary(writing, async (temporary) => {
    writeFileSync(temporary, content, { flag: 'wx', mode: 0o644 });
    await makeDurable(writing, temporary, { path, mode: 0o644, content });
    if (!writing.hardLinks) return renameUnlessPresent(temporary, path);
    try {
      inFolder(path, () => { linkSync(temporary, path); });
      return 'created';
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return 'exists';
      if (lacksHardLinks(error)) return renameUnlessPresent(temporary, path);
      throw error;
    }
  });
}

/** Moves a temporary to its final place, over whatever is there. Synchronous: one short call, a hop to a thread takes longer. */
export function moveTo(temporary: string, path: string): void {
  inFolder(path, () => {
    try {
      renameSync(temporary, path);
    } catch (error) {
      if (!hasCode(error, 'EISDIR')) throw error;
      // We put no folder where a file belongs. Beside the temporary it is swept with it.
      renameSync(path, `${temporary}-aside`);
      renameSync(temporary, path);
    }
  });
}

/** EPERM is what Linux answers on FAT and some network file systems; EMLINK means that this blob has 65,000 links. */
export function lacksHardLinks(error: unknown): boolean {
  return hasCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV');
}

/**
 * Puts what was written on the disk before it gets its name, where the cache is to survive a power cut.
 * @param into where it will be, and its content when that is at hand
 */
export async function makeDurable(
  { durability, journal }: Writing, temporary: string, into: { readonly path: string; readonly mode: number; readonly content?: string | Uint8Array },
): Promise<void> {
  if (durability === 'fast') return;
  const { path, mode, content } = into;
  if (content !== undefined && content.length <= JOURNALED_BYTES && journal?.covers(path) === true) return journal.add(path, content, mode);
  const file = await open(temporary, 'r');
  await file.sync().finally(() => file.close());
}

/** Without `link`, two processes may both believe they were first: the last one's record stays. */
function renameUnlessPresent(temporary: string, path: string): 'created' | 'exists' {
  if (existsSync(path)) return 'exists';
  moveTo(temporary, path);
  return 'created';
}

/** Makes the folder of `path` only when it turns out to be missing: nearly always it is there. */
function inFolder(path: string, place: () => void): void {
  try {
    place();
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    mkdirSync(dirname(path), { recursive: true });
    place();
  }
}

/** True when nothing is left at `path`: the usual case, after a rename, costs one system call. */
function isUnlinked(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    return hasCode(error, 'ENOENT');
  }
}
