import { spearman } from '../../statistics/rank.js';
import { ofLanguage, performanceAxis, performanceScale, reasonFor, shareAxis } from '../axes.js';
import { draw, type ChartOptions } from '../chart.js';
import type { Figure, Panel, Table } from '../figure.js';
import type { Measurements } from '../measurements.js';
import { findings } from '../paper.js';
import { seriesMarks, type SeriesStyle } from '../series.js';
import { curveOver, finalByBudget, type CurvePoint } from '../statistics.js';
import { curveTable } from '../tables.js';
import { amount, decimal, languageName, metricText, whole } from '../text.js';

const heading = { id: 'figure-5', number: 'Figure 5', title: 'How much of the new language is best', paper: findings.budget } as const;

interface Row {
  readonly name: string;
  readonly title: string;
  readonly quantity: string;
  readonly curve: readonly CurvePoint[];
  readonly style: SeriesStyle;
  readonly y: ChartOptions['y'];
}

export function budgetFigure(measured: Measurements): Figure {
  const parts = measured.targets.map((language) => ({ language, rows: rowsOf(measured, language) })).filter(({ rows }) => rows.length > 0);
  if (parts.length === 0) return { kind: 'missing', ...heading, reason: reasonFor(measured.sweep, 'sweep') };
  return {
    kind: 'measured',
    ...heading,
    ours: parts.flatMap(({ language, rows }) => [
      ...rows.map(({ title, curve }) => trendSentence(title, curve)),
      ...(rows.some(({ name }) => name.startsWith('figure-5-performance')) ? [] : [`${languageName(language)} performance: ${reasonFor(ofLanguage(measured.sweep, language), 'sweep')}.`]),
    ]),
    panels: parts.flatMap(({ language, rows }) => rows.map((row) => panelOf(row, languageName(language)))),
    tables: parts.flatMap(({ rows }) => rows.map(({ name, curve, quantity }): Table => curveTable(name, 'budget', curve, quantity))),
    note: `Each dot is the end of a run: the mean of its last ${measured.window} evaluations. The old language's tokens are the same in every run.`,
  };
}

function rowsOf(measured: Measurements, language: string): Row[] {
  const { metric, window } = measured;
  const [name, scale] = [languageName(language), performanceScale(metric)];
  const writeX = (x: number) => `${amount(x)} ${name} tokens`;
  const performance = curveOver('budget', finalByBudget(ofLanguage(measured.sweep, language), window));
  const working = curveOver('budget', finalByBudget(ofLanguage(measured.sweepWorkingShare, language), 1).map((point) => ({ ...point, value: 1 - (point.value as number) })));
  const neurons = curveOver('budget', finalByBudget(ofLanguage(measured.sweepNeurons, language), 1));
  return [
    {
      name: `figure-5-performance-${language}`, title: metric === 'passRate' ? `${name} performance` : `${name} bits per byte (lower is better)`, quantity: metricText(metric).name, curve: performance,
      style: { label: name, colour: 'var(--target)', scale, writeX }, y: performanceAxis(metric, performance.map(({ mean }) => mean * scale)),
    },
    {
      name: `figure-5-working-language-${language}`, title: `${name} as working language`, quantity: `${language} share`, curve: working,
      style: { label: name, colour: 'var(--third)', scale: 100, writeX }, y: shareAxis('Identified inner tokens (%)'),
    },
    {
      name: `figure-5-neurons-${language}`, title: `${name} transferring neurons`, quantity: `${language} neurons`, curve: neurons,
      style: { label: name, colour: 'var(--fourth)', write: whole, writeX }, y: { label: 'Neurons', domain: [0, Math.max(1, ...neurons.map(({ mean }) => mean)) * 1.08], nice: true },
    },
  ].filter(({ curve }) => curve.length > 0);
}

function panelOf({ title, curve, style, y }: Row, name: string): Panel {
  const budgets = curve.map(({ x }) => x);
  const [least, most] = [Math.min(...budgets), Math.max(...budgets)];
  // Budgets are usually chosen a factor apart, so equal factors get equal room.
  const isLog = least > 0 && most / least >= 4;
  return {
    title,
    legend: [],
    ...draw({
      alt: `${title} against the number of ${name} tokens`, height: 230,
      x: { type: isLog ? 'log' : 'linear', label: `${name} tokens${isLog ? ' (logarithmic)' : ''}`, domain: [least, most > least ? most : least + 1], ticks: budgets, tickFormat: amount },
      y,
      marks: () => seriesMarks(curve, style),
    }),
  };
}

function trendSentence(title: string, curve: readonly CurvePoint[]): string {
  if (curve.length < 2) return `${title}: one budget only, so no trend.`;
  const rank = spearman(curve.map(({ x }) => x), curve.map(({ mean }) => mean));
  const best = curve.reduce((highest, point) => (point.mean > highest.mean ? point : highest));
  const place = best === curve[0] ? 'the smallest' : best === curve.at(-1) ? 'the largest' : 'an inner';
  return `${title}: highest at ${amount(best.x)} tokens, ${place} budget of ${curve.length}; rank correlation with the budget ${rank === null ? 'undefined' : decimal(rank, 2)}.`;
}
