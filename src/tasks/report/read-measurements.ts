import type { Labels, TaskContext } from '../../engine/task-kind.js';
import { readCorpusStatistics } from '../formats/corpus-statistics.js';
import { readEvaluations, type LabelledEvaluation } from '../formats/evaluation.js';
import { numberLabel, seedOf, textLabel } from '../formats/labels.js';
import {
  readCollections, readLapes, readMixes, readProportions, readRequiredShares, readWorkingLanguages,
  type LapeDocument, type Labelled, type WorkingLanguageDocument,
} from './documents.js';
import type { BenchmarkScore, CollectedSource, Measurements, Metric, NeuronPoint, PerformancePoint, Point, WorkingPoint } from './measurements.js';

export interface ReportParameters {
  readonly title: string;
  readonly source: 'auto' | 'generated' | 'real';
  readonly dominant: string;
  readonly target: string;
  readonly window: number;
}

/** Drawing more points of a loss curve than this only makes the page heavy. */
const mostDrawnSteps = 160;

export async function readMeasurements(context: TaskContext, parameters: ReportParameters): Promise<Measurements> {
  const evaluations = async (port: string) => readEvaluations(context.inputs(port));
  const acquisition = await evaluations('acquisition');
  const sweep = await evaluations('sweep');
  const scratchOriginal = [...await evaluations('scratchOriginalDominant'), ...await evaluations('scratchOriginal')];
  const scratchOptimised = [...await evaluations('scratchOptimisedDominant'), ...await evaluations('scratchOptimised')];
  const metric = metricOf(acquisition.length > 0 ? acquisition : [...sweep, ...scratchOriginal, ...scratchOptimised]);
  const [monolingual, dominantModel] = [await evaluations('monolingual'), await evaluations('dominant')];
  const { dominant, target, window } = parameters;

  const inTarget = (list: readonly LabelledEvaluation[]) => list.map((one) => performance(one, metric, targetOf(one), targetOf(one)));
  const inDominant = (list: readonly LabelledEvaluation[]) => list.map((one) => performance(one, metric, dominant, targetOf(one)));
  const inOwn = (list: readonly LabelledEvaluation[]) => list.map((one) => performance(one, metric, one.evaluation.language, one.evaluation.language));
  const targetOf = ({ evaluation, labels }: LabelledEvaluation) =>
    (evaluation.language === dominant ? textLabel(labels, 'language') ?? target : evaluation.language);
  // Bits per byte of both languages are in one evaluation; a pass rate is of one language.
  const orSame = (list: readonly LabelledEvaluation[], same: readonly LabelledEvaluation[]) => (list.length === 0 && metric === 'bitsPerByte' ? same : list);

  const acquired = inTarget(acquisition);
  const collections = await readCollections(context.inputs('collections'));
  return {
    dominantLanguage: dominant,
    targets: [target, ...new Set(acquired.map(({ language }) => language).filter((language) => language !== target))],
    source: parameters.source === 'auto' ? (collections.length > 0 ? 'real' : 'generated') : parameters.source,
    metric,
    window,
    acquisition: acquired,
    acquisitionDominant: inDominant(orSame(await evaluations('acquisitionDominant'), acquisition)),
    monolingual: inTarget(monolingual),
    dominant: inOwn(dominantModel),
    requiredShare: (await readRequiredShares(context.inputs('requiredShare'))).flatMap(({ document, labels }) => document.curve.map(({ seed, step, share, reason }): Point => ({
      language: document.target, seed: seed ?? seedOf(labels), step, budget: null, value: share, ...(reason === undefined ? {} : { reason }),
    }))),
    workingShare: (await readWorkingLanguages(context.inputs('workingLanguage'))).map(workingPoint),
    neurons: (await readLapes(context.inputs('lape'))).map((one) => neuronPoint(one, dominant, target)),
    proportion: (await readProportions(context.inputs('proportion'))).flatMap(({ document, labels }) => thinned(document.proportion).map(({ step, proportion }): Point => ({
      ...place(labels, target), step, value: proportion,
    }))),
    mixes: (await readMixes(context.inputs('mix'))).map(({ document }) => document),
    sweep: inTarget(sweep),
    sweepDominant: inDominant(orSame(await evaluations('sweepDominant'), sweep)),
    sweepWorkingShare: (await readWorkingLanguages(context.inputs('sweepWorkingLanguage'))).map(workingPoint),
    sweepNeurons: (await readLapes(context.inputs('sweepLape'))).map((one) => neuronPoint(one, dominant, target)),
    solved: inTarget(await evaluations('solved')),
    solvedDominant: inDominant(await evaluations('solvedDominant')),
    scratchOriginal: inOwn(scratchOriginal),
    scratchOptimised: inOwn(scratchOptimised),
    benchmarks: metric === 'passRate' ? [] : [
      ...scores('dominant language first', dominantModel), ...scores('new language alone', monolingual),
      ...scores('original corpus', scratchOriginal), ...scores('optimised corpus', scratchOptimised),
    ],
    statistics: (await Promise.all(context.inputs('statistics').map(({ path }) => readCorpusStatistics(path)))).flatMap(({ languages }) => languages),
    sources: collections.flatMap(({ document: { language, sources } }) => sources.map(({ name, version, licence, kept }): CollectedSource => ({ language, name, version, licence, ...kept }))),
  };
}

