import { estimate } from '../statistics/interval.js';

/** The optimum over seeds. On a log scale: n* = n (1 - p) / p is so steep in p that it is off by factors, not by amounts (methods 1.5). */
export interface SeedBand {
  readonly geometricMean: number | null;
  /** 95 %, Student's t of the logarithms; null with the mean when a seed's optimum is 0 or unbounded. */
  readonly interval: readonly [number, number] | null;
  /** Lowest and highest; Infinity when a seed's is unbounded. */
  readonly range: readonly [number, number];
}

/** @param optima tokens of the target at the optimum of each seed, solved alone; null for fewer than two seeds */
export function seedBand(optima: readonly number[]): SeedBand | null {
  if (optima.length < 2) return null;
  const range = [Math.min(...optima), Math.max(...optima)] as const;
  if (range[0] === 0 || range[1] === Infinity) return { geometricMean: null, interval: null, range };
  const { mean, interval } = estimate(optima.map(Math.log));
  return { geometricMean: Math.exp(mean), interval: interval === null ? null : [Math.exp(interval[0]), Math.exp(interval[1])], range };
}
