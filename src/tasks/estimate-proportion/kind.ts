import type { TaskKind } from '../../engine/task-kind.js';
import { proportionSchemas } from './parameters.js';

/** How much of the dominant language's system is left, from the training loss alone: Eq. 2 of the paper. */
export const estimateProportion: TaskKind = {
  name: 'estimate-proportion',
  version: 1,
  summary: 'Estimates the share of the dominant language\'s system at each step from the training loss.',
  source: 'paper 4.2.1, Eq. 2; methods 1.3',
  parameters: { type: 'object', additionalProperties: false, properties: proportionSchemas },
  inputs: { losses: { type: 'file', many: true, mediaType: 'application/jsonl', description: 'Losses of one run, its segments in any order.' } },
  outputs: {
    proportion: { type: 'file', fileName: 'proportion.json', mediaType: 'application/json', description: 'Initial and final loss, and loss and proportion per step.' },
  },
  resources: { cores: 1, memory: 100 * 2 ** 20 },
  sensitivity: 'portable',
  implementation: new URL('./run.js', import.meta.url),
};
