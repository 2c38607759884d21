import { Tokenizer as NativeTokenizer } from 'tokenizers';
import { TaskError } from '../../engine/task-kind.js';
import type { Document } from '../../corpus/corpus.js';
import { wordLevelTokenizer, type TokenizerJson } from '../../corpus/tokenizer-json.js';

/** Tokens that are there before any word: end-of-text and the unknown token. */
const fixedTokens = 2;

/** A token for each of the most frequent words; equally frequent ones by code unit, so that equal corpora give equal bytes. */
export async function trainWords(
  documents: AsyncIterable<Document>,
  { pattern, vocabularySize, reserved }: { readonly pattern: string; readonly vocabularySize: number; readonly reserved: readonly string[] },
): Promise<TokenizerJson> {
  if (fixedTokens + reserved.length > vocabularySize) {
    throw new TaskError(`a vocabulary of ${vocabularySize} is too small for ${reserved.length} reserved identifiers and ${fixedTokens} fixed tokens`);
  }
  // From JSON: the library's own `splitPreTokenizer` takes its pattern literally.
  const preTokenizer = NativeTokenizer.fromString(JSON.stringify(wordLevelTokenizer(pattern, []))).getPreTokenizer();
  const counts = new Map<string, number>();
  for await (const { text } of documents) {
    for (const [word] of preTokenizer?.preTokenizeString(text) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const kept = new Set(reserved);
  const frequent = [...counts].filter(([word]) => !kept.has(word)).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([word]) => word);
  return wordLevelTokenizer(pattern, [...kept, ...frequent].slice(0, vocabularySize - fixedTokens));
}
