import type { InputPort, TaskKind } from '../../engine/task-kind.js';

const many = (description: string): InputPort => ({ type: 'file', optional: true, many: true, mediaType: 'application/json', description });

/** One typed document of all that a run measured: what compare-claims judges and report draws. */
export const collectMeasurements: TaskKind = {
  name: 'collect-measurements',
  version: 1,
  summary: 'Gathers every measurement of a run, with its place on the axes, in one document.',
  source: 'methods 8 (its notation)',
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      source: { enum: ['auto', 'generated', 'real'], default: 'auto', description: 'Whether the corpus was generated or is real code; `auto` says real when `collections` are given.' },
      dominant: { type: 'string', default: 'python', description: 'The language that was learnt first.' },
      target: { type: 'string', default: 'php', description: 'The main new language, and that of artifacts without a language label.' },
    },
  },
  inputs: {
    acquisition: many('Evaluations of the acquisition run in the new language, by language, seed and step.'),
    acquisitionDominant: many('Evaluations of the same checkpoints in the dominant language.'),
    dominant: many('Evaluations of the dominant language\'s model in that language, by seed.'),
    monolingual: many('Evaluations of a model of the new language alone from scratch, by language.'),
    requiredShare: many('From required-share, by language and seed.'),
    workingLanguage: many('From logit-lens-probe, by language, seed and step.'),
    lape: many('From lape on the dominant and the new language, by language, seed and step.'),
    lapeAll: many('From lape on all languages, by language, seed and step.'),
    proportion: many('From estimate-proportion, by language and seed.'),
    mix: many('From solve-mix, by language.'),
    meanMix: many('From solve-mix with `objective: mean`, by language.'),
    sweep: many('Evaluations in the new language of runs on several amounts of it, by language, and by fraction (of its tokens) or budget (tokens).'),
    sweepDominant: many('Evaluations of the same checkpoints in the dominant language.'),
    sweepWorkingLanguage: many('logit-lens-probe of the same checkpoints.'),
    sweepLape: many('lape of the same checkpoints.'),
    solved: many('Evaluations in the new language of the run from the dominant model on the solved mix, by language and seed.'),
    solvedDominant: many('Evaluations of the same checkpoints in the dominant language.'),
    scratch: many('Evaluations of models from random weights, by corpus, size, seed, language and benchmark.'),
    pooled: many('From pool-mixes: the optimised corpus.'),
    baselines: many('From baseline-mix, by method.'),
    identical: many('Null control: evaluations in the dominant language of an acquisition run on a relabelled fresh sample of it, by seed and step.'),
    unrelated: many('Null control: required-share of the acquisition of a language in which the same words mean something else, by seed.'),
    randomStart: many('Null control: logit-lens-probe of a model of the new language from random weights, by language and step.'),
    statistics: many('From corpus-statistics.'),
    collections: many('From collect-corpus: where real code came from.'),
  },
  outputs: {
    measurements: { type: 'file', fileName: 'measurements.json', mediaType: 'application/json', description: 'Points with their place on the axes; null with a reason where nothing was measured.' },
  },
  resources: { cores: 1, memory: 300 * 2 ** 20 },
  sensitivity: 'portable',
  implementation: new URL('./run.js', import.meta.url),
};
