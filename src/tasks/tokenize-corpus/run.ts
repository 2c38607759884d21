import type { RunTask, TaskContext } from '../../engine/task-kind.js';
import { readCorpusIndex, readLocatedDocuments } from '../../corpus/corpus.js';
import { writeTokenizedCorpus, type DocumentTokens } from '../../corpus/tokenized-corpus.js';
import { tokenizedDocuments } from '../../corpus/tokenized-documents.js';
import { loadTokenizer, type Tokenizer } from '../../corpus/tokenizer.js';

/** @throws {TaskError} when the input is not a corpus of text */
export const run: RunTask = async (context) => {
  const tokenizer = await loadTokenizer(context.input('tokenizer').path);
  const { tokens } = await writeTokenizedCorpus(context.output('tokens'), tokenizer, tokenized(context, tokenizer));
  context.log(`${tokens} tokens`);
};

async function* tokenized(context: TaskContext, tokenizer: Tokenizer): AsyncGenerator<DocumentTokens> {
  const corpus = context.input('corpus').path;
  const { languages } = await readCorpusIndex(corpus);
  const total = Object.values(languages).reduce((sum, { documents }) => sum + documents, 0);
  let done = 0;
  for await (const { source: { document: { id, language } }, tokens } of tokenizedDocuments(readLocatedDocuments(corpus), tokenizer)) {
    yield { id, language, tokens };
    done += 1;
    if (done % 1_000 !== 0) continue;
    context.signal.throwIfAborted();
    context.progress(done, total, 'documents');
  }
}
