import { linkSync, renameSync, rmSync, statSync, unlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Digest } from '../action-record.js';
import type { Choice } from './collection-choice.js';
import type { Inventory, StoredResult } from './collection-inventory.js';
import { hasCode } from './errors.js';
import type { Layout } from './layout.js';
import type { Use } from './uses.js';

/**
 * Removes what was chosen: records first, then blobs, then folders, so that a crash in between leaves blobs that
 * nothing names. What a process has announced to use meanwhile stays.
 */
export async function sweep(layout: Layout, inventory: Inventory, choice: Choice, uses: () => readonly Use[]): Promise<void> {
  const aside = choice.results.flatMap(({ result }) => {
    const path = setRecordAside(layout, result);
    return path === undefined ? [] : [{ result, path }];
  });
  // Whoever planned with such a record before it went has announced that by now, or finds it missing.
  const used = new Set(uses().flatMap(({ digests }) => digests));
  const spared = new Set([...used].flatMap((digest) => [digest, ...inventory.blobsOfTree(digest) ?? []]));
  for (const { result, path } of aside) {
    if (!used.has(result.fingerprint)) {
      unlinkSync(path);
      rmSync(layout.differing(result.fingerprint), { force: true });
      continue;
    }
    putBack(path, layout.action(result.fingerprint));
    for (const digest of result.blobs) spared.add(digest);
  }
  for (const digest of choice.blobs) {
    if (!spared.has(digest)) removeBlob(layout, digest, inventory.blobs.get(digest)?.mtimeMs);
  }
  await removeTrees(layout, inventory, (digest) => choice.blobs.has(digest) && !spared.has(digest), choice.freshSince);
}

/** Where the record is now; undefined when it went or was replaced since it was read. */
function setRecordAside(layout: Layout, { fingerprint, writtenMs }: StoredResult): string | undefined {
  const stats = statSync(layout.action(fingerprint), { throwIfNoEntry: false });
  if (stats === undefined || Math.max(stats.mtimeMs, stats.ctimeMs) !== writtenMs) return undefined;
  return movedAside(layout, layout.action(fingerprint));
}

/**
 * A process that is about to write a blob and finds it there marks it by its time instead, and writes it anew when it
 * is gone by then. So the time is looked at once the name is gone: from then on nobody can mark it.
 */
function removeBlob(layout: Layout, digest: Digest, mtimeMs: number | undefined): void {
  const aside = movedAside(layout, layout.object(digest));
  if (aside === undefined) return;
  if (statSync(aside).mtimeMs === mtimeMs) unlinkSync(aside);
  else putBack(aside, layout.object(digest));
}

async function removeTrees(layout: Layout, { trees }: Inventory, isGone: (digest: Digest) => boolean, freshSince: number): Promise<void> {
  for (const { digest, of, changedMs } of trees) {
    if (of === undefined ? changedMs >= freshSince : !isGone(of)) continue;
    const aside = movedAside(layout, layout.tree(digest));
    if (aside !== undefined) await rm(aside, { recursive: true, force: true });
  }
}

/** undefined when it is not there. */
function movedAside(layout: Layout, path: string): string | undefined {
  const aside = layout.temporary();
  try {
    renameSync(path, aside);
    return aside;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Unless somebody has made it anew meanwhile. */
function putBack(aside: string, path: string): void {
  try {
    linkSync(aside, path);
    unlinkSync(aside);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) unlinkSync(aside);
    else renameSync(aside, path);
  }
}
