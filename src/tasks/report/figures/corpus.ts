import type { Figure, Table } from '../figure.js';
import type { Measurements } from '../measurements.js';
import { findings, table1 } from '../paper.js';
import { amount, languageName } from '../text.js';

const heading = { id: 'table-1', number: 'Table 1', title: 'The corpus', paper: findings.corpus } as const;

export function corpusTable(measured: Measurements): Figure {
  const { statistics, sources, source } = measured;
  if (statistics.length === 0) return { kind: 'missing', ...heading, reason: 'no statistics were given' };
  const total = statistics.reduce((sum, { tokens }) => (sum === null || tokens === null ? null : sum + tokens), 0 as number | null);
  const origins: Table[] = sources.length === 0 ? [] : [{
    name: 'table-1-sources', columns: ['source', 'version', 'language', 'licence', 'files', 'bytes'],
    rows: sources.map(({ language, name, version, licence, files, bytes }) => [name, version, languageName(language), licence, files, bytes]),
  }];
  return {
    kind: 'measured',
    ...heading,
    ours: [
      `${source === 'generated' ? 'A generated corpus' : 'Real code'} in ${statistics.length} language${statistics.length === 1 ? '' : 's'}${total === null ? '; tokens were not counted' : `, ${amount(total)} tokens in all`}.`,
      ...(sources.length === 0 ? [] : [`Collected from ${sources.length} source${sources.length === 1 ? '' : 's'}; the licence of each is in the folded table.`]),
    ],
    panels: [],
    shown: [{
      name: 'table-1', columns: ['language', 'instances', 'tokens', 'bytes', 'paper, M instances', 'paper, B tokens'],
      rows: statistics.map(({ language, instances, tokens, bytes }) => {
        const theirs = table1.find((row) => row.language === language);
        return [languageName(language), instances, tokens, bytes, theirs?.instances ?? null, theirs?.tokens ?? null];
      }),
    }],
    tables: origins,
    tablesTitle: 'Where the code came from',
  };
}
