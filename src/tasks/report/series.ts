import * as Plot from '@observablehq/plot';
import { movingAverage } from '../statistics/average.js';
import type { CurvePoint } from '../statistics/curve.js';
import type { Stages } from '../statistics/stages.js';
import { margins, type Canvas } from './chart.js';
import type { HoverStop } from './hover.js';

/** A curve and how it is drawn. */
export interface Series {
  readonly curve: readonly CurvePoint[];
  readonly label: string;
  /** A CSS variable of the page, as `var(--php)`. */
  readonly colour: string;
  /** Points averaged for the line; 1 joins the means. */
  readonly window?: number;
  /** Multiplies every value: 100 draws a share as a percentage. */
  readonly scale?: number;
  readonly isDashed?: boolean;
  /** Leaves out the faint line of each seed. */
  readonly isPlain?: boolean;
  /** Writes a value for the pointer, after scaling. */
  readonly write?: (value: number) => string;
}

/** A curve: band of one standard error over seeds, a faint line a seed, a dot a mean, and the (smoothed) line. */
export function seriesMarks({ curve, colour, window = 1, scale = 1, isDashed = false, isPlain = false }: Series): Plot.Markish[] {
  const line = movingAverage(curve.map(({ mean }) => mean * scale), window);
  const errors = curve.map(({ standardError }) => standardError);
  const band = errors.includes(null) ? [] : movingAverage(errors.map((error) => (error as number) * scale), window);
  const points = curve.map(({ x, mean }, index) => {
    const [smoothed, error] = [line[index] as number, band[index] ?? 0];
    return { x, mean: mean * scale, smoothed, low: smoothed - error, high: smoothed + error };
  });
  const seeds = isPlain ? [] : curve.flatMap(({ x, seeds: own }) => (own.length < 2 ? [] : own.map(({ seed, value }) => ({ x, seed, value: value * scale }))));
  const isDense = points.length > 60;
  return [
    ...(band.length === 0 ? [] : [Plot.areaY(points, { x: 'x', y1: 'low', y2: 'high', fill: colour, fillOpacity: 0.17 })]),
    ...(seeds.length === 0 ? [] : [Plot.line(seeds, { x: 'x', y: 'value', z: 'seed', stroke: colour, strokeOpacity: 0.25, strokeWidth: 0.8 })]),
    Plot.line(points, { x: 'x', y: 'smoothed', stroke: colour, strokeWidth: 2.2, strokeLinejoin: 'round', ...(isDashed ? { strokeDasharray: '5,4' } : {}) }),
    ...(isDense || isDashed ? [] : [Plot.dot(points, { x: 'x', y: 'mean', r: points.length <= 8 ? 3 : 2.1, fill: colour, fillOpacity: window > 1 ? 0.55 : 1, stroke: 'var(--surface)', strokeWidth: 0.8 })]),
  ];
}

/** Every place on the axis where a curve has a point, with the values of all that have one there. */
export function hoverStops(series: readonly Series[], writeX: (x: number) => string): HoverStop[] {
  const xs = [...new Set(series.flatMap(({ curve }) => curve.map(({ x }) => x)))].sort((a, b) => a - b);
  return xs.map((x) => ({
    x,
    title: writeX(x),
    values: series.flatMap(({ curve, label, colour, scale = 1, write = (value) => value.toFixed(1) }) => {
      const point = curve.find((own) => own.x === x);
      if (point === undefined) return [];
      const error = point.standardError === null ? '' : ` ± ${write(point.standardError * scale)}`;
      return [{ y: point.mean * scale, label, colour, text: `${write(point.mean * scale)}${error}` }];
    }),
  }));
}

/** A horizontal line that curves are measured against, named at its end. */
export function baselineMarks(value: number, colour: string, label: string): Plot.Markish[] {
  return [
    Plot.ruleY([value], { stroke: colour, strokeWidth: 1.4, strokeDasharray: '2,4' }),
    Plot.text([label], { y: value, frameAnchor: 'left', textAnchor: 'start', dx: 4, dy: -7, fill: colour, stroke: 'var(--surface)', strokeWidth: 3, fontSize: 11 }),
  ];
}

export interface StepScale extends Plot.ScaleOptions {
  readonly type: 'linear' | 'sqrt';
  readonly label: string;
  readonly domain: [number, number];
}

export function writeStep(step: number): string {
  return `step ${step.toLocaleString('en-US')}`;
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
    { name: 'translation', x1: domain[0], x2: stages.transition, opacity: 0.055 },
    { name: 'transition', x1: stages.transition, x2: stages.stabilisation, opacity: 0.012 },
    { name: 'stabilisation', x1: stages.stabilisation, x2: stages.end, opacity: 0.055 },
  ].map((stage, index) => ({
    ...stage, number: String(index + 1), room: (place(stage.x2) - place(stage.x1)) * pixels, middle: middleOf(stage.x1, stage.x2, type),
  }));
  const namesFit = grounds.every(({ name, room }) => room > 6.4 * name.length);
  return [
    Plot.rect(grounds, { x1: 'x1', x2: 'x2', fill: 'currentColor', fillOpacity: 'opacity' }),
    Plot.ruleX([stages.transition, stages.stabilisation], { stroke: 'currentColor', strokeOpacity: 0.3, strokeDasharray: '1,3' }),
    Plot.text(grounds.filter(({ room }) => room > 10), { x: 'middle', text: namesFit ? 'name' : 'number', frameAnchor: 'top', dy: 5, fill: 'var(--muted)', fontSize: 11 }),
  ];
}

function middleOf(a: number, b: number, type: StepScale['type']): number {
  return type === 'sqrt' ? ((Math.sqrt(a) + Math.sqrt(b)) / 2) ** 2 : (a + b) / 2;
}
