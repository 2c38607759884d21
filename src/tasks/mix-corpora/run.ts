import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '../../engine/json.js';
import { TaskError, type RunTask, type TaskContext } from '../../engine/task-kind.js';
import { readLocatedDocuments } from '../../corpus/corpus.js';
import { writeTokenShards, type TokenizedDocument } from '../../corpus/token-shards.js';
import { streamTokens, tokenizedDocuments } from '../../corpus/tokenized-documents.js';
import { loadTokenizer, type Tokenizer } from '../../corpus/tokenizer.js';
import { mixDocuments, shuffled, type Budgets, type MixDocument } from './mix.js';
import { TokenSpool } from './token-spool.js';

interface Parameters {
  readonly tokens: Budgets | null;
  readonly repeat: boolean;
  readonly seed: number;
}

/** @throws {TaskError} when a budget names an absent language, or is above what is there and `repeat` is off */
export const run: RunTask = async (context) => {
  const parameters = context.parameters as unknown as Parameters;
  const tokenizer = await loadTokenizer(context.input('tokenizer').path);
  const spool = await TokenSpool.create(join(context.scratch, 'tokens.spool'));
  try {
    const documents = await tokenize(context, tokenizer, spool);
    const { entries, languages } = mixDocuments(documents, budgetsOf(context, parameters), parameters);
    const index = await writeTokenShards(context.output('tokens'), {
      vocabularySize: tokenizer.vocabularySize, endOfText: tokenizer.endOfText, documents: read(context, shuffled(entries, parameters.seed), spool),
    });
    const statistics = { seed: parameters.seed, vocabularySize: index.vocabularySize, tokens: index.tokens, languages };
    await writeFile(context.output('statistics'), `${JSON.stringify(statistics, null, 2)}\n`);
  } finally {
    await spool.close();
  }
};

/** Tokenizes every document once, to disk; sizes and places stay in memory. */
async function tokenize(context: TaskContext, tokenizer: Tokenizer, spool: TokenSpool): Promise<MixDocument[]> {
  const documents: MixDocument[] = [];
  const corpora = context.inputs('corpora');
  for (const [corpus, { path }] of corpora.entries()) {
    for await (const { source: { document }, tokens } of tokenizedDocuments(readLocatedDocuments(path), tokenizer)) {
      documents.push({ spooled: documents.length, id: document.id, language: document.language, tokens: streamTokens(tokens) });
      await spool.push(tokens);
      if (documents.length % 100 === 0) context.signal.throwIfAborted();
    }
    context.progress(corpus + 1, corpora.length, 'corpora');
  }
  await spool.flush();
  return documents;
}

async function* read(context: TaskContext, documents: readonly MixDocument[], spool: TokenSpool): AsyncGenerator<TokenizedDocument> {
  for (const [index, { language, spooled }] of documents.entries()) {
    yield { language, tokens: await spool.read(spooled) };
    if (index % 1_000 === 0) context.signal.throwIfAborted();
  }
}

function budgetsOf(context: TaskContext, parameters: Parameters): Budgets {
  const mix = context.value('mix');
  if (mix === undefined) return parameters.tokens ?? {};
  if (parameters.tokens !== null) throw new TaskError('both `tokens` and the input `mix` give budgets', 'remove one of them');
  const budgets = isObject(mix) && isObject(mix['tokens']) ? mix['tokens'] : mix;
  if (!isObject(budgets)) throw new TaskError(`input 'mix' must be an object of tokens by language; it is ${JSON.stringify(mix)}`);
  for (const [language, tokens] of Object.entries(budgets)) {
    if (tokens === null || (typeof tokens === 'number' && tokens >= 0)) continue;
    throw new TaskError(`input 'mix': the tokens of ${language} must be a number or null; they are ${JSON.stringify(tokens)}`);
  }
  return budgets as Budgets;
}

function isObject(value: Json | undefined): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
