import { quantileSorted } from 'simple-statistics';
import { mean } from './average.js';
import { estimate, type Estimate, type Interval } from './interval.js';

export interface Resampling {
  readonly confidence: number;
  readonly resamples: number;
  /** Uniform in [0, 1), the same stream in every run. */
  readonly random: () => number;
}

/** Central interval of values that a resampling gave; null when it gave hardly any. */
export function percentileInterval(values: readonly number[], confidence: number): Interval | null {
  if (values.length < 20) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return [quantileSorted(sorted, (1 - confidence) / 2), quantileSorted(sorted, (1 + confidence) / 2)];
}

/** As many indices as there are items, with replacement. */
export function resampledIndices(count: number, random: () => number): number[] {
  return Array.from({ length: count }, () => Math.floor(random() * count));
}

/** Percentile bootstrap of a statistic of `count` exchangeable items; a resample without a value is left out. */
export function bootstrapInterval(count: number, statistic: (indices: readonly number[]) => number | null, { confidence, resamples, random }: Resampling): Interval | null {
  if (count < 2) return null;
  const values = Array.from({ length: resamples }, () => statistic(resampledIndices(count, random))).filter((value) => value !== null);
  return percentileInterval(values, confidence);
}

/**
 * Mean of a table of values, one row a seed and one column a problem, with an interval for both new seeds and new
 * problems. All seeds are asked the same problems, so neither the seeds' nor the problems' scatter alone says how far
 * the mean may be off (methods 5.4). The half-widths of Student's interval over seeds, which a percentile bootstrap of
 * three seeds would understate, and of a bootstrap over problems, paired over seeds, are added in quadrature.
 */
export function seedsAndProblems(table: readonly (readonly number[])[], resampling: Resampling): Estimate {
  const perSeed = table.map((row) => mean(row));
  const { mean: centre, interval: overSeeds } = estimate(perSeed, resampling.confidence);
  const problems = (table[0] ?? []).map((_, problem) => mean(table.map((row) => row[problem] as number)));
  const overProblems = bootstrapInterval(problems.length, (indices) => mean(indices.map((index) => problems[index] as number)), resampling);
  const seedHalf = overSeeds === null ? 0 : centre - overSeeds[0];
  if (overProblems === null) return estimate(perSeed, resampling.confidence);
  const [below, above] = [Math.hypot(seedHalf, centre - overProblems[0]), Math.hypot(seedHalf, overProblems[1] - centre)];
  // Half of a 95 % interval is near two standard errors.
  return { mean: centre, standardError: (below + above) / 4, interval: [centre - below, centre + above], count: perSeed.length };
}
