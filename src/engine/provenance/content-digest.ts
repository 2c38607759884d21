import { statSync } from 'node:fs';
import type { Digest } from '../action-record.js';
import { hashFile } from '../cache/blobs.js';
import { listingOf, walkTree, type TreeEntry } from '../cache/tree.js';
import { digestOf } from '../fingerprint.js';

/** The digest that a file or folder would have in the store. Stores nothing. @throws UnstorableError */
export async function contentDigest(path: string): Promise<Digest> {
  if (!statSync(path).isDirectory()) return (await hashFile(path)).digest;
  const entries: TreeEntry[] = [];
  for (const entry of await walkTree(path)) {
    entries.push(entry.mode === 'd' ? entry : { name: entry.name, mode: entry.mode, ...await hashFile(entry.path) });
  }
  return digestOf(listingOf(entries));
}
