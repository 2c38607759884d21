import type { MixDocument } from '../../solve-mix/mix-document.js';
import { mean } from '../../statistics/average.js';
import { percentileInterval } from '../../statistics/bootstrap.js';
import { indexOfMaximum } from '../../statistics/curve.js';
import type { Interval } from '../../statistics/interval.js';
import { rankTest, spearman, type Series } from '../../statistics/rank.js';
import { inCorrelation, inPerformance, type Claim } from '../claim.js';
import { interpolate, languagesOf, ofLanguage, reasonFor, type Evidence } from '../evidence.js';
import { combine, conditionOn, decidedTogether, judge, notTested, pooled, type Judged } from '../judgement.js';
import { number, range } from '../numbers.js';
import { advantage, meanOfTables, means, outcomeTable, overWhat, resampledCurves, weighted, type OutcomeTable } from '../outcome-table.js';
import { axisOf, interiorMaximum, lastByAmount, noBudgets, sweepTable } from './budgets.js';

const noSweep = 'no mixes of several amounts were run';
const noSolution = 'this run neither solved a mix for it nor trained on several amounts';

/** Runs placed by tokens, which a prediction is in. */
function tokenTable(evidence: Evidence, name: string): OutcomeTable | null {
  return outcomeTable('budget', evidence.performance(evidence.measured.sweep, name), evidence.window);
}

function mixOf(evidence: Evidence, name: string): MixDocument | undefined {
  return evidence.measured.mixes.find(({ target, objective }) => target === name && objective === 'target') ?? evidence.measured.mixes.find(({ target }) => target === name);
}

/** Predicted and measured performance where the corpus has the same share of Python (Eq. 3). */
function predictedAndMeasured(mix: MixDocument, table: OutcomeTable): Series {
  const curve = mix.curve.map(({ x, y }) => ({ x, value: y })).sort((a, b) => a.x - b.x);
  return { xs: table.xs.map((tokens) => interpolate(curve, mix.dominantTokens / (mix.dominantTokens + tokens))), ys: means(table) };
}

function trendsAgree(evidence: Evidence) {
  const { mixes, targets } = evidence.measured;
  const compared = [...new Set(mixes.map(({ target }) => target))].flatMap((name) => {
    const [mix, table] = [mixOf(evidence, name), tokenTable(evidence, name)];
    return mix === undefined || table === null || mix.curve.length === 0 ? [] : [{ name, series: predictedAndMeasured(mix, table) }];
  });
  const part = (name: string, series: readonly Series[], what: string): Judged => {
    const test = rankTest(series, spearman, evidence.resampling(`claim-20-${name}`));
    if (test === null) return notTested(name, compared.length === 0 ? noSweep : 'fewer than three mixes with different predictions');
    return judge({
      name, effect: test.mean, interval: test.interval, claimed: 'above', bound: 0, what,
      over: `${series.map(({ xs }) => xs.length).join(' + ')} amounts, permutation p = ${number(test.p)}`,
    });
  };
  const parts = compared.map(({ name, series }) => part(name, [series],
    `Spearman correlation of predicted (${series.xs.map(number).join(', ')}) and measured (${series.ys.map(number).join(', ')}) performance by token share, root mean square error ${number(rootMeanSquareError(series))}`));
  const together = part('all', compared.map(({ series }) => series), 'mean over languages of the Spearman correlation of predicted and measured performance, each language shuffled on its own');
  return together.verdict === 'not-tested' ? combine(parts, targets, noSolution) : decidedTogether(together, parts, targets, noSolution);
}

function rootMeanSquareError({ xs, ys }: Series): number {
  return Math.sqrt(mean(xs.map((value, index) => (value - (ys[index] as number)) ** 2)));
}

