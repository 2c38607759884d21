import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TaskError } from '../engine/task-kind.js';
import { readJsonLines } from './json-lines.js';
import { ShardWriter } from './shard-writer.js';

/** One source file, function or other unit that is kept or dropped whole. */
export interface Document {
  /** Unique in its corpus. */
  readonly id: string;
  readonly language: string;
  readonly text: string;
  /** The source it came from, as `originOf` says. */
  readonly origin?: string;
  /** SPDX expression. */
  readonly licence?: string;
  /** For generated corpora: the concept it shows. */
  readonly concept?: string;
}

export interface LanguageCount { readonly documents: number; readonly bytes: number }

/** Where documents came from, pinned. */
export interface CorpusSource {
  /** A package URL without its version, e.g. `pkg:npm/pyodide`; or the name of a user's input. */
  readonly name: string;
  /** Null for a user's input, which its digest in the task's fingerprint pins. */
  readonly version: string | null;
  /** Subresource integrity, e.g. `sha512-…`; null for a user's input. */
  readonly integrity: string | null;
  readonly licence: string;
}

/** `index.json` of a corpus. All bytes are UTF-8 bytes of `text`. */
export interface CorpusIndex {
  readonly format: 'pipelines/corpus/v1';
  readonly languages: Readonly<Record<string, LanguageCount>>;
  readonly shards: readonly { readonly file: string; readonly documents: number; readonly bytes: number }[];
  readonly sources?: readonly (CorpusSource & LanguageCount)[];
}

const format = 'pipelines/corpus/v1';

/** @throws {TaskError} when the folder is not a corpus */
export async function readCorpusIndex(path: string): Promise<CorpusIndex> {
  const file = join(path, 'index.json');
  const index = await readFile(file, 'utf8').then((text) => JSON.parse(text) as Partial<CorpusIndex>).catch((error: unknown) => {
    throw new TaskError(`${path} is not a corpus: ${error instanceof Error ? error.message : String(error)}`, 'a corpus is a folder with index.json and documents-*.jsonl');
  });
  if (index.format !== format) throw new TaskError(`${file} has format ${JSON.stringify(index.format)}; expected '${format}'`);
  return index as CorpusIndex;
}

/** A document and where its line is in the corpus, to read it again with `documentReader`. */
export interface LocatedDocument { readonly document: Document; readonly shard: number; readonly offset: number; readonly length: number }

/**
 * Streams a corpus in the order of its shards.
 * @throws {TaskError} naming the line that is not a document
 */
export async function* readDocuments(path: string): AsyncGenerator<Document> {
  for await (const located of readLocatedDocuments(path)) yield located.document;
}

export async function* readLocatedDocuments(path: string): AsyncGenerator<LocatedDocument> {
  const index = await readCorpusIndex(path);
  for (const [shard, { file }] of index.shards.entries()) {
    for await (const { value, line, offset, length } of readJsonLines(join(path, file))) {
      if (!isDocument(value)) throw new TaskError(`${join(path, file)}, line ${line}: a document needs the strings id, language and text`);
      yield { document: value, shard, offset, length };
    }
  }
}

function isDocument(value: unknown): value is Document {
  const fields = value as Partial<Record<string, unknown>> | null;
  return typeof fields === 'object' && fields !== null
    && typeof fields['id'] === 'string' && typeof fields['language'] === 'string' && typeof fields['text'] === 'string';
}

/**
 * Writes documents in the order given, in shards of about 16 MiB, and the index last.
 * `sources` are listed with the documents and bytes of each that were written; a source that gave none is left out.
 */
export async function writeCorpus(
  directory: string,
  documents: AsyncIterable<Document> | Iterable<Document>,
  extra: { readonly sources?: readonly CorpusSource[] } = {},
): Promise<CorpusIndex> {
  const languages = new Map<string, LanguageCount>();
  const origins = new Map<string, LanguageCount>();
  const writer = new ShardWriter(directory);
  try {
    for await (const document of documents) {
      const bytes = Buffer.byteLength(document.text);
      await writer.write(`${JSON.stringify(document)}\n`, bytes);
      count(languages, document.language, bytes);
      if (document.origin !== undefined) count(origins, document.origin, bytes);
    }
  } finally {
    await writer.close();
  }
  const sources = (extra.sources ?? []).flatMap(({ name, version, integrity, licence }) => {
    const written = origins.get(originOf({ name, version }));
    return written === undefined ? [] : [{ name, version, integrity, licence, ...written }];
  });
  const index: CorpusIndex = {
    format,
    languages: Object.fromEntries([...languages].sort(([a], [b]) => (a < b ? -1 : 1))),
    shards: writer.shards,
    ...(sources.length > 0 ? { sources } : {}),
  };
  await writeFile(join(directory, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
  return index;
}

/** What `Document.origin` says for a document of this source. */
export function originOf(source: Pick<CorpusSource, 'name' | 'version'>): string {
  return source.version === null ? source.name : `${source.name}@${source.version}`;
}

function count(counts: Map<string, LanguageCount>, key: string, bytes: number): void {
  const before = counts.get(key) ?? { documents: 0, bytes: 0 };
  counts.set(key, { documents: before.documents + 1, bytes: before.bytes + bytes });
}
