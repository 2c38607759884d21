import * as Plot from '@observablehq/plot';
import type { PerformancePoint } from '../../collect-measurements/measurements.js';
import { languageName } from '../../formats/language-name.js';
import type { MixDocument } from '../../solve-mix/mix-document.js';
import { shareOfTokens } from '../../solve-mix/mix.js';
import type { CurvePoint } from '../../statistics/curve.js';
import { ofLanguage, performanceAxis, performanceScale, reasonFor } from '../axes.js';
import { draw } from '../chart.js';
import type { Figure, Panel, Subject, Table } from '../figure.js';
import { colourOf } from '../palette.js';
import { findings } from '../paper.js';
import { hoverStops, seriesMarks, type Series } from '../series.js';
import { curveOf, finalOfRuns } from '../statistics.js';
import { curveTable } from '../tables.js';
import { amount, metricText } from '../text.js';

const headings = {
  mean: { id: 'figure-6', number: 'Figure 6', title: 'Predicted from one run, measured on many: the mean of both languages', paper: findings.predictedMean },
  target: { id: 'figure-7', number: 'Figure 7', title: 'Predicted from one run, measured on many: the new language', paper: findings.predicted },
} as const;

interface Part { readonly mix: MixDocument; readonly predicted: readonly CurvePoint[]; readonly measured: readonly CurvePoint[] }

export function meanFigure(subject: Subject): Figure {
  return figureOf(subject, 'mean', subject.measured.meanMixes);
}

export function targetFigure(subject: Subject): Figure {
  return figureOf(subject, 'target', subject.measured.mixes);
}

function figureOf(subject: Subject, objective: MixDocument['objective'], mixes: readonly MixDocument[]): Figure {
  const heading = headings[objective];
  if (mixes.length === 0) return { kind: 'missing', ...heading, reason: reasonFor([], objective === 'mean' ? 'mix solved for the mean of both languages' : 'solved mix') };
  const { targets, dominantLanguage } = subject.measured;
  const parts = [...mixes].sort((a, b) => targets.indexOf(a.target) - targets.indexOf(b.target))
    .map((mix): Part => ({ mix, predicted: predictedCurve(mix), measured: measuredCurve(subject, mix) }));
  const dominant = languageName(dominantLanguage);
  return {
    kind: 'measured',
    ...heading,
    ours: [...new Set(parts.flatMap(({ mix }) => mix.warnings.map(({ message }) => `${languageName(mix.target)}: ${message}.`)))],
    shown: [glance(heading.id, parts, subject)],
    grids: [{
      columns: 2,
      legend: [
        { label: 'predicted from the acquisition run, band: one standard error', colour: 'var(--muted)', shape: 'dash' },
        { label: 'measured: the end of a run on that mix', colour: 'var(--ink)', shape: 'line' },
        { label: 'optimum', colour: 'var(--ink)', shape: 'ring' },
        { label: 'steps within one standard error of it', colour: 'var(--muted)', shape: 'band' },
      ],
      panels: parts.map((part) => panelOf(part, parts, subject)),
    }],
    tables: [optimaTable(heading.id, parts), ...parts.flatMap((part) => tablesOf(heading.id, part))],
    note: `Algorithm 1 reads the predicted curve: the smoothed performance of the acquisition run at each step, against ${dominant}'s share estimated from that step's loss (Eq. 2). A measured dot ends a run on a mix with that share of ${dominant}'s tokens (Eq. 3).`,
  };
}

/** Bits per byte are solved for as negative numbers, so that higher is better; here they are themselves again. */
function signOf({ measure }: MixDocument): 1 | -1 {
  return measure === 'negativeBitsPerByte' ? -1 : 1;
}

function predictedCurve(mix: MixDocument): CurvePoint[] {
  const points = mix.curve.map(({ x, y, standardError }) => ({ x: x * 100, mean: y * signOf(mix), standardError, seeds: [] }));
  // The share is estimated from noisy losses, so two steps may share it: the better one is what Algorithm 1 would take.
  return points.filter((point, index) => points.findIndex(({ x }) => x === point.x) === index);
}

/** Final performance of the budget runs, by their share of the dominant language's tokens. */
function measuredCurve({ measured, window }: Subject, mix: MixDocument): CurvePoint[] {
  const own = finalOfRuns(ofLanguage(measured.sweep, mix.target), window);
  const other = finalOfRuns(ofLanguage(measured.sweepDominant, mix.target), window);
  const values = mix.objective === 'target' ? own : own.flatMap((point) => averageWith(point, other) ?? []);
  return curveOf(values, (point) => shareOf(point, mix), ({ value }) => value);
}

function shareOf({ budget, fraction }: PerformancePoint, { dominantTokens, availableTokens }: MixDocument): number | null {
  const tokens = budget ?? (fraction === null || availableTokens === null ? null : fraction * availableTokens);
  return tokens === null ? null : shareOfTokens(dominantTokens, tokens) * 100;
}

function averageWith(point: PerformancePoint, others: readonly PerformancePoint[]): PerformancePoint | null {
  const other = others.find(({ budget, fraction, seed }) => budget === point.budget && fraction === point.fraction && seed === point.seed);
  return other === undefined ? null : { ...point, value: ((point.value as number) + (other.value as number)) / 2 };
}

