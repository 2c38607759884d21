import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../action-record.js';
import { replaceFile, type Writing } from './atomic-write.js';
import { hasCode, isSystemError, naming, ReadOnlyCacheError } from './errors.js';
import { isDigest, namesIn, type Layout } from './layout.js';
import { livenessOf, ownerOf } from './process-identity.js';

/** What a process has still to read. A collection keeps it as long as the process lives, however old it is. */
export interface Use {
  /** Milliseconds since the epoch. Whatever was made or found since is kept, too: the process may be about to name it. */
  readonly startedAt: number;
  /** Fingerprints of cached results, and digests of the user's files and folders. */
  readonly digests: readonly Digest[];
}

/** A use by a process of another machine or container, where we cannot look, is believed for so long. */
const STRANGERS_BELIEVED_MS = 7 * 24 * 60 * 60 * 1_000;

/** Writes down what this process is going to read. A cache that may only be read cannot be collected either, so nothing is written there. */
export async function announceUse(writing: Writing, use: Use): Promise<{ end(): void }> {
  const path = writing.layout.use();
  try {
    await naming(writing.layout.root, async () => {
      mkdirSync(join(writing.layout.root, 'uses'), { recursive: true });
      await replaceFile({ ...writing, durability: 'fast' }, path, JSON.stringify(use));
    });
  } catch (error) {
    if (!(error instanceof ReadOnlyCacheError)) throw error;
  }
  return { end: () => { removeIfPossible(path); } };
}

/** What stays on a failing disk is removed by the next collection. */
function removeIfPossible(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

/** What living processes use. What dead ones left is removed. */
export function usesIn({ root }: Layout, now: number): readonly Use[] {
  return namesIn(join(root, 'uses')).flatMap((name) => {
    const path = join(root, 'uses', name);
    const use = readUse(path);
    const owner = ownerOf(name);
    const liveness = owner === undefined ? 'unknown' : livenessOf(owner);
    if (use !== undefined && (liveness === 'alive' || (liveness === 'unknown' && now - use.startedAt < STRANGERS_BELIEVED_MS))) return [use];
    rmSync(path, { force: true });
    return [];
  });
}

function readUse(path: string): Use | undefined {
  try {
    const use = JSON.parse(readFileSync(path, 'utf8')) as Partial<Use> | null;
    return typeof use?.startedAt === 'number' && Array.isArray(use.digests) && use.digests.every(isDigest) ? use as Use : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
