import { mean, standardError } from './average.js';

/** A mean with its standard error and 95 % interval; both null when there are fewer than two independent values. */
export interface Estimate {
  readonly mean: number;
  readonly standardError: number | null;
  readonly interval: readonly [number, number] | null;
  /** Number of independent values: seeds, or problems. */
  readonly count: number;
}

/** 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom; beyond, the normal's is within 2 %. */
const studentT = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
  2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
];

export function estimate(values: readonly number[]): Estimate {
  const error = standardError(values);
  const centre = mean(values);
  if (error === null) return { mean: centre, standardError: null, interval: null, count: values.length };
  const half = error * (studentT[values.length - 2] ?? 1.96);
  return { mean: centre, standardError: error, interval: [centre - half, centre + half], count: values.length };
}
