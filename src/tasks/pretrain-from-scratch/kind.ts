import type { TaskKind } from '../../engine/task-kind.js';
import { hyperparameterSchemas } from '../train/hyperparameters.js';
import { expandIntoSegments, segmentOutputs, segmentSchemas } from '../train/segments.js';

/** Pre-training from random weights: the Python base model, monolingual baselines, and 4.3.3's mixes. */
export const pretrainFromScratch: TaskKind = {
  name: 'pretrain-from-scratch',
  version: 1,
  summary: 'Trains a new GPT-2 on token shards from random weights, in resumable segments with a checkpoint each.',
  source: 'paper 3.1, 4.3.3; methods 5.1',
  parameters: {
    type: 'object',
    additionalProperties: false,
    required: ['steps', 'layers', 'width', 'heads', 'context'],
    properties: {
      layers: { type: 'integer', minimum: 1, description: 'Transformer blocks.' },
      width: { type: 'integer', minimum: 1, description: 'Width of the residual stream; a multiple of `heads`.' },
      heads: { type: 'integer', minimum: 1, description: 'Attention heads.' },
      context: { type: 'integer', minimum: 2, description: 'Tokens of context.' },
      ...segmentSchemas,
      ...hyperparameterSchemas,
    },
  },
  inputs: {
    tokens: { type: 'tree', description: 'Token shards, from mix-corpora.' },
    from: { type: 'tree', optional: true, carriedOnly: true, description: 'The state of the segment before; a run from scratch starts from nothing.' },
  },
  outputs: segmentOutputs,
  resources: { cores: 1, memory: 700 * 2 ** 20 },
  sensitivity: 'runtime',
  expand: expandIntoSegments,
  implementation: new URL('./run.js', import.meta.url),
};
