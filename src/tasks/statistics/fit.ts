import { mean } from './average.js';
import type { Interval } from './interval.js';
import { studentQuantile } from './student.js';

export interface LinearFit {
  readonly slope: number;
  readonly intercept: number;
  /** Null with fewer than three points. */
  readonly slopeInterval: Interval | null;
  readonly interceptInterval: Interval | null;
  /** Sum of squared residuals. */
  readonly rss: number;
}

/** Least squares with Student's intervals; null without two distinct x. */
export function linearFit(xs: readonly number[], ys: readonly number[], confidence = 0.95): LinearFit | null {
  const [meanX, meanY] = [mean(xs), mean(ys)];
  const sxx = xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0);
  if (xs.length < 2 || sxx === 0) return null;
  const slope = xs.reduce((sum, x, index) => sum + (x - meanX) * ((ys[index] as number) - meanY), 0) / sxx;
  const intercept = meanY - slope * meanX;
  const rss = xs.reduce((sum, x, index) => sum + ((ys[index] as number) - intercept - slope * x) ** 2, 0);
  const degrees = xs.length - 2;
  if (degrees < 1) return { slope, intercept, slopeInterval: null, interceptInterval: null, rss };
  const noise = Math.sqrt(rss / degrees);
  const around = (value: number, error: number): Interval => {
    const half = studentQuantile((1 + confidence) / 2, degrees) * error;
    return [value - half, value + half];
  };
  return {
    slope, intercept, rss,
    slopeInterval: around(slope, noise / Math.sqrt(sxx)),
    interceptInterval: around(intercept, noise * Math.sqrt(1 / xs.length + meanX ** 2 / sxx)),
  };
}

/** a + b exp(-k x): for each rate k the rest is linear, so only the rate is searched, over three decades. */
export function exponentialFit(xs: readonly number[], ys: readonly number[]): { rate: number; rss: number } | null {
  const span = Math.max(...xs) - Math.min(...xs);
  if (xs.length < 4 || !(span > 0)) return null;
  const rates = Array.from({ length: 121 }, (_, index) => 10 ** (-1 + index / 40) / span);
  return rates.map((rate) => ({ rate, rss: linearFit(xs.map((x) => Math.exp(-rate * (x - (xs[0] as number)))), ys)?.rss ?? Infinity }))
    .reduce((best, fit) => (fit.rss < best.rss ? fit : best));
}

/** Bayesian information criterion of a least-squares fit; lower is better. The noise's own variance is one more parameter. */
export function bic(rss: number, count: number, parameters: number): number {
  // A perfect fit has no likelihood to speak of; this far below the data's own rounding it is one.
  return count * Math.log(Math.max(rss, 1e-18) / count) + (parameters + 1) * Math.log(count);
}

/** Fewest points that a segment may have: with two, a line fits anything. */
const leastPoints = 3;

/** BIC of the best fit by 1 to `most` straight pieces (claim 2); null where there are too few points for so many. */
export function segmentedBic(xs: readonly number[], ys: readonly number[], most: number): (number | null)[] {
  const count = xs.length;
  const cost = pieceCosts(xs, ys);
  // best[end]: the least squares of the first `end` points by the pieces so far.
  let best = Array.from({ length: count + 1 }, (_, end) => (end < leastPoints ? Infinity : cost(0, end)));
  const found: (number | null)[] = [];
  for (let pieces = 1; pieces <= most; pieces += 1) {
    const rss = best[count] as number;
    found.push(Number.isFinite(rss) ? bic(rss, count, 3 * pieces - 1) : null);
    best = best.map((_, end) => {
      let least = Infinity;
      for (let from = leastPoints * pieces; from <= end - leastPoints; from += 1) least = Math.min(least, (best[from] as number) + cost(from, end));
      return least;
    });
  }
  return found;
}

/** Squared residuals of the line through points `from` to `end`, from running sums: a search asks for every pair. */
function pieceCosts(xs: readonly number[], ys: readonly number[]): (from: number, end: number) => number {
  // Centred, so that differences of sums keep their digits.
  const [meanX, meanY] = [mean(xs), mean(ys)];
  const running = (valueAt: (x: number, y: number) => number) => {
    const sums = [0];
    xs.forEach((x, index) => sums.push((sums[index] as number) + valueAt(x - meanX, (ys[index] as number) - meanY)));
    return (from: number, end: number) => (sums[end] as number) - (sums[from] as number);
  };
  const [x, y, xx, xy, yy] = [running((dx) => dx), running((_, dy) => dy), running((dx) => dx * dx), running((dx, dy) => dx * dy), running((_, dy) => dy * dy)];
  return (from, end) => {
    const count = end - from;
    const sxx = xx(from, end) - x(from, end) ** 2 / count;
    const sxy = xy(from, end) - x(from, end) * y(from, end) / count;
    return Math.max(0, yy(from, end) - y(from, end) ** 2 / count - sxy ** 2 / sxx);
  };
}

/** Part of the whole fall after which a curve levels off, which is another change than its start. */
const mostOfTheFall = 0.9;

/**
 * Where a curve starts to fall (claim 3): the break of the broken line, concave and falling after it, that fits best up
 * to where most of the fall is over. A curve that no such line fits better than a straight falling one falls from its
 * first point; null when it does not fall.
 */
export function startOfFall(allXs: readonly number[], allYs: readonly number[]): number | null {
  const [highest, lowest] = [Math.max(...allYs), Math.min(...allYs)];
  const over = allYs.findIndex((y, index) => index >= allYs.indexOf(highest) && y <= highest - mostOfTheFall * (highest - lowest));
  const end = over < 3 ? allXs.length : over + 1;
  const [xs, ys] = [allXs.slice(0, end), allYs.slice(0, end)];
  const straight = linearFit(xs, ys);
  if (straight === null) return null;
  const breaks = xs.slice(1, -1).flatMap((at) => {
    const fit = hingeFit(xs, ys, at);
    return fit === null || fit.after >= 0 || fit.after >= fit.before ? [] : [{ at, rss: fit.rss }];
  });
  const best = breaks.reduce<{ at: number; rss: number } | null>((least, one) => (least === null || one.rss < least.rss ? one : least), null);
  const isBetter = best !== null && bic(best.rss, xs.length, 4) < bic(straight.rss, xs.length, 2);
  if (isBetter) return best.at;
  return straight.slope < 0 ? xs[0] as number : null;
}

/** Continuous broken line y = a + b x + c max(0, x - at), by its two regressors made orthogonal. */
function hingeFit(xs: readonly number[], ys: readonly number[], at: number): { before: number; after: number; rss: number } | null {
  const hinge = xs.map((x) => Math.max(0, x - at));
  const trend = linearFit(xs, ys);
  const hingeTrend = linearFit(xs, hinge);
  if (trend === null || hingeTrend === null) return null;
  const residual = (fit: LinearFit, values: readonly number[]) => values.map((value, index) => value - fit.intercept - fit.slope * (xs[index] as number));
  const [u, v] = [residual(hingeTrend, hinge), residual(trend, ys)];
  const uu = u.reduce((sum, value) => sum + value * value, 0);
  if (uu < 1e-12) return null;
  const bend = u.reduce((sum, value, index) => sum + value * (v[index] as number), 0) / uu;
  const before = trend.slope - bend * hingeTrend.slope;
  return { before, after: before + bend, rss: v.reduce((sum, value, index) => sum + (value - bend * (u[index] as number)) ** 2, 0) };
}
