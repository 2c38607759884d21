import type { TaskKind } from '../../engine/task-kind.js';

/**
 * Tokenizes corpora that are text, samples each language to its budget by whole documents, shuffles, and packs one training stream.
 * The token shares it reports are those of Eq. 3.
 */
export const mixCorpora: TaskKind = {
  name: 'mix-corpora',
  version: 1,
  summary: 'Tokenizes, samples, shuffles and packs corpora into one stream of training tokens.',
  source: 'paper 4.2.2, Eq. 3; methods 1.4, 5.3',
  parameters: {
    type: 'object',
    properties: {
      tokens: {
        type: ['object', 'null'], default: null, additionalProperties: { type: ['integer', 'null'], minimum: 0 },
        description: 'Tokens of each language, end-of-text included; null, or a language not named: all there are.',
      },
      sample: {
        type: ['object', 'null'], default: null, additionalProperties: false, required: ['language', 'share'],
        properties: {
          language: { type: 'string', description: 'The language that is cut.' },
          share: { type: 'number', minimum: 0, maximum: 1, description: 'Of its tokens, to the nearest whole document; 1 is all.' },
        },
        description: 'Cuts one language to a share of its tokens, in the same order as a budget does: a sweep over shares nests.',
      },
      repeat: { type: 'boolean', default: false, description: 'Meet a budget above what is there by repeating documents; otherwise it is an error.' },
      seed: { type: 'integer', minimum: 0, default: 1, description: 'Of the sample and of the shuffle. Equal seeds nest, as in downsample-corpus.' },
    },
    additionalProperties: false,
  },
  inputs: {
    corpora: { type: 'tree', many: true, description: 'Corpora to mix, of text or from tokenize-corpus; a language may be in several' },
    tokenizer: { type: 'file', optional: true, description: 'Needed for corpora of text; the others must be of the same' },
    mix: { type: 'value', optional: true, description: 'Budgets that another task solved, in place of `tokens`: { "tokens": { "php": 5000, … } } or the inner object' },
  },
  outputs: {
    tokens: { type: 'tree', fileName: 'tokens', description: 'Token shards' },
    statistics: { type: 'file', fileName: 'statistics.json', mediaType: 'application/json', description: 'Documents, tokens, share (Eq. 3) and epochs of each language' },
  },
  resources: { cores: 1, memory: 512 * 2 ** 20 },
  sensitivity: 'portable',
  implementation: new URL('./run.js', import.meta.url),
};
