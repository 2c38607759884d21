import { statSync, type Stats } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionRecord, Digest } from '../action-record.js';
import { sourcesOf } from '../provenance/record-index.js';
import { materialisedTreesIn, type MaterialisedTree } from './collection-trees.js';
import { readLatest } from './latest-log.js';
import { isDigest, namesIn, shardedNames, type Layout } from './layout.js';
import { readQuietly } from './quiet-read.js';
import { parseRecordFile, parseRecordLines } from './record-file.js';
import { filesOf, parseListing } from './tree.js';

/** A blob as it was seen. */
export interface StoredBlob {
  readonly bytes: number;
  readonly inode: number;
  /** Set when it was written, or found again by a process that was about to write it. */
  readonly mtimeMs: number;
  /** The latest change of the file in any respect, a link to it included: nobody can have made it later. */
  readonly changedMs: number;
}

/** A record with what it keeps. */
export interface StoredResult {
  readonly fingerprint: Digest;
  readonly kind: string;
  readonly pipeline: string;
  readonly task: string;
  readonly run: string;
  /** ISO 8601. */
  readonly finishedAt: string;
  /** What it takes to make it again, milliseconds. */
  readonly durationMs: number;
  /** Blobs of the outputs, of other results of the same fingerprint, and of the logs. */
  readonly blobs: readonly Digest[];
  /** What it was made from: the user's files, and outputs of other tasks. */
  readonly inputs: readonly Digest[];
  /** Of the record's own files. */
  readonly bytes: number;
  readonly writtenMs: number;
  /** When it was last made or read, as far as the file system tells. */
  readonly usedMs: number;
}

/** Everything in a cache that can be collected, at one moment. */
export interface Inventory {
  readonly results: readonly StoredResult[];
  readonly blobs: ReadonlyMap<Digest, StoredBlob>;
  readonly trees: readonly MaterialisedTree[];
  /** Fingerprints that are some task's latest. */
  readonly latest: ReadonlySet<Digest>;
  /** The blobs of a tree, by the digest of its listing; undefined for what is no tree, or not there. */
  blobsOfTree(digest: Digest): readonly Digest[] | undefined;
}

/** Reads every record and looks at every blob. `used`: digests besides those in records that may be of trees. */
export async function takeInventory(layout: Layout, used: Iterable<Digest> = []): Promise<Inventory> {
  const blobs = blobsIn(layout);
  const found = recordFilesIn(layout);
  const listings = new Map<Digest, readonly Digest[] | undefined>();
  for (const digest of new Set([...used, ...found.flatMap(({ records }) => records.flatMap(possibleTrees))])) {
    listings.set(digest, await listed(layout, digest, blobs.get(digest)));
  }
  const blobsOfTree = (digest: Digest): readonly Digest[] | undefined => listings.get(digest);
  return { results: found.map((each) => storedResult(each, blobsOfTree)), blobs, trees: await materialisedTreesIn(layout, blobs), latest: latestIn(layout), blobsOfTree };
}

/** What is on the disk about one fingerprint: its record first, then what else it has given. */
interface RecordFile {
  readonly records: readonly [ActionRecord, ...ActionRecord[]];
  readonly stats: Stats;
  /** Of both files. */
  readonly bytes: number;
}

function recordFilesIn(layout: Layout): RecordFile[] {
  const found: RecordFile[] = [];
  for (const name of shardedNames(join(layout.root, 'actions'))) {
    const fingerprint = name.slice(0, -'.json'.length);
    if (!name.endsWith('.json') || !isDigest(fingerprint)) continue;
    const read = readQuietly(layout.action(fingerprint));
    const record = parseRecordFile(read?.text ?? '');
    if (read === undefined || record?.fingerprint !== fingerprint) continue;
    const differing = readQuietly(layout.differing(fingerprint));
    const others = parseRecordLines(differing?.text ?? '');
    found.push({ records: [record, ...others], stats: read.stats, bytes: read.stats.size + (differing?.stats.size ?? 0) });
  }
  return found;
}

/** A preimage does not say of an input whether it is a file or a tree. */
function possibleTrees(record: ActionRecord): Digest[] {
  return [...Object.values(record.outputs).flatMap(({ type, digest }) => (type === 'tree' ? [digest] : [])), ...inputsOf(record)];
}

function storedResult({ records, stats, bytes }: RecordFile, blobsOfTree: (digest: Digest) => readonly Digest[] | undefined): StoredResult {
  const [record] = records;
  const named = records.flatMap(({ outputs, log }) => [log, ...Object.values(outputs).map(({ digest }) => digest)]);
  const { pipeline, task, run, finishedAt } = record.provenance;
  return {
    fingerprint: record.fingerprint, kind: record.preimage.kind, pipeline, task, run, finishedAt, durationMs: record.durationMs, bytes,
    blobs: [...new Set(named.flatMap((digest) => [digest, ...blobsOfTree(digest) ?? []]))],
    inputs: inputsOf(record),
    writtenMs: Math.max(stats.mtimeMs, stats.ctimeMs), usedMs: Math.max(stats.mtimeMs, stats.atimeMs),
  };
}

function inputsOf(record: ActionRecord): Digest[] {
  return [...new Set(sourcesOf(record).flatMap(({ source }) => ('digest' in source && isDigest(source.digest) ? [source.digest] : [])))];
}

function blobsIn(layout: Layout): Map<Digest, StoredBlob> {
  const blobs = new Map<Digest, StoredBlob>();
  for (const digest of shardedNames(join(layout.root, 'objects'))) {
    if (!isDigest(digest)) continue;
    const stats = statSync(layout.object(digest), { throwIfNoEntry: false });
    if (stats?.isFile()) blobs.set(digest, { bytes: stats.size, inode: stats.ino, mtimeMs: stats.mtimeMs, changedMs: Math.max(stats.mtimeMs, stats.ctimeMs) });
  }
  return blobs;
}

function latestIn({ root }: Layout): ReadonlySet<Digest> {
  return new Set(namesIn(join(root, 'latest')).flatMap((name) => {
    const ofTasks = readLatest(join(root, 'latest', name));
    // The last line about a task counts.
    return [...new Map(ofTasks).values()];
  }));
}

const LONGEST_LISTING_BYTES = 1 << 30;

async function listed(layout: Layout, digest: Digest, blob: StoredBlob | undefined): Promise<readonly Digest[] | undefined> {
  if (blob === undefined || blob.bytes > LONGEST_LISTING_BYTES || !startsAsListing(layout.object(digest))) return undefined;
  const text = await readFile(layout.object(digest), 'utf8').catch(() => '');
  const entries = parseListing(text);
  return entries === undefined ? undefined : filesOf(entries).map((entry) => entry.digest);
}

/** A user's file of gigabytes is not read to learn that it is no tree. */
function startsAsListing(path: string): boolean {
  const head = readQuietly(path, 'pipelines/tree/'.length);
  return head?.text === 'pipelines/tree/';
}
