import { languageName } from '../formats/language-name.js';
import { isAbove, isBelow, type Interval } from '../statistics/interval.js';
import { kendall, rankTest, spearman, type Series } from '../statistics/rank.js';
import { dropOf } from './claims/acquisition.js';
import { compareCorpora, exposureCorpora, nameOf } from './claims/from-scratch.js';
import { almostNone } from './claims/required-share.js';
import { languagesOf, meanBetween, ofLanguage, reasonFor, seedCurves, type At, type Evidence } from './evidence.js';
import { counted, number, range } from './numbers.js';
import type { ControlRow } from './rows.js';

type Named = Pick<ControlRow, 'id' | 'control' | 'expectation' | 'figure'>;
type Found = Pick<ControlRow, 'verdict' | 'effect' | 'interval' | 'reason'>;

/** The null controls of methods 8 and the exposure controls of methods 5.3. */
export function controls(evidence: Evidence): ControlRow[] {
  return [
    { ...identical, ...identicalLanguage(evidence) },
    { ...unrelated, ...unrelatedLanguage(evidence) },
    ...shuffledOrder(evidence),
    { ...randomStart, ...pythonFreeStart(evidence) },
    ...exposure(evidence),
  ];
}

function notTested(reason: string): Found {
  return { verdict: 'not-tested', effect: null, interval: null, reason: `Not tested: ${reason}.` };
}

const identical: Named = {
  id: 'identical-language', figure: 'figure-2',
  control: 'A second language that is statistically the same as the first: a fresh sample of it under another name.',
  expectation: 'No rise and fall: nothing has to be translated, and nothing is lost.',
};

function identicalLanguage(evidence: Evidence): Found {
  const { identical: points, dominantLanguage, targets } = evidence.measured;
  const found = dropOf(evidence, evidence.performance(points, dominantLanguage), 'control-identical');
  if (found === null) return notTested(reasonFor(points, 'no acquisition of a relabelled sample was run'));
  const main = targets[0] ?? '';
  const real = dropOf(evidence, evidence.acquisition(main), `claim-1-${main}`)?.drop ?? null;
  const { drop, interval, over, what, conditions } = found;
  const rises = conditions.every(({ holds }) => holds === 'yes');
  // Absence is shown only against what is to be absent: the interval must leave out the drop of the main language.
  const isAbsent = interval !== null && (interval[1] <= 0 || (interval[0] <= 0 && (real === null || real <= 0 || interval[1] < real)));
  return {
    verdict: isAbove(interval, 0) && rises ? 'not-as-expected' : isAbsent ? 'as-expected' : 'inconclusive',
    effect: { value: drop, unit: evidence.unit, what: 'smoothed peak minus final performance' },
    interval,
    reason: `${what}: ${number(drop)}${interval === null ? ', without an interval' : ` ${range(interval)}`} (${over})${real === null ? '' : `, against ${number(real)} in ${languageName(main)}`}; as expected when the interval reaches 0 and leaves out the latter, not as expected when it is above 0 and the curve rises first.`,
  };
}

const unrelated: Named = {
  id: 'unrelated-language', figure: 'figure-2',
  control: 'A second language in which the same words mean something else.',
  expectation: 'Hardly any correct answer requires Python: nothing of it can be transferred.',
};

function unrelatedLanguage(evidence: Evidence): Found {
  const { unrelated: points } = evidence.measured;
  const shares = seedCurves(points).flatMap(({ curve }) => meanBetween(curve, -Infinity, Infinity) ?? []);
  if (shares.length === 0) {
    if (points.length > 0 && points.every(({ solved }) => solved === 0)) {
      return { verdict: 'inconclusive', effect: null, interval: null, reason: `At none of ${counted(points.length, 'checkpoint')} was any problem solved, so there is no share to judge.` };
    }
    return notTested(reasonFor(points, 'no acquisition of an unrelated language was run'));
  }
  const { mean, interval } = evidence.estimate(shares);
  return {
    verdict: isBelow(interval, almostNone) ? 'as-expected' : isAbove(interval, almostNone) ? 'not-as-expected' : 'inconclusive',
    effect: { value: mean, unit: 'share', what: 'required share, mean over the run' },
    interval,
    reason: `Required share ${number(mean)}${interval === null ? ', without an interval' : ` ${range(interval)}`} over the checkpoints that solve anything (${counted(shares.length, 'seed')}); as expected when the interval is below ${almostNone}.`,
  };
}

interface Probe { readonly id: string; readonly name: string; readonly figure: string; readonly curves: (evidence: Evidence, language: string) => { curve: At[] }[] }

const probes: readonly Probe[] = [
  { id: 'shuffled-working-language', name: 'Python\'s share of the inner tokens', figure: 'figure-3', curves: ({ measured }, language) => seedCurves(ofLanguage(measured.workingShare, language)) },
  { id: 'shuffled-required-share', name: 'the required share', figure: 'figure-2', curves: ({ measured }, language) => seedCurves(ofLanguage(measured.requiredShare, language)) },
  { id: 'shuffled-neurons', name: 'the number of transferring neurons', figure: 'figure-4', curves: ({ measured }, language) => seedCurves(ofLanguage(measured.neurons, language)) },
];

