import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { movingAverage } from '../../src/tasks/statistics/average.js';
import { bootstrapInterval, percentileInterval, seedsAndProblems, type Resampling } from '../../src/tasks/statistics/bootstrap.js';
import { curveOver, finalValues, indexOfMaximum, seedSeries, type Measured } from '../../src/tasks/statistics/curve.js';
import { exponentialFit, linearFit, segmentedBic, startOfFall } from '../../src/tasks/statistics/fit.js';
import { estimate, isAbove, isBelow } from '../../src/tasks/statistics/interval.js';
import { kendall, pearson, rankTest, spearman } from '../../src/tasks/statistics/rank.js';
import { dropWeights, riseAndFall } from '../../src/tasks/statistics/rise-and-fall.js';
import { stagesOf } from '../../src/tasks/statistics/stages.js';
import { studentQuantile } from '../../src/tasks/statistics/student.js';

/** Uniform in [0, 1), the same in every run. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => { state = state * 48271 % 2147483647; return state / 2147483647; };
}

/** Near enough to a standard normal. */
function normal(random: () => number): number {
  return Array.from({ length: 12 }, () => random()).reduce((sum, value) => sum + value, -6);
}

const resampling = (seed = 5, resamples = 1000): Resampling => ({ confidence: 0.95, resamples, random: uniform(seed) });
const point = (seed: string, step: number, value: number | null): Measured => ({ seed, step, budget: null, value });
const run = (seed: string, values: readonly (number | null)[]) => values.map((value, index) => point(seed, index + 1, value));

describe('averages and intervals', () => {
  it('keeps the mean of a constant, and the length', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 30 }), (window, length) => {
      expect(movingAverage(Array.from({ length }, () => 3), window)).toEqual(Array.from({ length }, () => 3));
    }));
  });

  it('knows Student\'s t', () => {
    // The usual table, two-sided 95 % and 99 %.
    for (const [degrees, t] of [[1, 12.7062], [2, 4.3027], [3, 3.1824], [4, 2.7764], [10, 2.2281], [30, 2.0423]] as const) expect(studentQuantile(0.975, degrees)).toBeCloseTo(t, 4);
    expect(studentQuantile(0.995, 2)).toBeCloseTo(9.9248, 4);
    expect(studentQuantile(0.5, 7)).toBeCloseTo(0, 9);
    expect(studentQuantile(0.025, 5)).toBeCloseTo(-2.5706, 4);
  });

  it('gives Student\'s interval, and none for one value', () => {
    expect(estimate([1, 2, 3]).interval?.[0]).toBeCloseTo(2 - 4.3027 / Math.sqrt(3), 4);
    expect(estimate([1])).toMatchObject({ standardError: null, interval: null });
    expect([isAbove([0.1, 0.2], 0), isAbove([0, 0.2], 0), isBelow([-0.2, -0.1], 0), isAbove(null, 0)]).toEqual([true, false, true, false]);
  });

  it('holds the mean as often as it says: Student\'s over three seeds', () => {
    const random = uniform(3);
    const held = Array.from({ length: 2000 }, () => estimate([normal(random), normal(random), normal(random)]).interval).filter((interval) => interval !== null && interval[0] <= 0 && interval[1] >= 0).length;
    expect(held / 2000).toBeGreaterThan(0.935);
    expect(held / 2000).toBeLessThan(0.965);
  });
});

describe('the bootstrap', () => {
  it('takes the central part of what the resamples give', () => {
    expect(percentileInterval(Array.from({ length: 1001 }, (_, index) => index), 0.9)?.map(Math.round)).toEqual([50, 950]);
    expect(percentileInterval([1, 2, 3], 0.9)).toBeNull();
  });

  it('leaves out resamples without a value', () => {
    expect(bootstrapInterval(3, () => null, resampling())).toBeNull();
    expect(bootstrapInterval(1, () => 1, resampling())).toBeNull();
  });

  it('over seeds and problems is wider than over either, and holds a new world\'s mean', () => {
    const random = uniform(17);
    let held = 0;
    const worlds = 150;
    for (let world = 0; world < worlds; world += 1) {
      // Seeds and problems both move the answers; the truth is 0.
      const [seedEffects, problemEffects] = [Array.from({ length: 3 }, () => 0.1 * normal(random)), Array.from({ length: 40 }, () => 0.4 * normal(random))];
      const table = seedEffects.map((seed) => problemEffects.map((problem) => seed + problem + 0.3 * normal(random)));
      const { interval } = seedsAndProblems(table, resampling(world + 1, 200));
      if (interval !== null && interval[0] <= 0 && interval[1] >= 0) held += 1;
    }
    expect(held / worlds).toBeGreaterThan(0.93);
  });

  it('falls back to the seeds where there is one column, and to the problems where there is one seed', () => {
    expect(seedsAndProblems([[1], [2], [3]], resampling())).toEqual(estimate([1, 2, 3]));
    const { mean, interval } = seedsAndProblems([[0, 0, 1, 1, 0, 1, 0, 1]], resampling());
    expect(mean).toBe(0.5);
    expect(interval?.[0]).toBeLessThan(0.5);
    expect(interval?.[1]).toBeGreaterThan(0.5);
  });
});