function optimumIsNear(evidence: Evidence) {
  const { mixes, targets } = evidence.measured;
  return combine([...new Set(mixes.map(({ target }) => target))].map((name): Judged => {
    const [mix, table] = [mixOf(evidence, name), tokenTable(evidence, name)];
    const predicted = mix?.nUse ?? mix?.availableTokens ?? null;
    if (table === null || table.xs.length < 2) return notTested(name, noSweep);
    if (predicted === null || predicted <= 0) return notTested(name, 'Algorithm 1 names no number of tokens');
    const best = indexOfMaximum(means(table));
    const octaves = (index: number) => Math.log2(predicted / (table.xs[index] as number));
    const resampling = evidence.resampling(`claim-21-${name}`);
    const ratios = table.seeds.length * table.problems.length < 2 ? [] : resampledCurves(table, resampling).map((curve) => octaves(indexOfMaximum(curve)));
    const interval = percentileInterval(ratios, resampling.confidence);
    const { regret, standardError } = regretAt(evidence, table, best, predicted, name);
    const isNear = Math.abs(octaves(best)) <= 1;
    // Without any spread nothing was solved, or all alike: that is no agreement.
    const isCheap = standardError !== null && standardError > 0 && regret <= standardError;
    const isFar = interval !== null && (interval[0] > 1 || interval[1] < -1);
    return {
      name, effect: octaves(best), interval,
      verdict: (isNear && interval !== null && interval[0] >= -1 && interval[1] <= 1) || isCheap ? 'confirmed' : isFar && standardError !== null && regret > 2 * standardError ? 'refuted' : 'inconclusive',
      reason: `${number(predicted)} tokens predicted, ${number(table.xs[best] as number)} best of ${table.xs.map(number).join(', ')}: ${number(octaves(best))} octaves apart${interval === null ? '' : ` ${range(interval)}, the best chosen anew in each resample`}; at the measured amount nearest to the prediction ${number(regret)} is lost, ${standardError === null ? 'with no standard error' : `${isCheap ? '' : 'not '}within one standard error (${number(standardError)})`} (${overWhat(table)}); confirmed within one octave or one standard error, refuted beyond both`,
    };
  }), targets, noSolution);
}

/** What the predicted amount costs against the best one, read at the measured amount nearest to it. */
function regretAt(evidence: Evidence, table: OutcomeTable, best: number, tokens: number, name: string): { regret: number; standardError: number | null } {
  const distance = (x: number) => -Math.abs(Math.log(tokens / x));
  const near = indexOfMaximum(table.xs.map(distance));
  const lost = weighted(table, () => table.xs.map((_, index) => Number(index === best) - Number(index === near)), evidence.resampling(`claim-21-regret-${name}`));
  return { regret: lost.mean, standardError: lost.standardError };
}

function meanRisesThenFalls(evidence: Evidence) {
  const { sweep, sweepDominant } = evidence.measured;
  return combine(languagesOf(sweep).map((name) => {
    const [target, dominant] = [sweepTable(evidence, sweep, name), sweepTable(evidence, sweepDominant, name)];
    const both = target === null || dominant === null ? null : meanOfTables(target, dominant);
    return interiorMaximum(evidence, name, both, 'mean performance in both languages', reasonFor(ofLanguage(sweep, name), 'fewer than three amounts were run and evaluated in both languages'));
  }), ['php', 'csharp', 'go'], noBudgets, 'most');
}

function bothExtremesHurt(evidence: Evidence) {
  const { sweep, sweepDominant, targets } = evidence.measured;
  const measured = languagesOf(sweepDominant).flatMap((name) => {
    const table = sweepTable(evidence, sweep, name);
    if (table === null || table.xs.length < 2) return [];
    const more = advantage(table, table.xs.map((_, index) => index).slice(1), 0, evidence.resampling(`claim-23-${name}`));
    return [{ name, retained: lastByAmount(evidence.performance(sweepDominant, name)), more: { effect: more.mean, interval: more.interval } }];
  });
  const tooLittle = (list: readonly { readonly effect: number; readonly interval: Interval | null }[]) => {
    const { effect, interval } = pooled(list);
    return conditionOn(interval, 'above', 0, `in the target the smallest amount is worse than the best by ${number(effect)}`);
  };
  const part = (name: string, list: typeof measured, what: string): Judged => {
    const series = list.map(({ retained }) => ({ xs: retained.map(({ x }) => x), ys: retained.map(({ value }) => value) }));
    const test = rankTest(series, spearman, evidence.resampling(`claim-23-trend-${name}`));
    if (test === null) return notTested(name, reasonFor(sweepDominant, 'fewer than three amounts were run and evaluated in both languages'));
    return judge({
      name, effect: test.mean, interval: test.interval, claimed: 'below', bound: 0, what, conditions: [tooLittle(list.map(({ more }) => more))],
      over: `${series.map(({ xs }) => xs.length).join(' + ')} amounts, permutation p = ${number(test.p)}`,
    });
  };
  const parts = measured.map((one) => part(one.name, [one], `Spearman correlation with the amount of the performance in Python (${one.retained.map(({ value }) => number(value)).join(', ')})`));
  const together = part('all', measured, 'mean over languages of the Spearman correlation of Python performance with the amount, each language shuffled on its own');
  return together.verdict === 'not-tested' ? combine(parts, targets, noSolution) : decidedTogether(together, parts, targets, noSolution);
}

