import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '../../engine/json.js';
import { TaskError, type RunTask, type TaskContext } from '../../engine/task-kind.js';
import { writeTokenShards } from '../../corpus/token-shards.js';
import { mixDocuments, shuffled, withSample, type Budgets, type Sample } from './mix.js';
import { readSources } from './sources.js';
import { TokenSpool } from './token-spool.js';
import { tokenStream } from './token-stream.js';

interface Parameters {
  readonly tokens: Budgets | null;
  readonly sample: Sample | null;
  readonly repeat: boolean;
  readonly seed: number;
}

/** Of the tokens of text, in bytes; more than that goes to the scratch folder. */
const spoolMemory = 128 * 2 ** 20;

/** @throws {TaskError} when the corpora are of several tokenizers, when a budget names an absent language, or is above what is there and `repeat` is off */
export const run: RunTask = async (context) => {
  const parameters = context.parameters as unknown as Parameters;
  const spool = new TokenSpool(join(context.scratch, 'tokens.spool'), spoolMemory);
  try {
    const { vocabulary: { vocabularySize, endOfText }, documents } = await readSources(context, spool);
    const budgets = withSample(budgetsOf(context, parameters), parameters.sample, documents);
    const { entries, languages } = mixDocuments(documents, budgets, parameters);
    const index = await writeTokenShards(context.output('tokens'), {
      vocabularySize, endOfText, documents: tokenStream(shuffled(entries, parameters.seed), spool, context.signal),
    });
    const statistics = { seed: parameters.seed, vocabularySize, tokens: index.tokens, languages };
    await writeFile(context.output('statistics'), `${JSON.stringify(statistics, null, 2)}\n`);
  } finally {
    await spool.close();
  }
};

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