describe('ranks', () => {
  it('count ties at their mean, and do not correlate with a constant', () => {
    expect(spearman([1, 2, 3, 4], [10, 20, 30, 40])).toBeCloseTo(1, 12);
    expect(spearman([1, 2, 3, 4], [4, 3, 2, 1])).toBeCloseTo(-1, 12);
    expect(spearman([1, 2, 3], [5, 5, 5])).toBeNull();
    expect(spearman([1, 2, 2, 3], [1, 2, 2, 3])).toBeCloseTo(1, 12);
    expect(pearson([1, 2, 3], [2, 4, 6])).toBeCloseTo(1, 12);
  });

  it('give Kendall\'s tau-b', () => {
    expect(kendall([1, 2, 3, 4, 5], [1, 2, 3, 5, 4])).toBeCloseTo(0.8, 12);
    // scipy.stats.kendalltau([12, 2, 1, 12, 2], [1, 4, 7, 1, 0])
    expect(kendall([12, 2, 1, 12, 2], [1, 4, 7, 1, 0])).toBeCloseTo(-0.47140452, 8);
    expect(kendall([1, 2, 3], [1, 1, 1])).toBeNull();
  });

  it('say by permutation how often chance does as well: exactly, for five', () => {
    const test = rankTest([{ xs: [1, 2, 3, 4, 5], ys: [10, 20, 30, 40, 50] }], spearman, resampling(11, 20_000));
    // Of 120 orders one gives 1 and one gives -1.
    expect(test?.p).toBeCloseTo(2 / 120, 2);
    expect(test?.chance[1]).toBeCloseTo(0.9, 6);
    expect(test?.interval[0]).toBeCloseTo(0.1, 6);
  });

  it('exclude 0 about as seldom as they should where there is nothing', () => {
    const random = uniform(23);
    const tests = Array.from({ length: 300 }, (_, index) => rankTest([{ xs: [1, 2, 3, 4, 5, 6, 7], ys: Array.from({ length: 7 }, () => random()) }], spearman, resampling(index + 1, 200)));
    expect(tests.filter((test) => test !== null && (test.interval[0] > 0 || test.interval[1] < 0)).length / 300).toBeLessThan(0.08);
  });

  it('are null without a series that varies', () => {
    expect(rankTest([{ xs: [1, 2, 3], ys: [1, 1, 1] }], spearman, resampling())).toBeNull();
    expect(rankTest([], spearman, resampling())).toBeNull();
  });
});

describe('fits', () => {
  it('are least squares with Student\'s intervals', () => {
    const fit = linearFit([1, 2, 3, 4, 5], [1.1, 1.9, 3.2, 3.8, 5.1]);
    expect(fit?.slope).toBeCloseTo(0.99, 10);
    expect(fit?.intercept).toBeCloseTo(0.05, 10);
    const error = Math.sqrt((fit?.rss ?? 0) / 3);
    expect(fit?.slopeInterval?.[0]).toBeCloseTo(0.99 - 3.18245 * error / Math.sqrt(10), 4);
    expect(linearFit([1, 1, 1], [1, 2, 3])).toBeNull();
  });

  it('find the rate of an exponential', () => {
    const xs = Array.from({ length: 40 }, (_, index) => index * 10);
    expect(exponentialFit(xs, xs.map((x) => 0.2 + 0.7 * Math.exp(-x / 80)))?.rate).toBeCloseTo(1 / 80, 3);
  });

  it('tell one straight piece from three', () => {
    const random = uniform(2);
    const xs = Array.from({ length: 40 }, (_, index) => index);
    const noisy = (value: number) => value + 0.02 * normal(random);
    const bent = segmentedBic(xs, xs.map((x) => noisy(x < 10 ? x / 10 : x < 25 ? 1 - (x - 10) / 30 : 0.5)), 3);
    expect(bent.indexOf(Math.min(...bent as number[]))).toBe(2);
    const straight = segmentedBic(xs, xs.map((x) => noisy(x / 40)), 3);
    expect(straight.indexOf(Math.min(...straight as number[]))).toBe(0);
    expect(segmentedBic([1, 2, 3, 4], [1, 2, 3, 4], 3)).toEqual([expect.any(Number), null, null]);
  });

  it('find where a fall starts, though it levels off later', () => {
    const xs = Array.from({ length: 40 }, (_, index) => index * 30);
    const random = uniform(9);
    const falls = (from: number, to: number) => xs.map((x) => (x < from ? 0.6 : x < to ? 0.6 * (to - x) / (to - from) : 0) + 0.01 * normal(random));
    expect(Math.abs((startOfFall(xs, falls(300, 720)) ?? 0) - 300)).toBeLessThanOrEqual(60);
    expect(startOfFall(xs, xs.map((x) => Math.exp(-x / 300)))).toBe(0);
    expect(startOfFall(xs, xs.map((x) => x / 1200))).toBeNull();
  });
});

