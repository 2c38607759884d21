import { mean } from '../../statistics/average.js';
import { bic, exponentialFit, linearFit } from '../../statistics/fit.js';
import { pearson, spearman } from '../../statistics/rank.js';
import { inCorrelation, inShares, type Claim } from '../claim.js';
import { interpolate, languagesOf, ofLanguage, reasonFor, seedCurves, smoothed, type At, type Evidence } from '../evidence.js';
import { combine, conditionOn, judge, notTested, type Condition, type Judged } from '../judgement.js';
import { counted, number, range } from '../numbers.js';
import { lastByAmount, noBudgets } from './budgets.js';

/** Loss-based and probed share of each seed, at the probed steps. */
function bothShares(evidence: Evidence, name: string): { seed: string; steps: number[]; estimated: number[]; probed: number[] }[] {
  const probed = seedCurves(ofLanguage(evidence.measured.workingShare, name));
  const estimated = new Map(seedCurves(ofLanguage(evidence.measured.proportion, name)).map(({ seed, curve }) => [seed, curve]));
  return probed.flatMap(({ seed, curve }) => {
    const loss = estimated.get(seed);
    if (loss === undefined) return [];
    return [{ seed, steps: curve.map(({ x }) => x), estimated: curve.map(({ x }) => interpolate(loss, x)), probed: curve.map(({ value }) => value) }];
  });
}

function tracks(evidence: Evidence) {
  const { workingShare, targets } = evidence.measured;
  return combine(languagesOf(workingShare).map((name): Judged => {
    const seeds = bothShares(evidence, name);
    const ranks = seeds.flatMap(({ estimated, probed }) => spearman(estimated, probed) ?? []);
    if (ranks.length === 0) return notTested(name, reasonFor(ofLanguage(workingShare, name), 'no steps with both a loss-based and a working-language share'));
    const rank = evidence.estimate(ranks);
    const linear = evidence.estimate(seeds.flatMap(({ estimated, probed }) => pearson(estimated, probed) ?? []));
    const gap = evidence.estimate(seeds.map(({ estimated, probed }) => mean(estimated.map((value, index) => Math.abs(value - (probed[index] as number))))));
    const slope = evidence.estimate(seeds.flatMap(({ estimated, probed }) => linearFit(estimated, probed)?.slope ?? []));
    return judge({
      name, effect: rank.mean, interval: rank.interval, claimed: 'above', bound: 0,
      what: `Spearman correlation of the two shares over the steps (Pearson ${number(linear.mean)}, mean absolute gap ${number(gap.mean)}, calibration slope ${number(slope.mean)}; any two falling curves correlate, so the gap and the slope say how close they are)`,
      over: counted(ranks.length, 'seed'),
    });
  }), targets, 'its checkpoints were not probed in this run');
}

interface Shape { readonly firstQuarter: number; readonly gain: number }

/** How much of a curve's change its first quarter brings, and by how much an exponential fits it better than a line. */
function shapeOf(curve: readonly At[], window: number): Shape | null {
  const [first, last] = [curve[0], curve.at(-1)];
  if (first === undefined || last === undefined || curve.length < 4) return null;
  const level = smoothed(curve, window);
  const start = (level[0] as At).value;
  const change = (x: number) => start - interpolate(level, x);
  const total = change(last.x);
  const [xs, ys] = [curve.map(({ x }) => x), curve.map(({ value }) => value)];
  const [line, exponential] = [linearFit(xs, ys), exponentialFit(xs, ys)];
  if (total === 0 || line === null || exponential === null) return null;
  return { firstQuarter: change(first.x + (last.x - first.x) / 4) / total, gain: bic(line.rss, xs.length, 2) - bic(exponential.rss, xs.length, 3) };
}

