import { mean, standardError } from './average.js';
import { studentQuantile } from './student.js';

export type Interval = readonly [number, number];

/** A mean with its standard error and interval; both null when there are fewer than two independent values. */
export interface Estimate {
  readonly mean: number;
  readonly standardError: number | null;
  readonly interval: Interval | null;
  /** Number of independent values: seeds, or problems. */
  readonly count: number;
}

/** Beyond this many degrees of freedom Student's t is the normal, within half a per cent. */
const normalDegrees = 400;

/** Mean of independent values with Student's interval. */
export function estimate(values: readonly number[], confidence = 0.95): Estimate {
  const error = standardError(values);
  const centre = mean(values);
  if (error === null) return { mean: centre, standardError: null, interval: null, count: values.length };
  const half = error * studentQuantile((1 + confidence) / 2, Math.min(values.length - 1, normalDegrees));
  return { mean: centre, standardError: error, interval: [centre - half, centre + half], count: values.length };
}

export function isAbove(interval: Interval | null, bound: number): boolean {
  return interval !== null && interval[0] > bound;
}

export function isBelow(interval: Interval | null, bound: number): boolean {
  return interval !== null && interval[1] < bound;
}
