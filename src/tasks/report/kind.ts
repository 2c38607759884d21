import type { InputPort, TaskKind } from '../../engine/task-kind.js';

const document = (description: string, optional = false): InputPort => ({ type: 'file', optional, mediaType: 'application/json', description });

/** The run as a person reads it: how many claims hold, then each figure and table beside the paper's own finding. */
export const report: TaskKind = {
  name: 'report',
  version: 2,
  summary: 'Draws the paper\'s figures and tables from this run\'s measurements, with the verdicts on its claims, in one self-contained HTML file.',
  source: 'paper Figures 1-9, Tables 1-2; methods 8',
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      title: { type: 'string', default: 'The Rise and Down of Babel Tower', description: 'Heading of the page.' },
      window: { type: 'integer', minimum: 1, default: 5, description: 'Evaluations in the moving average, and in a final value (4.1.1).' },
    },
  },
  inputs: {
    measurements: document('From collect-measurements.'),
    claims: document('From compare-claims: the verdicts.', true),
    controls: document('From compare-claims: the controls.', true),
  },
  outputs: {
    report: { type: 'file', fileName: 'report.html', mediaType: 'text/html', description: 'The page; needs nothing else.' },
    data: { type: 'tree', fileName: 'data', description: 'Every table as CSV, and figures.json with the verdicts and what each figure says.' },
  },
  readsUpstream: true,
  resources: { cores: 1, memory: 400 * 2 ** 20 },
  sensitivity: 'runtime',
  implementation: new URL('./run.js', import.meta.url),
};