function scores(model: string, evaluations: readonly LabelledEvaluation[]): BenchmarkScore[] {
  return evaluations.flatMap(({ evaluation: { language, passed, total, passRate } }) => (passRate === null ? [] : [{ model, language, passed, total }]));
}

function metricOf(evaluations: readonly LabelledEvaluation[]): Metric {
  const noneRan = evaluations.length > 0 && evaluations.every(({ evaluation }) => evaluation.passRate === null);
  return noneRan ? 'bitsPerByte' : 'passRate';
}

function place(labels: Labels, language: string): Omit<Point, 'value' | 'reason'> {
  return { language: textLabel(labels, 'language') ?? language, seed: seedOf(labels), step: numberLabel(labels, 'step'), budget: numberLabel(labels, 'budget') };
}

function performance({ evaluation, labels }: LabelledEvaluation, metric: Metric, language: string, run: string): PerformancePoint {
  const value = metric === 'passRate' ? evaluation.passRate : evaluation.heldOut?.[language]?.bitsPerByte ?? null;
  return {
    ...place(labels, run),
    language: run,
    value,
    ...(value === null ? { reason: evaluation.reason ?? `no ${metric === 'passRate' ? 'pass rate' : `held-out text of ${language}`}` } : {}),
    outcomes: new Map(evaluation.problems.map(({ task_id, passed }) => [task_id, passed])),
  };
}

function workingPoint({ document, labels }: Labelled<WorkingLanguageDocument>): WorkingPoint {
  const { target, workingShare, coverage, reason } = document;
  return { ...place(labels, target), language: target, value: workingShare, coverage, ...(reason === undefined ? {} : { reason }) };
}

function neuronPoint({ document, labels }: Labelled<LapeDocument>, dominant: string, target: string): NeuronPoint {
  const named = textLabel(labels, 'language');
  const own = [named, target, ...document.languages].find((language): language is string => language !== null && language !== dominant && language in document.counts);
  const language = own ?? target;
  return {
    ...place(labels, language),
    language,
    value: document.counts[language] ?? null,
    ...(language in document.counts ? {} : { reason: `the probe did not read ${language}` }),
    dominant: document.counts[dominant] ?? null,
    overlap: document.overlap,
    frozen: document.frozen?.counts[language] ?? null,
  };
}

/** Evenly spaced by step, the first and last kept. */
function thinned<T>(steps: readonly T[]): T[] {
  if (steps.length <= mostDrawnSteps) return [...steps];
  return Array.from({ length: mostDrawnSteps }, (_, index) => steps[Math.round(index * (steps.length - 1) / (mostDrawnSteps - 1))] as T);
}
