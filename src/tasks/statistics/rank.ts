import { mean } from './average.js';
import { percentileInterval, type Resampling } from './bootstrap.js';
import type { Interval } from './interval.js';

/** Spearman's rank correlation, ties at their mean rank; null when it is undefined (under three pairs, or a constant side). */
export function spearman(xs: readonly number[], ys: readonly number[]): number | null {
  if (xs.length !== ys.length) throw new RangeError('spearman: the lists differ in length');
  return xs.length < 3 ? null : pearson(ranks(xs), ranks(ys));
}

/** Kendall's tau-b, which corrects for ties; null when it is undefined. */
export function kendall(xs: readonly number[], ys: readonly number[]): number | null {
  if (xs.length !== ys.length) throw new RangeError('kendall: the lists differ in length');
  if (xs.length < 3) return null;
  let [agreement, pairsX, pairsY] = [0, 0, 0];
  for (let i = 0; i < xs.length; i += 1) {
    for (let j = 0; j < i; j += 1) {
      const [dx, dy] = [Math.sign((xs[i] as number) - (xs[j] as number)), Math.sign((ys[i] as number) - (ys[j] as number))];
      agreement += dx * dy;
      pairsX += dx * dx;
      pairsY += dy * dy;
    }
  }
  return pairsX === 0 || pairsY === 0 ? null : agreement / Math.sqrt(pairsX * pairsY);
}

export function pearson(xs: readonly number[], ys: readonly number[]): number | null {
  const [meanX, meanY] = [mean(xs), mean(ys)];
  let [xy, xx, yy] = [0, 0, 0];
  xs.forEach((x, index) => {
    const [dx, dy] = [x - meanX, (ys[index] as number) - meanY];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  });
  return xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy);
}

function ranks(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1);
}

export interface Series { readonly xs: readonly number[]; readonly ys: readonly number[] }

export interface RankTest {
  /** Mean over the series. */
  readonly mean: number;
  /** Where the mean correlation lies by chance, the order being shuffled. */
  readonly chance: Interval;
  /** The correlation less chance's own spread: excludes 0 exactly when the correlation lies outside `chance`. */
  readonly interval: Interval;
  /** Two-sided. */
  readonly p: number;
}

/**
 * Permutation test of a rank correlation, averaged over series that are shuffled each on its own. It stays valid for
 * the five budgets of a sweep, where the usual approximations do not. Null when no series has a correlation.
 */
export function rankTest(series: readonly Series[], correlation: typeof spearman, { confidence, resamples, random }: Resampling): RankTest | null {
  // A rank correlation of ranks is that of the values, and shuffling ranks spares ranking each shuffle anew.
  const ranked = series.map(({ xs, ys }): Series => ({ xs: ranks(xs), ys: ranks(ys) }));
  const ofRanks = correlation === spearman ? (xs: readonly number[], ys: readonly number[]) => (xs.length < 3 ? null : pearson(xs, ys)) : correlation;
  const average = (list: readonly Series[]) => {
    const values = list.map(({ xs, ys }) => ofRanks(xs, ys)).filter((value) => value !== null);
    return values.length === 0 ? null : mean(values);
  };
  const observed = average(ranked);
  if (observed === null) return null;
  const byChance = Array.from({ length: resamples }, () => average(ranked.map(({ xs, ys }) => ({ xs, ys: shuffled(ys, random) })))).filter((value) => value !== null);
  const chance = percentileInterval(byChance, confidence) ?? [-1, 1];
  const extreme = byChance.filter((value) => Math.abs(value) >= Math.abs(observed) - 1e-12).length;
  return {
    mean: observed,
    chance,
    interval: [Math.max(-1, observed - chance[1]), Math.min(1, observed - chance[0])],
    p: (extreme + 1) / (byChance.length + 1),
  };
}

function shuffled<T>(values: readonly T[], random: () => number): T[] {
  const order = [...values];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
}