function panelOf({ mix, predicted, measured }: Part, parts: readonly Part[], subject: Subject): Panel {
  const { metric } = subject.measured;
  const [name, dominant, colour, scale] = [languageName(mix.target), languageName(mix.dominant), colourOf(mix.target), performanceScale(metric)];
  const near = mix.withinOneStandardError?.steps ?? [];
  const shares = mix.curve.filter(({ step }) => near.includes(step)).map(({ x }) => x * 100);
  const series: Series[] = [
    { curve: predicted, label: 'predicted', colour: 'var(--muted)', scale, isDashed: true, isPlain: true },
    { curve: measured, label: 'measured', colour, scale },
  ];
  const optimum = [{ x: mix.pStar * 100, y: mix.performance * signOf(mix) * scale }];
  const values = parts.flatMap((part) => [...part.predicted, ...part.measured].map(({ mean }) => mean * scale));
  return {
    title: name,
    colour,
    picture: draw({
      alt: `Predicted and measured ${metricText(metric).name} of ${mix.objective === 'mean' ? `${name} and ${dominant}` : name} against ${dominant}'s share; the predicted optimum is at ${(mix.pStar * 100).toFixed(1)} per cent`,
      x: { label: `${dominant}'s share (%)`, domain: [0, 100] },
      y: performanceAxis(metric, values),
      marks: () => [
        ...(shares.length < 2 ? [] : [Plot.rect([{ x1: Math.min(...shares), x2: Math.max(...shares) }], { x1: 'x1', x2: 'x2', fill: 'currentColor', fillOpacity: 0.08 })]),
        Plot.ruleX(optimum, { x: 'x', stroke: 'currentColor', strokeOpacity: 0.45, strokeDasharray: '1,3' }),
        ...series.flatMap(seriesMarks),
        Plot.dot(optimum, { x: 'x', y: 'y', r: 5.5, stroke: 'var(--ink)', strokeWidth: 1.8, fill: 'var(--surface)' }),
      ],
      hover: hoverStops(series, (share) => `${dominant} share ${share.toFixed(1)} %`),
    }),
  };
}

/** Algorithm 1's answer beside the best of the measured mixes. */
function glance(id: string, parts: readonly Part[], { measured: { metric, dominantLanguage } }: Subject): Table {
  const { isHigherBetter } = metricText(metric);
  const dominant = languageName(dominantLanguage);
  return {
    name: id, caption: `At a glance: ${dominant}'s share and the tokens it leaves, for ${parts[0]?.mix.objective === 'mean' ? 'the mean of both' : 'the new language alone'}`,
    columns: ['language', 'predicted share (%)', 'predicted tokens', 'within one standard error', '95 % over seeds', 'best measured share (%)'],
    rows: parts.map(({ mix, measured }) => {
      const best = measured.reduce<CurvePoint | null>((leader, point) => (leader === null || (point.mean > leader.mean) === isHigherBetter ? point : leader), null);
      const near = mix.withinOneStandardError;
      return [languageName(mix.target), mix.pStar * 100, mix.nStar === null ? 'unbounded' : amount(mix.nStar), near === null ? null : rangeText(near.nLow, near.nHigh), rangeText(mix.overSeeds?.interval?.[0] ?? null, mix.overSeeds?.interval?.[1] ?? null), best?.x ?? null];
    }),
  };
}

/** Null without either bound; an open end is unbounded. */
function rangeText(low: number | null, high: number | null): string | null {
  if (low === null && high === null) return null;
  return `${low === null ? '0' : amount(low)} to ${high === null ? '∞' : amount(high)}`;
}

/** Algorithm 1's answers as they are. */
function optimaTable(id: string, parts: readonly Part[]): Table {
  return {
    name: `${id}-optima`, caption: 'Algorithm 1, in tokens',
    columns: ['language', 'share', 'step', 'tokens', 'least within one standard error', 'most', '95 % over seeds from', 'to', 'available', 'used'],
    rows: parts.map(({ mix }) => [
      mix.target, mix.pStar, mix.step, mix.nStar, mix.withinOneStandardError?.nLow ?? null, mix.withinOneStandardError?.nHigh ?? null,
      mix.overSeeds?.interval?.[0] ?? null, mix.overSeeds?.interval?.[1] ?? null, mix.availableTokens, mix.nUse,
    ]),
  };
}

function tablesOf(id: string, { mix, measured }: Part): Table[] {
  const name = languageName(mix.target);
  return [
    {
      name: `${id}-predicted-${mix.target}`, caption: `Predicted, ${name}`, columns: ['share', 'predicted', 'standard error', 'step', 'tokens'],
      rows: mix.curve.map(({ x, y, standardError, step, n }) => [x, y * signOf(mix), standardError, step, n]),
    },
    ...(measured.length === 0 ? [] : [curveTable(measured, { name: `${id}-measured-${mix.target}`, caption: `Measured, ${name}`, axis: 'share (%)', quantity: 'measured' })]),
  ];
}
