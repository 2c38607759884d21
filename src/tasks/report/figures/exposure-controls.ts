import type { Cell } from '../../formats/csv.js';
import type { Figure, Subject, Table } from '../figure.js';
import { differenceCells, ScratchComparison, settingName, type Comparison } from '../scratch-comparison.js';
import { decimal } from '../text.js';

const heading = {
  id: 'exposure-controls', number: 'Control', title: 'Is it the mix, or only more of the rest?', besideTitle: 'To be expected',
  paper: 'If transfer makes the gain, the optimised corpus also beats a corpus in which random other languages were cut as much, and one that gives each language the same exposure; if exposure makes it, they gain alike (methods 5.3). The paper has no such control.',
} as const;

const corpusNames: Readonly<Record<string, string>> = {
  'optimised': 'optimised (Algorithm 1)', 'temperature': 'temperature sampling', 'fixed-exposure': 'optimised, same exposure of every language', 'random-cut': 'as much cut from random languages',
};

/** Every other corpus against the original one, on the macro average. */
export function exposureControls(subject: Subject): Figure {
  const { scratch, metric } = subject.measured;
  const others = [...new Set(scratch.map(({ corpus }) => corpus))].filter((corpus) => corpus !== 'original');
  if (!others.some((corpus) => corpus !== 'optimised')) return { kind: 'missing', ...heading, reason: 'no model was trained from scratch on another corpus than the original and the optimised one' };
  const scale = metric === 'passRate' ? 100 : 1;
  const comparison = new ScratchComparison(subject);
  const { settings } = comparison;
  const found = others.map((corpus) => ({ corpus, averages: settings.map((setting) => ({ setting, average: comparison.average(setting, corpus) })) }));
  const shown: Table = {
    name: 'exposure-controls', caption: `Average over languages, each corpus against the original one, in ${metric === 'passRate' ? 'points' : 'bits per byte saved'}, with 95 % interval`,
    columns: ['corpus', ...settings.map(settingName)],
    rows: found.map(({ corpus, averages }) => [corpusNames[corpus] ?? corpus, ...averages.map(({ average }) => cellOf(average, scale))]),
  };
  const long: Table = {
    name: 'exposure-controls-long', caption: 'The same, a line a comparison',
    columns: ['corpus', 'model', 'benchmark', metric === 'passRate' ? 'difference (points)' : 'improvement', '95 % from', '95 % to', 'over'],
    rows: found.flatMap(({ corpus, averages }) => averages.flatMap(({ setting, average }): Cell[][] => {
      if (average === null) return [];
      const { mean, interval } = average.difference;
      return [[corpus, setting.size, setting.benchmark, mean * scale, interval === null ? null : interval[0] * scale, interval === null ? null : interval[1] * scale, average.over]];
    })),
  };
  return { kind: 'measured', ...heading, ours: [], grids: [], shown: [shown], tables: [long], note: 'Paired by seed and by problem, as in Table 2.' };
}

/** `4.1 [1.6, 6.5]` */
function cellOf(average: Comparison | null, scale: number): string | null {
  const [difference, interval] = differenceCells(average, scale);
  return difference === null ? null : `${decimal(difference, scale === 100 ? 1 : 3)} ${interval ?? ''}`.trim();
}
