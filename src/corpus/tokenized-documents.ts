import type { Document } from './corpus.js';
import type { Tokenizer } from './tokenizer.js';

/** Texts that are encoded at once: few enough to bound memory, many enough to amortise the call. */
const batchCharacters = 2 ** 20;

/** Pairs each document with its tokens (without end-of-text, not to be written to), in order. */
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

/** Encodes each distinct text once: a generated world says the same thing many times, and so do vendored sources. */
async function* encoded<D extends { readonly document: Document }>(batch: readonly D[], tokenizer: Tokenizer): AsyncGenerator<{ source: D; tokens: Uint32Array }> {
  const texts = [...new Set(batch.map(({ document }) => document.text))];
  const lists = await tokenizer.encodeBatch(texts);
  const tokensOf = new Map(texts.map((text, index) => [text, lists[index] ?? new Uint32Array()]));
  for (const source of batch) yield { source, tokens: tokensOf.get(source.document.text) ?? new Uint32Array() };
}