describe('a curve over seeds', () => {
  it('is the mean with the standard error of its seeds, and leaves out what was not measured', () => {
    const [first, second] = curveOver('step', [...run('1', [0.2, 0.4]), ...run('2', [0.4, null])]);
    expect(first?.mean).toBeCloseTo(0.3, 12);
    expect(first?.standardError).toBeCloseTo(0.1, 12);
    expect(second).toMatchObject({ x: 2, mean: 0.4, standardError: null });
  });

  it('as series has the steps that every seed has, seeds in the order of their numbers', () => {
    const { steps, series } = seedSeries([...run('10', [1, 2]), ...run('9', [3, null])]);
    expect({ steps, seeds: series.map(({ seed }) => seed) }).toEqual({ steps: [1], seeds: ['9', '10'] });
  });

  it('ends in the mean of its last window', () => {
    expect(finalValues(run('1', [0, 0, 3, 6, 9]), 3).get('1')).toBe(6);
    expect(indexOfMaximum([1, 3, 3 + 1e-15, 2])).toBe(1);
  });
});

describe('rise and fall', () => {
  it('measures the drop from the smoothed peak to the mean of the last window', () => {
    const found = riseAndFall([...run('1', [0, 3, 6, 3, 0, 1, 1, 1]), ...run('2', [0, 3, 6, 3, 0, 1, 1, 1])], 3);
    expect(found).toMatchObject({ peakStep: 3, isInterior: true, endsHighest: false, peak: { mean: 4 }, final: { mean: 1 }, drop: { mean: 3 }, crossedDrop: { mean: 3 }, rise: { mean: 4 } });
  });

  it('weighs evaluations as the drop does', () => {
    const values = [0, 3, 6, 3, 0, 1, 1, 1];
    expect(dropWeights(values.length, 2, 3).reduce((sum, weight, index) => sum + weight * (values[index] as number), 0)).toBeCloseTo(3, 12);
  });

  it('has no held-out peak with one seed, and no verdict from two evaluations', () => {
    expect(riseAndFall(run('1', [0, 3, 1, 1]), 1)?.crossedDrop).toBeNull();
    expect(riseAndFall(run('1', [0, 3]), 1)).toBeNull();
  });

  it('is not fooled by noise: with each seed\'s peak placed by the others, few flat runs look like a fall', () => {
    const random = uniform(11);
    const flat = () => ['1', '2', '3'].flatMap((seed) => run(seed, Array.from({ length: 30 }, () => 0.3 + 0.1 * (random() - 0.5))));
    const drops = Array.from({ length: 400 }, () => riseAndFall(flat(), 5));
    const fooled = (which: 'drop' | 'crossedDrop') => drops.filter((found) => (found?.[which]?.interval?.[0] ?? -1) > 0).length / drops.length;
    expect(fooled('crossedDrop')).toBeLessThan(0.06);
    // What it protects from: the highest value of noise is always above its mean.
    expect(fooled('drop')).toBeGreaterThan(0.3);
  });
});

describe('the three stages', () => {
  it('are the rise, the fall, and what follows', () => {
    const values = [0, 2, 4, 6, 8, 7, 6, 5, 4, 4, 4, 4, 4, 4, 4];
    expect(stagesOf(run('1', values), 3)).toMatchObject({ transition: 5, end: 15 });
    expect(stagesOf(run('1', values), 3)?.stabilisation).toBeGreaterThan(7);
  });

  it('are none on a curve that only rises', () => {
    expect(stagesOf(run('1', [0, 1, 2, 3, 4, 5, 6, 7]), 3)).toBeNull();
  });
});
