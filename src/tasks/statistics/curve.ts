import { finalAverage, mean } from './average.js';
import { estimate } from './interval.js';

/** What a curve needs to know of a measured point. */
export interface Measured {
  readonly seed: string;
  readonly step: number | null;
  readonly budget: number | null;
  readonly value: number | null;
}

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
export function curveOver(axis: Axis, points: readonly Measured[]): CurvePoint[] {
  const byX = new Map<number, { seed: string; value: number }[]>();
  for (const { [axis]: x, seed, value } of points) {
    if (x !== null && value !== null) byX.set(x, [...byX.get(x) ?? [], { seed, value }]);
  }
  return [...byX].sort(([a], [b]) => a - b).map(([x, seeds]) => {
    const { mean: centre, standardError } = estimate(seeds.map(({ value }) => value));
    return { x, mean: centre, standardError, seeds: seeds.sort((a, b) => bySeed(a.seed, b.seed)) };
  });
}

/** One seed's values at the steps that every seed has. */
export interface SeedSeries { readonly seed: string; readonly values: readonly number[] }

export function seedSeries(points: readonly Measured[]): { steps: number[]; series: SeedSeries[] } {
  const curve = curveOver('step', points);
  const seeds = [...new Set(curve.flatMap((point) => point.seeds.map(({ seed }) => seed)))].sort(bySeed);
  const complete = curve.filter((point) => point.seeds.length === seeds.length);
  return {
    steps: complete.map(({ x }) => x),
    series: seeds.map((seed) => ({ seed, values: complete.map((point) => point.seeds.find((own) => own.seed === seed)?.value as number) })),
  };
}

/** A run's final value per seed: the mean of its last window of evaluations (4.1.1). */
export function finalValues(points: readonly Measured[], window: number): Map<string, number> {
  const seeds = [...new Set(points.map(({ seed }) => seed))].sort(bySeed);
  return new Map(seeds.flatMap((seed) => {
    const own = points.filter((point) => point.seed === seed && point.value !== null).sort((a, b) => (a.step ?? 0) - (b.step ?? 0));
    return own.length === 0 ? [] : [[seed, finalAverage(own.map(({ value }) => value as number), window)] as const];
  }));
}

export function bySeed(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** Values closer than this are equal: averages of the same numbers differ by rounding. */
const rounding = 1e-12;

/** The first of the highest. */
export function indexOfMaximum(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value > (values[best] as number) + rounding ? index : best), 0);
}

/** The mean of several series of one length, place by place. */
export function meanSeries(series: readonly (readonly number[])[]): number[] {
  return (series[0] ?? []).map((_, index) => mean(series.map((values) => values[index] as number)));
}
