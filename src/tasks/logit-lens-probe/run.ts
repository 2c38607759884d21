import { writeFile } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { TaskError, type RunTask, type TaskContext } from '../../engine/task-kind.js';
import { loadTokenizer, type Tokenizer } from '../../corpus/tokenizer.js';
import { languageFrom } from '../../languages/language-file.js';
import { readCheckpoint } from '../../model/checkpoint.js';
import { blockLogits } from '../../model/forward-pass.js';
import { seededRandom } from '../../model/random.js';
import { choosePrompts, type ChosenPrompts, type PromptChoice } from './prompts.js';
import type { IdentifierTokens } from './token-sets.js';
import { defaultExcludedLayers, isHit, workingLanguage, type LensReading } from './working-language.js';

interface Parameters {
  readonly target: string;
  readonly dominant: 'python';
  readonly promptsPerIdentifier: number;
  readonly mode: 'forced' | 'generated';
  readonly excludeLast: number | null;
  readonly seed: number;
}

export const run: RunTask = async (context) => {
  const { target, dominant, promptsPerIdentifier, mode, excludeLast, seed } = context.parameters as unknown as Parameters;
  const { config, weights } = await readCheckpoint(context.input('model').path, { optimizer: false });
  const countedLayers = config.layers - (excludeLast ?? defaultExcludedLayers(config.layers));
  if (countedLayers <= 0) throw new TaskError(`\`excludeLast: ${config.layers - countedLayers}\` leaves no layer of ${config.layers} to count`);

  const { identifiers } = await languageFrom(context.inputs('syntax').map(({ path }) => path), target);
  if (identifiers.length === 0) throw new TaskError(`${target} has no identifiers to probe`, 'a syntax table lists them with what Python calls each');
  const { prompts, dropped } = await promptsOf(context, { target, identifiers, perIdentifier: promptsPerIdentifier, longest: config.context, seed });
  for (const { identifier, reason } of dropped) context.log(`warning: ${identifier} is not probed: ${reason}`);
  const lens = await blockLogits({
    config, weights,
    prompts: prompts.map(({ ids, tokens }) => ({ tokens: ids, position: ids.length - 1, sets: [[...tokens.target], [...tokens.dominant]] })),
  });
  const readings = prompts.map(({ tokens }, index): LensReading => {
    const { predicted, mass: [targetMass = [], dominantMass = []] } = lens[index] as (typeof lens)[number];
    return { tokens, predicted, targetMass, dominantMass };
  });
  const hits = readings.filter(isHit);
  const tokenizer = await loadTokenizer(context.input('tokenizer').path);
  const { perLayer, ...result } = workingLanguage(mode === 'generated' ? hits : readings, countedLayers, seededRandom(seed).uniform);
  await writeFile(context.output('result'), `${JSON.stringify({
    dominant, target, ...result,
    perLayer: perLayer.map((layer) => ({ ...layer, others: layer.others.map(({ token, count }) => ({ token: tokenizer.idToToken(token), count })) })),
    mode, prompts: readings.length, hits: hits.length, hitRate: readings.length === 0 ? null : hits.length / readings.length,
    countedLayers, layers: config.layers,
    identifiers: spelt(prompts.map(({ tokens }) => tokens), tokenizer),
    dropped,
  }, null, 1)}\n`);
};

/** Which tokens speak for which language, as text. */
function spelt(sets: readonly IdentifierTokens[], tokenizer: Tokenizer): object[] {
  const texts = (ids: ReadonlySet<number>) => [...ids].map((id) => tokenizer.idToToken(id));
  return [...new Set(sets)].map(({ identifier, target, dominant }) => ({ identifier, target: texts(target), dominant: texts(dominant) }));
}

interface PromptSource extends PromptChoice {
  readonly tokenizer: string;
  readonly corpora: readonly string[];
}

/** Every checkpoint of a run is asked the same prompts: a worker chooses them once. Paths in the store are immutable. */
const chosen = new LRUCache<string, ChosenPrompts, PromptSource>({
  max: 32,
  ignoreFetchAbort: true,
  fetchMethod: async (_, __, { context: { tokenizer, corpora, ...choice } }) => choosePrompts(corpora, await loadTokenizer(tokenizer), choice),
});

function promptsOf(context: TaskContext, choice: PromptChoice): Promise<ChosenPrompts> {
  const source = { ...choice, tokenizer: context.input('tokenizer').path, corpora: context.inputs('documents').map(({ path }) => path) };
  return chosen.forceFetch(JSON.stringify(source), { context: source });
}
