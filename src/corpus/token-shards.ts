import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { TaskError } from '../engine/task-kind.js';
import { LanguageTokens, type TokenCount } from './language-tokens.js';
import { readTokenFile, TokenFileWriter, tokenTypeOf, type TokenArray, type TokenType } from './token-file.js';

/** `index.json` of token shards. Tokens count the end-of-text that closes each document. */
export interface TokenIndex {
  readonly format: 'pipelines/tokens/v1';
  readonly dtype: TokenType;
  readonly tokens: number;
  readonly vocabularySize: number;
  readonly languages: Readonly<Record<string, TokenCount>>;
}

/** Token ids, packed: each document's tokens, then end-of-text. */
export interface TokenShards { readonly index: TokenIndex; readonly tokens: TokenArray }

export interface TokenizedDocument { readonly language: string; readonly tokens: TokenArray }

const format = 'pipelines/tokens/v1';
const tokensFile = 'tokens.bin';

/** Decoded shards of this worker: a training segment after another reads the same ones. */
const shards = new LRUCache<string, Promise<TokenShards>>({ max: 4 });

/**
 * Reads token shards whole into memory; repeated reads of a path (immutable, in the store) are shared.
 * @throws {TaskError} when the folder is not token shards, or tokens.bin has another size than its index says
 */
export function readTokenShards(path: string): Promise<TokenShards> {
  const cached = shards.get(path);
  if (cached !== undefined) return cached;
  const reading = load(path);
  shards.set(path, reading);
  reading.catch(() => shards.delete(path));
  return reading;
}

async function load(path: string): Promise<TokenShards> {
  const index = await readFile(join(path, 'index.json'), 'utf8').then((text) => JSON.parse(text) as TokenIndex).catch((error: unknown) => {
    throw new TaskError(`${path} is not a tree of token shards: ${error instanceof Error ? error.message : String(error)}`);
  });
  if (index.format !== format) throw new TaskError(`${path} has format ${JSON.stringify(index.format)}; expected '${format}'`);
  return { index, tokens: await readTokenFile(join(path, tokensFile), index.dtype, index.tokens) };
}

/**
 * Streams documents to `tokens.bin`, each closed with end-of-text, and writes the index last.
 * @param documents tokens without end-of-text
 */
export async function writeTokenShards(
  directory: string,
  { vocabularySize, endOfText, documents }: {
    readonly vocabularySize: number;
    readonly endOfText: number;
    readonly documents: AsyncIterable<TokenizedDocument> | Iterable<TokenizedDocument>;
  },
): Promise<TokenIndex> {
  const dtype = tokenTypeOf(vocabularySize);
  const counts = new LanguageTokens();
  const writer = await TokenFileWriter.create(join(directory, tokensFile), dtype);
  const add = ({ language, tokens }: TokenizedDocument): void => {
    writer.add(tokens, endOfText);
    counts.add(language, tokens);
  };
  try {
    if (Symbol.iterator in documents) {
      // `for await` would take longer to wait for a document in memory than to copy it.
      for (const document of documents) {
        add(document);
        if (writer.isDue) await writer.flush();
      }
    } else {
      for await (const document of documents) {
        add(document);
        if (writer.isDue) await writer.flush();
      }
    }
    await writer.finish();
  } finally {
    await writer.close();
  }
  const index: TokenIndex = { format, dtype, vocabularySize, tokens: counts.total, languages: counts.byLanguage };
  await writeFile(join(directory, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
  return index;
}
