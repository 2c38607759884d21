import { finalAverage, mean, movingAverage } from '../statistics/average.js';
import { estimate, type Estimate } from '../statistics/interval.js';
import type { PerformancePoint, Point } from './measurements.js';

export type Axis = 'step' | 'budget';

/** One place on an axis: the mean over seeds, with what each seed gave. */
export interface CurvePoint {
  readonly x: number;
  readonly mean: number;
  /** Null with one seed. */
  readonly standardError: number | null;
  readonly seeds: readonly { readonly seed: string; readonly value: number }[];
}

/** Measured points by rising x, averaged over seeds; points without a value are left out. */
export function curveOver(axis: Axis, points: readonly Point[]): CurvePoint[] {
  const byX = new Map<number, { seed: string; value: number }[]>();
  for (const { [axis]: x, seed, value } of points) {
    if (x !== null && value !== null) byX.set(x, [...byX.get(x) ?? [], { seed, value }]);
  }
  return [...byX].sort(([a], [b]) => a - b).map(([x, seeds]) => {
    const { mean: centre, standardError } = estimate(seeds.map(({ value }) => value));
    return { x, mean: centre, standardError, seeds: seeds.sort((a, b) => a.seed.localeCompare(b.seed, 'en', { numeric: true })) };
  });
}

/** One seed's values at the steps that every seed has. */
interface SeedSeries { readonly seed: string; readonly values: readonly number[] }

export function seedSeries(points: readonly Point[]): { steps: number[]; series: SeedSeries[] } {
  const curve = curveOver('step', points);
  const seeds = [...new Set(curve.flatMap((point) => point.seeds.map(({ seed }) => seed)))];
  const complete = curve.filter((point) => point.seeds.length === seeds.length);
  return {
    steps: complete.map(({ x }) => x),
    series: seeds.map((seed) => ({ seed, values: complete.map((point) => point.seeds.find((own) => own.seed === seed)?.value as number) })),
  };
}

export interface RiseAndFall {
  /** Where the smoothed mean over seeds is highest. */
  readonly peakStep: number;
  /** Highest smoothed value of each seed; its excess over the final value is biased upwards by noise. */
  readonly peak: Estimate;
  /** Mean of the last window of evaluations. */
  readonly final: Estimate;
  /** Peak minus final. */
  readonly drop: Estimate;
  /** The same with each seed's peak placed by the other seeds, which noise alone cannot lift; null with one seed. */
  readonly crossedDrop: Estimate | null;
  /** From the first evaluation to the peak, placed likewise. */
  readonly rise: Estimate;
  /** The peak lies after the first evaluation and before the final window. */
  readonly isInterior: boolean;
  /** Every seed is highest in its final window. */
  readonly endsHighest: boolean;
}

/** Whether a curve rises and then falls (claim 1); values count as better when higher. Null with too few evaluations. */
export function riseAndFall(points: readonly Point[], window: number): RiseAndFall | null {
  const { steps, series } = seedSeries(points);
  if (series.length === 0 || steps.length < 3) return null;
  const smoothed = series.map(({ values }) => movingAverage(values, window));
  const finals = series.map(({ values }) => finalAverage(values, window));
  const finalStart = Math.max(1, steps.length - window);
  const peakOf = (curves: readonly (readonly number[])[]) => indexOfMaximum(steps.map((_, index) => mean(curves.map((curve) => curve[index] as number))));
  const peak = peakOf(smoothed);
  const crossed = series.length === 1 ? [peak] : smoothed.map((_, own) => peakOf(smoothed.filter((__, other) => other !== own)));
  const atPeak = smoothed.map((curve, index) => curve[crossed[index] as number] as number);
  const peaks = smoothed.map((curve) => Math.max(...curve));
  return {
    peakStep: steps[peak] as number,
    peak: estimate(peaks),
    final: estimate(finals),
    drop: estimate(peaks.map((value, index) => value - (finals[index] as number))),
    crossedDrop: series.length === 1 ? null : estimate(atPeak.map((value, index) => value - (finals[index] as number))),
    rise: estimate(atPeak.map((value, index) => value - (series[index]?.values[0] as number))),
    isInterior: peak > 0 && peak < finalStart,
    endsHighest: smoothed.every((curve) => indexOfMaximum(curve) >= finalStart),
  };
}

