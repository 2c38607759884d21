import type { TaskKind } from '../../engine/task-kind.js';

/** One tokenizer for all languages, in which every identifier that the logit lens looks for is a single token (methods 3.2, traps). */
export const trainTokenizer: TaskKind = {
  name: 'train-tokenizer',
  version: 1,
  summary: 'Trains a byte-level BPE or a word-level tokenizer on equal amounts of each language.',
  source: 'methods 3.2',
  parameters: {
    type: 'object',
    properties: {
      model: { enum: ['bpe', 'word-level'], default: 'bpe', description: '`bpe` covers every text; `word-level` has one token a lexeme and <unk> for the rest.' },
      vocabularySize: {
        type: 'integer', minimum: 3, maximum: 30_000, default: 4_096,
        description: 'At most this many tokens, <|endoftext|> (and for bpe the 256 bytes) included; fewer when the text has no more.',
      },
      pattern: {
        enum: ['gpt2', 'lexemes'], default: 'gpt2',
        description: 'How text is cut before it is encoded: as GPT-2 does, or at the lexemes of the generated world.',
      },
      reserved: {
        type: 'array', items: { type: 'string', minLength: 1 }, uniqueItems: true, default: [],
        description: 'Identifiers that must each be one token, such as strlen, .append and &&.',
      },
      sampleBytes: { type: 'integer', minimum: 1, default: 8 * 2 ** 20, description: 'At most this much text of each language, by whole documents.' },
      seed: { type: 'integer', minimum: 0, default: 1, description: 'Of the sample.' },
    },
    additionalProperties: false,
  },
  inputs: { corpora: { type: 'tree', many: true, description: 'Corpora to train on' } },
  outputs: { tokenizer: { type: 'file', fileName: 'tokenizer.json', mediaType: 'application/json', description: 'Hugging Face tokenizers JSON' } },
  resources: { cores: 1, memory: 512 * 2 ** 20 },
  sensitivity: 'portable',
  implementation: new URL('./run.js', import.meta.url),
};
