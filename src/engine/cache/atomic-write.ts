import { existsSync, linkSync, mkdirSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasCode } from './errors.js';
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
    await writeFlushed(writing, temporary, content, mode);
    moveTo(temporary, path);
  });
}

/** Writes a file that must not be there yet. Of any number of processes, one gets `created`. */
export async function createFile(writing: Writing, path: string, content: string | Uint8Array): Promise<'created' | 'exists'> {
  return withTemporary(writing, async (temporary) => {
    await writeFlushed(writing, temporary, content, 0o644);
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
  inFolder(path, () => { renameSync(temporary, path); });
}

/** EPERM is what Linux answers on FAT and some network file systems; EMLINK means that this blob has 65,000 links. */
export function lacksHardLinks(error: unknown): boolean {
  return hasCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV');
}

/** Puts what was written on the disk, where the cache is to survive a power cut. */
export async function flush({ durability }: Writing, path: string): Promise<void> {
  if (durability === 'fast') return;
  const file = await open(path, 'r');
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

async function writeFlushed(writing: Writing, path: string, content: string | Uint8Array, mode: number): Promise<void> {
  writeFileSync(path, content, { flag: 'wx', mode });
  await flush(writing, path);
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
