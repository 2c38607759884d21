import { languageName } from '../../formats/language-name.js';
import type { Figure, Subject, Table } from '../figure.js';
import { findings, table1 } from '../paper.js';
import { amount } from '../text.js';

const heading = { id: 'table-1', number: 'Table 1', title: 'The corpus', paper: findings.corpus } as const;

export function corpusTable({ measured }: Subject): Figure {
  const { statistics, sources, source } = measured;
  if (statistics.length === 0) return { kind: 'missing', ...heading, reason: 'this run counted no corpus' };
  const total = statistics.reduce((sum, { tokens }) => (sum === null || tokens === null ? null : sum + tokens), 0 as number | null);
  const paperTotal = table1.reduce((sum, { tokens }) => sum + tokens, 0);
  const order = [measured.dominantLanguage, ...measured.targets];
  const rank = (language: string) => (order.includes(language) ? order.indexOf(language) : order.length);
  const origins: Table[] = sources.length === 0 ? [] : [{
    name: 'table-1-sources', caption: 'Where the code came from', columns: ['source', 'version', 'language', 'licence', 'files', 'bytes'],
    rows: sources.map(({ language, name, version, licence, files, bytes }) => [name, version, languageName(language), licence, files, bytes]),
  }];
  return {
    kind: 'measured',
    ...heading,
    ours: [
      `${source === 'generated' ? 'A generated corpus' : 'Real code'} in ${statistics.length} language${statistics.length === 1 ? '' : 's'}${total === null ? '; tokens were not counted' : `, ${amount(total)} tokens in all`}.`,
      ...(sources.length === 0 ? [] : [`Collected from ${sources.length} source${sources.length === 1 ? '' : 's'}; the licence of each is in the folded table.`]),
    ],
    grids: [],
    shown: [{
      name: 'table-1', caption: 'Our corpus beside the paper\'s', columns: ['language', 'instances', 'tokens', 'share (%)', 'bytes', 'paper: instances (M)', 'paper: tokens (B)', 'paper: share (%)'],
      rows: [...statistics].sort((a, b) => rank(a.language) - rank(b.language)).map(({ language, instances, tokens, bytes }) => {
        const theirs = table1.find((row) => row.language === language);
        const share = tokens === null || total === null || total === 0 ? null : tokens / total * 100;
        return [languageName(language), instances, tokens, share, bytes, theirs?.instances ?? null, theirs?.tokens ?? null, theirs === undefined ? null : theirs.tokens / paperTotal * 100];
      }),
    }],
    tables: origins,
    tablesTitle: 'Where the code came from',
  };
}
