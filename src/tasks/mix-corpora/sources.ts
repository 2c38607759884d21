import { TaskError, type TaskContext } from '../../engine/task-kind.js';
import { readLocatedDocuments } from '../../corpus/corpus.js';
import { streamTokens } from '../../corpus/language-tokens.js';
import { isTokenizedCorpus, readTokenizedCorpus } from '../../corpus/tokenized-corpus.js';
import { tokenizedDocuments } from '../../corpus/tokenized-documents.js';
import { loadTokenizer, type Tokenizer } from '../../corpus/tokenizer.js';
import type { MixDocument } from './mix.js';
import type { TokenSpool } from './token-spool.js';

/** What the stream needs to know of the tokenizer that its ids are of. */
export type Vocabulary = Pick<Tokenizer, 'vocabularySize' | 'endOfText' | 'digest'>;

/**
 * The documents of all corpora, in their order, with their tokens in the spool: those of text are tokenized, the others read.
 * @throws {TaskError} when the corpora are not all of one tokenizer, or one is of text and no tokenizer is given
 */
export async function readSources(context: TaskContext, spool: TokenSpool): Promise<{ vocabulary: Vocabulary; documents: MixDocument[] }> {
  const [artifact] = context.inputs('tokenizer');
  const tokenizer = artifact === undefined ? undefined : await loadTokenizer(artifact.path);
  const corpora = context.inputs('corpora');
  const documents: MixDocument[] = [];
  let vocabulary: Vocabulary | undefined = tokenizer;
  for (const [done, { path }] of corpora.entries()) {
    if (await isTokenizedCorpus(path)) {
      vocabulary = await readTokens(path, vocabulary, documents, spool);
    } else if (tokenizer !== undefined) {
      await tokenizeText(context, path, tokenizer, documents, spool);
    } else {
      throw new TaskError(`${path} is a corpus of text, and there is no tokenizer`, 'connect the input `tokenizer`, or give what tokenize-corpus made of it');
    }
    context.signal.throwIfAborted();
    context.progress(done + 1, corpora.length, 'corpora');
  }
  await spool.flush();
  if (vocabulary === undefined) throw new TaskError('there are no corpora to mix');
  return { vocabulary, documents };
}

async function readTokens(path: string, vocabulary: Vocabulary | undefined, documents: MixDocument[], spool: TokenSpool): Promise<Vocabulary> {
  const corpus = await readTokenizedCorpus(path);
  const { vocabularySize, endOfText, tokenizer: digest } = corpus.index;
  if (vocabulary !== undefined && vocabulary.digest !== digest) {
    throw new TaskError(`${path} was tokenized with another tokenizer: its digest is ${digest}, not ${vocabulary.digest}`, 'tokenize all corpora of a mix with one tokenizer');
  }
  for (const { id, language, tokens } of corpus) {
    documents.push({ number: spool.length, id, language, tokens: streamTokens(tokens) });
    spool.hold(tokens);
  }
  return { vocabularySize, endOfText, digest };
}

async function tokenizeText(context: TaskContext, path: string, tokenizer: Tokenizer, documents: MixDocument[], spool: TokenSpool): Promise<void> {
  for await (const { source: { document: { id, language } }, tokens } of tokenizedDocuments(readLocatedDocuments(path), tokenizer)) {
    documents.push({ number: spool.length, id, language, tokens: streamTokens(tokens) });
    await spool.push(tokens);
    if (documents.length % 100 === 0) context.signal.throwIfAborted();
  }
}
