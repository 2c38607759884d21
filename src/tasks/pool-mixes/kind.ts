import type { TaskKind } from '../../engine/task-kind.js';
import { constraintSchemas } from '../mixes/constraints.js';

/** The corpus of 4.3.3: each target solved alone, all pooled, within what there is and what training may spend. */
export const poolMixes: TaskKind = {
  name: 'pool-mixes',
  version: 1,
  summary: 'Pools mixes that were each solved for one target into one mix of all languages, under constraints.',
  source: 'paper 4.3.3; methods 1.5',
  parameters: { type: 'object', additionalProperties: false, properties: { ...constraintSchemas } },
  inputs: {
    mixes: { type: 'file', many: true, mediaType: 'application/json', description: 'From solve-mix, one a target; all beside the same tokens of the dominant language.' },
    statistics: { type: 'file', optional: true, mediaType: 'application/json', description: 'Tokens there are of each language, from corpus-statistics.' },
  },
  outputs: {
    mix: { type: 'file', fileName: 'pooled-mix.json', mediaType: 'application/json', description: 'Tokens, share and epochs of each language, and which constraints bind.' },
  },
  resources: { cores: 1, memory: 100 * 2 ** 20 },
  sensitivity: 'portable',
  implementation: new URL('./run.js', import.meta.url),
};
