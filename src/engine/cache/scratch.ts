import { chmodSync, readdirSync, statSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode, naming } from './errors.js';
import type { Layout } from './layout.js';
import { livenessOf, ownerOf } from './process-identity.js';

/** What a process left where we cannot look (another machine or container) is kept this long. */
const STRANGERS_KEPT_MS = 7 * 24 * 60 * 60 * 1_000;

/** A fresh empty folder that says whose it is. */
export async function makeScratch(layout: Layout): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = layout.scratch();
  await mkdir(path);
  return { path, remove: () => naming(layout.root, () => removeFolder(path)) };
}

/** Removes what dead processes left in `scratch/` and `tmp/`. What cannot be removed stays: it only costs space. */
export async function sweepLeftovers({ root }: Layout, now: () => number): Promise<void> {
  for (const folder of ['scratch', 'tmp'].map((name) => join(root, name))) {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (isLeftover(path, name, now())) await removeFolder(path).catch(() => undefined);
    }
  }
}

function isLeftover(path: string, name: string, now: number): boolean {
  const owner = ownerOf(name);
  const liveness = owner === undefined ? 'unknown' : livenessOf(owner);
  if (liveness !== 'unknown') return liveness === 'dead';
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && now - stats.mtimeMs > STRANGERS_KEPT_MS;
}

/** Also when a task made folders in it read-only. */
async function removeFolder(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (!hasCode(error, 'EACCES', 'EPERM')) throw error;
    makeWritable(path);
    await rm(path, { recursive: true, force: true });
  }
}

function makeWritable(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) makeWritable(join(folder, entry.name));
  }
}
