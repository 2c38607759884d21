import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunTask } from '../../engine/task-kind.js';
import { csv } from '../formats/csv.js';
import type { Figure } from './figure.js';
import { figuresOf } from './figures/figures.js';
import { report } from './kind.js';
import { renderPage } from './page.js';
import { provenanceOf } from './provenance.js';
import { readMeasurements, type ReportParameters } from './read-measurements.js';
import { verdicts } from './verdicts.js';

export const run: RunTask = async (context) => {
  const parameters = context.parameters as unknown as ReportParameters;
  const measured = await readMeasurements(context, parameters);
  const answers = verdicts(measured);
  const figures = figuresOf(measured);
  const present = Object.keys(report.inputs).filter((port) => context.inputs(port).length > 0);
  const { source, metric, benchmarks } = measured;

  await writeFile(context.output('report'), renderPage({
    title: parameters.title, source, metric, benchmarks, verdicts: answers, figures, provenance: provenanceOf(context, present),
  }));
  const folder = context.output('data');
  for (const { name, columns, rows } of figures.flatMap(tablesOf)) await writeFile(join(folder, `${name}.csv`), csv(columns, rows));
  await writeFile(join(folder, 'figures.json'), `${JSON.stringify({
    title: parameters.title, source, metric, verdicts: answers, figures: figures.map(summary),
  }, null, 1)}\n`);
  for (const { question, answer } of answers) context.log(`${question} ${answer}`);
};

function tablesOf(figure: Figure) {
  return figure.kind === 'missing' ? [] : [...figure.shown ?? [], ...figure.tables];
}

function summary(figure: Figure) {
  const { id, number, title, paper } = figure;
  const files = tablesOf(figure).map(({ name }) => `${name}.csv`);
  return figure.kind === 'missing'
    ? { id, number, title, paper, measured: null, reason: figure.reason }
    : { id, number, title, paper, measured: figure.ours, files };
}
