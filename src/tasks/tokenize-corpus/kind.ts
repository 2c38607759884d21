import type { TaskKind } from '../../engine/task-kind.js';

/** Tokenizes a corpus once for all the mixes that are made of it. */
export const tokenizeCorpus: TaskKind = {
  name: 'tokenize-corpus',
  version: 1,
  summary: 'Tokenizes a corpus, for mixes that would each do it again.',
  source: 'methods 5.3',
  parameters: { type: 'object', properties: {}, additionalProperties: false },
  inputs: {
    corpus: { type: 'tree', description: 'Corpus of text' },
    tokenizer: { type: 'file', description: 'Tokenizer' },
  },
  outputs: {
    tokens: { type: 'tree', fileName: 'tokenized', description: 'Tokenized corpus: the tokens of every document, in the order of the corpus' },
  },
  resources: { cores: 1, memory: 256 * 2 ** 20 },
  sensitivity: 'portable',
  implementation: new URL('./run.js', import.meta.url),
};
