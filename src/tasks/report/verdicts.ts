import type { Estimate } from '../statistics/interval.js';
import type { MixDocument } from '../solve-mix/mix-document.js';
import type { Measurements, PerformancePoint, Point } from './measurements.js';
import { compare, fall, riseAndFall, type Comparison } from './statistics.js';
import { languageName, metricText, percent, pointsUnit, whole, withInterval, type MetricText } from './text.js';

export type Answer = 'yes' | 'no' | 'inconclusive' | 'not measured';

export interface Verdict {
  readonly id: 'rise-and-fall' | 'required-share' | 'working-language' | 'solved-mix' | 'optimised-corpus';
  readonly question: string;
  readonly language: string | null;
  readonly answer: Answer;
  /** One plain sentence with the numbers it rests on. */
  readonly sentence: string;
}

type Judged = Pick<Verdict, 'answer' | 'sentence'>;

/** The answers of the first screen: a language's three questions each, then the two on the corpus. */
export function verdicts(measured: Measurements): Verdict[] {
  const dominant = languageName(measured.dominantLanguage);
  return [
    ...measured.targets.flatMap((language): Verdict[] => {
      const name = languageName(language);
      const of = <P extends Point>(list: readonly P[]) => list.filter((point) => point.language === language);
      const peak = riseAndFall(better(of(measured.acquisition), measured), measured.window)?.peakStep ?? null;
      const early = peak ?? middleOf(of(measured.workingShare));
      return [
        { id: 'rise-and-fall', language, question: `Did ${name} rise and then fall?`, ...judgeRise(of(measured.acquisition), name, measured) },
        { id: 'required-share', language, question: `Did the answers that need ${dominant} fade?`, ...judgeFall(of(measured.requiredShare), peak, measured.window, `The share of correct ${name} answers that need ${dominant}`) },
        { id: 'working-language', language, question: `Did the inner language move from ${dominant} to ${name}?`, ...judgeFall(of(measured.workingShare), early, measured.window, `${dominant}'s share of the identified inner tokens`) },
        { id: 'solved-mix', language, question: `Did the solved mix beat training on all ${name}?`, ...judgeMix(measured, language) },
      ];
    }),
    { id: 'optimised-corpus', language: null, question: 'Did the optimised corpus beat the original one?', ...judgeCorpora(measured) },
  ];
}

/** Performance turned so that higher is better. */
export function better(list: readonly PerformancePoint[], { metric }: Pick<Measurements, 'metric'>): PerformancePoint[] {
  const sign = metricText(metric).isHigherBetter ? 1 : -1;
  return list.map((point) => ({ ...point, value: point.value === null ? null : sign * point.value }));
}

function judgeRise(list: readonly PerformancePoint[], name: string, measured: Measurements): Judged {
  const found = riseAndFall(better(list, measured), measured.window);
  if (found === null) return missing(list, `fewer than three evaluations of ${name} with a value`);
  const text = metricText(measured.metric);
  const sign = text.isHigherBetter ? 1 : -1;
  const numbers = `best ${text.value(sign * found.peak.mean)} around step ${whole(found.peakStep)}, ${text.value(sign * found.final.mean)} at the end`;
  if (found.endsHighest) return { answer: 'no', sentence: `${name} is at its best at the end of the run: ${numbers}.` };
  if (found.crossedDrop === null) {
    return { answer: 'inconclusive', sentence: `${capital(numbers)}: a drop of ${text.difference.full(found.drop.mean)}, but one seed cannot tell a peak from noise.` };
  }
  const drop = withInterval(found.crossedDrop, text.difference);
  const detail = `Placing each seed's peak by the other seeds, the drop is ${drop}.`;
  if (found.isInterior && isAbove(found.crossedDrop) && isAbove(found.rise)) return { answer: 'yes', sentence: `${capital(numbers)}. ${detail}` };
  if (isBelow(found.crossedDrop)) return { answer: 'no', sentence: `No fall after the peak: ${numbers}. ${detail}` };
  return { answer: 'inconclusive', sentence: `${capital(numbers)}. ${detail}${found.isInterior ? '' : ' The highest mean is at the edge of the run.'}` };
}

