import { format, readJson } from './json-file.js';

/** What `corpus-statistics` counted (Table 1). */
export interface CorpusStatistics {
  readonly languages: readonly LanguageStatistics[];
}

export interface LanguageStatistics {
  readonly language: string;
  /** Documents. */
  readonly instances: number;
  /** UTF-8. */
  readonly bytes: number;
  /** Null when no tokenizer was given. */
  readonly tokens: number | null;
}

const isCorpusStatistics = format<CorpusStatistics>({
  type: 'object',
  required: ['languages'],
  properties: {
    languages: {
      type: 'array',
      items: {
        type: 'object',
        required: ['language', 'instances', 'bytes', 'tokens'],
        properties: { language: { type: 'string' }, instances: { type: 'integer' }, bytes: { type: 'integer' }, tokens: { type: ['integer', 'null'] } },
      },
    },
  },
});

export function readCorpusStatistics(path: string): Promise<CorpusStatistics> {
  return readJson(path, 'corpus statistics', isCorpusStatistics);
}
