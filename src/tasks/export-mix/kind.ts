import type { JsonObject } from '../../engine/json.js';
import type { TaskKind } from '../../engine/task-kind.js';

const pathByLanguage: JsonObject = { type: 'object', additionalProperties: { type: 'string' }, default: {} };

/** A mix in the words of what trains on it. */
export const exportMix: TaskKind = {
  name: 'export-mix',
  version: 1,
  summary: 'Writes a mix for Megatron-LM, Hugging Face datasets and olmix.',
  source: 'methods 6',
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      prefixes: { ...pathByLanguage, description: 'Megatron-LM prefix of each language\'s .bin and .idx: { php: data/php_text_document }; otherwise its name.' },
      files: { ...pathByLanguage, description: 'JSON lines of each language, for Hugging Face: { php: \'php/*.jsonl\' }, which is also the default.' },
      seed: { type: 'integer', minimum: 0, default: 42, description: 'Of interleave_datasets.' },
      stoppingStrategy: { enum: ['first_exhausted', 'all_exhausted', null], default: null, description: 'Of interleave_datasets. Null: at the first language used up, or at the last where the mix repeats text.' },
      run: { type: 'string', default: 'pipelines', minLength: 1, description: 'Name of the row in ratios.csv and metrics.csv.' },
    },
  },
  inputs: {
    mix: { type: 'file', mediaType: 'application/json', description: 'From solve-mix, pool-mixes or baseline-mix.' },
    statistics: { type: 'file', optional: true, mediaType: 'application/json', description: 'From corpus-statistics: turns token shares into probabilities of documents, and gives olmix its priors.' },
    evaluations: { type: 'file', optional: true, many: true, mediaType: 'application/json', description: 'Of a model trained on the mix, for metrics.csv.' },
  },
  outputs: {
    megatron: { type: 'tree', fileName: 'megatron', description: 'blend.json (weights and prefixes in turn) and data-args.txt, for --data-args-path' },
    huggingFace: { type: 'tree', fileName: 'hugging-face', description: 'interleave.json (the arguments of interleave_datasets) and interleave.py, which runs it' },
    olmix: { type: 'tree', fileName: 'olmix', description: 'ratios.csv; priors.yaml and metrics.csv where known' },
  },
  resources: { cores: 1, memory: 100 * 2 ** 20 },
  sensitivity: 'portable',
  implementation: new URL('./run.js', import.meta.url),
};
