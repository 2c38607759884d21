import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../action-record.js';
import { digestOf } from '../fingerprint.js';
import { hasCode } from './errors.js';
import { ownerName, thisProcess } from './process-identity.js';

/** Raised when the layout changes meaning; a cache of another format is refused, never migrated in place. */
export const FORMAT = '1';

/** Folders of the cache directory that exist from the start. */
export const FOLDERS = ['objects', 'trees', 'actions', 'latest', 'leases', 'tmp', 'scratch', 'corrupt'] as const;

/**
 * Where everything is in a cache directory. Every file is immutable or replaced by rename.
 * ```
 * format                          "1\n"
 * objects/ab/<62 hex>             blob, 0444; also the listings of trees
 * trees/ab/<62 hex>/              a tree as a folder, hard links into objects/; remade when lost
 * actions/ab/<62 hex>.json        ActionRecord
 * actions/ab/<62 hex>.differing.jsonl   records of the same fingerprint with other bytes
 * latest/<sha256 of pipeline>.jsonl     the fingerprint that each task last had
 * leases/<64 hex>.json            only where sockets cannot be leases
 * pins/<name>.json                results that no collection takes
 * uses/<owner>-<12 hex>.json      what a running process has still to read
 * stat.jsonl                      digests of the user's files by their stat
 * usage.json                      bytes in each folder of objects/, by its time
 * journal/<owner>.jsonl           small files that may not be on the disk yet, by the process that wrote them
 * plans/<64 hex>.pipeline, .plan  what the last run of a pipeline leaves for the next (../memo)
 * code/<sha256 of path>.json      what the module of an own kind came to (../own-kinds); disposable
 * tmp/ scratch/ corrupt/
 * ```
 */
export class Layout {
  constructor(readonly root: string) {}

  get format(): string { return join(this.root, 'format'); }
  get stat(): string { return join(this.root, 'stat.jsonl'); }
  object(digest: Digest): string { return join(this.root, 'objects', ...sharded(digest)); }
  get trees(): string { return join(this.root, 'trees'); }
  tree(digest: Digest): string { return join(this.trees, ...sharded(digest)); }
  action(fingerprint: Digest): string { return `${join(this.root, 'actions', ...sharded(fingerprint))}.json`; }
  differing(fingerprint: Digest): string { return `${join(this.root, 'actions', ...sharded(fingerprint))}.differing.jsonl`; }
  latest(pipeline: string): string { return `${join(this.root, 'latest', digestOf(pipeline))}.jsonl`; }
  pin(name: string): string { return join(this.root, 'pins', `${name}.json`); }
  /** A fresh name in `uses/`, which says whose it is. */
  use(): string { return join(this.root, 'uses', `${owned()}.json`); }
  get usage(): string { return join(this.root, 'usage.json'); }
  lease(fingerprint: Digest): string { return `${join(this.root, 'leases', checked(fingerprint))}.json`; }
  get journals(): string { return join(this.root, 'journal'); }
  /** A fresh name in `journal/`, which says whose it is. */
  journal(): string { return join(this.journals, `${owned()}.jsonl`); }
  /** A fresh name in `tmp/`, which says whose it is. */
  temporary(): string { return join(this.root, 'tmp', owned()); }
  scratch(): string { return join(this.root, 'scratch', owned()); }
  corrupt(digest: Digest): string { return join(this.root, 'corrupt', `${checked(digest)}-${randomBytes(4).toString('hex')}`); }
}

export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);
}

/** What is in the 256 folders of two digits, in order, each name with its folder's digits before it. */
export function* shardedNames(folder: string): Generator<string> {
  const shards = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory() && /^[0-9a-f]{2}$/.test(entry.name));
  for (const shard of shards.map(({ name }) => name).sort()) {
    for (const name of readdirSync(join(folder, shard)).sort()) yield shard + name;
  }
}

/** What is in a folder that may not be there. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** A digest becomes a path: nothing else may. */
function checked(digest: Digest): Digest {
  if (!isDigest(digest)) throw new TypeError(`not a digest: ${JSON.stringify(digest)}`);
  return digest;
}

function sharded(digest: Digest): [string, string] {
  return [checked(digest).slice(0, 2), digest.slice(2)];
}

/** Unlike any other: by its process, this copy of the module in it, and how often it was asked. */
function owned(): string {
  count += 1;
  return `${owner ??= `${ownerName(thisProcess())}-${randomBytes(4).toString('hex')}`}-${count.toString(36)}`;
}

let owner: string | undefined;
let count = 0;
