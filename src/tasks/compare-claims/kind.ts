import type { TaskKind } from '../../engine/task-kind.js';

/** The paper's 28 claims, each against what this run measured. */
export const compareClaims: TaskKind = {
  name: 'compare-claims',
  version: 1,
  summary: 'Judges each of the paper\'s 28 claims from a run\'s measurements, with a 95 % interval and the reason, and the null controls.',
  source: 'methods 8',
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      window: { type: 'integer', minimum: 1, default: 5, description: 'Evaluations in the moving average, and in a final value (4.1.1).' },
      confidence: { type: 'number', exclusiveMinimum: 0.5, exclusiveMaximum: 1, default: 0.95, description: 'Of every interval.' },
      resamples: { type: 'integer', minimum: 100, default: 2000, description: 'Bootstrap resamples, and shuffles of a permutation test.' },
      seed: { type: 'integer', default: 1, description: 'Seeds the resampling.' },
      command: { type: 'string', default: 'pipelines run babel-tower.yaml --profile full', description: 'What a row that was not tested says would test it.' },
    },
  },
  inputs: {
    measurements: { type: 'file', mediaType: 'application/json', description: 'From collect-measurements.' },
  },
  outputs: {
    claims: { type: 'file', fileName: 'claims.json', mediaType: 'application/json', description: '28 rows: claim, verdict, effect with interval, reason.' },
    controls: { type: 'file', fileName: 'controls.json', mediaType: 'application/json', description: 'The null controls and the exposure controls, judged likewise.' },
  },
  resources: { cores: 1, memory: 400 * 2 ** 20 },
  sensitivity: 'runtime',
  implementation: new URL('./run.js', import.meta.url),
};
