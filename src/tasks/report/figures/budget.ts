import * as Plot from '@observablehq/plot';
import type { Metric, Point } from '../../collect-measurements/measurements.js';
import { languageName } from '../../formats/language-name.js';
import type { CurvePoint } from '../../statistics/curve.js';
import { spearman } from '../../statistics/rank.js';
import { countAxis, ofLanguage, performanceAxis, performanceScale, reasonFor, shareAxis } from '../axes.js';
import { draw, type ChartOptions } from '../chart.js';
import type { Figure, Panel, Subject, Table } from '../figure.js';
import { colourOf } from '../palette.js';
import { findings } from '../paper.js';
import { hoverStops, seriesMarks, type Series } from '../series.js';
import { curveOf, finalOfRuns } from '../statistics.js';
import { curveTable } from '../tables.js';
import { amount, metricText, whole } from '../text.js';

const heading = { id: 'figure-5', number: 'Figure 5', title: 'How much of the new language is best', paper: findings.budget } as const;

interface Row {
  readonly language: string;
  readonly quantity: 'performance' | 'working-language' | 'neurons';
  readonly title: string;
  readonly column: string;
  readonly series: Series;
  readonly y: ChartOptions['y'];
  readonly missing: string;
}

export function budgetFigure(subject: Subject): Figure {
  const { measured, window } = subject;
  const parts = measured.targets.map((language) => ({ language, rows: rowsOf(subject, language) })).filter(({ rows }) => rows.some(({ series }) => series.curve.length > 0));
  if (parts.length === 0) return { kind: 'missing', ...heading, reason: reasonFor(measured.sweep, 'runs on several amounts of a new language') };
  const rows = parts.flatMap((part) => part.rows);
  return {
    kind: 'measured',
    ...heading,
    ours: [],
    shown: [glance(parts, measured.metric)],
    grids: [{ columns: 3, legend: [{ label: 'mean over seeds, band: one standard error', colour: 'var(--ink)', shape: 'line' }], panels: rows.map(panelOf) }],
    tables: rows.filter(({ series }) => series.curve.length > 0).map(({ language, quantity, title, column, series }): Table =>
      curveTable(series.curve, { name: `figure-5-${quantity}-${language}`, caption: title, axis: 'tokens', quantity: column })),
    note: `Each dot is the end of a run: the mean of its last ${window} evaluations. ${languageName(measured.dominantLanguage)}'s tokens are the same in every run, and so is the number of steps.`,
  };
}

function rowsOf({ measured, window }: Subject, language: string): Row[] {
  const { metric } = measured;
  const [name, colour, scale] = [languageName(language), colourOf(language), performanceScale(metric)];
  const over = <P extends Point>(points: readonly P[], last: number, valueOf?: (point: P) => number | null) =>
    curveOf(finalOfRuns(ofLanguage(points, language), last, valueOf), ({ budget, fraction }) => budget ?? fraction, ({ value }) => value);
  const performance = over(measured.sweep, window);
  const working = over(measured.sweepWorkingShare, 1, ({ value }) => (value === null ? null : 1 - value));
  const neurons = over(measured.sweepNeurons, 1);
  const row = (quantity: Row['quantity'], title: string, column: string, curve: readonly CurvePoint[], points: readonly Point[], y: Row['y'], style: Omit<Series, 'curve' | 'label' | 'colour'>): Row =>
    ({ language, quantity, title, column, y, series: { curve, label: name, colour, ...style }, missing: reasonFor(ofLanguage(points, language), 'measurement') });
  return [
    row('performance', metric === 'passRate' ? `${name} performance` : `${name}, bits per byte`, metricText(metric).name, performance, measured.sweep, performanceAxis(metric, performance.map(({ mean }) => mean * scale)), { scale }),
    row('working-language', `${name} as working language`, `${name} share`, working, measured.sweepWorkingShare, shareAxis('Inner tokens (%)'), { scale: 100 }),
    row('neurons', `${name} transferring neurons`, `${name} neurons`, neurons, measured.sweepNeurons, countAxis('Neurons', neurons.map(({ mean }) => mean)), { write: whole }),
  ];
}

function panelOf({ language, title, series, y, missing }: Row): Panel {
  if (series.curve.length === 0) return { title, colour: colourOf(language), picture: { missing } };
  const places = series.curve.map(({ x }) => x);
  const [least, most] = [Math.min(...places), Math.max(...places)];
  // Budgets are usually chosen a factor apart, so equal factors get equal room.
  const isLog = least > 0 && most / least >= 4;
  return {
    title,
    colour: colourOf(language),
    picture: draw({
      alt: `${title} against the number of ${languageName(language)} tokens`, columns: 3,
      x: { type: isLog ? 'log' : 'linear', domain: [least, most > least ? most : least + 1], axis: null },
      y,
      marks: () => [amountAxis(places, `${languageName(language)} tokens${isLog ? ' (log scale)' : ''}`), ...seriesMarks(series)],
      hover: hoverStops([series], (x) => `${amount(x)} tokens`),
    }),
  };
}

/** A tick a place, every other one where there are too many for a third of the page. A mark of its own, because a logarithmic scale drops labels that do not start with a small digit. */
function amountAxis(places: readonly number[], label: string): Plot.Markish {
  const ticks = places.length <= 5 ? places : places.filter((_, index) => (places.length - 1 - index) % 2 === 0);
  return Plot.axisX(ticks, { text: (place: number) => amount(place), tickSize: 0, tickPadding: 8, label, labelAnchor: 'center', labelArrow: 'none' });
}

function glance(parts: readonly { readonly language: string; readonly rows: readonly Row[] }[], metric: Metric): Table {
  const isHigherBetter = metricText(metric).isHigherBetter;
  return {
    name: 'figure-5', caption: 'At a glance: the best amount, and rank correlations with the amount',
    columns: ['language', 'best at (tokens)', 'place among the amounts', 'rank: performance', 'rank: working language', 'rank: neurons'],
    rows: parts.map(({ language, rows }) => {
      const curveOf = (quantity: Row['quantity']) => rows.find((row) => row.quantity === quantity)?.series.curve ?? [];
      const rank = (curve: readonly CurvePoint[]) => spearman(curve.map(({ x }) => x), curve.map(({ mean }) => mean));
      const curve = curveOf('performance');
      const best = curve.reduce<CurvePoint | null>((leader, point) => (leader === null || (point.mean > leader.mean) === isHigherBetter ? point : leader), null);
      const place = best === null ? null : `${curve.indexOf(best) + 1} of ${curve.length}`;
      return [languageName(language), best?.x ?? null, place, rank(curve), rank(curveOf('working-language')), rank(curveOf('neurons'))];
    }),
  };
}
