import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../action-record.js';
import { digestOf } from '../fingerprint.js';
import { hashFile } from './blobs.js';
import type { StoredBlob } from './collection-inventory.js';
import { hasCode } from './errors.js';
import { isDigest, shardedNames, type Layout } from './layout.js';
import { listingOf } from './tree.js';

/** A folder in `trees/`. It lives as long as what it was made from. */
export interface MaterialisedTree {
  readonly digest: Digest;
  /** The blob that it shows: its listing, or the one file that it gives a name to. undefined: it shows nothing that is stored. */
  readonly of: Digest | undefined;
  /** Of the files that are no links into `objects/`: what is linked is counted there. */
  readonly bytes: number;
  readonly changedMs: number;
}

export async function materialisedTreesIn(layout: Layout, blobs: ReadonlyMap<Digest, StoredBlob>): Promise<MaterialisedTree[]> {
  const digests = new Map([...blobs].map(([digest, { inode }]) => [inode, digest]));
  const trees: MaterialisedTree[] = [];
  for (const digest of shardedNames(join(layout.root, 'trees'))) {
    const folder = layout.tree(digest);
    const stats = isDigest(digest) ? statSync(folder, { throwIfNoEntry: false }) : undefined;
    if (stats === undefined) continue;
    const files = filesBelow(folder);
    const bytes = files.reduce((sum, file) => (digests.has(file.inode) ? sum : sum + file.bytes), 0);
    const of = blobs.has(digest) ? digest : await namedFile(folder, digest, digests);
    trees.push({ digest, of, bytes, changedMs: Math.max(stats.mtimeMs, stats.ctimeMs) });
  }
  return trees;
}

interface File {
  readonly inode: number;
  readonly bytes: number;
}

function filesBelow(folder: string): File[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined ? [] : [{ inode: stats.ino, bytes: stats.size }];
  });
}

/** `openAs` makes a tree of one file whose listing is not stored: the file is known by its inode, else by its content. */
async function namedFile(folder: string, tree: Digest, digests: ReadonlyMap<number, Digest>): Promise<Digest | undefined> {
  const [entry, ...more] = entriesOf(folder);
  const stats = entry?.isFile() && more.length === 0 ? statSync(join(folder, entry.name), { throwIfNoEntry: false }) : undefined;
  if (entry === undefined || stats === undefined) return undefined;
  const digest = digests.get(stats.ino) ?? (await hashFile(join(folder, entry.name)).catch(() => undefined))?.digest;
  if (digest === undefined) return undefined;
  return digestOf(listingOf([{ name: entry.name, mode: '-', digest, bytes: stats.size }])) === tree ? digest : undefined;
}

/** Another process may remove or replace a tree while we look. */
function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}
