import type { TaskKind } from '../../engine/task-kind.js';

/** In which language does the model work inside while it writes another? Eq. 1 of the paper. */
export const logitLensProbe: TaskKind = {
  name: 'logit-lens-probe',
  version: 1,
  summary: 'Reads the intermediate layers through the unembedding where an identifier of the target language is due, and counts whose word they predict.',
  source: 'paper 3.3, Eq. 1, A.1; methods 1.2, 3.1, 3.2',
  parameters: {
    type: 'object',
    additionalProperties: false,
    required: ['target'],
    properties: {
      target: { type: 'string', minLength: 1, description: 'The new language, whose identifiers are due: php, csharp, go, cpp, or one that `syntax` defines.' },
      dominant: { enum: ['python'], default: 'python', description: 'The language that may be thought in.' },
      promptsPerIdentifier: { type: 'integer', minimum: 1, default: 10, description: 'The paper: ten completion problems for each identifier.' },
      mode: {
        enum: ['forced', 'generated'], default: 'forced',
        description: '`generated` keeps a prompt only when the model itself writes the identifier, as the paper does; `forced` measures every checkpoint on the same prompts and reports the hit rate too.',
      },
      excludeLast: {
        type: ['integer', 'null'], minimum: 0, default: null,
        description: 'Last blocks to leave out. null scales the paper\'s five of 24 to this model: max(1, round(5 L / 24)).',
      },
      seed: { type: 'integer', default: 1, description: 'Seeds the choice of prompts and the bootstrap.' },
    },
  },
  inputs: {
    model: { type: 'tree', description: 'A checkpoint.' },
    tokenizer: { type: 'file', description: 'The tokenizer the model was trained with.' },
    documents: { type: 'tree', many: true, description: 'Held-out text of the target language, in which the identifiers occur.' },
    syntax: { type: 'file', optional: true, many: true, description: 'Syntax tables, as generate-corpus takes them, of languages that are not built in; `identifiers` there are those that are probed.' },
  },
  outputs: {
    result: { type: 'file', fileName: 'working-language.json', mediaType: 'application/json', description: 'Share of each language among the identified tokens, per layer and identifier, with coverage and an interval; and the identifiers that could not be probed.' },
  },
  resources: { cores: 1, memory: 500 * 2 ** 20 },
  sensitivity: 'runtime',
  implementation: new URL('./run.js', import.meta.url),
};
