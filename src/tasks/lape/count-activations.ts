import { textTokens, type TextTokens } from '../../corpus/text-tokens.js';
import { TaskError, type TaskContext } from '../../engine/task-kind.js';
import { readCheckpoint } from '../../model/checkpoint.js';
import { positiveActivationCounts } from '../../model/forward-pass.js';
import type { ActivationCounts } from './counts.js';

export interface ReadingLimits {
  readonly tokensPerLanguage: number;
  /** Tokens per chunk; null is the model's context. */
  readonly context: number | null;
}

/** Between two looks at the abort signal. */
const chunksAtOnce = 64;

/**
 * Runs a checkpoint over held-out text and counts positive activations after the non-linearity, at every position
 * of fixed-length chunks of concatenated documents; every language gets the same number of tokens (methods 2.1, 2.2).
 */
export async function countActivations(context: TaskContext, limits: ReadingLimits): Promise<ActivationCounts> {
  const { config, weights } = await readCheckpoint(context.input('model').path, { optimizer: false });
  const chunk = Math.min(limits.context ?? config.context, config.context);
  const tokenizer = context.input('tokenizer').path;
  const texts: TextTokens[] = [];
  for (const { path } of context.inputs('corpora')) texts.push(await textTokens({ corpus: path, tokenizer, limit: limits.tokensPerLanguage }));
  refuseRepeats(texts.map(({ language }) => language));

  const shortest = Math.min(...texts.map(({ tokens }) => tokens.length));
  const read = Math.floor(shortest / chunk) * chunk;
  if (read === 0) throw new TaskError(`a held-out corpus has ${shortest} tokens, fewer than one context of ${chunk}`);

  const overZero = Array.from({ length: config.layers }, () => Array.from({ length: 4 * config.width }, () => texts.map(() => 0)));
  for (const [language, { tokens }] of texts.entries()) {
    for (let start = 0; start < read; start += chunk * chunksAtOnce) {
      context.signal.throwIfAborted();
      const end = Math.min(read, start + chunk * chunksAtOnce);
      const { counts } = await positiveActivationCounts({ config, weights, tokens: tokens.subarray(start, end), length: chunk });
      addCounts(overZero, language, counts);
      context.progress(language * read + end, texts.length * read, 'tokens');
    }
  }
  return { languages: texts.map(({ language }) => language), tokens: texts.map(() => read), overZero };
}

function addCounts(overZero: number[][][], language: number, fired: readonly ArrayLike<number>[]): void {
  overZero.forEach((layer, index) => {
    const counts = fired[index] as ArrayLike<number>;
    layer.forEach((perLanguage, neuron) => { perLanguage[language] = (perLanguage[language] as number) + (counts[neuron] as number); });
  });
}

function refuseRepeats(languages: readonly string[]): void {
  const twice = languages.find((language, index) => languages.indexOf(language) !== index);
  if (twice !== undefined) throw new TaskError(`two held-out corpora are of the language ${twice}`, 'give one a language');
}
