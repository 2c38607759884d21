import type { ScratchPoint } from '../../collect-measurements/measurements.js';
import { mean } from '../../statistics/average.js';
import { seedsAndProblems } from '../../statistics/bootstrap.js';
import { bySeed } from '../../statistics/curve.js';
import type { Estimate } from '../../statistics/interval.js';
import { languageName, listed } from '../../formats/language-name.js';
import { inPerformance, type Claim } from '../claim.js';
import type { Evidence } from '../evidence.js';
import { combine, judge, notTested, type Judged } from '../judgement.js';
import { number, range } from '../numbers.js';
import { outcomeTable, overWhat, paired } from '../outcome-table.js';

/** Model size and benchmark: the four columns of averages of Table 2. */
interface Column { readonly size: string; readonly benchmark: string }

const noPair = 'this run trained no pair of models on both corpora';
export const nameOf = ({ size, benchmark }: Column) => `${size} model, ${benchmark} benchmark`;
const largeColumns: readonly Column[] = [{ size: 'large', benchmark: 'first' }, { size: 'large', benchmark: 'second' }];
const columns: readonly Column[] = [{ size: 'small', benchmark: 'first' }, { size: 'small', benchmark: 'second' }, ...largeColumns];

function pointsOf(evidence: Evidence, corpus: string, { size, benchmark }: Column, language: string): ScratchPoint[] {
  return evidence.performance(evidence.measured.scratch, language).filter((point) => point.corpus === corpus && point.size === size && point.benchmark === benchmark);
}

export interface CorpusComparison {
  readonly difference: Estimate;
  readonly languages: readonly string[];
  readonly over: string;
  /** By language, in the order of `languages`. */
  readonly perLanguage: readonly number[];
}

/**
 * Macro average over languages, one corpus minus another, paired by seed and by problem: translations of a problem are
 * one problem, so its whole row is drawn or left out together. Null without a language and a seed that both have.
 */
export function compareCorpora(evidence: Evidence, better: string, than: string, column: Column): CorpusComparison | null {
  const languages = [...new Set(evidence.measured.scratch.map(({ language }) => language))];
  const tables = languages.flatMap((language) => {
    const placed = [...pointsOf(evidence, than, column, language).map((point) => ({ ...point, fraction: 0 })), ...pointsOf(evidence, better, column, language).map((point) => ({ ...point, fraction: 1 }))];
    const seeds = [0, 1].map((fraction) => new Set(placed.filter((point) => point.fraction === fraction && point.value !== null).map(({ seed }) => seed)));
    const table = outcomeTable('fraction', placed.filter(({ seed }) => seeds.every((own) => own.has(seed))), evidence.window);
    return table === null || table.xs.length < 2 ? [] : [{ language, table }];
  });
  const seeds = tables[0]?.table.seeds.filter((seed) => tables.every(({ table }) => table.seeds.includes(seed))).sort(bySeed) ?? [];
  if (tables.length === 0 || seeds.length === 0) return null;
  const problems = [...new Set(tables.flatMap(({ table }) => table.problems))];
  const indices = tables.map(({ table }) => new Map(table.problems.map((problem, index) => [problem, index])));
  const differenceIn = (which: number, seed: string, problem: string): number[] => {
    const { table } = tables[which] as (typeof tables)[number];
    const [row, column_] = [table.seeds.indexOf(seed), indices[which]?.get(problem)];
    return column_ === undefined ? [] : [(table.scores[1]?.[row]?.[column_] as number) - (table.scores[0]?.[row]?.[column_] as number)];
  };
  const rows = seeds.map((seed) => problems.map((problem) => mean(tables.flatMap((_, which) => differenceIn(which, seed, problem)))));
  return {
    difference: seedsAndProblems(rows, evidence.resampling(`corpora-${better}-${than}-${nameOf(column)}`)),
    languages: tables.map(({ language }) => language),
    over: overWhat({ seeds, problems }),
    perLanguage: tables.map(({ table }, which) => mean(seeds.flatMap((seed) => table.problems.flatMap((problem) => differenceIn(which, seed, problem))))),
  };
}

function judgeColumn(evidence: Evidence, column: Column): Judged {
  const name = nameOf(column);
  const found = compareCorpora(evidence, 'optimised', 'original', column);
  if (found === null) return notTested(name, keepsEverything(evidence) ? 'the solved mix keeps the whole corpus, so the two corpora are the same' : `no ${column.size} models from scratch on both corpora were put to the ${column.benchmark} benchmark`);
  const { difference, languages, over, perLanguage } = found;
  return judge({
    name, effect: difference.mean, interval: difference.interval, claimed: 'above', bound: 0,
    what: `optimised minus original, macro average of ${languages.map((language, index) => `${languageName(language)} ${number(perLanguage[index] as number)}`).join(', ')}`, over,
  });
}

