import type { TokenizedDocument } from '../../corpus/token-shards.js';
import type { MixDocument } from './mix.js';
import type { TokenSpool } from './token-spool.js';

/** The documents of a mix in its order, with their tokens: asynchronous only if the spool went to disk. */
export function tokenStream(documents: readonly MixDocument[], spool: TokenSpool, signal: AbortSignal): Iterable<TokenizedDocument> | AsyncIterable<TokenizedDocument> {
  return spool.inMemory ? fromMemory(documents, spool, signal) : fromDisk(documents, spool, signal);
}

function* fromMemory(documents: readonly MixDocument[], spool: TokenSpool, signal: AbortSignal): Generator<TokenizedDocument> {
  for (const [index, { language, number }] of documents.entries()) {
    yield { language, tokens: spool.held(number) };
    if (index % 1_000 === 0) signal.throwIfAborted();
  }
}

async function* fromDisk(documents: readonly MixDocument[], spool: TokenSpool, signal: AbortSignal): AsyncGenerator<TokenizedDocument> {
  for (const [index, { language, number }] of documents.entries()) {
    yield { language, tokens: await spool.read(number) };
    if (index % 1_000 === 0) signal.throwIfAborted();
  }
}
