import type { LanguageStatistics } from '../formats/corpus-statistics.js';
import { format, readJson } from '../formats/json-file.js';
import type { MixDocument } from '../solve-mix/mix-document.js';

/** One measured number with its place on the axes; null with a reason when it could not be measured. */
export interface Point {
  /** The new language of the run. */
  readonly language: string;
  readonly seed: string;
  readonly step: number | null;
  /** Part of the new language's available tokens that a budget run was given, in [0, 1]. */
  readonly fraction: number | null;
  /** Tokens of the new language in the corpus of a budget run. */
  readonly budget: number | null;
  readonly value: number | null;
  readonly reason?: string;
}

/** Performance of a checkpoint, by the run's metric. */
export interface PerformancePoint extends Point {
  /** Whether each problem was solved, by `task_id`; empty when none was run. */
  readonly outcomes: Readonly<Record<string, boolean>>;
  /** On held-out text of the language it was evaluated in; lower is better. Null without such text. */
  readonly bitsPerByte: number | null;
}

/** Of a model from random weights; `language` is the one it was evaluated in, the dominant one included. */
export interface ScratchPoint extends PerformancePoint {
  /** What it was trained on: `original`, `optimised`, `temperature`, `fixed-exposure`, `random-cut`. */
  readonly corpus: string;
  /** `small`, `large`. */
  readonly size: string;
  /** `first` (HumanEval-shaped), `second` (MBXP-shaped). */
  readonly benchmark: string;
}

/** Share of the correct answers that require the dominant language (3.2). */
export interface RequiredSharePoint extends Point {
  /** Problems solved. */
  readonly solved: number | null;
  /** Those of them that require the dominant language. */
  readonly requiredSolved: number | null;
  /** Overlap of the solved problems with those that the dominant model solves in its own language. */
  readonly jaccard: number | null;
}

/** Share of the dominant language among the identified inner tokens (Eq. 1). */
export interface WorkingPoint extends Point {
  /** 95 %, over the prompts of this checkpoint. */
  readonly interval: readonly [number, number] | null;
  /** Inner tokens identified as either language's, and all that were read. */
  readonly dominantCount: number;
  readonly targetCount: number;
  readonly totalCount: number;
  /** The identified part of the tokens. */
  readonly coverage: number | null;
  /** The same share from softmax mass (methods 3.1). */
  readonly massShare: number | null;
  /** The same share when a word of any pair tells the language, not only of the pair that is due: it covers more. */
  readonly anyIdentifier: { readonly value: number | null; readonly coverage: number | null } | null;
  /** Every layer from 1; only the first `countedLayers` count. */
  readonly perLayer: readonly LayerCounts[];
  readonly countedLayers: number | null;
}

export interface LayerCounts { readonly layer: number; readonly dominant: number; readonly target: number; readonly total: number }

type Counts = Readonly<Record<string, number>>;
type CountsPerLayer = Readonly<Record<string, readonly number[]>>;

/** Language transferring neurons of one checkpoint; `value` is the new language's count. */
export interface NeuronPoint extends Point {
  /** By language; the total is fixed, so one language's fall is another's rise or less overlap (methods 2.2). */
  readonly counts: Counts;
  /** By language, from the bottom layer. */
  readonly countsPerLayer: CountsPerLayer | null;
  /** Selected neurons of more than one language. */
  readonly overlap: number;
  readonly threshold: number | null;
  /** Neurons that pass the filter; below the selection's size the rest are arbitrary. */
  readonly numFinite: number | null;
  /** With the cuts of the first checkpoint; null when they were not given. */
  readonly frozen: { readonly counts: Counts; readonly countsPerLayer: CountsPerLayer | null } | null;
  /** The fixed-count variant (methods 2.3), in which the entropy tells what the count cannot. */
  readonly fixedCount: { readonly count: number; readonly counts: Counts; readonly meanEntropy: Readonly<Record<string, number | null>>; readonly overlap: number } | null;
}

/** Share of the dominant system from the training loss (Eq. 2), thinned. */
export interface ProportionPoint extends Point { readonly loss: number | null }

/** `bitsPerByte` where the acquisition run solved no benchmark; lower is better there. */
export type Metric = 'passRate' | 'bitsPerByte';

/** Tokens of each language in a corpus, and what chose them. */
export interface CorpusMix {
  readonly method: string;
  readonly tokens: Readonly<Record<string, number | null>>;
}

/** Problems solved by a model whose performance is told in bits per byte. */
export interface BenchmarkScore {
  readonly model: string;
  readonly language: string;
  readonly passed: number;
  readonly total: number;
}

/** A source of a real-code corpus. */
export interface CollectedSource {
  readonly language: string;
  readonly name: string;
  /** Null for a user's own files. */
  readonly version: string | null;
  readonly licence: string;
  /** What was kept of it. */
  readonly files: number;
  readonly bytes: number;
}

