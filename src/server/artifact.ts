import type { ActionRecord, StoredObject } from '../engine/action-record.js';
import type { Task } from '../engine/pipeline.js';
import { filesOf, parseListing, type FileEntry } from '../engine/cache/tree.js';
import type { ContentStore } from '../engine/store.js';
import type { TreeListing } from './api.js';
import { fileKind } from './file-kinds.js';
import { outputsOf } from './task-detail.js';

/** Bytes of the store with a name for people. */
export interface Artifact {
  readonly object: StoredObject;
  readonly fileName: string;
}

/**
 * An output of a task, or its log, by its digest. A digest that the task's record does not name is nobody's: what a request
 * says is only ever compared, and never becomes a path.
 */
export function artifactOf(record: ActionRecord, task: Task | undefined, digest: string): Artifact | undefined {
  if (digest === record.log) return { object: { type: 'file', digest, bytes: 0 }, fileName: 'task.log' };
  const output = outputsOf(record, task).find((candidate) => candidate.digest === digest);
  return output && { object: { type: output.type, digest, bytes: output.bytes }, fileName: output.fileName };
}

/** A file of an output that is a folder; `name` is compared with the names in its listing. @throws CorruptObjectError */
export async function fileInTree(store: ContentStore, tree: StoredObject, name: string): Promise<Artifact | undefined> {
  const entry = (await entriesOf(store, tree)).find((candidate) => candidate.name === name);
  return entry && { object: { type: 'file', digest: entry.digest, bytes: entry.bytes }, fileName: entry.name.split('/').at(-1) ?? entry.name };
}

/** @throws CorruptObjectError */
export async function listingOfTree(store: ContentStore, tree: StoredObject): Promise<TreeListing> {
  return { files: (await entriesOf(store, tree)).map(({ name, bytes }) => ({ name, bytes, shownAs: fileKind(name).shownAs })) };
}

async function entriesOf(store: ContentStore, { digest }: StoredObject): Promise<readonly FileEntry[]> {
  const listing = await store.read({ type: 'file', digest, bytes: 0 });
  return filesOf(parseListing(listing.toString('utf8')) ?? []);
}
