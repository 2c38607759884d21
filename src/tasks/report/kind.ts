import type { InputPort, TaskKind } from '../../engine/task-kind.js';

const many = (description: string): InputPort => ({ type: 'file', optional: true, many: true, mediaType: 'application/json', description });

/** The run as a person reads it: verdicts first, then each figure and table beside the paper's own finding. */
export const report: TaskKind = {
  name: 'report',
  version: 1,
  summary: 'Draws the paper\'s figures and tables from this run\'s measurements, with verdicts, in one self-contained HTML file.',
  source: 'paper Figures 1-9, Tables 1-2; methods 8',
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      title: { type: 'string', default: 'The Rise and Down of Babel Tower', description: 'Heading of the page.' },
      source: { enum: ['auto', 'generated', 'real'], default: 'auto', description: 'Whether the corpus was generated or is real code; `auto` says real when `collections` are given.' },
      dominant: { type: 'string', default: 'python', description: 'The language that was learnt first.' },
      target: { type: 'string', default: 'php', description: 'The new language; others found in the inputs are shown too.' },
      window: { type: 'integer', minimum: 1, default: 5, description: 'Evaluations in the moving average, and in a final value (4.1.1).' },
    },
  },
  inputs: {
    acquisition: many('Evaluations of the acquisition run in the new language, labelled with seed and step.'),
    acquisitionDominant: many('Evaluations of the same checkpoints in the dominant language.'),
    monolingual: many('Evaluations of a model of the new language from scratch, in that language.'),
    dominant: many('Evaluations of the dominant language\'s model in that language.'),
    requiredShare: many('From required-share.'),
    workingLanguage: many('From logit-lens-probe, labelled with seed and step.'),
    lape: many('From lape, labelled with seed and step.'),
    proportion: many('From estimate-proportion, labelled with the seed.'),
    mix: many('From solve-mix.'),
    sweep: many('Evaluations in the new language of runs on several amounts of it, labelled with budget (tokens), seed and step.'),
    sweepDominant: many('Evaluations of the same checkpoints in the dominant language.'),
    sweepWorkingLanguage: many('logit-lens-probe of the sweep\'s last checkpoints, labelled with budget and seed.'),
    sweepLape: many('lape of the sweep\'s last checkpoints, labelled with budget and seed.'),
    solved: many('Evaluations in the new language of the run on the solved mix, labelled with seed and step. Without it the nearest run of the sweep stands in.'),
    solvedDominant: many('Evaluations of the same checkpoints in the dominant language.'),
    scratchOriginal: many('Evaluations of a model trained from scratch on the original corpus, in the new languages.'),
    scratchOriginalDominant: many('The same in the dominant language.'),
    scratchOptimised: many('Evaluations of a model trained from scratch on the optimised corpus, in the new languages.'),
    scratchOptimisedDominant: many('The same in the dominant language.'),
    statistics: many('From corpus-statistics.'),
    collections: many('From collect-corpus: where real code came from.'),
  },
  outputs: {
    report: { type: 'file', fileName: 'report.html', mediaType: 'text/html', description: 'The page; needs nothing else.' },
    data: { type: 'tree', fileName: 'data', description: 'Every table as CSV, and figures.json with the verdicts and what each figure says.' },
  },
  resources: { cores: 1, memory: 300 * 2 ** 20 },
  sensitivity: 'runtime',
  implementation: new URL('./run.js', import.meta.url),
};
