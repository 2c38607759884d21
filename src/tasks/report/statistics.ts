import type { Point } from '../collect-measurements/measurements.js';
import { mean } from '../statistics/average.js';
import { curveOver, type CurvePoint } from '../statistics/curve.js';

/** Any value of points over any place: the mean over seeds, by rising place; what has no place or value is left out. */
export function curveOf<P extends Pick<Point, 'seed'>>(points: readonly P[], xOf: (point: P) => number | null, valueOf: (point: P) => number | null): CurvePoint[] {
  return curveOver('step', points.map((point) => ({ seed: point.seed, step: xOf(point), budget: null, value: valueOf(point) })));
}

/** The final value of each budget run, with its place: the mean of its last window of evaluations. */
export function finalOfRuns<P extends Point>(points: readonly P[], window: number, valueOf: (point: P) => number | null = ({ value }) => value): P[] {
  const runs = grouped(points.filter((point) => valueOf(point) !== null), ({ language, fraction, budget, seed }) => JSON.stringify([language, fraction, budget, seed]));
  return [...runs.values()].map((run) => {
    const latest = run.sort((a, b) => (a.step ?? 0) - (b.step ?? 0)).slice(-window);
    return { ...latest.at(-1) as P, value: mean(latest.map((point) => valueOf(point) as number)) };
  });
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...groups.get(keyOf(item)) ?? [], item]);
  return groups;
}
