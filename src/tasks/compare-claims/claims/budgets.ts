import type { NeuronPoint, PerformancePoint, Point, WorkingPoint } from '../../collect-measurements/measurements.js';
import { mean } from '../../statistics/average.js';
import { rankTest, spearman, type Series } from '../../statistics/rank.js';
import { inCorrelation, inPerformance, type Claim } from '../claim.js';
import { interpolate, languagesOf, nearest, ofLanguage, reasonFor, smoothed, type At, type Evidence } from '../evidence.js';
import { combine, conditionOn, judge, notTested, type Judged } from '../judgement.js';
import { counted, number } from '../numbers.js';
import { advantage, means, outcomeTable, overWhat, paired, type OutcomeTable } from '../outcome-table.js';

const claimed = ['php'];
export const noBudgets = 'this run trained on no several amounts of it beside all of Python';

/** Budget runs are placed by tokens; by their part of the corpus where its size is not known. */
export function axisOf(points: readonly Point[]): 'budget' | 'fraction' {
  return points.some(({ budget }) => budget !== null) ? 'budget' : 'fraction';
}

export function sweepTable(evidence: Evidence, list: readonly PerformancePoint[], language: string): OutcomeTable | null {
  const points = evidence.performance(list, language);
  return outcomeTable(axisOf(points), points, evidence.window);
}

/** Last measured value of each run, averaged over seeds, by rising amount of the new language. */
export function lastByAmount<P extends Point>(points: readonly P[], valueOf: (point: P) => number | null = ({ value }) => value): At[] {
  const axis = axisOf(points);
  const amounts = [...new Set(points.flatMap((point) => point[axis] ?? []))].sort((a, b) => a - b);
  return amounts.flatMap((x): At[] => {
    const runs = points.filter((point) => point[axis] === x);
    const lasts = [...new Set(runs.map(({ seed }) => seed))].flatMap((seed) => {
      const last = runs.filter((point) => point.seed === seed).sort((a, b) => (a.step ?? 0) - (b.step ?? 0)).at(-1);
      return last === undefined ? [] : valueOf(last) ?? [];
    });
    return lasts.length === 0 ? [] : [{ x, value: mean(lasts) }];
  });
}

/** A rank correlation with the amount of the new language, judged by a permutation test. */
export function amountTrend(evidence: Evidence, name: string, curve: readonly At[], claimedSide: 'above' | 'below', what: string, otherwise: string): Judged {
  const series: Series = { xs: curve.map(({ x }) => x), ys: curve.map(({ value }) => value) };
  const test = rankTest([series], spearman, evidence.resampling(`trend-${what}-${name}`));
  if (test === null) return notTested(name, otherwise);
  return judge({
    name, effect: test.mean, interval: test.interval, claimed: claimedSide, bound: 0,
    what: `Spearman correlation of ${what} (${curve.map(({ value }) => number(value)).join(', ')}) with the amount`,
    over: `${counted(curve.length, 'amount')}, permutation p = ${number(test.p)}`,
  });
}

function workingRises(evidence: Evidence) {
  const { sweepWorkingShare } = evidence.measured;
  return combine(languagesOf(sweepWorkingShare).map((name) => {
    const points: readonly WorkingPoint[] = ofLanguage(sweepWorkingShare, name);
    const curve = lastByAmount(points, ({ value }) => (value === null ? null : 1 - value));
    return amountTrend(evidence, name, curve, 'above', 'its own share of the inner tokens', reasonFor(points, 'fewer than three amounts with different shares'));
  }), claimed, noBudgets);
}

function neuronsFall(evidence: Evidence) {
  const { sweepNeurons } = evidence.measured;
  return combine(languagesOf(sweepNeurons).map((name) => {
    const points: readonly NeuronPoint[] = ofLanguage(sweepNeurons, name);
    return amountTrend(evidence, name, lastByAmount(points), 'below', 'its transferring neurons', reasonFor(points, 'fewer than three amounts with different counts'));
  }), claimed, noBudgets);
}

/** Whether the best amount inside a sweep beats both of its ends. */
export function interiorMaximum(evidence: Evidence, name: string, table: OutcomeTable | null, what: string, otherwise: string): Judged {
  if (table === null || table.xs.length < 3) return notTested(name, otherwise);
  const last = table.xs.length - 1;
  const inside = table.xs.map((_, index) => index).slice(1, -1);
  const [overFirst, overLast] = [0, last].map((end) => advantage(table, inside, end, evidence.resampling(`interior-${what}-${name}-${end}`)));
  if (overFirst === undefined || overLast === undefined) return notTested(name, otherwise);
  return judge({
    name, effect: overLast.mean, interval: overLast.interval, claimed: 'above', bound: 0,
    conditions: [conditionOn(overFirst.interval, 'above', 0, `better than the smallest amount by ${number(overFirst.mean)}`)],
    what: `${what} by amount ${table.xs.map((x, index) => `${number(x)}: ${number(means(table)[index] as number)}`).join(', ')}; the best inside over the largest amount, chosen on half of the problems and measured on the other`,
    over: overWhat(table),
  });
}

const tooFew = 'fewer than three amounts were run';

function upThenDown(evidence: Evidence) {
  const { sweep } = evidence.measured;
  return combine(languagesOf(sweep).map((name) =>
    interiorMaximum(evidence, name, sweepTable(evidence, sweep, name), 'performance', reasonFor(ofLanguage(sweep, name), tooFew))), claimed, noBudgets);
}

