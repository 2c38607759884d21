import { writeFile } from 'node:fs/promises';
import { TaskError, type RunTask, type TaskContext } from '../../engine/task-kind.js';
import { readCorpusIndex, readLocatedDocuments, writeCorpus, type Document } from '../../corpus/corpus.js';
import { orderOf, placeOf, prefixNearest } from '../../corpus/document-order.js';
import { DocumentReader, type DocumentLocation } from '../../corpus/document-reader.js';
import { streamTokens } from '../../corpus/language-tokens.js';
import { tokenizedDocuments } from '../../corpus/tokenized-documents.js';
import { loadTokenizer } from '../../corpus/tokenizer.js';

interface Parameters {
  readonly tokens: number | null;
  readonly bytes: number | null;
  readonly share: number | null;
  readonly seed: number;
}

interface Budget { readonly unit: 'tokens' | 'bytes' | 'share'; readonly amount: number }

/** One document, without its text. `tokens` is null when no tokenizer was given. */
interface Measured extends DocumentLocation { readonly bytes: number; readonly tokens: number | null }

/** @throws {TaskError} when not exactly one budget is given, or the corpus is smaller than the budget */
export const run: RunTask = async (context) => {
  const parameters = context.parameters as unknown as Parameters;
  const corpus = context.input('corpus').path;
  const budget = budgetOf(parameters, context);
  const { documents, places } = await measure(context, corpus, parameters.seed);
  const selected = select(documents, places, budget);

  const { sources } = await readCorpusIndex(corpus);
  const reader = await DocumentReader.open(corpus);
  try {
    await writeCorpus(context.output('corpus'), read(reader, selected, context), sources === undefined ? {} : { sources });
  } finally {
    await reader.close();
  }
  const statistics = { budget, seed: parameters.seed, before: totals(documents), after: totals(selected) };
  context.log(`kept ${statistics.after.documents} of ${statistics.before.documents} documents, ${statistics.after.bytes} of ${statistics.before.bytes} bytes`);
  await writeFile(context.output('statistics'), `${JSON.stringify(statistics, null, 2)}\n`);
};

function budgetOf(parameters: Parameters, context: TaskContext): Budget {
  const computed = context.value('tokens');
  if (computed !== undefined && (typeof computed !== 'number' || computed < 0)) {
    throw new TaskError(`input 'tokens' must be a number of tokens; it is ${JSON.stringify(computed)}`);
  }
  const given = [
    { unit: 'tokens', amount: computed ?? null }, { unit: 'tokens', amount: parameters.tokens },
    { unit: 'bytes', amount: parameters.bytes }, { unit: 'share', amount: parameters.share },
  ].filter((budget): budget is Budget => budget.amount !== null);
  const [budget, ...others] = given;
  if (budget === undefined || others.length > 0) {
    throw new TaskError(`${given.length} budgets are given; exactly one is needed`, 'set one of tokens, bytes and share, or connect the input `tokens`');
  }
  if (budget.unit === 'tokens' && context.inputs('tokenizer').length === 0) throw new TaskError('a budget in tokens needs the input `tokenizer`');
  return budget;
}

async function measure(context: TaskContext, corpus: string, seed: number): Promise<{ documents: Measured[]; places: number[] }> {
  const documents: Measured[] = [];
  const places: number[] = [];
  for await (const { located: { document, shard, offset, length }, tokens } of withTokens(context, corpus)) {
    documents.push({ shard, offset, length, bytes: Buffer.byteLength(document.text), tokens });
    places.push(placeOf(seed, 'select', document.id));
    if (documents.length % 1_000 === 0) context.signal.throwIfAborted();
  }
  return { documents, places };
}

async function* withTokens(context: TaskContext, corpus: string): AsyncGenerator<{ located: DocumentLocation & { document: Document }; tokens: number | null }> {
  const [artifact] = context.inputs('tokenizer');
  if (artifact === undefined) {
    for await (const located of readLocatedDocuments(corpus)) yield { located, tokens: null };
    return;
  }
  const tokenizer = await loadTokenizer(artifact.path);
  for await (const { source, tokens } of tokenizedDocuments(readLocatedDocuments(corpus), tokenizer)) yield { located: source, tokens: streamTokens(tokens) };
}

function select(documents: readonly Measured[], places: readonly number[], budget: Budget): Measured[] {
  const ordered = orderOf(places).flatMap((index) => documents[index] ?? []);
  const available = totals(documents);
  const amount = budget.unit === 'share' ? budget.amount * available.bytes : budget.amount;
  const sizes = ordered.map((document) => (budget.unit === 'tokens' ? document.tokens ?? 0 : document.bytes));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (amount > total) throw new TaskError(`the budget is ${amount} ${budget.unit}; the corpus has ${total}`, 'lower the budget or collect more');
  return ordered.slice(0, prefixNearest(sizes, amount).length);
}

function totals(documents: readonly Measured[]): { documents: number; bytes: number; tokens: number | null } {
  const sum = (size: (document: Measured) => number): number => documents.reduce((total, document) => total + size(document), 0);
  const counted = documents.every((document) => document.tokens !== null);
  return { documents: documents.length, bytes: sum(({ bytes }) => bytes), tokens: counted ? sum(({ tokens }) => tokens ?? 0) : null };
}

async function* read(reader: DocumentReader, selected: readonly Measured[], context: TaskContext): AsyncGenerator<Document> {
  for (const [index, location] of selected.entries()) {
    yield await reader.read(location);
    if (index % 1_000 === 0) context.progress(index, selected.length, 'documents');
  }
}
