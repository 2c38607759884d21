import { writeFile } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { TaskError, type RunTask, type TaskContext } from '../../engine/task-kind.js';
import { loadTokenizer } from '../../corpus/tokenizer.js';
import type { TargetName } from '../../languages/identifiers.js';
import { readCheckpoint } from '../../model/checkpoint.js';
import { blockLogits } from '../../model/forward-pass.js';
import { seededRandom } from '../../model/random.js';
import { choosePrompts, type ProbePrompt } from './prompts.js';
import { defaultExcludedLayers, workingLanguage, type LensReading } from './working-language.js';

interface Parameters {
  readonly target: TargetName;
  readonly dominant: 'python';
  readonly promptsPerIdentifier: number;
  readonly mode: 'forced' | 'generated';
  readonly excludeLast: number | null;
  readonly seed: number;
}

export const run: RunTask = async (context) => {
  const { target, dominant, promptsPerIdentifier, mode, excludeLast, seed } = context.parameters as unknown as Parameters;
  const { config, weights } = await readCheckpoint(context.input('model').path, { optimizer: false });
  const excluded = excludeLast ?? defaultExcludedLayers(config.layers);
  if (excluded >= config.layers) throw new TaskError(`\`excludeLast: ${excluded}\` leaves no layer of ${config.layers} to count`);

  const prompts = await promptsOf(context, target, promptsPerIdentifier, config.context, seed);
  const lens = await blockLogits({
    config, weights,
    prompts: prompts.map(({ ids, tokens }) => ({ tokens: ids, position: ids.length - 1, sets: [[...tokens.target], [...tokens.dominant]] })),
  });
  const readings = prompts.map(({ tokens }, index): LensReading => {
    const { predicted, mass: [targetMass = [], dominantMass = []] } = lens[index] as (typeof lens)[number];
    return { tokens, predicted, targetMass, dominantMass };
  });
  // A hit: the model itself would write the identifier here, as the paper requires of its prompts.
  const hits = readings.filter(({ tokens, predicted }) => tokens.target.has(predicted[predicted.length - 1] as number));
  const result = workingLanguage(mode === 'generated' ? hits : readings, config.layers - excluded, seededRandom(seed).uniform);
  await writeFile(context.output('result'), `${JSON.stringify({
    dominant, target, ...result, hits: hits.length, total: readings.length, mode, countedLayers: config.layers - excluded, layers: config.layers,
  }, null, 1)}\n`);
};

/** Every checkpoint of a run is asked the same prompts: a worker chooses them once. Paths in the store are immutable. */
const chosen = new LRUCache<string, Promise<ProbePrompt[]>>({ max: 8 });

function promptsOf(context: TaskContext, target: TargetName, perIdentifier: number, longest: number, seed: number): Promise<ProbePrompt[]> {
  const tokenizerPath = context.input('tokenizer').path;
  const corpora = context.inputs('documents').map(({ path }) => path);
  const key = JSON.stringify([tokenizerPath, corpora, target, perIdentifier, longest, seed]);
  const known = chosen.get(key);
  if (known !== undefined) return known;
  const choosing = loadTokenizer(tokenizerPath).then((tokenizer) => choosePrompts(corpora, target, tokenizer, { perIdentifier, longest, seed }));
  chosen.set(key, choosing);
  choosing.catch(() => chosen.delete(key));
  return choosing;
}
