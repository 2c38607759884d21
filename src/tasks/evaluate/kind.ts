import type { TaskKind } from '../../engine/task-kind.js';

/** How well a model does: problems solved under greedy decoding, and loss and bits per byte on held-out text. */
export const evaluate: TaskKind = {
  name: 'evaluate',
  version: 1,
  summary: 'Solves a benchmark by greedy decoding, and measures loss and bits per byte on held-out text.',
  source: 'paper 3.1 (pass rate); methods 4.4 (greedy, 0-shot), 5.4 (bits per byte)',
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      maxNewTokens: { type: 'integer', minimum: 1, default: 48, description: 'Longest completion, in tokens.' },
      heldOutTokens: { type: 'integer', minimum: 1, default: 50_000, description: 'Tokens of held-out text to read per language, at most.' },
      batch: { type: 'integer', minimum: 1, default: 24, description: 'Windows of held-out text per forward pass. Changes speed and memory, and the last digits of a loss.' },
    },
  },
  inputs: {
    model: { type: 'tree', description: 'A checkpoint.' },
    tokenizer: { type: 'file', description: 'The tokenizer the model was trained with.' },
    benchmark: { type: 'file', optional: true, description: 'Problems with tests; without it the pass rate is null.' },
    syntax: { type: 'file', optional: true, many: true, description: 'Syntax tables, as generate-corpus takes them, of languages that are not built in.' },
    heldout: { type: 'tree', optional: true, many: true, description: 'Corpora the model never saw.' },
  },
  outputs: {
    result: { type: 'file', fileName: 'evaluation.json', mediaType: 'application/json', description: 'Verdict and completion of each problem, pass rate, loss and bits per byte per language.' },
  },
  resources: { cores: 1, memory: 500 * 2 ** 20 },
  sensitivity: 'runtime',
  implementation: new URL('./run.js', import.meta.url),
};
