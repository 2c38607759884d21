import { describe, expect, it } from 'vitest';
import type { Point } from '../../src/tasks/collect-measurements/measurements.js';
import { curveOf, finalOfRuns } from '../../src/tasks/report/statistics.js';

const point = (seed: string, step: number, value: number | null): Point => ({ language: 'php', seed, step, fraction: null, budget: null, value });
const run = (seed: string, values: readonly (number | null)[]) => values.map((value, index) => point(seed, index + 1, value));

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
