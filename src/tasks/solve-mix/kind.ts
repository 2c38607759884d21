import type { JsonObject } from '../../engine/json.js';
import type { TaskKind } from '../../engine/task-kind.js';
import { proportionSchemas } from '../estimate-proportion/parameters.js';

const tokens: JsonObject = { type: ['integer', 'null'], minimum: 1, default: null };

/** How many tokens of a new language to train on, from one acquisition run: Algorithm 1 of the paper. */
export const solveMix: TaskKind = {
  name: 'solve-mix',
  version: 1,
  summary: 'Solves for the tokens of a new language at which its performance peaks, from one continual run.',
  source: 'paper 4.2, Eq. 3, Algorithm 1; methods 1.4, 1.5',
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      dominant: { type: 'string', default: 'python', description: 'Language whose tokens stay fixed.' },
      target: { type: 'string', default: 'php', description: 'Language whose tokens are solved for.' },
      dominantTokens: { ...tokens, description: 'Tokens of the dominant language in the final corpus; null takes them from `curve` or `statistics`.' },
      availableTokens: { ...tokens, description: 'Tokens of the target language there are; null takes them from `statistics`, or means no limit.' },
      window: { type: 'integer', minimum: 1, default: 5, description: 'Evaluations in the centred moving average (4.1.1).' },
      objective: { enum: ['target', 'mean'], default: 'target', description: 'Performance in the target language (Fig. 7), or its mean with the dominant one (Fig. 6).' },
      epsilon: { type: 'number', minimum: 0, default: 0.001, description: 'A proportion this small means: no bound on the target\'s tokens.' },
      ...proportionSchemas,
    },
  },
  inputs: {
    curve: { type: 'file', optional: true, mediaType: 'application/json', description: 'Losses and performance in one file; instead of a run\'s losses and evaluations.' },
    losses: { type: 'file', optional: true, many: true, mediaType: 'application/jsonl', description: 'Losses of the acquisition run, by segment (and seed).' },
    evaluations: { type: 'file', optional: true, many: true, mediaType: 'application/json', description: 'Evaluations in the target language, labelled with the step (and seed).' },
    dominantEvaluations: { type: 'file', optional: true, many: true, mediaType: 'application/json', description: 'Evaluations in the dominant language at the same steps, for the mean.' },
    statistics: { type: 'file', optional: true, mediaType: 'application/json', description: 'Token counts per language, from corpus-statistics.' },
  },
  outputs: {
    mix: { type: 'file', fileName: 'mix.json', mediaType: 'application/json', description: 'Tokens per language, with the uncertainty of the optimum and warnings.' },
    curve: { type: 'file', fileName: 'curve.csv', mediaType: 'text/csv', description: 'Loss, proportion and performance at each evaluation.' },
  },
  resources: { cores: 1, memory: 150 * 2 ** 20 },
  sensitivity: 'portable',
  implementation: new URL('./run.js', import.meta.url),
};
