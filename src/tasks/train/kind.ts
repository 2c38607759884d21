import type { TaskKind } from '../../engine/task-kind.js';
import { hyperparameterSchemas } from './hyperparameters.js';
import { expandIntoSegments, segmentOutputs, segmentSchemas } from './segments.js';

/** Continual training of a model on token shards (3.2: a Python model meets a new language). */
export const train: TaskKind = {
  name: 'train',
  version: 1,
  summary: 'Continues the training of a model on token shards, in resumable segments with a checkpoint each.',
  source: 'paper 3.1-3.2; methods 5.1, 5.5',
  parameters: {
    type: 'object',
    additionalProperties: false,
    required: ['steps'],
    properties: { ...segmentSchemas, ...hyperparameterSchemas },
  },
  inputs: {
    tokens: { type: 'tree', description: 'Token shards, from mix-corpora.' },
    from: { type: 'tree', description: 'Checkpoint to start from: its weights; moments and schedule begin anew.' },
  },
  outputs: segmentOutputs,
  resources: { cores: 1, memory: 700 * 2 ** 20 },
  sensitivity: 'runtime',
  expand: expandIntoSegments,
  implementation: new URL('./run.js', import.meta.url),
};
