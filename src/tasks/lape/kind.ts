import type { TaskKind } from '../../engine/task-kind.js';

const rate = { type: 'number', exclusiveMinimum: 0, maximum: 1 } as const;

/** Language transferring neurons: those whose activation is peculiar to few languages (3.3). */
export const lape: TaskKind = {
  name: 'lape',
  version: 1,
  summary: 'Finds language transferring neurons by the entropy of their activation probabilities over languages.',
  source: 'paper 3.3 (Tang et al., 2024); methods 2.1-2.3',
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      topRate: { ...rate, default: 0.01, description: 'Share of all neurons that is selected, lowest entropy first.' },
      filterRate: { ...rate, default: 0.95, description: 'Quantile of all probabilities that a neuron must exceed in some language.' },
      activationBarRatio: { ...rate, default: 0.95, description: 'Quantile that a selected neuron must exceed to belong to a language.' },
      tokensPerLanguage: { type: 'integer', minimum: 1, default: 1_000_000, description: 'Held-out tokens read per language at most; all languages get the same number, whole contexts only.' },
      context: { type: ['integer', 'null'], minimum: 1, default: null, description: 'Tokens per chunk; null is the model\'s context.' },
      fixedCount: { type: ['integer', 'null'], minimum: 1, default: null, description: 'Neurons per language in the fixed-count variant; null shares the selection equally.' },
    },
  },
  inputs: {
    counts: { type: 'file', optional: true, mediaType: 'application/json', description: 'Activation counts measured before; instead of a model.' },
    model: { type: 'tree', optional: true, description: 'A checkpoint.' },
    tokenizer: { type: 'file', optional: true, mediaType: 'application/json', description: 'The tokenizer the model was trained with.' },
    corpora: { type: 'tree', optional: true, many: true, description: 'Held-out text, a corpus a language.' },
    threshold: { type: 'value', optional: true, description: 'Cuts frozen at an earlier checkpoint (`neurons#/cuts`, or one number), for the variant whose total may change.' },
  },
  outputs: {
    neurons: { type: 'file', fileName: 'transferring-neurons.json', mediaType: 'application/json', description: 'Selected neurons, and counts per language and layer.' },
    counts: { type: 'file', fileName: 'activation-counts.json', mediaType: 'application/json', description: 'How often each neuron fired in each language.' },
  },
  resources: { cores: 1, memory: 500 * 2 ** 20 },
  sensitivity: 'runtime',
  implementation: new URL('./run.js', import.meta.url),
};
