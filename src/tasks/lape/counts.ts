import type { JsonObject } from '../../engine/json.js';
import { TaskError } from '../../engine/task-kind.js';
import { format, readJson } from '../formats/json-file.js';

/** How often each feed-forward neuron's activation was positive, per language. */
export interface ActivationCounts {
  readonly languages: readonly string[];
  /** Tokens read, per language. */
  readonly tokens: readonly number[];
  /** [layer][neuron][language] */
  readonly overZero: readonly (readonly (readonly number[])[])[];
}

/** The file's words; further keys (a test vector's cases) are ignored. */
interface CountsFile {
  readonly languages: string[];
  readonly n_tokens: number[];
  readonly 'over_zero[layer][neuron][lang]': number[][][];
}

const listOf = (items: JsonObject): JsonObject => ({ type: 'array', items, minItems: 1 });
const isCountsFile = format<CountsFile>({
  type: 'object',
  required: ['languages', 'n_tokens', 'over_zero[layer][neuron][lang]'],
  properties: {
    languages: listOf({ type: 'string' }),
    n_tokens: listOf({ type: 'integer', minimum: 1 }),
    'over_zero[layer][neuron][lang]': listOf(listOf(listOf({ type: 'integer', minimum: 0 }))),
  },
});

export async function readCounts(path: string): Promise<ActivationCounts> {
  const file = await readJson(path, 'activation counts', isCountsFile);
  const counts = { languages: file.languages, tokens: file.n_tokens, overZero: file['over_zero[layer][neuron][lang]'] };
  checkCounts(counts);
  return counts;
}

export function countsAsFile({ languages, tokens, overZero }: ActivationCounts): string {
  return `${JSON.stringify({ languages, n_tokens: tokens, 'over_zero[layer][neuron][lang]': overZero })}\n`;
}

function checkCounts({ languages, tokens, overZero }: ActivationCounts): void {
  if (tokens.length !== languages.length) {
    throw new TaskError(`activation counts: ${languages.length} languages but ${tokens.length} token counts`);
  }
  overZero.forEach((neurons, layer) => {
    neurons.forEach((perLanguage, neuron) => {
      const impossible = perLanguage.length !== languages.length || perLanguage.some((count, index) => count > (tokens[index] as number));
      if (impossible) throw new TaskError(`activation counts: layer ${layer}, neuron ${neuron} needs one count a language, none above its tokens`);
    });
  });
}
