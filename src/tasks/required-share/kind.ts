import type { TaskKind } from '../../engine/task-kind.js';

/** Of the problems a checkpoint solves in the new language, how many need knowledge of the dominant one (3.2). */
export const requiredShare: TaskKind = {
  name: 'required-share',
  version: 1,
  summary: 'Share of a checkpoint\'s correct answers that require knowledge of the dominant language.',
  source: 'paper 3.2; methods 1.1',
  parameters: { type: 'object', additionalProperties: false, properties: {} },
  inputs: {
    dominant: { type: 'file', many: true, mediaType: 'application/json', description: 'Evaluation of the dominant language\'s model in that language; of several seeds, what at least half solve.' },
    monolingual: { type: 'file', many: true, mediaType: 'application/json', description: 'Evaluation of a model of the new language alone, trained from scratch, in the new language; likewise.' },
    evaluations: { type: 'file', many: true, mediaType: 'application/json', description: 'Evaluations of the continual run in the new language, by seed and step.' },
  },
  outputs: {
    share: { type: 'file', fileName: 'required-share.json', mediaType: 'application/json', description: 'The share at each checkpoint, by all dominant models and by the one of its own seed, and the problems that require the dominant language.' },
  },
  resources: { cores: 1, memory: 100 * 2 ** 20 },
  sensitivity: 'portable',
  implementation: new URL('./run.js', import.meta.url),
};
