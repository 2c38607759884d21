import type { TaskKind } from '../../engine/task-kind.js';
import { constraintSchemas } from '../mixes/constraints.js';

/** What a solved mix must beat: mixes from token counts alone, and the control of methods 5.3 that cuts as much elsewhere. */
export const baselineMix: TaskKind = {
  name: 'baseline-mix',
  version: 1,
  summary: 'Mixes languages by their token counts: natural, uniform, by temperature, or cut at random.',
  source: 'methods 5.3, 6',
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      method: { enum: ['natural', 'uniform', 'temperature', 'random-cut'], default: 'natural', description: 'Shares as there are tokens, equal, between the two, or the cuts of `optimised` moved to other languages.' },
      temperature: { type: 'number', exclusiveMinimum: 0, default: 3.33, description: 'Tau: shares are proportional to tokens to the power 1 / tau. 1 is natural; the default is that of mT5 and XLM-R (0.3).' },
      uncut: { type: 'array', items: { type: 'string' }, default: [], description: 'Languages that random-cut leaves whole.' },
      seed: { type: 'integer', minimum: 0, default: 1, description: 'Of random-cut: which languages are cut.' },
      ...constraintSchemas,
    },
  },
  inputs: {
    statistics: { type: 'file', optional: true, mediaType: 'application/json', description: 'Tokens there are of each language, from corpus-statistics.' },
    totalTokens: { type: 'value', optional: true, description: 'A total that another task computed, in place of the parameter: `pool.mix#/totalTokens`' },
    optimised: { type: 'file', optional: true, mediaType: 'application/json', description: 'For random-cut: the mix whose cuts are moved.' },
  },
  outputs: {
    mix: { type: 'file', fileName: 'baseline-mix.json', mediaType: 'application/json', description: 'Tokens, share and epochs of each language, and which constraints bind.' },
  },
  resources: { cores: 1, memory: 100 * 2 ** 20 },
  sensitivity: 'portable',
  implementation: new URL('./run.js', import.meta.url),
};