function judgeFall(list: readonly Point[], until: number | null, window: number, subject: string): Judged {
  const found = until === null ? null : fall(list, until, window);
  if (found === null) return missing(list, 'too few values before and after the peak');
  const numbers = `${subject} was ${percent(found.early.mean)} up to step ${whole(until ?? 0)} and ${percent(found.late.mean)} at the end`;
  if (found.fall.interval === null) return { answer: 'inconclusive', sentence: `${numbers}; one seed gives no interval.` };
  const detail = `fall ${withInterval(found.fall, pointsUnit)}`;
  if (isAbove(found.fall)) return { answer: 'yes', sentence: `${numbers}: ${detail}.` };
  if (isBelow(found.fall)) return { answer: 'no', sentence: `${numbers}: it rose (${detail}).` };
  return { answer: 'inconclusive', sentence: `${numbers}: ${detail}.` };
}

function judgeMix(measured: Measurements, language: string): Judged {
  const mix = measured.mixes.find((one) => one.target === language && one.objective === 'target') ?? measured.mixes.find((one) => one.target === language);
  if (mix === undefined) return { answer: 'not measured', sentence: 'No mix was solved.' };
  const name = languageName(language);
  if (mix.nUse === null) return { answer: 'not measured', sentence: `Algorithm 1 puts no bound on the ${name} tokens, so there is no smaller mix to compare.` };
  return judgeAgainstAcquisition(measured, language, mix.nUse) ?? judgeAgainstSweep(measured, language, mix.nUse);
}

/** The solved mix against the run on all of the new language with only a trace of the old one, seed by seed. */
function judgeAgainstAcquisition(measured: Measurements, language: string, tokens: number): Judged | null {
  const own = (list: readonly PerformancePoint[]) => better(list.filter((point) => point.language === language), measured);
  const comparison = compare(own(measured.solved), own(measured.acquisition), measured.window);
  if (comparison === null) return null;
  const [name, dominant] = [languageName(language), languageName(measured.dominantLanguage)];
  return judgeDifference(comparison, `${whole(tokens)} ${name} tokens beside all of ${dominant} (the solved mix) against all of ${name} with a trace of ${dominant}`, metricText(measured.metric));
}

