import type { Labels } from '../../engine/task-kind.js';
import type { LanguageStatistics } from '../formats/corpus-statistics.js';
import type { LabelledEvaluation } from '../formats/evaluation.js';
import { numberLabel, seedOf, textLabel } from '../formats/labels.js';
import type { Labelled, LapeDocument, ProportionDocument, RequiredShareDocument, WorkingLanguageDocument } from './documents.js';
import type { Metric, NeuronPoint, PerformancePoint, Point, ProportionPoint, RequiredSharePoint, ScratchPoint, WorkingPoint } from './measurements.js';

/** A curve over every step of a run is kept to this many points, evenly spaced, and to the steps that something else was measured at. */
const mostSteps = 160;

type Place = Omit<Point, 'value' | 'reason'>;

/** Turns results with labels into points on the axes. */
export class PointReader {
  constructor(
    private readonly dominant: string,
    private readonly target: string,
    private readonly statistics: readonly LanguageStatistics[],
  ) {}

  performance(metric: Metric, { evaluation, labels }: LabelledEvaluation, evaluatedIn: string, run: string): PerformancePoint {
    const bitsPerByte = evaluation.heldOut?.[evaluatedIn]?.bitsPerByte ?? null;
    const value = metric === 'passRate' ? evaluation.passRate : bitsPerByte;
    return {
      ...this.place(labels, run),
      value,
      ...(value === null ? { reason: evaluation.reason ?? `no ${metric === 'passRate' ? 'pass rate' : `held-out text of ${evaluatedIn}`}` } : {}),
      outcomes: Object.fromEntries(evaluation.problems.map(({ task_id, passed }) => [task_id, passed])),
      bitsPerByte,
    };
  }

  scratch(metric: Metric, labelled: LabelledEvaluation): ScratchPoint {
    const { evaluation: { language }, labels } = labelled;
    return {
      ...this.performance(metric, labelled, language, language),
      corpus: textLabel(labels, 'corpus') ?? 'original',
      size: textLabel(labels, 'size') ?? 'small',
      benchmark: textLabel(labels, 'benchmark') ?? 'first',
    };
  }

  /** The run's new language: the label where the evaluation is in the dominant one. */
  languageOfRun({ evaluation, labels }: LabelledEvaluation): string {
    return evaluation.language === this.dominant ? textLabel(labels, 'language') ?? this.target : evaluation.language;
  }

  requiredShares({ document: { target, curve }, labels }: Labelled<RequiredShareDocument>): RequiredSharePoint[] {
    return curve.map(({ seed, step, share, reason, solved, requiredSolved, jaccard }) => ({
      ...this.place(labels, target), seed: seed ?? seedOf(labels), step, value: share, ...because(reason),
      solved: solved ?? null, requiredSolved: requiredSolved ?? null, jaccard: jaccard ?? null,
    }));
  }

  workingLanguage({ document, labels }: Labelled<WorkingLanguageDocument>): WorkingPoint {
    const { target, workingShare, interval, coverage, massShare, anyIdentifier, perLayer = [], countedLayers, reason } = document;
    const counted = perLayer.filter(({ layer }) => layer <= (countedLayers ?? Infinity));
    const sum = (of: 'dominant' | 'target' | 'total') => counted.reduce((total, layer) => total + layer[of], 0);
    return {
      ...this.place(labels, target), value: workingShare, ...because(reason),
      interval: interval ?? null, dominantCount: sum('dominant'), targetCount: sum('target'), totalCount: sum('total'),
      coverage, massShare: massShare ?? null,
      anyIdentifier: anyIdentifier === undefined ? null : { value: anyIdentifier.workingShare, coverage: anyIdentifier.coverage },
      perLayer, countedLayers: countedLayers ?? null,
    };
  }

  neurons({ document, labels }: Labelled<LapeDocument>): NeuronPoint {
    const { counts, countsPerLayer, overlap, cuts, numFinite, frozen, fixedCount } = document;
    const candidates = [textLabel(labels, 'language'), this.target, ...document.languages];
    const language = candidates.find((name): name is string => name !== null && name !== this.dominant && name in counts) ?? this.target;
    return {
      ...this.place(labels, language),
      value: counts[language] ?? null,
      ...(language in counts ? {} : { reason: `the probe did not read ${language}` }),
      counts, countsPerLayer: countsPerLayer ?? null, overlap, threshold: cuts?.threshold ?? null, numFinite: numFinite ?? null,
      frozen: frozen === null ? null : { counts: frozen.counts, countsPerLayer: frozen.countsPerLayer ?? null },
      fixedCount: fixedCount === undefined ? null : { count: fixedCount.count, counts: fixedCount.counts, meanEntropy: fixedCount.meanEntropy, overlap: fixedCount.overlap },
    };
  }

  /** @param also steps that are kept whatever the spacing: those of the probes that the shares are compared with */
  proportions({ document, labels }: Labelled<ProportionDocument>, also: ReadonlySet<number>): ProportionPoint[] {
    return thinned(document.proportion, also).map(({ step, proportion, loss }) => ({
      ...this.place(labels, textLabel(labels, 'language') ?? this.target), step, value: proportion, loss: loss ?? null,
    }));
  }

  private place(labels: Labels, language: string): Place {
    const fraction = numberLabel(labels, 'fraction');
    const available = this.statistics.find((row) => row.language === language)?.tokens ?? null;
    const given = fraction === null || available === null ? null : fraction * available;
    return { language, seed: seedOf(labels), step: numberLabel(labels, 'step'), fraction, budget: numberLabel(labels, 'budget') ?? given };
  }
}

function because(reason: string | undefined): { reason?: string } {
  return reason === undefined ? {} : { reason };
}

/** Evenly spaced by step, the first and last kept. */
function thinned<T extends { readonly step: number }>(steps: readonly T[], also: ReadonlySet<number>): T[] {
  if (steps.length <= mostSteps) return [...steps];
  const kept = new Set(Array.from({ length: mostSteps }, (_, index) => Math.round(index * (steps.length - 1) / (mostSteps - 1))));
  return steps.filter(({ step }, index) => kept.has(index) || also.has(step));
}