function moreNeedNotHelp(evidence: Evidence) {
  const { sweep, acquisition } = evidence.measured;
  return combine(languagesOf(sweep).map((name): Judged => {
    const table = sweepTable(evidence, sweep, name);
    if (table === null || table.xs.length < 2) return notTested(name, reasonFor(ofLanguage(sweep, name), 'fewer than two amounts were run'));
    const last = table.xs.length - 1;
    const smaller = table.xs.map((_, index) => index).slice(0, -1);
    const gain = advantage(table, smaller, last, evidence.resampling(`claim-15-${name}`));
    const part = judge({
      name, effect: gain.mean, interval: gain.interval, claimed: 'above', bound: 0,
      what: `the best smaller amount over all ${number(table.xs[last] as number)}, chosen on half of the problems and measured on the other`, over: overWhat(table),
    });
    const alone = paired(evidence.performance(evidence.measured.solved, name), evidence.performance(acquisition, name), evidence.window, evidence.resampling(`claim-15-alone-${name}`));
    return alone === null ? part : { ...part, reason: `${part.reason}; the run on the solved mix ends ${number(alone.difference.mean)} above the run on the new language with a trace of Python${alone.difference.interval === null ? '' : ` [${number(alone.difference.interval[0])}, ${number(alone.difference.interval[1])}]`}` };
  }), claimed, noBudgets);
}

/** The trajectory and the mixes meet where Python has the same share of the inner tokens, which neither got from a loss. */
function trendsMatch(evidence: Evidence) {
  const { sweep, sweepWorkingShare, workingShare } = evidence.measured;
  return combine(languagesOf(sweep).map((name): Judged => {
    const table = sweepTable(evidence, sweep, name);
    const shares = lastByAmount(ofLanguage(sweepWorkingShare, name));
    const trajectory = trajectoryByShare(evidence, name);
    if (table === null || shares.length === 0 || trajectory.length === 0) return notTested(name, reasonFor(ofLanguage(workingShare, name), 'no working-language share of both the trajectory and the mixes'));
    const values = means(table);
    const pairs = shares.flatMap(({ x, value: share }) => {
      const index = table.xs.indexOf(x);
      return index === -1 ? [] : [{ expected: interpolate(trajectory, share), measured: values[index] as number }];
    });
    const test = rankTest([{ xs: pairs.map(({ expected }) => expected), ys: pairs.map(({ measured }) => measured) }], spearman, evidence.resampling(`claim-16-${name}`));
    if (test === null) return notTested(name, 'fewer than three mixes at different places of the trajectory');
    return judge({
      name, effect: test.mean, interval: test.interval, claimed: 'above', bound: 0,
      what: 'Spearman correlation of the mixes\' performance with the trajectory\'s where Python has the same share of the inner tokens',
      over: `${counted(pairs.length, 'mix').replace('mixs', 'mixes')}, permutation p = ${number(test.p)}`,
    });
  }), claimed, noBudgets);
}

function trajectoryByShare(evidence: Evidence, name: string): At[] {
  const shares = curveOfMeans(ofLanguage(evidence.measured.workingShare, name));
  const performance = smoothed(curveOfMeans(evidence.acquisition(name)), evidence.window);
  if (performance.length === 0) return [];
  return smoothed(shares, evidence.window).map(({ x: step, value: share }) => ({ x: share, value: nearest(performance, step) })).sort((a, b) => a.x - b.x);
}

function curveOfMeans(points: readonly Point[]): At[] {
  const steps = [...new Set(points.flatMap(({ step, value }) => (value === null ? [] : step ?? [])))].sort((a, b) => a - b);
  return steps.map((x) => ({ x, value: mean(points.filter(({ step, value }) => step === x && value !== null).map(({ value }) => value as number)) }));
}

export const budgetClaims: readonly Claim[] = [
  {
    id: 12, section: '4.1.2', figure: 'figure-5', unit: inCorrelation, what: 'trend of PHP\'s share of the inner tokens with its amount',
    claim: 'With more PHP tokens, PHP\'s share as a working language rises.',
    test: 'Spearman correlation over the budget runs of the amount with 1 minus Python\'s share; the interval is the correlation less its spread under permutation.',
    judge: workingRises,
  },
  {
    id: 13, section: '4.1.2', figure: 'figure-5', unit: inCorrelation, what: 'trend of PHP\'s transferring neurons with its amount',
    claim: 'With more PHP tokens, PHP has fewer language transferring neurons.',
    test: 'Spearman correlation over the budget runs of the amount with the neuron count, by permutation.',
    judge: neuronsFall,
  },
  {
    id: 14, section: '4.1.2', figure: 'figure-5', unit: inPerformance, what: 'best amount inside the sweep over the largest',
    claim: 'With more PHP tokens, PHP\'s performance first rises, then falls.',
    test: 'The best amount inside the sweep beats both the smallest and the largest; chosen and measured on different halves of the problems, paired interval.',
    judge: upThenDown,
  },
  {
    id: 15, section: '4.1.2, 5', figure: 'figure-5', unit: inPerformance, what: 'best smaller amount over the whole corpus',
    claim: 'More data of the target, or training on it alone, need not help.',
    test: 'The best smaller amount minus the whole corpus, chosen and measured on different halves of the problems, paired interval above 0.',
    judge: moreNeedNotHelp,
  },
  {
    id: 16, section: '4.1.2', figure: 'figure-5', unit: inCorrelation, what: 'agreement of trajectory and mixes at equal Python share',
    claim: 'Performance over the mixes follows the same trend as over the steps of the acquisition.',
    test: 'Spearman correlation between the mixes\' performance and the trajectory\'s, read where Python\'s working-language share is the same; by permutation.',
    judge: trendsMatch,
  },
];
