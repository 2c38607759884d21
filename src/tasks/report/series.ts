import * as Plot from '@observablehq/plot';
import { movingAverage } from '../statistics/average.js';
import { margins, type Canvas } from './chart.js';
import type { LegendEntry } from './figure.js';
import type { Stages } from './stages.js';
import type { CurvePoint } from './statistics.js';

export interface SeriesStyle {
  readonly label: string;
  /** A CSS variable of the page, as `var(--target)`. */
  readonly colour: string;
  /** Points averaged for the line; 1 joins the means. */
  readonly window?: number;
  /** Multiplies every value: 100 draws a share as a percentage. */
  readonly scale?: number;
  readonly isDashed?: boolean;
  /** Writes a value for its tooltip, after scaling. */
  readonly write?: (value: number) => string;
  readonly writeX?: (x: number) => string;
}

/** A curve: band of one standard error over seeds, a faint line a seed, a dot a mean, and the (smoothed) line. */
export function seriesMarks(curve: readonly CurvePoint[], style: SeriesStyle): Plot.Markish[] {
  const { colour, window = 1, scale = 1, write = (value) => value.toFixed(1), writeX = (x) => `step ${x}` } = style;
  const line = movingAverage(curve.map(({ mean }) => mean * scale), window);
  const errors = curve.map(({ standardError }) => standardError);
  const band = errors.includes(null) ? [] : movingAverage(errors.map((error) => (error as number) * scale), window);
  const points = curve.map(({ x, mean, seeds }, index) => {
    const [smoothed, error] = [line[index] as number, band[index] ?? 0];
    return { x, mean: mean * scale, smoothed, low: smoothed - error, high: smoothed + error, seeds: seeds.length };
  });
  const seeds = curve.flatMap(({ x, seeds: own }) => own.map(({ seed, value }) => ({ x, seed, value: value * scale })));
  const hasSeeds = curve.some(({ seeds: own }) => own.length > 1);
  return [
    ...(band.length === 0 ? [] : [Plot.areaY(points, { x: 'x', y1: 'low', y2: 'high', fill: colour, fillOpacity: 0.16 })]),
    ...(hasSeeds ? [Plot.line(seeds, { x: 'x', y: 'value', z: 'seed', stroke: colour, strokeOpacity: 0.28, strokeWidth: 1 })] : []),
    Plot.line(points, { x: 'x', y: 'smoothed', stroke: colour, strokeWidth: 2.4, strokeLinejoin: 'round', ...(style.isDashed === true ? { strokeDasharray: '5,4' } : {}) }),
    Plot.dot(points, {
      x: 'x', y: 'mean', r: points.length > 60 ? 1.2 : 2.6, fill: colour, fillOpacity: window > 1 ? 0.55 : 1, stroke: 'var(--surface)', strokeWidth: points.length > 60 ? 0 : 1,
      title: ({ x, mean, seeds: count }: typeof points[number]) => `${style.label}\n${writeX(x)}: ${write(mean)}${count > 1 ? ` (mean of ${count} seeds)` : ''}`,
    }),
  ];
}

export function legendOf({ label, colour, isDashed }: SeriesStyle): LegendEntry {
  return { label, colour, shape: isDashed === true ? 'dash' : 'line' };
}

/** A horizontal line that other curves are measured against. */
export function baselineMark(value: number, colour: string, label: string): Plot.Markish[] {
  return [Plot.ruleY([value], { stroke: colour, strokeWidth: 1.5, strokeDasharray: '2,4', title: () => `${label}: ${value.toFixed(1)}` })];
}

export interface StepScale extends Plot.ScaleOptions {
  readonly type: 'linear' | 'sqrt';
  readonly label: string;
  readonly domain: [number, number];
}


/** Evaluations are often dense early, where the peak may sit; a square-root scale then gives them room. */
export function stepScale(steps: readonly number[]): StepScale {
  const sorted = [...new Set(steps)].sort((a, b) => a - b);
  const [first, last] = [sorted[0] ?? 0, sorted.at(-1) ?? 1];
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const isDenseEarly = sorted.length > 4 && middle < last * 0.42;
  const domain: [number, number] = [isDenseEarly || first < last / 10 ? 0 : first, last > first ? last : first + 1];
  return isDenseEarly
    ? { type: 'sqrt', label: 'Training step (square-root scale)', domain }
    : { type: 'linear', label: 'Training step', domain };
}

/** The three stages as shaded ground; their names give way to numbers where they would not fit. */
export function stageMarks(stages: Stages | null, { type, domain }: StepScale, { width }: Canvas): Plot.Markish[] {
  if (stages === null) return [];
  const place = (step: number) => (type === 'sqrt' ? Math.sqrt(step) : step);
  const pixels = (width - margins.marginLeft - margins.marginRight) / (place(domain[1]) - place(domain[0]));
  const grounds = [
    { name: 'translation', x1: domain[0], x2: stages.transition, opacity: 0.07 },
    { name: 'transition', x1: stages.transition, x2: stages.stabilisation, opacity: 0.02 },
    { name: 'stabilisation', x1: stages.stabilisation, x2: stages.end, opacity: 0.07 },
  ].map((stage, index) => {
    return { ...stage, number: String(index + 1), room: (place(stage.x2) - place(stage.x1)) * pixels, middle: middleOf(stage.x1, stage.x2, type) };
  });
  const namesFit = grounds.every(({ name, room }) => room > 8 * name.length);
  return [
    Plot.rect(grounds, { x1: 'x1', x2: 'x2', fill: 'currentColor', fillOpacity: 'opacity' }),
    Plot.ruleX([stages.transition, stages.stabilisation], { stroke: 'currentColor', strokeOpacity: 0.3, strokeDasharray: '1,3' }),
    Plot.text(grounds, { x: 'middle', text: namesFit ? 'name' : 'number', frameAnchor: 'top', dy: -14, fill: 'var(--muted)' }),
  ];
}

function middleOf(a: number, b: number, type: StepScale['type']): number {
  return type === 'sqrt' ? ((Math.sqrt(a) + Math.sqrt(b)) / 2) ** 2 : (a + b) / 2;
}
