import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunTask } from '../../engine/task-kind.js';
import { readMeasurements } from '../collect-measurements/measurements.js';
import { readClaims, readControls } from '../compare-claims/rows.js';
import { csv } from '../formats/csv.js';
import type { Figure } from './figure.js';
import { figuresOf } from './figures/figures.js';
import { overview } from './overview.js';
import { renderPage } from './page.js';
import { provenanceOf } from './provenance.js';

interface ReportParameters { readonly title: string; readonly window: number }

export const run: RunTask = async (context) => {
  const { title, window } = context.parameters as unknown as ReportParameters;
  const measured = await readMeasurements(context.input('measurements').path);
  const [judged, controlled] = [context.inputs('claims')[0], context.inputs('controls')[0]];
  const claims = judged === undefined ? null : await readClaims(judged.path);
  const controls = controlled === undefined ? [] : await readControls(controlled.path);
  const figures = figuresOf({ measured, window });
  const provenance = provenanceOf(context, measured);

  await writeFile(context.output('report'), renderPage({ title, measured, claims, controls, facts: overview(measured, context.upstream), figures, provenance }));
  const folder = context.output('data');
  const tables = [...figures.flatMap(tablesOf), ...(provenance.tasks.rows.length === 0 ? [] : [provenance.tasks])];
  for (const { name, columns, rows } of tables) await writeFile(join(folder, `${name}.csv`), csv(columns, rows));
  const { source, metric } = measured;
  await writeFile(join(folder, 'figures.json'), `${JSON.stringify({ title, source, metric, claims, controls, figures: figures.map(summary) }, null, 1)}\n`);
  for (const { id, verdict, claim } of claims ?? []) context.log(`${id}. ${claim}: ${verdict}`);
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
