import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Point } from '../../src/tasks/collect-measurements/measurements.js';
import { curveOf, finalOfRuns } from '../../src/tasks/report/statistics.js';
import { movingAverage } from '../../src/tasks/statistics/average.js';
import { curveOver } from '../../src/tasks/statistics/curve.js';
import { estimate } from '../../src/tasks/statistics/interval.js';
import { spearman } from '../../src/tasks/statistics/rank.js';
import { riseAndFall } from '../../src/tasks/statistics/rise-and-fall.js';
import { stagesOf } from '../../src/tasks/statistics/stages.js';

const point = (seed: string, step: number, value: number | null): Point => ({ language: 'php', seed, step, fraction: null, budget: null, value });
const run = (seed: string, values: readonly (number | null)[]) => values.map((value, index) => point(seed, index + 1, value));

describe('a curve over seeds', () => {
  it('is the mean with the standard error of its seeds, and leaves out what was not measured', () => {
    const [first, second] = curveOver('step', [...run('1', [0.2, 0.4]), ...run('2', [0.4, null])]);
    expect(first?.mean).toBeCloseTo(0.3, 12);
    expect(first?.standardError).toBeCloseTo(0.1, 12);
    expect(second).toMatchObject({ x: 2, mean: 0.4, standardError: null });
  });
});

describe('rise and fall', () => {
  it('measures the drop from the smoothed peak to the mean of the last window', () => {
    const found = riseAndFall([...run('1', [0, 3, 6, 3, 0, 1, 1, 1]), ...run('2', [0, 3, 6, 3, 0, 1, 1, 1])], 3);
    expect(found).toMatchObject({ peakStep: 3, isInterior: true, endsHighest: false, peak: { mean: 4 }, final: { mean: 1 }, drop: { mean: 3 }, crossedDrop: { mean: 3 }, rise: { mean: 4 } });
  });

  it('has no held-out peak with one seed, and no verdict from two evaluations', () => {
    expect(riseAndFall(run('1', [0, 3, 1, 1]), 1)?.crossedDrop).toBeNull();
    expect(riseAndFall(run('1', [0, 3]), 1)).toBeNull();
  });

  it('is not fooled by noise: with each seed\'s peak placed by the others, few flat runs look like a fall', () => {
    let state = 11;
    const uniform = () => { state = state * 48271 % 2147483647; return state / 2147483647; };
    const flat = () => ['1', '2', '3'].flatMap((seed) => run(seed, Array.from({ length: 30 }, () => 0.3 + 0.1 * (uniform() - 0.5))));
    const drops = Array.from({ length: 400 }, () => riseAndFall(flat(), 5));
    const fooled = (which: 'drop' | 'crossedDrop') => drops.filter((found) => (found?.[which]?.interval?.[0] ?? -1) > 0).length / drops.length;
    expect(fooled('crossedDrop')).toBeLessThan(0.06);
    // What it protects from: the highest value of noise is always above its mean.
    expect(fooled('drop')).toBeGreaterThan(0.3);
  });
});

describe('a curve over another place', () => {
  it('takes any value of points over any place, and leaves out points without either', () => {
    const points = [...run('1', [0.2, 0.4]), ...run('2', [0.4, null])];
    expect(curveOf(points, ({ step }) => (step === 1 ? 10 : null), ({ value }) => (value === null ? null : 1 - value))).toMatchObject([{ x: 10, mean: 0.7 }]);
  });

  it('ends a budget run at the mean of its last window of evaluations, seed by seed', () => {
    const sweep = [0.1, 0.5].flatMap((fraction) => run('1', [0, 0.2, 0.4].map((value) => value + fraction)).map((own) => ({ ...own, fraction })));
    expect(finalOfRuns(sweep, 2).map(({ fraction, value }) => [fraction, Number((value as number).toFixed(9))])).toEqual([[0.1, 0.4], [0.5, 0.8]]);
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

describe('averages and ranks', () => {
  it('keeps the mean of a constant, and the length', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 30 }), (window, length) => {
      expect(movingAverage(Array.from({ length }, () => 3), window)).toEqual(Array.from({ length }, () => 3));
    }));
  });

  it('gives Student\'s interval', () => {
    const { interval } = estimate([1, 2, 3]);
    expect(interval?.[0]).toBeCloseTo(2 - 4.303 / Math.sqrt(3), 3);
    expect(estimate([1])).toMatchObject({ standardError: null, interval: null });
  });

  it('ranks with ties, and does not correlate with a constant', () => {
    expect(spearman([1, 2, 3, 4], [10, 20, 30, 40])).toBeCloseTo(1, 12);
    expect(spearman([1, 2, 3, 4], [4, 3, 2, 1])).toBeCloseTo(-1, 12);
    expect(spearman([1, 2, 3], [5, 5, 5])).toBeNull();
    expect(spearman([1, 2, 2, 3], [1, 2, 2, 3])).toBeCloseTo(1, 12);
  });
});
