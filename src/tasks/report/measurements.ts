import type { LanguageStatistics } from '../formats/corpus-statistics.js';
import type { MixDocument } from '../solve-mix/mix-document.js';

/** One measured number with its place on the axes; null with a reason when it could not be measured. */
export interface Point {
  /** The new language of the run. */
  readonly language: string;
  readonly seed: string;
  readonly step: number | null;
  /** Tokens of the new language in the corpus. */
  readonly budget: number | null;
  readonly value: number | null;
  readonly reason?: string;
}

/** A point that is the performance of a checkpoint. */
export interface PerformancePoint extends Point {
  /** Whether each problem was solved; empty when none was run. */
  readonly outcomes: ReadonlyMap<string, boolean>;
}

/** Working-language share with the part of the tokens that could be identified. */
export interface WorkingPoint extends Point { readonly coverage: number | null }

/** Transferring neurons of the new language, beside those of the dominant one. */
export interface NeuronPoint extends Point {
  readonly dominant: number | null;
  readonly overlap: number | null;
  /** The same count with the cuts frozen at the first checkpoint; null when it was not asked for. */
  readonly frozen: number | null;
}

/** `bitsPerByte` where the acquisition run solved no benchmark; lower is better there. */
export type Metric = 'passRate' | 'bitsPerByte';

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

/** Everything that the report draws, by what it is rather than by which file it came from. */
export interface Measurements {
  readonly dominantLanguage: string;
  /** New languages, the main one first. */
  readonly targets: readonly string[];
  readonly source: 'generated' | 'real';
  readonly metric: Metric;
  readonly window: number;
  readonly acquisition: readonly PerformancePoint[];
  readonly acquisitionDominant: readonly PerformancePoint[];
  readonly monolingual: readonly PerformancePoint[];
  readonly dominant: readonly PerformancePoint[];
  readonly requiredShare: readonly Point[];
  readonly workingShare: readonly WorkingPoint[];
  readonly neurons: readonly NeuronPoint[];
  readonly proportion: readonly Point[];
  readonly mixes: readonly MixDocument[];
  readonly sweep: readonly PerformancePoint[];
  readonly sweepDominant: readonly PerformancePoint[];
  readonly sweepWorkingShare: readonly WorkingPoint[];
  readonly sweepNeurons: readonly NeuronPoint[];
  readonly solved: readonly PerformancePoint[];
  readonly solvedDominant: readonly PerformancePoint[];
  /** In every language, the dominant one included. */
  readonly scratchOriginal: readonly PerformancePoint[];
  readonly scratchOptimised: readonly PerformancePoint[];
  /** Empty where pass rates are the metric. */
  readonly benchmarks: readonly BenchmarkScore[];
  readonly statistics: readonly LanguageStatistics[];
  readonly sources: readonly CollectedSource[];
}