function fastThenSlow(evidence: Evidence) {
  const { workingShare, proportion, targets } = evidence.measured;
  return combine(languagesOf(workingShare).map((name): Judged => {
    const shapes = (points: Parameters<typeof seedCurves>[0], window: number) => seedCurves(points).flatMap(({ curve }) => shapeOf(curve, window) ?? []);
    // A probe's share averages over fewer places than the window of evaluations would: one step of smoothing keeps the first quarter apart.
    const probed = shapes(ofLanguage(workingShare, name), Math.min(3, evidence.window));
    const estimated = shapes(ofLanguage(proportion, name), evidence.window);
    if (probed.length === 0) return notTested(name, reasonFor(ofLanguage(workingShare, name), 'fewer than four probes that change'));
    const quarter = evidence.estimate(probed.map(({ firstQuarter }) => firstQuarter));
    const better = (list: readonly Shape[], which: string) => conditionOn(evidence.estimate(list.map(({ gain }) => gain)).interval, 'above', 0, `${which}: an exponential fits better than a line by BIC ${number(mean(list.map(({ gain }) => gain)))}`);
    const loss: Condition[] = estimated.length === 0 ? [{ holds: 'unclear', text: 'no loss-based share' }] : [
      conditionOn(evidence.estimate(estimated.map(({ firstQuarter }) => firstQuarter)).interval, 'above', 0.5, `loss-based share: the first quarter brings ${number(mean(estimated.map(({ firstQuarter }) => firstQuarter)))} of the change`),
      better(estimated, 'loss-based share'),
    ];
    return judge({
      name, effect: quarter.mean, interval: quarter.interval, claimed: 'above', bound: 0.5, conditions: [better(probed, 'working language'), ...loss],
      what: 'part of the working language\'s change that the first quarter of the run brings', over: counted(probed.length, 'seed'),
    });
  }), targets, 'its checkpoints were not probed in this run');
}

function equalsTokenShare(evidence: Evidence) {
  const { sweepWorkingShare, dominantLanguage, statistics, mixes } = evidence.measured;
  const dominantTokens = statistics.find(({ language }) => language === dominantLanguage)?.tokens ?? mixes[0]?.dominantTokens ?? null;
  const name = 'all languages';
  if (dominantTokens === null) return combine([notTested(name, 'the tokens of the dominant language are not known')], [name], noBudgets);
  const pairs = languagesOf(sweepWorkingShare).flatMap((language) => {
    const points = ofLanguage(sweepWorkingShare, language).filter(({ budget }) => budget !== null);
    return lastByAmount(points, ({ value }) => (value === null ? null : 1 - value)).map(({ x: tokens, value }) => ({ language, tokenShare: tokens / (tokens + dominantTokens), systemShare: value }));
  });
  const fit = linearFit(pairs.map(({ tokenShare }) => tokenShare), pairs.map(({ systemShare }) => systemShare), evidence.options.confidence);
  if (fit?.slopeInterval == null || fit.interceptInterval === null) return combine([notTested(name, reasonFor(sweepWorkingShare, 'fewer than three mixes with a working language'))], [name], noBudgets);
  const { slope, slopeInterval, intercept, interceptInterval } = fit;
  const inside = (interval: readonly [number, number], value: number) => interval[0] <= value && value <= interval[1];
  const agrees = inside(slopeInterval, 1) && inside(interceptInterval, 0);
  // An interval so wide that it holds 0 as well as 1 agrees with everything.
  const isInformative = !inside(slopeInterval, 0);
  return combine([{
    name, effect: slope, interval: slopeInterval, verdict: !agrees ? 'refuted' : isInformative ? 'confirmed' : 'inconclusive',
    reason: `least squares of the new language's share of the inner tokens on its share of the corpus over ${counted(pairs.length, 'final mix').replace('mixs', 'mixes')} of ${counted(new Set(pairs.map(({ language }) => language)).size, 'language')}: slope ${number(slope)} ${range(slopeInterval)} (1 claimed), intercept ${number(intercept)} ${range(interceptInterval)} (0 claimed)${isInformative ? '' : '; the slope\'s interval holds 0 too, so it says little'}`,
  }], [name], noBudgets);
}

export const estimationClaims: readonly Claim[] = [
  {
    id: 17, section: '4.2.1, A.3', figure: 'figure-9', unit: inCorrelation, what: 'correlation of loss-based and working-language share',
    claim: 'The share of the Python system estimated from the loss is close to its working-language share.',
    test: 'Spearman correlation of the two shares over the probed steps per seed, Student interval over seeds above 0; with Pearson, mean absolute gap and calibration slope.',
    judge: tracks,
  },
  {
    id: 18, section: '4.2.1', figure: 'figure-9', unit: inShares, what: 'part of the working language\'s change in the first quarter of the run',
    claim: 'Both shares change fast at first and slowly later.',
    test: 'The first quarter of the steps brings more than half of the change, and an exponential fits better than a line (BIC), for both shares; Student interval over seeds.',
    judge: fastThenSlow,
  },
  {
    id: 19, section: '4.2.2', figure: 'figure-5', unit: () => 'slope', what: 'slope of system share on token share',
    claim: 'A language\'s final share of the system equals its share of the tokens.',
    test: 'Least squares of 1 minus Python\'s working-language share on the token share of all final mixes; 95 % intervals hold slope 1 and intercept 0, and the slope\'s not 0.',
    judge: equalsTokenShare,
  },
];