function keepsEverything({ measured: { mixes, scratch } }: Evidence): boolean {
  return scratch.every(({ corpus }) => corpus !== 'optimised') && mixes.length > 0 && mixes.every(({ nUse, availableTokens }) => nUse !== null && availableTokens !== null && nUse >= availableTokens);
}

/** Fewer tokens of some languages leave more training for the others, so exposure alone may explain a gain (methods 5.3). */
export const exposureCorpora = ['fixed-exposure', 'random-cut', 'temperature'] as const;

/** What the controls say of the same models, for the reason of a claim on the corpora. */
function controlsText(evidence: Evidence): string {
  const found = exposureCorpora.flatMap((corpus) => columns.flatMap((column) => {
    const comparison = compareCorpora(evidence, 'optimised', corpus, column);
    return comparison === null ? [] : [`${corpus} ${number(comparison.difference.mean)}${comparison.difference.interval === null ? '' : ` ${range(comparison.difference.interval)}`} (${nameOf(column)})`];
  }));
  return found.length === 0
    ? ' No exposure control was run, so more training on the languages left whole may explain a gain.'
    : ` Controls for exposure, optimised minus: ${found.join(', ')}; where such a difference holds 0, exposure may explain the gain.`;
}

function judgeColumns(evidence: Evidence, list: readonly Column[]) {
  const judgement = combine(list.map((column) => judgeColumn(evidence, column)), list.map(nameOf), noPair);
  return judgement.verdict === 'not-tested' ? judgement : { ...judgement, reason: judgement.reason + controlsText(evidence) };
}

/** Languages that the optimised corpus has less of. */
function downSampled({ measured: { pooled, mixes, statistics } }: Evidence): string[] {
  const pool = pooled[0];
  if (pool !== undefined) return statistics.flatMap(({ language, tokens }) => (tokens !== null && (pool.tokens[language] ?? tokens) < 0.99 * tokens ? [language] : []));
  return mixes.filter(({ nUse, availableTokens }) => nUse !== null && availableTokens !== null && nUse < 0.99 * availableTokens).map(({ target }) => target);
}

function cutLanguagesImprove(evidence: Evidence) {
  const cut = downSampled(evidence);
  const parts = cut.flatMap((language) => columns.flatMap((column): Judged[] => {
    const pair = paired(pointsOf(evidence, 'optimised', column, language), pointsOf(evidence, 'original', column, language), evidence.window, evidence.resampling(`claim-28-${language}-${nameOf(column)}`));
    if (pair === null) return [];
    return [judge({
      name: `${languageName(language)}, ${nameOf(column)}`, effect: pair.difference.mean, interval: pair.difference.interval, claimed: 'above', bound: 0,
      what: 'optimised minus original', over: pair.over,
    })];
  }));
  if (parts.length > 0) return combine(parts, parts.map(({ name }) => name), noPair);
  const reason = cut.length === 0 ? 'no language was cut, or it is not known which' : `no models from scratch on both corpora were evaluated in ${listed(cut.map(languageName))}`;
  return combine([notTested('cut languages', reason)], ['cut languages'], noPair);
}

export const corpusClaims: readonly Claim[] = [
  {
    id: 25, section: '4.3.3', figure: 'table-2', unit: inPerformance, what: 'optimised minus original corpus, macro average',
    claim: 'From scratch, the optimised corpus beats the original on average, at both sizes and on both benchmarks.',
    test: 'Macro average over languages, optimised minus original, paired by seed and problem: Student interval over seeds and bootstrap over problems in quadrature, above 0 at each size and benchmark; beside controls for exposure.',
    judge: (evidence) => judgeColumns(evidence, columns),
  },
  {
    id: 26, section: '4.3.3', figure: 'table-2', unit: inPerformance, what: 'optimised minus original corpus at the larger size, macro average',
    claim: 'The gain holds at the larger model.',
    test: 'The same paired macro average, above 0 at the larger size on both benchmarks.',
    judge: (evidence) => judgeColumns(evidence, largeColumns),
  },
];

export const cutLanguagesClaim: Claim = {
  id: 28, section: '4.3.3', figure: 'table-2', unit: inPerformance, what: 'optimised minus original corpus in the cut languages',
  claim: 'Each language that was cut improves itself (shown by Table 2 in part, not claimed by the text).',
  test: 'Optimised minus original in each cut language, size and benchmark, paired by seed and problem; all above 0.',
  judge: cutLanguagesImprove,
};