/** The trend of each probe against the same values in shuffled orders of the checkpoints. */
function shuffledOrder(evidence: Evidence): ControlRow[] {
  return probes.map(({ id, name, figure, curves }): ControlRow => {
    const named: Named = { id, figure, control: `The checkpoints in shuffled order: ${name}.`, expectation: 'The trend that the true order shows is lost.' };
    const series = evidence.measured.targets.flatMap((language) => curves(evidence, language)).map(({ curve }): Series => ({ xs: curve.map(({ x }) => x), ys: curve.map(({ value }) => value) }));
    const correlation = id === 'shuffled-working-language' ? kendall : spearman;
    const test = rankTest(series, correlation, evidence.resampling(id));
    if (test === null) return { ...named, ...notTested('the probe has fewer than three values that differ') };
    const isLost = test.mean < test.chance[0] || test.mean > test.chance[1];
    return {
      ...named,
      verdict: isLost ? 'as-expected' : 'not-as-expected',
      effect: { value: test.mean, unit: 'correlation', what: `correlation of ${name} with the step, in the true order` },
      interval: test.interval,
      reason: `In the true order the correlation with the step is ${number(test.mean)}; in ${counted(evidence.options.resamples, 'shuffled order')} of each of ${counted(series.length, 'run')} it lies in ${range(test.chance)} (95 %), so ${isLost ? 'the order carries the trend' : 'there is no trend that shuffling could lose'} (p = ${number(test.p)}).`,
    };
  });
}

const randomStart: Named = {
  id: 'python-free-start', figure: 'figure-3',
  control: 'The new language learnt from random weights, without a Python model before.',
  expectation: 'No translation stage: Python is never the main working language.',
};

function pythonFreeStart(evidence: Evidence): Found {
  const { randomStart: points } = evidence.measured;
  const measured = points.filter(({ value }) => value !== null);
  const highest = measured.reduce<(typeof measured)[number] | null>((best, point) => (best === null || (point.value as number) > (best.value as number) ? point : best), null);
  if (highest === null) return notTested(reasonFor(points, 'no model from random weights was probed'));
  const sure = measured.filter(({ interval }) => isAbove(interval, 0.5));
  const isNever = measured.every(({ value }) => (value as number) <= 0.5);
  return {
    verdict: sure.length > 0 ? 'not-as-expected' : isNever ? 'as-expected' : 'inconclusive',
    effect: { value: highest.value as number, unit: 'share', what: 'highest share of Python at any checkpoint' },
    interval: highest.interval,
    reason: `The highest share of Python is ${number(highest.value as number)}${highest.interval === null ? '' : ` ${range(highest.interval as Interval)} over its prompts`}, in ${languageName(highest.language)} at step ${highest.step ?? 'unknown'}; ${sure.length} of ${counted(measured.length, 'checkpoint')} of ${counted(languagesOf(measured).length, 'language')} lie above 0.5 with their whole interval.`,
  };
}

const exposureExpectations: Readonly<Record<(typeof exposureCorpora)[number], string>> = {
  'fixed-exposure': 'The optimised corpus is better though no language is seen more often than in the original.',
  'random-cut': 'The optimised corpus is better than one from which as much was cut at random.',
  temperature: 'The optimised corpus is better than temperature sampling.',
};

/** Small models on the first benchmark where they exist: the pair that most controls have. */
function exposure(evidence: Evidence): ControlRow[] {
  return exposureCorpora.map((corpus): ControlRow => {
    const named: Named = { id: `exposure-${corpus}`, figure: 'table-2', control: `The optimised corpus against the ${corpus} corpus, from scratch.`, expectation: exposureExpectations[corpus] };
    const sizes = [...new Set(evidence.measured.scratch.map(({ size }) => size))];
    const benchmarks = [...new Set(evidence.measured.scratch.map(({ benchmark }) => benchmark))];
    const found = sizes.flatMap((size) => benchmarks.flatMap((benchmark) => {
      const comparison = compareCorpora(evidence, 'optimised', corpus, { size, benchmark });
      return comparison === null ? [] : { ...comparison, column: nameOf({ size, benchmark }) };
    }))[0];
    if (found === undefined) return { ...named, ...notTested(`no models from scratch on the optimised and the ${corpus} corpus`) };
    const { difference: { mean, interval }, languages, over, perLanguage, column } = found;
    return {
      ...named,
      verdict: isAbove(interval, 0) ? 'as-expected' : isBelow(interval, 0) ? 'not-as-expected' : 'inconclusive',
      effect: { value: mean, unit: evidence.unit, what: `optimised minus ${corpus} corpus, macro average` },
      interval,
      reason: `Optimised minus ${corpus}, macro average of ${languages.map((language, index) => `${languageName(language)} ${number(perLanguage[index] as number)}`).join(', ')}: ${number(mean)}${interval === null ? ', without an interval' : ` ${range(interval)}`} (${column}; ${over}).`,
    };
  });
}
