import type { TaskKind } from '../../engine/task-kind.js';

/**
 * Keeps whole documents up to a budget: how the paper cuts a target language down to the size that Algorithm 1
 * recommends ("the target down-sampled by documents with a seed", methods 5.5 v).
 */
export const downsampleCorpus: TaskKind = {
  name: 'downsample-corpus',
  version: 1,
  summary: 'Keeps a seeded sample of whole documents up to a budget in tokens, bytes or share.',
  source: 'methods 5.5',
  parameters: {
    type: 'object',
    properties: {
      tokens: { type: ['integer', 'null'], minimum: 1, default: null, description: 'Budget in tokens, end-of-text included; needs the input `tokenizer`.' },
      bytes: { type: ['integer', 'null'], minimum: 1, default: null, description: 'Budget in UTF-8 bytes of text.' },
      share: { type: ['number', 'null'], exclusiveMinimum: 0, maximum: 1, default: null, description: 'Budget as a share of the bytes of the corpus.' },
      seed: { type: 'integer', minimum: 0, default: 1, description: 'Equal seeds nest: a smaller sample is a prefix of a larger one.' },
    },
    additionalProperties: false,
  },
  inputs: {
    corpus: { type: 'tree', description: 'Corpus to sample from' },
    tokenizer: { type: 'file', optional: true, description: 'For a budget in tokens' },
    tokens: { type: 'value', optional: true, description: 'Budget in tokens that another task computed, in place of the parameter' },
  },
  outputs: {
    corpus: { type: 'tree', fileName: 'corpus', description: 'The sample, in the order of selection' },
    statistics: { type: 'file', fileName: 'statistics.json', mediaType: 'application/json', description: 'Documents, bytes and tokens before and after' },
  },
  resources: { cores: 1, memory: 512 * 2 ** 20 },
  sensitivity: 'portable',
  implementation: new URL('./run.js', import.meta.url),
};
