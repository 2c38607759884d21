import * as Plot from '@observablehq/plot';
import type { MixDocument } from '../../solve-mix/mix-document.js';
import { shareOfTokens } from '../../solve-mix/mix.js';
import { ofLanguage, performanceAxis, performanceScale, reasonFor } from '../axes.js';
import { draw } from '../chart.js';
import type { Figure, Panel, Table } from '../figure.js';
import type { Measurements, PerformancePoint } from '../measurements.js';
import { findings } from '../paper.js';
import { seriesMarks } from '../series.js';
import { curveOver, finalByBudget, type CurvePoint } from '../statistics.js';
import { curveTable } from '../tables.js';
import { languageName, percent, whole } from '../text.js';

const heading = { id: 'figures-6-7', number: 'Figures 6 and 7', title: 'Predicted from one run, measured on many', paper: findings.predicted } as const;

export function predictedFigure(measured: Measurements): Figure {
  if (measured.mixes.length === 0) return { kind: 'missing', ...heading, reason: reasonFor([], 'mix') };
  const parts = measured.mixes.map((mix) => ({ mix, actual: measuredCurve(measured, mix) }));
  return {
    kind: 'measured',
    ...heading,
    ours: parts.flatMap(({ mix, actual }) => sentences(mix, actual)),
    panels: parts.map(({ mix, actual }) => panelOf(measured, mix, actual)),
    tables: parts.flatMap(({ mix, actual }) => tablesOf(mix, actual)),
    note: 'The predicted curve is the smoothed performance of the acquisition run against the share estimated from its loss; the shaded range is the optimum within one standard error. A measured dot is the end of a run on a mix with that share of the old language\'s tokens (Eq. 3).',
  };
}

/** Final performance of the sweep's runs, by their share of the dominant language's tokens. */
function measuredCurve(measured: Measurements, mix: MixDocument): CurvePoint[] {
  const own = finalByBudget(ofLanguage(measured.sweep, mix.target), measured.window);
  const other = finalByBudget(ofLanguage(measured.sweepDominant, mix.target), measured.window);
  const values = mix.objective === 'target' ? own : own.flatMap((point) => averageWith(point, other) ?? []);
  return curveOver('budget', values).map((point) => ({ ...point, x: shareOfTokens(mix.dominantTokens, point.x) })).sort((a, b) => a.x - b.x);
}

function averageWith(point: PerformancePoint, others: readonly PerformancePoint[]): PerformancePoint | null {
  const other = others.find(({ budget, seed }) => budget === point.budget && seed === point.seed);
  return other === undefined ? null : { ...point, value: ((point.value as number) + (other.value as number)) / 2 };
}

function panelOf(measured: Measurements, mix: MixDocument, actual: readonly CurvePoint[]): Panel {
  const [name, dominant] = [languageName(mix.target), languageName(mix.dominant)];
  // Bits per byte are solved for as negative numbers, so that higher is better; drawn, they are themselves again.
  const scale = performanceScale(measured.metric);
  const sign = mix.measure === 'negativeBitsPerByte' ? -1 : 1;
  const predicted = mix.curve.map(({ x, y }) => ({ x: x * 100, y: y * sign * scale }));
  const drawn = actual.map((point) => ({ ...point, x: point.x * 100 }));
  const near = mix.withinOneStandardError === null ? [] : mix.curve.filter(({ step }) => mix.withinOneStandardError?.steps.includes(step) === true).map(({ x }) => x * 100);
  const style = { label: 'measured on mixes', colour: 'var(--target)', scale, writeX: (x: number) => `${dominant} share ${x.toFixed(1)} %` };
  return {
    title: mix.objective === 'mean' ? `Mean of ${dominant} and ${name}` : name,
    legend: [
      { label: 'predicted from the acquisition run', colour: 'var(--third)', shape: 'line' },
      ...(drawn.length === 0 ? [] : [{ label: style.label, colour: style.colour, shape: 'line' as const }]),
      { label: 'optimum, within one standard error', colour: 'var(--muted)', shape: 'band' },
    ],
    ...draw({
      alt: `Predicted and measured performance against ${dominant}'s share, ${name}`,
      x: { label: `${dominant}'s share (%)`, domain: [0, 100] },
      y: performanceAxis(measured.metric, [...predicted.map(({ y }) => y), ...actual.map(({ mean }) => mean * scale)]),
      marks: () => [
        ...(near.length < 2 ? [] : [Plot.rect([{ x1: Math.min(...near), x2: Math.max(...near) }], { x1: 'x1', x2: 'x2', fill: 'currentColor', fillOpacity: 0.08 })]),
        Plot.ruleX([mix.pStar * 100], { stroke: 'var(--muted)', strokeDasharray: '5,4', title: () => `optimum: share ${percent(mix.pStar)}` }),
        Plot.line(predicted, { x: 'x', y: 'y', stroke: 'var(--third)', strokeWidth: 2.4, strokeLinejoin: 'round' }),
        ...seriesMarks(drawn, style),
      ],
    }),
  };
}

function sentences(mix: MixDocument, actual: readonly CurvePoint[]): string[] {
  const name = languageName(mix.target);
  const sign = mix.measure === 'negativeBitsPerByte' ? -1 : 1;
  const tokens = mix.nUse === null ? 'without a bound' : `${whole(mix.nUse)} tokens`;
  const range = rangeText(mix);
  const best = actual.length === 0 ? undefined : actual.reduce((leader, point) => (sign * point.mean > sign * leader.mean ? point : leader));
  const objective = mix.objective === 'mean' ? `the mean with ${languageName(mix.dominant)}` : `${name} alone`;
  return [
    `${name}, for ${objective}: predicted optimum at ${percent(mix.pStar)} ${languageName(mix.dominant)}, ${tokens}${range}. ${best === undefined ? 'No mix was measured.' : `The best of ${actual.length} measured mixes is at ${percent(best.x)}.`}`,
    ...mix.warnings.map(({ message }) => `Caution: ${message}.`),
  ];
}

function rangeText({ withinOneStandardError: near, nStar }: MixDocument): string {
  if (near === null || nStar === null) return '';
  return ` (${near.nLow === null ? 'unbounded' : whole(near.nLow)} to ${near.nHigh === null ? 'unbounded' : whole(near.nHigh)} within one standard error)`;
}

function tablesOf(mix: MixDocument, actual: readonly CurvePoint[]): Table[] {
  const suffix = `${mix.target}-${mix.objective}`;
  return [
    {
      name: `figures-6-7-predicted-${suffix}`, columns: ['share', 'predicted', 'standard error', 'step', 'tokens'],
      rows: mix.curve.map(({ x, y, standardError, step, n }) => [x, y, standardError, step, n]),
    },
    ...(actual.length === 0 ? [] : [curveTable(`figures-6-7-measured-${suffix}`, 'share', actual, 'measured')]),
  ];
}
