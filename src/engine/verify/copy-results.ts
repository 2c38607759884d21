import { copyFileSync, linkSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ActionRecord, Digest, StoredObject } from '../action-record.js';
import { hasCode } from '../cache/errors.js';
import { Layout } from '../cache/layout.js';
import { openCache } from '../cache/open-cache.js';
import { filesOf, parseListing } from '../cache/tree.js';
import { CorruptObjectError, type Cache } from '../store.js';

/**
 * A cache directory of its own with these results and nothing else. Objects are hard links where the file system has them:
 * both caches only read them.
 * @throws CorruptObjectError when a tree's listing is damaged
 */
export async function copyResults(from: Cache, records: readonly ActionRecord[], directory: string): Promise<void> {
  const to = await openCache(directory, { durability: 'fast' });
  try {
    const [source, target] = [new Layout(from.directory), new Layout(to.directory)];
    for (const record of records) {
      for (const object of Object.values(record.outputs)) {
        for (const digest of await digestsIn(from, object)) linkOrCopy(source.object(digest), target.object(digest));
      }
      await to.actions.commit(record);
    }
  } finally {
    await to.close();
  }
}

/** Of the blobs that hold it: a tree's listing and its files. */
async function digestsIn({ store }: Cache, object: StoredObject): Promise<readonly Digest[]> {
  if (object.type === 'file') return [object.digest];
  const entries = parseListing((await store.read({ ...object, type: 'file' })).toString('utf8'));
  if (!entries) throw new CorruptObjectError(object.digest, 'corrupt');
  return [object.digest, ...filesOf(entries).map(({ digest }) => digest)];
}

function linkOrCopy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  try {
    linkSync(from, to);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) copyFileSync(from, to);
  }
}
