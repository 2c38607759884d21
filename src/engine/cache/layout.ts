import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../action-record.js';
import { digestOf } from '../fingerprint.js';
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
 * latest/<sha256 of pipeline NUL task>   fingerprint that the task last had
 * leases/<64 hex>.json            only where sockets cannot be leases
 * stat.jsonl                      digests of the user's files by their stat
 * tmp/ scratch/ corrupt/
 * ```
 */
export class Layout {
  constructor(readonly root: string) {}

  get format(): string { return join(this.root, 'format'); }
  get stat(): string { return join(this.root, 'stat.jsonl'); }
  object(digest: Digest): string { return join(this.root, 'objects', ...sharded(digest)); }
  tree(digest: Digest): string { return join(this.root, 'trees', ...sharded(digest)); }
  action(fingerprint: Digest): string { return `${join(this.root, 'actions', ...sharded(fingerprint))}.json`; }
  differing(fingerprint: Digest): string { return `${join(this.root, 'actions', ...sharded(fingerprint))}.differing.jsonl`; }
  latest(pipeline: string, task: string): string {
    return join(this.root, 'latest', digestOf(`${pipeline}\0${task}`));
  }
  lease(fingerprint: Digest): string { return `${join(this.root, 'leases', checked(fingerprint))}.json`; }
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
  for (const shard of readdirSync(folder).filter((name) => /^[0-9a-f]{2}$/.test(name)).sort()) {
    for (const name of readdirSync(join(folder, shard)).sort()) yield shard + name;
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

function owned(): string {
  return `${ownerName(thisProcess())}-${randomBytes(6).toString('hex')}`;
}
