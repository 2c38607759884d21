import type { Cell } from '../../formats/csv.js';
import { languageName } from '../../formats/language-name.js';
import { mean } from '../../statistics/average.js';
import type { Figure, Subject, Table } from '../figure.js';
import { findings, paperScratch, type PaperSize } from '../paper.js';
import { differenceCells, ScratchComparison, settingName, type Setting } from '../scratch-comparison.js';
import { differenceText, metricText } from '../text.js';

const heading = { id: 'table-2', number: 'Table 2', title: 'From scratch: the original corpus against the optimised one', paper: findings.scratch } as const;

export function scratchTable(subject: Subject): Figure {
  const { scratch, metric } = subject.measured;
  const corpora = new Set(scratch.filter(({ value }) => value !== null).map(({ corpus }) => corpus));
  if (!corpora.has('original') || !corpora.has('optimised')) {
    return { kind: 'missing', ...heading, reason: scratch.find(({ reason }) => reason !== undefined)?.reason ?? 'no pair of models was trained from scratch on the two corpora' };
  }
  const comparison = new ScratchComparison(subject);
  const averages = comparison.settings.map((setting) => ({ setting, average: comparison.average(setting, 'optimised') }));
  return {
    kind: 'measured',
    ...heading,
    ours: [
      `Average over languages, ${metricText(metric).isHigherBetter ? 'optimised minus original' : 'what the optimised corpus saves'}:`,
      ...averages.map(({ setting, average }) => `${settingName(setting)}: ${average === null ? 'the two models share no seed' : differenceText(average.difference, average.over, metric)}.`),
    ],
    grids: [],
    shown: [...comparison.settings.map((setting) => settingTable(setting, comparison, subject)), ...benchmarkTable(subject)],
    tables: [paperTable('HumanEval'), paperTable('MBXP'), ...mixesTable(subject)],
    tablesTitle: 'The paper\'s own table, and the corpora',
    note: 'Differences are paired by seed and by problem; brackets hold the 95 % interval, for new seeds and new problems. The paper gives one run a cell and no interval. Fewer tokens of one language leave more room for the others in a run of the same length, so a gain in the others may be exposure rather than transfer: see the exposure controls.',
  };
}

function settingTable(setting: Setting, comparison: ScratchComparison, { measured: { metric } }: Subject): Table {
  const scale = metric === 'passRate' ? 100 : 1;
  const theirs = paperScratch(setting.size, setting.benchmark);
  const scaled = (value: number | null) => (value === null ? null : value * scale);
  const rows = comparison.languages(setting).map((language) => ({
    language,
    original: scaled(comparison.performance(setting, 'original', language)),
    optimised: scaled(comparison.performance(setting, 'optimised', language)),
    difference: differenceCells(comparison.inLanguage(setting, language), scale),
  }));
  return {
    name: `table-2-${setting.size}-${setting.benchmark}`,
    caption: `${settingName(setting)}${metric === 'passRate' ? '' : ' (bits per byte)'}${theirs === null ? '' : `; the paper: ${theirs.label}`}`,
    columns: [
      'language', ...(metric === 'passRate' ? ['original (%)', 'optimised (%)', 'difference (points)'] : ['original', 'optimised', 'improvement']), '95 % interval',
      ...(theirs === null ? [] : ['paper: original (%)', 'optimised (%)', 'difference (points)']),
    ],
    rows: [
      ...rows.map(({ language, original, optimised, difference }): Cell[] => [languageName(language), original, optimised, ...difference, ...paperCells(theirs, language)]),
      ['Average', averageOf(rows.map(({ original }) => original)), averageOf(rows.map(({ optimised }) => optimised)), ...differenceCells(comparison.average(setting, 'optimised'), scale), ...paperCells(theirs, 'average')],
    ],
  };
}

/** Null when a language is missing: an average over fewer would not compare. */
function averageOf(values: readonly (number | null)[]): number | null {
  return values.includes(null) ? null : mean(values as number[]);
}

function paperCells(theirs: PaperSize | null, language: string): Cell[] {
  if (theirs === null) return [];
  const cells = theirs.rates[language];
  return cells === undefined ? [null, null, null] : [...cells, cells[1] - cells[0]];
}

/** Where performance is bits per byte, the problems that were solved all the same. */
function benchmarkTable({ measured: { benchmarks } }: Subject): Table[] {
  if (benchmarks.length === 0) return [];
  return [{
    name: 'benchmark', caption: 'Problems solved', columns: ['model', 'language', 'problems', 'solved'],
    rows: benchmarks.map(({ model, language, passed, total }) => [model, languageName(language), total, passed]),
  }];
}

function paperTable(benchmark: 'HumanEval' | 'MBXP'): Table {
  const key = benchmark === 'HumanEval' ? 'first' : 'second';
  const [small, large] = [paperScratch('small', key), paperScratch('large', key)];
  return {
    name: `table-2-paper-${benchmark.toLowerCase()}`, caption: `The paper, ${benchmark}`,
    columns: ['language', 'original 1.3B (%)', 'optimised 1.3B (%)', 'original 6.7B (%)', 'optimised 6.7B (%)'],
    rows: Object.entries(small?.rates ?? {}).map(([language, rates]) => [language === 'average' ? 'Average' : languageName(language), ...rates, ...(large?.rates[language] ?? [null, null])]),
  };
}

function mixesTable({ measured: { pooled, baselines, dominantLanguage, targets } }: Subject): Table[] {
  const mixes = [...pooled, ...baselines];
  const languages = [dominantLanguage, ...targets];
  return mixes.length === 0 ? [] : [{
    name: 'table-2-mixes', caption: 'Tokens of each language in each corpus', columns: ['mix', ...languages.map(languageName)],
    rows: mixes.map(({ method, tokens }) => [method, ...languages.map((language) => tokens[language] ?? null)]),
  }];
}
