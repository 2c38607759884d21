import { percentileInterval } from '../../statistics/bootstrap.js';
import { curveOver } from '../../statistics/curve.js';
import { segmentedBic, startOfFall } from '../../statistics/fit.js';
import { dropWeights, riseAndFall } from '../../statistics/rise-and-fall.js';
import type { PerformancePoint } from '../../collect-measurements/measurements.js';
import { inPerformance, phpAndCsharp, type Claim } from '../claim.js';
import { languagesOf, ofLanguage, reasonFor, seedCurves, smoothed, type Evidence } from '../evidence.js';
import { combine, conditionOn, judge, notTested, undecided, type Condition, type Judged } from '../judgement.js';
import { counted, number } from '../numbers.js';
import { means, outcomeTable, overWhat, resampledCurves, weighted, type OutcomeTable } from '../outcome-table.js';

const noAcquisition = 'no acquisition of it was evaluated in this run';

/** What the drop of claim 1 is, of any run; the null controls ask the same. */
export interface Drop {
  readonly drop: number;
  readonly interval: readonly [number, number] | null;
  readonly conditions: readonly Condition[];
  readonly what: string;
  readonly over: string;
}

/** Smoothed peak minus final window. @param points higher is better */
export function dropOf(evidence: Evidence, points: readonly PerformancePoint[], stream: string): Drop | null {
  const { window } = evidence;
  const found = riseAndFall(points, window);
  const table = outcomeTable('step', points, window);
  if (found === null || table === null || table.xs.length < 3) return null;
  const drop = weighted(table, (seed) => dropWeights(table.xs.length, found.crossedPeaks[seed] as number, window), evidence.resampling(stream));
  const last = found.evaluations - 1;
  const isInside = found.peakIndex >= window && found.peakIndex <= last - window;
  const edge = found.endsHighest ? 'no' : isInside ? 'yes' : 'unclear';
  return {
    drop: drop.mean,
    // A single seed's own peak is lifted by its own noise, so its drop has no honest interval without other seeds.
    interval: found.crossedDrop === null ? null : drop.interval,
    conditions: [
      { holds: edge, text: found.endsHighest ? 'every seed is highest in its final window' : `the peak at step ${found.peakStep} is evaluation ${found.peakIndex + 1} of ${found.evaluations}, ${isInside ? 'outside' : 'inside'} the first and last ${window}` },
      conditionOn(found.rise.interval, 'above', 0, `rise from the first evaluation to the peak ${number(found.rise.mean)}`),
    ],
    what: `drop from the smoothed peak to the final ${window} evaluations, each seed's peak placed by the other seeds`,
    over: overWhat(table),
  };
}

function riseThenFall(evidence: Evidence) {
  const { acquisition } = evidence.measured;
  return combine(languagesOf(acquisition).map((name): Judged => {
    const found = dropOf(evidence, evidence.acquisition(name), `claim-1-${name}`);
    if (found === null) return notTested(name, reasonFor(ofLanguage(acquisition, name), 'fewer than three evaluations'));
    return judge({ name, effect: found.drop, interval: found.interval, claimed: 'above', bound: 0, conditions: found.conditions, what: found.what, over: found.over });
  }), phpAndCsharp, noAcquisition);
}

function threeStages(evidence: Evidence) {
  return combine(languagesOf(evidence.measured.acquisition).map((name): Judged => {
    const table = outcomeTable('step', evidence.acquisition(name), evidence.window);
    if (table === null) return notTested(name, 'no evaluation has a value');
    if (new Set(means(table)).size === 1) return undecided(name, 'performance never changes');
    const gain = gainOfThree(table.xs, means(table));
    if (gain === null) return notTested(name, `${counted(table.xs.length, 'evaluation')} are too few for three segments`);
    const stages = evidence.stages(name);
    const exist: Condition = stages === null
      ? { holds: evidence.riseAndFall(name)?.endsHighest === true ? 'no' : 'unclear', text: 'no 0 < t1 < t2 < T: no peak before a plateau' }
      : { holds: 'yes', text: `t1 = ${stages.transition}, t2 = ${stages.stabilisation}, T = ${stages.end} steps` };
    return judge({
      name, effect: gain, interval: resampledGain(evidence, table, name), claimed: 'above', bound: 0, conditions: [exist],
      what: 'BIC of the better of one and two straight pieces minus that of three', over: overWhat(table),
    });
  }), phpAndCsharp, noAcquisition);
}

function gainOfThree(xs: readonly number[], ys: readonly number[]): number | null {
  const [one, two, three] = segmentedBic(xs, ys, 3);
  return one === undefined || two === undefined || three === undefined || one === null || two === null || three === null ? null : Math.min(one, two) - three;
}

function resampledGain(evidence: Evidence, table: OutcomeTable, name: string) {
  if (table.seeds.length * table.problems.length < 2) return null;
  const resampling = evidence.resampling(`claim-2-${name}`);
  const gains = resampledCurves(table, { ...resampling, resamples: Math.min(resampling.resamples, 400) }).map((curve) => gainOfThree(table.xs, curve)).filter((gain) => gain !== null);
  return percentileInterval(gains, resampling.confidence);
}

/** Part of the run that the two starts may lie apart (methods 8, claim 3). */
const tolerance = 0.1;

