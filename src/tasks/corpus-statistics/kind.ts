import type { TaskKind } from '../../engine/task-kind.js';

/** Table 1 of the paper for any corpora, and where their text comes from under which licences. */
export const corpusStatistics: TaskKind = {
  name: 'corpus-statistics',
  version: 1,
  summary: 'Counts instances, bytes and tokens per language, licence and source (Table 1).',
  source: 'paper Table 1',
  parameters: { type: 'object', properties: {}, additionalProperties: false },
  inputs: {
    corpora: { type: 'tree', many: true, description: 'Corpora to count together' },
    tokenizer: { type: 'file', optional: true, description: 'To count tokens; without it and `tokenized`, tokens are null' },
    tokenized: { type: 'tree', many: true, optional: true, description: 'The same corpora from tokenize-corpus, in place of `tokenizer`: their tokens are counted already' },
  },
  outputs: {
    statistics: { type: 'file', fileName: 'statistics.json', mediaType: 'application/json', description: 'Per language: instances, bytes, tokens; per licence and per source: documents and bytes' },
    table: { type: 'file', fileName: 'table.csv', mediaType: 'text/csv', description: 'The rows of `statistics` by language' },
  },
  resources: { cores: 1, memory: 256 * 2 ** 20 },
  sensitivity: 'portable',
  implementation: new URL('./run.js', import.meta.url),
};