function judgeAgainstSweep(measured: Measurements, language: string, tokens: number): Judged {
  const name = languageName(language);
  const sweep = measured.sweep.filter((point) => point.language === language && point.budget !== null);
  const most = Math.max(...sweep.map(({ budget }) => budget as number));
  if (sweep.length === 0) return { answer: 'not measured', sentence: `Algorithm 1 asks for ${whole(tokens)} ${name} tokens; no run on all of ${name} was given to compare with.` };
  const solved = solvedRun(measured, language, tokens);
  const nearest = whole(solved.budget ?? tokens);
  if (solved.budget === most || tokens >= most) return { answer: 'not measured', sentence: `The solved mix keeps all of ${name} (${whole(tokens)} tokens), so it is the same run.` };
  const comparison = compare(better(solved.points, measured), better(sweep.filter(({ budget }) => budget === most), measured), measured.window);
  if (comparison === null) return { answer: 'not measured', sentence: `No run near the solved ${whole(tokens)} ${name} tokens has a value on a seed that the run on all ${whole(most)} also has.` };
  const subject = `${nearest} ${name} tokens${solved.isStandIn ? ` (the sweep's nearest to the solved ${whole(tokens)})` : ' (the solved mix)'} against all ${whole(most)}`;
  return judgeDifference(comparison, subject, metricText(measured.metric));
}

/** The solved mix's own run, or the run of the sweep within a factor of 1.5 of it. */
function solvedRun(measured: Measurements, language: string, tokens: number): { points: PerformancePoint[]; budget: number | null; isStandIn: boolean } {
  const own = measured.solved.filter((point) => point.language === language);
  if (own.length > 0) return { points: own, budget: null, isStandIn: false };
  const budgets = measured.sweep.flatMap((point) => (point.language === language && point.budget !== null ? [point.budget] : []));
  const distance = (budget: number) => Math.abs(Math.log(budget / tokens));
  const nearest = budgets.sort((a, b) => distance(a) - distance(b))[0];
  if (nearest === undefined || distance(nearest) > Math.log(1.5)) return { points: [], budget: null, isStandIn: true };
  return { points: measured.sweep.filter((point) => point.language === language && point.budget === nearest), budget: nearest, isStandIn: true };
}

function judgeCorpora(measured: Measurements): Judged {
  const { scratchOriginal, scratchOptimised } = measured;
  if (scratchOriginal.length === 0 || scratchOptimised.length === 0) return { answer: 'not measured', sentence: 'No pair of models was trained from scratch on the two corpora.' };
  if (measured.mixes.length > 0 && measured.mixes.every(keepsEverything)) {
    return { answer: 'not measured', sentence: 'The solved mix keeps the whole corpus, so the two corpora are the same.' };
  }
  const comparison = compareCorpora(measured);
  if (comparison === null) return { answer: 'not measured', sentence: 'The two models share no language and seed with a value.' };
  return judgeDifference(comparison, 'Macro average over the languages, optimised against original', metricText(measured.metric));
}

function keepsEverything({ nUse, availableTokens }: MixDocument): boolean {
  return nUse !== null && availableTokens !== null && nUse >= availableTokens;
}

/** Table 2's average: the mean over languages within each seed, then paired over seeds (or over problems with one seed). */
export function compareCorpora(measured: Measurements): Comparison | null {
  const languages = [...new Set(measured.scratchOriginal.map(({ language }) => language))]
    .filter((language) => measured.scratchOptimised.some((point) => point.language === language));
  if (languages.length === 0) return null;
  const macro = (list: readonly PerformancePoint[]) => macroAverage(better(list, measured).filter(({ language }) => languages.includes(language)), languages);
  return compare(macro(measured.scratchOptimised), macro(measured.scratchOriginal), measured.window);
}

/** One point a seed and step: the mean over languages; seeds that lack a language are left out. */
function macroAverage(list: readonly PerformancePoint[], languages: readonly string[]): PerformancePoint[] {
  const groups = new Map<string, PerformancePoint[]>();
  for (const point of list) {
    const key = JSON.stringify([point.seed, point.step]);
    groups.set(key, [...groups.get(key) ?? [], point]);
  }
  return [...groups.values()].flatMap((group): PerformancePoint[] => {
    const values = languages.map((language) => group.find((point) => point.language === language)?.value ?? null);
    if (values.includes(null)) return [];
    return [{
      ...group[0] as PerformancePoint,
      language: 'all',
      value: (values as number[]).reduce((sum, value) => sum + value, 0) / values.length,
      outcomes: new Map(group.flatMap(({ language, outcomes }) => [...outcomes].map(([task, passed]) => [`${language} ${task}`, passed] as const))),
    }];
  });
}

function judgeDifference({ difference, over }: Comparison, subject: string, text: MetricText): Judged {
  // Turned so that higher is better; bits per byte are told as what they fell by.
  const word = text.isHigherBetter ? 'difference' : 'improvement';
  const sentence = `${subject}: ${word} ${withInterval(difference, text.difference, over)}${over === 'problems' ? ', one seed, paired over problems' : ''}.`;
  if (isAbove(difference)) return { answer: 'yes', sentence };
  if (isBelow(difference)) return { answer: 'no', sentence };
  return { answer: 'inconclusive', sentence };
}

function missing(list: readonly Point[], otherwise: string): Judged {
  if (list.length === 0) return { answer: 'not measured', sentence: 'No measurement was given.' };
  const reason = list.every(({ value }) => value === null) ? list.find((point) => point.reason !== undefined)?.reason : undefined;
  return { answer: 'not measured', sentence: `Not measured: ${reason ?? otherwise}.` };
}

function middleOf(list: readonly Point[]): number | null {
  const steps = list.flatMap(({ step }) => step ?? []);
  return steps.length === 0 ? null : Math.max(...steps) / 2;
}

function isAbove({ interval }: Estimate): boolean {
  return interval !== null && interval[0] > 0;
}

function isBelow({ interval }: Estimate): boolean {
  return interval !== null && interval[1] <= 0;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
