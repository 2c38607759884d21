import type { ActionRecord, Digest, StoredObject } from './action-record.js';

/**
 * Immutable bytes by their digest. A reader sees whole objects or none; every write goes through a temporary
 * file and a rename, so `kill -9` leaves garbage in `tmp/` and never half an object.
 */
export interface ContentStore {
  /** Copies a user's file or tree in (reflink where the filesystem can), so that later edits cannot reach a running task. */
  snapshot(path: string): Promise<StoredObject>;
  /** Takes a file or tree that a task wrote: hashed, made read-only, moved in. The path is gone afterwards. */
  adopt(path: string): Promise<StoredObject>;
  putBytes(bytes: Uint8Array): Promise<StoredObject>;
  /** Whole content of a file object, digest verified. Throws CorruptObjectError. */
  read(object: StoredObject): Promise<Buffer>;
  /**
   * A path that a task may read: the blob itself, or a folder of links for a tree.
   * Digests are verified the first time an object is opened in this process. Throws CorruptObjectError.
   */
  open(object: StoredObject): Promise<string>;
  /**
   * Like `open`, but a file's path ends in `name`, for programs that go by it: a browser shows only `.html` as a page.
   * `place` says where that is without opening anything.
   */
  openAs(object: StoredObject, name: string): Promise<string>;
  place(object: StoredObject, name: string): string;
  /** Present with the right size (for a tree: listing and every file)? Cheap: no hashing. */
  check(object: StoredObject): Promise<'present' | 'missing' | 'corrupt'>;
  /** Moves a bad object aside to `corrupt/`, so that it is remade. */
  quarantine(digest: Digest): Promise<void>;
  /** Hashes every object in the store. */
  verify(): Promise<VerifyReport>;
}

export interface VerifyReport {
  readonly objects: number;
  readonly bytes: number;
  readonly corrupt: readonly Digest[];
}

export class CorruptObjectError extends Error {
  override readonly name = 'CorruptObjectError';
  constructor(readonly digest: Digest, readonly problem: 'missing' | 'corrupt') {
    super(`object ${digest.slice(0, 12)} in the cache is ${problem}`);
  }
}

/** Fingerprint -> result. The first result for a fingerprint wins; the record is written last, by `link`. */
export interface ActionCache {
  lookup(fingerprint: Digest): Promise<ActionRecord | undefined>;
  /** The same, at once: a record is a small file. */
  lookupNow(fingerprint: Digest): ActionRecord | undefined;
  /** Returns the record that stays, and the names of outputs whose bytes differ from it. */
  commit(record: ActionRecord): Promise<{ readonly kept: ActionRecord; readonly differing: readonly string[] }>;
  /** Replaces the record after its outputs were lost or found corrupt. */
  replace(record: ActionRecord): Promise<void>;
  /** The other results that this fingerprint has given, each once. */
  differing(fingerprint: Digest): Promise<readonly ActionRecord[]>;
  /** Every record, for verification and collection. */
  records(): AsyncIterable<ActionRecord>;
  /** The record a task had when it last ran or was found cached, whatever its fingerprint then; for reasons and estimates. */
  latest(pipeline: string, task: string): Promise<ActionRecord | undefined>;
  /** Remembers `fingerprint` as the task's latest. Disposable: losing it costs a reason, never a result. */
  remember(pipeline: string, task: string, fingerprint: Digest): void;
  /** Changes whenever a task of the pipeline gets another latest record; null while it has none. */
  latestState(pipeline: string): string | null;
}

/**
 * Who is running a fingerprint right now, among processes of this machine. Leases save work; commits give correctness.
 * Released by the kernel when the holder dies, so nothing is ever unlocked by hand.
 */
export interface Leases {
  /** Tries at once. `busy` names the holder; `released` resolves when it is gone (commit or death). */
  acquire(fingerprint: Digest): Promise<
    | { readonly kind: 'held'; release(): Promise<void> }
    | { readonly kind: 'busy'; readonly holder: string; readonly released: Promise<void> }
  >;
}

/** A cache directory, opened: `cache/` or wherever `--cache-dir` points. */
export interface Cache {
  readonly directory: string;
  readonly store: ContentStore;
  readonly actions: ActionCache;
  readonly leases: Leases;
  /** Says what this process has still to read: fingerprints, and digests of the user's files. Until `end`, or our end, no collection takes it. */
  use(digests: readonly Digest[]): Promise<{ end(): void }>;
  /** A fresh scratch folder on the store's filesystem, so that outputs move in by rename. Folders of dead owners are swept on open. */
  scratch(): Promise<{ readonly path: string; remove(): Promise<void> }>;
  close(): Promise<void>;
}
