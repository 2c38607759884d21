import type { TaskKind } from '../../engine/task-kind.js';

/** One checkpoint of a run, weights only: the model that others start from, evaluate or keep. */
export const checkpoint: TaskKind = {
  name: 'checkpoint',
  version: 1,
  summary: 'Picks one checkpoint of a run (the last, the first, or a step) and keeps its weights without the optimizer\'s state.',
  source: 'paper 3.1; methods 5.5 (i): the Python model is a node of its own',
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      at: {
        oneOf: [{ enum: ['last', 'first'] }, { type: 'integer', minimum: 1 }], default: 'last',
        description: '`last`, `first`, or the step.',
      },
    },
  },
  inputs: { checkpoints: { type: 'tree', many: true, description: 'Checkpoints of one run.' } },
  outputs: { model: { type: 'tree', fileName: 'model', description: 'Weights and configuration; no moments.' } },
  resources: { cores: 1, memory: 200 * 2 ** 20 },
  sensitivity: 'portable',
  implementation: new URL('./run.js', import.meta.url),
};
