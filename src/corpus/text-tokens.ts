import { LRUCache } from 'lru-cache';
import { TaskError } from '../engine/task-kind.js';
import { readCorpusIndex, readDocuments } from './corpus.js';
import { loadTokenizer, type Tokenizer } from './tokenizer.js';

export interface TextTokens {
  readonly language: string;
  /** Documents one after the other, each ended by end-of-text as in training. */
  readonly tokens: Uint32Array;
  /** UTF-8 bytes of the text that the tokens stand for. */
  readonly bytes: number;
}

/** Paths in the store, which are immutable, and how many tokens to read at most. */
export interface TextSource {
  readonly corpus: string;
  readonly tokenizer: string;
  readonly limit: number;
}

/** What this worker keeps of texts that checkpoint after checkpoint is measured on, in bytes. */
const keptBytes = 64 * 2 ** 20;

const texts = new LRUCache<string, TextTokens, TextSource>({
  maxSize: keptBytes,
  sizeCalculation: ({ tokens }) => Math.max(1, tokens.byteLength),
  ignoreFetchAbort: true,
  fetchMethod: async (_, __, { context: { corpus, tokenizer, limit } }) => readTextTokens(corpus, await loadTokenizer(tokenizer), limit),
});

/** `readTextTokens`, once a worker: the same text is asked for at every checkpoint. Not to be written to. */
export function textTokens(source: TextSource): Promise<TextTokens> {
  const { corpus, tokenizer, limit } = source;
  return texts.forceFetch(JSON.stringify([corpus, tokenizer, limit]), { context: source });
}

/**
 * The first `limit` tokens of a corpus of one language; the last document may be cut.
 * @throws {TaskError} when the corpus is of several languages or of none
 */
export async function readTextTokens(path: string, tokenizer: Tokenizer, limit: number): Promise<TextTokens> {
  const language = onlyLanguage(Object.keys((await readCorpusIndex(path)).languages));
  const parts: Uint32Array[] = [];
  let length = 0;
  let bytes = 0;
  for await (const { text } of readDocuments(path)) {
    const ids = await tokenizer.encode(text);
    const taken = Math.min(ids.length, limit - length);
    parts.push(ids.subarray(0, taken));
    length += taken;
    // Of a document that is cut, the same share of its bytes as of its tokens.
    bytes += ids.length === 0 ? 0 : Math.round(Buffer.byteLength(text) * taken / ids.length);
    if (length === limit) break;
    parts.push(Uint32Array.of(tokenizer.endOfText));
    length += 1;
    if (length === limit) break;
  }
  const tokens = new Uint32Array(length);
  let offset = 0;
  for (const part of parts) {
    tokens.set(part, offset);
    offset += part.length;
  }
  return { language, tokens, bytes };
}

function onlyLanguage(languages: readonly string[]): string {
  const [language] = languages;
  if (language === undefined || languages.length > 1) {
    throw new TaskError(`a held-out corpus must be of one language, but holds ${languages.length === 0 ? 'none' : languages.join(', ')}`);
  }
  return language;
}