function fallsTogether(evidence: Evidence) {
  const { acquisition, requiredShare } = evidence.measured;
  return combine(languagesOf(acquisition).map((name): Judged => {
    const steps = curveOver('step', ofLanguage(acquisition, name)).map(({ x }) => x);
    const end = steps.at(-1);
    const shares = ofLanguage(requiredShare, name);
    if (end === undefined || shares.every(({ value }) => value === null)) return notTested(name, reasonFor(shares, 'no required share'));
    const peaks = new Map(seedCurves(evidence.acquisition(name)).map(({ seed, curve }) => [seed, peakOf(smoothed(curve, evidence.window))]));
    const starts = seedCurves(shares).flatMap(({ seed, curve }) => {
      const peak = peaks.get(seed);
      const start = startOfFall(curve.map(({ x }) => x), curve.map(({ value }) => value));
      return peak === undefined || start === null ? [] : [{ peak, start }];
    });
    if (starts.length === 0) return undecided(name, 'the required share of no seed falls, so its fall has no start');
    const { mean, interval } = evidence.estimate(starts.map(({ peak, start }) => (peak - start) / end));
    return {
      name, effect: mean, interval, verdict: withinTolerance(interval),
      reason: `performance peaks ${number(Math.abs(mean))} of the run ${mean < 0 ? 'before' : 'after'} the required share begins to fall${interval === null ? ', without an interval' : `, signed interval [${number(interval[0])}, ${number(interval[1])}]`} (${counted(starts.length, 'seed')}); confirmed when all of it lies within ±${tolerance}, refuted when all of it lies outside`,
    };
  }), phpAndCsharp, noAcquisition);
}

function peakOf(curve: readonly { x: number; value: number }[]): number {
  return curve.reduce((best, point) => (point.value > best.value ? point : best)).x;
}

function withinTolerance(interval: readonly [number, number] | null): Judged['verdict'] {
  if (interval === null) return 'inconclusive';
  if (interval[0] >= -tolerance && interval[1] <= tolerance) return 'confirmed';
  return interval[0] > tolerance || interval[1] < -tolerance ? 'refuted' : 'inconclusive';
}

function peaksLate(evidence: Evidence) {
  const { acquisition } = evidence.measured;
  return combine(languagesOf(acquisition).map((name): Judged => {
    const points = evidence.acquisition(name);
    const [found, rise] = [dropOf(evidence, points, `claim-11-${name}`), riseAndFall(points, evidence.window)];
    const end = curveOver('step', points).at(-1)?.x;
    if (found === null || rise === null || end === undefined) return notTested(name, reasonFor(ofLanguage(acquisition, name), 'fewer than three evaluations'));
    const isLate = rise.peakStep >= 0.8 * end;
    const error = rise.final.standardError;
    // Without any spread nothing was solved, or all alike: that is no plateau at the top.
    const isNear = error !== null && error > 0 && found.drop <= error;
    const falls = found.interval !== null && found.interval[0] > 0;
    return {
      name, effect: found.drop, interval: found.interval,
      verdict: falls && !isLate ? 'refuted' : error !== null && error > 0 && (isLate || isNear) ? 'confirmed' : 'inconclusive',
      reason: `the smoothed peak is at step ${rise.peakStep} of ${end} (${isLate ? '' : 'not '}in the last 20 %), and the end is ${number(found.drop)}${found.interval === null ? '' : ` [${number(found.interval[0])}, ${number(found.interval[1])}]`} below the peak (${found.over}), ${error === null ? 'one seed gives no standard error' : `${isNear ? '' : 'not '}within one standard error (${number(error)}) of the final value`}`,
    };
  }), ['cpp'], noAcquisition);
}

export const acquisitionClaims: readonly Claim[] = [
  {
    id: 1, section: '1, 3.2', figure: 'figure-2', unit: inPerformance, what: 'smoothed peak minus final performance',
    claim: 'Performance in a new language (PHP, C#) rises fast, then declines, then stabilises.',
    test: 'Smoothed peak minus the mean of the final window, the peak of each seed placed by the other seeds; Student interval over seeds and bootstrap over problems in quadrature; the peak must lie outside the first and last window.',
    judge: riseThenFall,
  },
  {
    id: 2, section: '3.2', figure: 'figure-1', unit: () => 'BIC', what: 'BIC by which three straight pieces beat one or two',
    claim: 'Learning a new language has three stages: translation, transition, stabilisation.',
    test: 'BIC of piecewise straight fits with one, two and three pieces, bootstrapped over seeds and problems; and 0 < t1 < t2 < T for the peak t1 and the start t2 of the plateau.',
    judge: threeStages,
  },
  {
    id: 3, section: '1, 3.2', figure: 'figure-2', unit: () => 'part of the run', what: 'peak of performance minus start of the fall of the required share',
    claim: 'The new language begins to decline where the share of answers that need Python begins to fall.',
    test: 'Per seed, step of the smoothed peak minus the break of the broken line that best describes the start of the fall of the required share, over the length of the run; Student interval over seeds.',
    judge: fallsTogether,
  },
];

export const latePeakClaim: Claim = {
  id: 11, section: '4', figure: 'figure-2', unit: inPerformance, what: 'smoothed peak minus final performance',
  claim: 'C++ is at its best in the stabilisation stage.',
  test: 'The smoothed peak lies in the last 20 % of the steps, or the final value is within one standard error of it; refuted when the drop\'s interval is above 0.',
  judge: peaksLate,
};