function reliesOnItself(evidence: Evidence) {
  return combine(languagesOf(evidence.measured.sweep).map((name): Judged => {
    const mix = mixOf(evidence, name);
    const points = evidence.performance(evidence.measured.sweep, name);
    const table = outcomeTable(axisOf(points), points, evidence.window);
    if (mix === undefined || table === null || table.xs.length < 2) return notTested(name, 'no solved mix, or fewer than two amounts were run');
    const last = table.xs.length - 1;
    const loss = advantage(table, table.xs.map((_, index) => index).slice(0, -1), last, evidence.resampling(`claim-24-${name}`));
    const keepsAll = mix.nStar === null || (mix.availableTokens !== null && mix.nStar >= mix.availableTokens);
    const isBest = loss.standardError !== null && loss.standardError > 0 && loss.mean <= loss.standardError;
    const isWorse = loss.interval !== null && loss.interval[0] > 0;
    const high = mix.withinOneStandardError?.nHigh ?? null;
    const wantsLess = !keepsAll && mix.availableTokens !== null && mix.withinOneStandardError !== null && high !== null && high < mix.availableTokens;
    return {
      name, effect: loss.mean, interval: loss.interval,
      verdict: isWorse || wantsLess ? 'refuted' : keepsAll && isBest && loss.interval !== null ? 'confirmed' : 'inconclusive',
      reason: `Algorithm 1 asks for ${mix.nStar === null ? 'unboundedly many' : number(mix.nStar)} of ${mix.availableTokens === null ? 'unknown' : number(mix.availableTokens)} tokens${wantsLess ? `, at most ${number(high)} within one standard error` : ''}; the best smaller amount is ${number(loss.mean)}${loss.interval === null ? '' : ` ${range(loss.interval)}`} above the whole corpus (${overWhat(table)}), ${loss.standardError === null ? 'with no standard error' : `${isBest ? '' : 'not '}within one standard error (${number(loss.standardError)})`}`,
    };
  }), ['cpp'], noBudgets);
}

export const predictionClaims: readonly Claim[] = [
  {
    id: 20, section: '4.3.2', figure: 'figure-7', unit: inCorrelation, what: 'correlation of predicted and measured performance',
    claim: 'Predicted and measured performance follow the same trend over Python\'s share.',
    test: 'Spearman correlation, over the mixes that were run, of the measured performance with the predicted one at the same token share; by permutation, with the root mean square error.',
    judge: trendsAgree,
  },
  {
    id: 21, section: '4.3.2', figure: 'figure-7', unit: () => 'octaves', what: 'log2 of predicted over measured optimum',
    claim: 'The predicted optimum is near the measured one.',
    test: 'log2 of predicted over best measured tokens, bootstrapped over seeds and problems, within 1 of 0; or what the prediction costs is within one standard error of the best mix.',
    judge: optimumIsNear,
  },
  {
    id: 22, section: '4.3.2', figure: 'figure-6', unit: inPerformance, what: 'mean performance, best amount inside over the largest',
    claim: 'For most languages the mean of Python and the new language rises, then falls with Python\'s share.',
    test: 'The best amount inside the sweep beats both ends in the mean of both languages, for at least two of PHP, C# and Go; chosen and measured on different halves of the problems.',
    judge: meanRisesThenFalls,
  },
  {
    id: 23, section: '4.3.2', figure: 'figure-6', unit: inCorrelation, what: 'trend of Python performance with the target\'s tokens',
    claim: 'Too much of the new language hurts Python, too little hinders the new language.',
    test: 'Spearman correlation of Python performance with the amount below 0, by permutation; and the smallest amount worse in the target than the best, paired interval.',
    judge: bothExtremesHurt,
  },
  {
    id: 24, section: '4.3.2', figure: 'figure-7', unit: inPerformance, what: 'best smaller amount over the whole corpus',
    claim: 'C++ does not rely on Python, and the method still applies: it keeps the whole corpus.',
    test: 'Algorithm 1 asks for at least the tokens there are, and the whole corpus is within one standard error of the best amount.',
    judge: reliesOnItself,
  },
];
