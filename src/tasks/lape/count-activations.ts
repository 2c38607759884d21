import { readCorpusIndex, readDocuments } from '../../corpus/corpus.js';
import { loadTokenizer, type Tokenizer } from '../../corpus/tokenizer.js';
import { TaskError, type InputArtifact, type TaskContext } from '../../engine/task-kind.js';
import { readCheckpoint } from '../../model/checkpoint.js';
import { positiveActivationCounts } from '../../model/forward-pass.js';
import type { ActivationCounts } from './counts.js';

export interface ReadingLimits {
  readonly tokensPerLanguage: number;
  /** Tokens per chunk; null is the model's context. */
  readonly context: number | null;
}

interface HeldOutText { readonly language: string; readonly tokens: Uint32Array }

/** Between two looks at the abort signal. */
const chunksAtOnce = 64;

/**
 * Runs a checkpoint over held-out text and counts positive activations after the non-linearity, at every position
 * of fixed-length chunks of concatenated documents; every language gets the same number of tokens (methods 2.1, 2.2).
 */
export async function countActivations(context: TaskContext, limits: ReadingLimits): Promise<ActivationCounts> {
  const { config, weights } = await readCheckpoint(context.input('model').path, { optimizer: false });
  const chunk = Math.min(limits.context ?? config.context, config.context);
  const tokenizer = await loadTokenizer(context.input('tokenizer').path);
  const texts: HeldOutText[] = [];
  for (const corpus of context.inputs('corpora')) texts.push(await readText(corpus, tokenizer, limits.tokensPerLanguage));
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

/** The first `limit` tokens of a corpus of one language, each document ended by end-of-text as in training. */
async function readText(corpus: InputArtifact, tokenizer: Tokenizer, limit: number): Promise<HeldOutText> {
  const language = onlyLanguage(Object.keys((await readCorpusIndex(corpus.path)).languages));
  const tokens: number[] = [];
  for await (const { text } of readDocuments(corpus.path)) {
    for (const id of await tokenizer.encode(text)) tokens.push(id);
    tokens.push(tokenizer.endOfText);
    if (tokens.length >= limit) break;
  }
  return { language, tokens: Uint32Array.from(tokens.slice(0, limit)) };
}

function onlyLanguage(languages: readonly string[]): string {
  const [language] = languages;
  if (language === undefined || languages.length > 1) {
    throw new TaskError(`a held-out corpus must be of one language, but holds ${languages.length === 0 ? 'none' : languages.join(', ')}`);
  }
  return language;
}

function refuseRepeats(languages: readonly string[]): void {
  const twice = languages.find((language, index) => languages.indexOf(language) !== index);
  if (twice !== undefined) throw new TaskError(`two held-out corpora are of the language ${twice}`, 'give one a language');
}
