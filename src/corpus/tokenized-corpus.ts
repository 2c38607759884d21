import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { TaskError } from '../engine/task-kind.js';
import { readJsonLines } from './json-lines.js';
import { LanguageTokens, streamTokens, type TokenCount } from './language-tokens.js';
import { readTokenFile, TokenFileWriter, tokenTypeOf, type TokenArray, type TokenType } from './token-file.js';
import type { Tokenizer } from './tokenizer.js';

/** `index.json` of a tokenized corpus. Tokens count the end-of-text that closes each document. */
export interface TokenizedCorpusIndex {
  readonly format: 'pipelines/tokenized-corpus/v1';
  readonly dtype: TokenType;
  readonly vocabularySize: number;
  /** Id of the token that closes each document. */
  readonly endOfText: number;
  /** sha256 of the `tokenizer.json` whose ids these are. */
  readonly tokenizer: string;
  readonly tokens: number;
  readonly languages: Readonly<Record<string, TokenCount>>;
}

/** A document of a corpus as token ids, without end-of-text. */
export interface DocumentTokens { readonly id: string; readonly language: string; readonly tokens: TokenArray }

/** A line of `documents.jsonl`: documents of one language that follow each other, in the order of `tokens.bin`. */
interface DocumentRun { readonly language: string; readonly ids: string[]; readonly tokens: number[] }

const format = 'pipelines/tokenized-corpus/v1';
const tokensFile = 'tokens.bin';
const documentsFile = 'documents.jsonl';
/** Documents of a line: enough that the lines are few, few enough that a line is short. */
const runLength = 4_096;

/** The documents of a corpus in its order, in memory: one array of tokens, of which each document is a view. */
export class TokenizedCorpus implements Iterable<DocumentTokens> {
  readonly index: TokenizedCorpusIndex;
  readonly #runs: readonly DocumentRun[];
  readonly #tokens: TokenArray;

  constructor(index: TokenizedCorpusIndex, runs: readonly DocumentRun[], tokens: TokenArray) {
    this.index = index;
    this.#runs = runs;
    this.#tokens = tokens;
  }

  *[Symbol.iterator](): Generator<DocumentTokens> {
    let start = 0;
    for (const { language, ids, tokens } of this.#runs) {
      for (const [number, id] of ids.entries()) {
        const end = start + (tokens[number] ?? 0);
        yield { id, language, tokens: this.#tokens.subarray(start, end - 1) };
        start = end;
      }
    }
  }
}

/** What this worker keeps of the corpora that mix after mix is made of, in bytes of tokens. */
const keptBytes = 128 * 2 ** 20;

const corpora = new LRUCache<string, TokenizedCorpus>({
  maxSize: keptBytes,
  sizeCalculation: ({ index: { tokens, dtype } }) => Math.max(1, tokens * (dtype === 'uint16' ? 2 : 4)),
  ignoreFetchAbort: true,
  fetchMethod: load,
});

/**
 * Reads a tokenized corpus whole into memory, once a worker: paths in the store are immutable.
 * @throws {TaskError} when the folder is not a tokenized corpus, or its files do not fit each other
 */
export function readTokenizedCorpus(path: string): Promise<TokenizedCorpus> {
  return corpora.forceFetch(path);
}

/** @throws {TaskError} when the folder is not a tokenized corpus */
export async function readTokenizedCorpusIndex(path: string): Promise<TokenizedCorpusIndex> {
  const index = await readIndex(path);
  if (index.format !== format) throw new TaskError(`${join(path, 'index.json')} has format ${JSON.stringify(index.format)}; expected '${format}'`);
  return index as TokenizedCorpusIndex;
}

/** Whether a folder is a tokenized corpus; anything else that has an index may be a corpus of text. */
export async function isTokenizedCorpus(path: string): Promise<boolean> {
  return (await readIndex(path)).format === format;
}

async function readIndex(path: string): Promise<{ readonly format?: string }> {
  return readFile(join(path, 'index.json'), 'utf8').then((text) => JSON.parse(text) as { format?: string }).catch((error: unknown) => {
    throw new TaskError(`${path} is not a corpus: ${error instanceof Error ? error.message : String(error)}`, 'a corpus is a folder with index.json, from a task that makes one');
  });
}

async function load(path: string): Promise<TokenizedCorpus> {
  const index = await readTokenizedCorpusIndex(path);
  const runs: DocumentRun[] = [];
  let total = 0;
  for await (const { value } of readJsonLines(join(path, documentsFile))) {
    const run = value as DocumentRun;
    runs.push(run);
    total += run.tokens.reduce((sum, tokens) => sum + tokens, 0);
  }
  if (total !== index.tokens) throw new TaskError(`${join(path, documentsFile)} has ${total} tokens; its index says ${index.tokens}`);
  return new TokenizedCorpus(index, runs, await readTokenFile(join(path, tokensFile), index.dtype, index.tokens));
}

/** Writes documents in the order given, and the index last. */
export async function writeTokenizedCorpus(
  directory: string,
  tokenizer: Pick<Tokenizer, 'vocabularySize' | 'endOfText' | 'digest'>,
  documents: AsyncIterable<DocumentTokens>,
): Promise<TokenizedCorpusIndex> {
  const { vocabularySize, endOfText, digest } = tokenizer;
  const dtype = tokenTypeOf(vocabularySize);
  const counts = new LanguageTokens();
  const runs: DocumentRun[] = [];
  const writer = await TokenFileWriter.create(join(directory, tokensFile), dtype);
  try {
    for await (const { id, language, tokens } of documents) {
      writer.add(tokens, endOfText);
      if (writer.isDue) await writer.flush();
      counts.add(language, tokens);
      let run = runs.at(-1);
      if (run === undefined || run.language !== language || run.ids.length === runLength) {
        run = { language, ids: [], tokens: [] };
        runs.push(run);
      }
      run.ids.push(id);
      run.tokens.push(streamTokens(tokens));
    }
    await writer.finish();
  } finally {
    await writer.close();
  }
  await writeFile(join(directory, documentsFile), runs.map((run) => `${JSON.stringify(run)}\n`));
  const index: TokenizedCorpusIndex = { format, dtype, vocabularySize, endOfText, tokenizer: digest, tokens: counts.total, languages: counts.byLanguage };
  await writeFile(join(directory, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
  return index;
}