/** Early minus late, per seed: the mean up to `until` against the mean of the last window. Null without both in any seed. */
export function fall(points: readonly Point[], until: number, window: number): { early: Estimate; late: Estimate; fall: Estimate } | null {
  const seeds = [...new Set(points.map(({ seed }) => seed))];
  const pairs = seeds.flatMap((seed) => {
    const own = curveOver('step', points.filter((point) => point.seed === seed));
    const late = own.filter(({ x }) => x > until).slice(-window).map((point) => point.mean);
    const early = own.filter(({ x }) => x <= until).map((point) => point.mean);
    return early.length === 0 || late.length === 0 ? [] : [{ early: mean(early), late: mean(late) }];
  });
  if (pairs.length === 0) return null;
  return {
    early: estimate(pairs.map(({ early }) => early)),
    late: estimate(pairs.map(({ late }) => late)),
    fall: estimate(pairs.map(({ early, late }) => early - late)),
  };
}

/** A run's final value per seed: the mean of its last window of evaluations (4.1.1). */
export function finalValues(points: readonly PerformancePoint[], window: number): Map<string, number> {
  const seeds = [...new Set(points.map(({ seed }) => seed))];
  return new Map(seeds.flatMap((seed) => {
    const own = points.filter((point) => point.seed === seed && point.value !== null).sort((a, b) => (a.step ?? 0) - (b.step ?? 0));
    return own.length === 0 ? [] : [[seed, finalAverage(own.map(({ value }) => value as number), window)] as const];
  }));
}

export interface Comparison {
  /** Mean of a minus b. */
  readonly difference: Estimate;
  /** Over the seeds both have, or with one seed over the problems both were asked. */
  readonly over: 'seeds' | 'problems';
}

/** Paired difference of two runs' final values (methods 5.4: independent errors ignore the pairing). Null without a pair. */
export function compare(a: readonly PerformancePoint[], b: readonly PerformancePoint[], window: number): Comparison | null {
  const [finalA, finalB] = [finalValues(a, window), finalValues(b, window)];
  const differences = [...finalA].flatMap(([seed, value]) => (finalB.has(seed) ? [value - (finalB.get(seed) as number)] : []));
  if (differences.length === 0) return null;
  if (differences.length > 1) return { difference: estimate(differences), over: 'seeds' };
  const byProblem = problemDifferences(last(a), last(b));
  // The seed's own difference is of smoothed values; the problems say how far the last checkpoints may be off by chance.
  return byProblem.length < 2 ? { difference: estimate(differences), over: 'seeds' } : { difference: estimate(byProblem), over: 'problems' };
}

function last(points: readonly PerformancePoint[]): PerformancePoint | undefined {
  return [...points].filter(({ value }) => value !== null).sort((a, b) => (a.step ?? 0) - (b.step ?? 0)).at(-1);
}

function problemDifferences(a: PerformancePoint | undefined, b: PerformancePoint | undefined): number[] {
  if (a === undefined || b === undefined) return [];
  return [...a.outcomes].flatMap(([task, passed]) => {
    const other = b.outcomes.get(task);
    return other === undefined ? [] : [Number(passed) - Number(other)];
  });
}

function indexOfMaximum(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value > (values[best] as number) ? index : best), 0);
}

/** The final value of each run of a sweep, by budget and seed: the mean of its last window of evaluations (4.1.1). */
export function finalByBudget<P extends Point>(list: readonly P[], window: number): P[] {
  const runs = new Map<string, P[]>();
  for (const point of list) {
    const run = JSON.stringify([point.language, point.budget, point.seed]);
    if (point.budget !== null && point.value !== null) runs.set(run, [...runs.get(run) ?? [], point]);
  }
  return [...runs.values()].map((run) => {
    const latest = run.sort((a, b) => (a.step ?? 0) - (b.step ?? 0)).slice(-window);
    return { ...latest.at(-1) as P, value: mean(latest.map(({ value }) => value as number)) };
  });
}
