import { mean } from '../../statistics/average.js';
import type { Figure, Table } from '../figure.js';
import type { Measurements, PerformancePoint } from '../measurements.js';
import { findings, table2 } from '../paper.js';
import { compare, finalValues } from '../statistics.js';
import { languageName, metricText, withInterval } from '../text.js';
import { better, compareCorpora } from '../verdicts.js';

const heading = { id: 'table-2', number: 'Table 2', title: 'From scratch: the original corpus against the optimised one', paper: findings.scratch } as const;

export function scratchTable(measured: Measurements): Figure {
  const { scratchOriginal, scratchOptimised, metric } = measured;
  if (scratchOriginal.length === 0) return { kind: 'missing', ...heading, reason: 'no scratchOriginal was given' };
  if (scratchOptimised.length === 0) return { kind: 'missing', ...heading, reason: 'no scratchOptimised was given' };
  const text = metricText(metric);
  const average = compareCorpora(measured);
  return {
    kind: 'measured',
    ...heading,
    ours: [average === null
      ? 'The two models share no language and seed with a value.'
      : `Macro average, optimised against original: ${text.isHigherBetter ? 'difference' : 'improvement'} ${withInterval(average.difference, text.difference, average.over)}.`],
    panels: [],
    shown: [ownTable(measured), ...benchmarkTable(measured)],
    tables: [paperTable()],
    tablesTitle: 'The paper\'s HumanEval pass rates',
    note: 'Fewer tokens of one language leave more room for the others in a run of the same length, so a gain in the others may be exposure rather than transfer.',
  };
}

function ownTable(measured: Measurements): Table {
  const { scratchOriginal, scratchOptimised, window, metric } = measured;
  const languages = [...new Set([...scratchOriginal, ...scratchOptimised].map(({ language }) => language))];
  const scale = metric === 'passRate' ? 100 : 1;
  const rows = languages.map((language) => {
    const of = (list: readonly PerformancePoint[]) => list.filter((point) => point.language === language);
    const [original, optimised] = [finalMean(of(scratchOriginal), window), finalMean(of(scratchOptimised), window)];
    const pair = compare(better(of(scratchOptimised), measured), better(of(scratchOriginal), measured), window);
    const interval = pair?.difference.interval ?? null;
    return { language, original, optimised, difference: pair === null ? null : pair.difference.mean, low: interval?.[0] ?? null, high: interval?.[1] ?? null };
  });
  const scaled = (value: number | null) => (value === null ? null : Number((value * scale).toFixed(metric === 'passRate' ? 2 : 4)));
  const [originals, optimiseds] = [rows.map(({ original }) => original), rows.map(({ optimised }) => optimised)];
  const pair = compareCorpora(measured);
  const interval = pair?.difference.interval ?? null;
  return {
    name: 'table-2',
    columns: ['language', 'original', 'optimised', metric === 'passRate' ? 'difference' : 'improvement', '95 % from', '95 % to'],
    rows: [
      ...rows.map(({ language, original, optimised, difference, low, high }) => [languageName(language), ...[original, optimised, difference, low, high].map(scaled)]),
      ['Average', ...[averageOf(originals), averageOf(optimiseds), pair?.difference.mean ?? null, interval?.[0] ?? null, interval?.[1] ?? null].map(scaled)],
    ],
  };
}

/** Where performance is bits per byte, the problems that were solved all the same. */
function benchmarkTable({ benchmarks }: Measurements): Table[] {
  if (benchmarks.length === 0) return [];
  return [{
    name: 'benchmark', columns: ['model', 'language', 'problems', 'solved'],
    rows: benchmarks.map(({ model, language, passed, total }) => [model, languageName(language), total, passed]),
  }];
}

function finalMean(list: readonly PerformancePoint[], window: number): number | null {
  const values = [...finalValues(list, window).values()];
  return values.length === 0 ? null : mean(values);
}

/** Null when a language is missing: an average over fewer would not compare. */
function averageOf(values: readonly (number | null)[]): number | null {
  return values.includes(null) ? null : mean(values as number[]);
}

function paperTable(): Table {
  return {
    name: 'table-2-paper-humaneval',
    columns: ['language', 'original 1.3B', 'optimised 1.3B', 'original 6.7B', 'optimised 6.7B'],
    rows: table2.map(({ language, small, large }) => [languageName(language), ...small, ...large]),
  };
}
