import type { Document } from './corpus.js';
import type { Tokenizer } from './tokenizer.js';

/** Texts that are encoded at once: few enough to bound memory, many enough to amortise the call. */
const batchCharacters = 2 ** 20;

/** Pairs each document with its tokens (without end-of-text), in order. */
export async function* tokenizedDocuments<D extends { readonly document: Document }>(
  documents: AsyncIterable<D>,
  tokenizer: Tokenizer,
): AsyncGenerator<{ readonly source: D; readonly tokens: Uint32Array }> {
  let batch: D[] = [];
  let characters = 0;
  for await (const source of documents) {
    batch.push(source);
    characters += source.document.text.length;
    if (characters < batchCharacters) continue;
    yield* encoded(batch, tokenizer);
    batch = [];
    characters = 0;
  }
  yield* encoded(batch, tokenizer);
}

async function* encoded<D extends { readonly document: Document }>(batch: readonly D[], tokenizer: Tokenizer): AsyncGenerator<{ source: D; tokens: Uint32Array }> {
  const lists = await tokenizer.encodeBatch(batch.map(({ document }) => document.text));
  for (const [index, source] of batch.entries()) yield { source, tokens: lists[index] ?? new Uint32Array() };
}

/** How many tokens a document takes in a training stream: its own and the end-of-text that closes it. Budgets and Eq. 3 count these. */
export function streamTokens(tokens: ArrayLike<number>): number {
  return tokens.length + 1;
}
