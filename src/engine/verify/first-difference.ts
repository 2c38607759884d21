import { filesOf, parseListing, type FileEntry } from '../cache/tree.js';
import type { StoredObject } from '../action-record.js';
import type { Json } from '../json.js';
import { CorruptObjectError, type ContentStore } from '../store.js';
import { firstByteRange, type ByteRange } from './byte-range.js';
import { firstJsonDifference } from './json-difference.js';

/** One of two results of an output. */
export interface Side {
  readonly store: ContentStore;
  readonly object: StoredObject;
}

/** Where two results of an output first differ; `file` is the place in a tree. */
export type OutputDifference =
  | { readonly kind: 'type'; readonly before: StoredObject['type']; readonly after: StoredObject['type'] }
  /** A file of a tree that only one has, or that is executable in only one. */
  | { readonly kind: 'file'; readonly file: string; readonly problem: 'missing' | 'extra' | 'mode' }
  /** `line` counts from 1, in JSON lines. A value that is not there is undefined. */
  | { readonly kind: 'json'; readonly file?: string; readonly line?: number; readonly pointer: string; readonly before: Json | undefined; readonly after: Json | undefined }
  | { readonly kind: 'bytes'; readonly file?: string } & ByteRange;

/** Larger documents are compared as bytes. */
const largestDocumentBytes = 64 * 2 ** 20;

/**
 * The first difference of two objects: in JSON the first value, in a tree the first file by name, else the first range of bytes.
 * @param name file name of the output: what it ends in says whether it is JSON
 * @throws CorruptObjectError
 */
export async function firstDifference(before: Side, after: Side, name: string): Promise<OutputDifference | undefined> {
  if (before.object.type !== after.object.type) return { kind: 'type', before: before.object.type, after: after.object.type };
  if (before.object.digest === after.object.digest) return undefined;
  return before.object.type === 'tree' ? inTrees(before, after) : inFiles(before, after, name);
}

async function inTrees(before: Side, after: Side): Promise<OutputDifference | undefined> {
  const [one, other] = [await filesByName(before), await filesByName(after)];
  for (const file of [...new Set([...one.keys(), ...other.keys()])].sort()) {
    const [old, now] = [one.get(file), other.get(file)];
    if (!now) return { kind: 'file', file, problem: 'missing' };
    if (!old) return { kind: 'file', file, problem: 'extra' };
    if (old.mode !== now.mode) return { kind: 'file', file, problem: 'mode' };
    if (old.digest === now.digest) continue;
    const difference = await inFiles(sideOf(before, old), sideOf(after, now), file);
    return difference && { ...difference, file };
  }
  return undefined;
}

async function filesByName({ store, object }: Side): Promise<ReadonlyMap<string, FileEntry>> {
  const entries = parseListing((await store.read({ ...object, type: 'file' })).toString('utf8'));
  if (!entries) throw new CorruptObjectError(object.digest, 'corrupt');
  return new Map(filesOf(entries).map((entry) => [entry.name, entry]));
}

function sideOf({ store }: Side, { digest, bytes }: FileEntry): Side {
  return { store, object: { type: 'file', digest, bytes } };
}

async function inFiles(before: Side, after: Side, name: string): Promise<Extract<OutputDifference, { kind: 'json' | 'bytes' }> | undefined> {
  const [, ending] = /\.(jsonl?)$/.exec(name) ?? [];
  if (ending !== undefined && Math.max(before.object.bytes, after.object.bytes) <= largestDocumentBytes) {
    const [one, other] = [(await before.store.read(before.object)).toString('utf8'), (await after.store.read(after.object)).toString('utf8')];
    const found = ending === 'json' ? inDocuments(one, other) : inLines(one, other);
    if (found) return found;
  }
  const range = await firstByteRange(await before.store.open(before.object), await after.store.open(after.object));
  return range && { kind: 'bytes', ...range };
}

type JsonDifference = Extract<OutputDifference, { kind: 'json' }>;

/** undefined also where one of them is no JSON, or they differ in spelling only: then bytes tell. */
function inDocuments(before: string, after: string): JsonDifference | undefined {
  const [one, other] = [parsed(before), parsed(after)];
  if (!one || !other) return undefined;
  const found = firstJsonDifference(one.value, other.value);
  return found && { kind: 'json', ...found };
}

function inLines(before: string, after: string): JsonDifference | undefined {
  const [one, other] = [before.split('\n'), after.split('\n')];
  const index = one.findIndex((line, place) => line !== other[place]);
  const found = index < 0 ? undefined : inDocuments(one[index] ?? '', other[index] ?? '');
  return found && { ...found, line: index + 1 };
}

function parsed(text: string): { readonly value: Json } | undefined {
  try {
    return { value: JSON.parse(text) as Json };
  } catch {
    return undefined;
  }
}