/** `measurements.json`: everything that one run measured, by what it is rather than by which file it came from. */
export interface Measurements {
  readonly format: 'pipelines/measurements/v1';
  readonly dominantLanguage: string;
  /** New languages, the main one first. */
  readonly targets: readonly string[];
  readonly source: 'generated' | 'real';
  readonly metric: Metric;

  // The acquisition of each new language by the dominant language's model (3.2, 3.3).
  readonly acquisition: readonly PerformancePoint[];
  /** The same checkpoints in the dominant language (A.2). */
  readonly acquisitionDominant: readonly PerformancePoint[];
  /** A model of the new language alone, from scratch. */
  readonly monolingual: readonly PerformancePoint[];
  /** The dominant language's model in that language. */
  readonly dominant: readonly PerformancePoint[];
  readonly requiredShare: readonly RequiredSharePoint[];
  readonly workingShare: readonly WorkingPoint[];
  /** Selected among the dominant and the new language. */
  readonly neurons: readonly NeuronPoint[];
  /** Selected among all languages. */
  readonly neuronsOfAll: readonly NeuronPoint[];

  // What the loss says, and the mix that Algorithm 1 makes of it (4.2, 4.3).
  readonly proportion: readonly ProportionPoint[];
  /** Solved for the new language alone (Figure 7). */
  readonly mixes: readonly MixDocument[];
  /** Solved for the mean of both languages (Figure 6). */
  readonly meanMixes: readonly MixDocument[];
  readonly pooled: readonly CorpusMix[];
  readonly baselines: readonly CorpusMix[];

  // Runs from the dominant language's model on all of its language and some of the new one (4.1).
  readonly sweep: readonly PerformancePoint[];
  readonly sweepDominant: readonly PerformancePoint[];
  readonly sweepWorkingShare: readonly WorkingPoint[];
  readonly sweepNeurons: readonly NeuronPoint[];
  /** The same on the solved mix. */
  readonly solved: readonly PerformancePoint[];
  readonly solvedDominant: readonly PerformancePoint[];

  readonly scratch: readonly ScratchPoint[];

  // Null controls (methods 8).
  /** Acquisition of a relabelled fresh sample of the dominant language, in its benchmark. */
  readonly identical: readonly PerformancePoint[];
  /** Acquisition of a language in which the same words mean something else. */
  readonly unrelated: readonly RequiredSharePoint[];
  /** Acquisition from random weights. */
  readonly randomStart: readonly WorkingPoint[];

  /** Problems solved besides the metric; empty where pass rates are the metric. */
  readonly benchmarks: readonly BenchmarkScore[];
  readonly statistics: readonly LanguageStatistics[];
  readonly sources: readonly CollectedSource[];
}

const nullable = (type: string) => ({ type: [type, 'null'] });
const point = {
  type: 'object',
  required: ['language', 'seed', 'step', 'fraction', 'budget', 'value'],
  properties: {
    language: { type: 'string' }, seed: { type: 'string' }, step: nullable('number'), fraction: nullable('number'), budget: nullable('number'),
    value: nullable('number'), reason: { type: 'string' },
  },
};
const pointsWith = (...fields: readonly string[]) => ({ type: 'array', items: { ...point, required: [...point.required, ...fields], properties: { ...point.properties, ...Object.fromEntries(fields.map((field) => [field, {}])) } } });
const performance = pointsWith('outcomes', 'bitsPerByte');
const required = pointsWith('solved', 'requiredSolved', 'jaccard');
const working = pointsWith('dominantCount', 'targetCount', 'totalCount', 'coverage', 'massShare', 'anyIdentifier', 'perLayer', 'countedLayers', 'interval');
const neurons = pointsWith('counts', 'countsPerLayer', 'overlap', 'threshold', 'numFinite', 'frozen', 'fixedCount');
const objects = { type: 'array', items: { type: 'object' } };

const properties = {
  format: { const: 'pipelines/measurements/v1' },
  dominantLanguage: { type: 'string' },
  targets: { type: 'array', items: { type: 'string' } },
  source: { enum: ['generated', 'real'] },
  metric: { enum: ['passRate', 'bitsPerByte'] },
  acquisition: performance, acquisitionDominant: performance, monolingual: performance, dominant: performance,
  requiredShare: required, workingShare: working, neurons, neuronsOfAll: neurons,
  proportion: pointsWith('loss'), mixes: objects, meanMixes: objects, pooled: objects, baselines: objects,
  sweep: performance, sweepDominant: performance, sweepWorkingShare: working, sweepNeurons: neurons,
  solved: performance, solvedDominant: performance,
  scratch: pointsWith('outcomes', 'bitsPerByte', 'corpus', 'size', 'benchmark'),
  identical: performance, unrelated: required, randomStart: working,
  benchmarks: objects, statistics: objects, sources: objects,
};
const isMeasurements = format<Measurements>({ type: 'object', required: Object.keys(properties), properties });

/** @throws {TaskError} when the file is not of the format, naming the place */
export function readMeasurements(path: string): Promise<Measurements> {
  return readJson(path, 'measurements', isMeasurements);
}
