import type { TaskKind } from '../../engine/task-kind.js';
import { familyNames, usualWeights } from '../../languages/families.js';
import { maximumConcepts } from '../../languages/words.js';

/** Their tables (languages.ts) are too much to load in every command. */
export const builtIn = ['python', 'php', 'cpp', 'csharp', 'go'] as const;

/** Draws one language's corpus from the model world, with benchmarks that ask for all of the world. */
export const generateCorpus: TaskKind = {
  name: 'generate-corpus',
  version: 2,
  summary: 'Generates functions of a small world of concepts in one language, held-out ones, and two benchmarks over every concept.',
  source: 'design 8; identifiers of paper A.1',
  parameters: {
    type: 'object',
    additionalProperties: false,
    required: ['language'],
    properties: {
      language: { type: 'string', description: `The language to write in: ${builtIn.join(', ')}, or that of the input \`syntax\`.` },
      tokens: { type: 'integer', minimum: 1, default: 400_000, description: 'Size of the corpus in lexemes, the end-of-text tokens not counted.' },
      documents: { type: ['integer', 'null'], minimum: 1, default: null, description: 'Size of the corpus in functions; null leaves it to `tokens`.' },
      heldOutShare: { type: 'number', exclusiveMinimum: 0, maximum: 1, default: 0.05, description: 'Size of the held-out corpus, as a share of the size of the corpus.' },
      concepts: { type: 'integer', minimum: 1, maximum: maximumConcepts, default: 120, description: 'Concepts in the world.' },
      coverage: { type: 'number', exclusiveMinimum: 0, maximum: 1, default: 1, description: 'Share of the concepts that this corpus teaches.' },
      coverageSeed: { type: 'integer', default: 7, description: 'Seeds which concepts those are.' },
      shownElsewhere: {
        type: 'object', additionalProperties: { type: 'number', minimum: 0, maximum: 1 }, default: { python: 1 },
        description: 'Coverage of other languages\' corpora, which the benchmark names in `shown_in`.',
      },
      worldSeed: { type: 'integer', default: 1, description: 'Seeds the world: equal for all languages of an experiment.' },
      seed: { type: 'integer', default: 1, description: 'Seeds the choice of functions.' },
      zipf: { type: 'number', minimum: 1, default: 1.5, description: 'Concept floor(n u^zipf) is drawn, u uniform in [0, 1): 1 is uniform, more is steeper.' },
      families: {
        type: 'object', additionalProperties: false,
        properties: Object.fromEntries(familyNames.map((family) => [family, { type: 'number', minimum: 0 }])),
        default: { ...usualWeights },
        description: 'Share of each family of programs among the concepts; a family left out has none. They need not add up to 1.',
      },
    },
  },
  inputs: {
    syntax: { type: 'file', optional: true, description: 'The syntax table of `language`, as JSON or YAML, for a language that is not built in (src/languages/syntax-schema.ts).' },
  },
  outputs: {
    shards: { type: 'tree', fileName: 'corpus', description: 'The corpus.' },
    heldout: { type: 'tree', fileName: 'heldout', description: 'Functions of the same distribution, drawn independently.' },
    benchmark: { type: 'file', fileName: 'benchmark.jsonl', mediaType: 'application/x-ndjson', description: 'One problem for each concept that the language can express, covered or not, with tests.' },
    secondBenchmark: { type: 'file', fileName: 'second-benchmark.jsonl', mediaType: 'application/x-ndjson', description: 'The same concepts asked for in other words, with another verb, and by other tests.' },
    world: { type: 'file', fileName: 'world.json', mediaType: 'application/json', description: 'Every concept with its program and its text, and whether this corpus teaches it.' },
  },
  resources: { cores: 1, memory: 200 * 2 ** 20 },
  sensitivity: 'portable',
  implementation: new URL('./run.js', import.meta.url),
};
