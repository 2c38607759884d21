import type { TaskContext } from '../../engine/task-kind.js';
import { readCorpusStatistics } from '../formats/corpus-statistics.js';
import { readEvaluations, type LabelledEvaluation } from '../formats/evaluation.js';
import { textLabel } from '../formats/labels.js';
import { readCollections, readCorpusMixes, readLapes, readMixes, readProportions, readRequiredShares, readWorkingLanguages, type CorpusMixDocument, type Labelled } from './documents.js';
import type { BenchmarkScore, CollectedSource, CorpusMix, Measurements, Metric } from './measurements.js';
import { PointReader } from './points.js';

export interface CollectParameters {
  readonly source: 'auto' | 'generated' | 'real';
  readonly dominant: string;
  readonly target: string;
}

/** Reads all that is given into one document; an input that is absent gives an empty list. */
export async function collect(context: TaskContext, { source, dominant, target }: CollectParameters): Promise<Measurements> {
  const evaluations = (port: string) => readEvaluations(context.inputs(port));
  const statistics = (await Promise.all(context.inputs('statistics').map(({ path }) => readCorpusStatistics(path)))).flatMap(({ languages }) => languages);
  const reader = new PointReader(dominant, target, statistics);
  const [acquisition, sweep, scratch] = [await evaluations('acquisition'), await evaluations('sweep'), await evaluations('scratch')];
  const [monolingual, dominantModel] = [await evaluations('monolingual'), await evaluations('dominant')];
  const metric = metricOf(acquisition.length > 0 ? acquisition : [...sweep, ...scratch]);

  const inTarget = (list: readonly LabelledEvaluation[]) => list.map((one) => reader.performance(metric, one, reader.languageOfRun(one), reader.languageOfRun(one)));
  const inDominant = (list: readonly LabelledEvaluation[]) => list.map((one) => reader.performance(metric, one, dominant, reader.languageOfRun(one)));
  const ofDominant = (list: readonly LabelledEvaluation[]) => list.map((one) => reader.performance(metric, one, dominant, dominant));
  // Bits per byte of both languages are in one evaluation; a pass rate is of one language.
  const orSame = (list: readonly LabelledEvaluation[], same: readonly LabelledEvaluation[]) => (list.length === 0 && metric === 'bitsPerByte' ? same : list);
  const working = async (port: string) => (await readWorkingLanguages(context.inputs(port))).map((one) => reader.workingLanguage(one));
  const neurons = async (port: string) => (await readLapes(context.inputs(port))).map((one) => reader.neurons(one));
  const required = async (port: string) => (await readRequiredShares(context.inputs(port))).flatMap((one) => reader.requiredShares(one));
  const mixes = async (port: string) => (await readMixes(context.inputs(port))).map(({ document }) => document);

  const acquired = inTarget(acquisition);
  const workingShare = await working('workingLanguage');
  const measuredSteps = new Set([...acquired, ...workingShare].flatMap(({ step }) => step ?? []));
  const collections = await readCollections(context.inputs('collections'));
  return {
    format: 'pipelines/measurements/v1',
    dominantLanguage: dominant,
    targets: [target, ...new Set(acquired.map(({ language }) => language).filter((language) => language !== target))],
    source: source === 'auto' ? (collections.length > 0 ? 'real' : 'generated') : source,
    metric,
    acquisition: acquired,
    acquisitionDominant: inDominant(orSame(await evaluations('acquisitionDominant'), acquisition)),
    monolingual: inTarget(monolingual),
    dominant: ofDominant(dominantModel),
    requiredShare: await required('requiredShare'),
    workingShare,
    neurons: await neurons('lape'),
    neuronsOfAll: await neurons('lapeAll'),
    proportion: (await readProportions(context.inputs('proportion'))).flatMap((one) => reader.proportions(one, measuredSteps)),
    mixes: await mixes('mix'),
    meanMixes: await mixes('meanMix'),
    pooled: (await readCorpusMixes(context.inputs('pooled'))).map((one) => corpusMix(one, 'optimised')),
    baselines: (await readCorpusMixes(context.inputs('baselines'))).map((one) => corpusMix(one, 'baseline')),
    sweep: inTarget(sweep),
    sweepDominant: inDominant(orSame(await evaluations('sweepDominant'), sweep)),
    sweepWorkingShare: await working('sweepWorkingLanguage'),
    sweepNeurons: await neurons('sweepLape'),
    solved: inTarget(await evaluations('solved')),
    solvedDominant: inDominant(await evaluations('solvedDominant')),
    scratch: scratch.map((one) => reader.scratch(metric, one)),
    identical: ofDominant(await evaluations('identical')),
    unrelated: await required('unrelated'),
    randomStart: await working('randomStart'),
    benchmarks: metric === 'passRate' ? [] : [
      ...scores(() => 'dominant language first', dominantModel), ...scores(() => 'new language alone', monolingual),
      ...scores(({ labels }) => `${textLabel(labels, 'corpus') ?? 'original'} corpus`, scratch),
    ],
    statistics,
    sources: collections.flatMap(({ document: { language, sources } }) => sources.map(({ name, version, licence, kept }): CollectedSource => ({ language, name, version, licence, ...kept }))),
  };
}

/** Problems put to a model whose metric is bits per byte. */
function scores(nameOf: (labelled: LabelledEvaluation) => string, evaluations: readonly LabelledEvaluation[]): BenchmarkScore[] {
  return evaluations.flatMap((labelled) => {
    const { language, passed, total, passRate } = labelled.evaluation;
    return passRate === null ? [] : [{ model: nameOf(labelled), language, passed, total }];
  });
}

function metricOf(evaluations: readonly LabelledEvaluation[]): Metric {
  const noneRan = evaluations.length > 0 && evaluations.every(({ evaluation }) => evaluation.passRate === null);
  return noneRan ? 'bitsPerByte' : 'passRate';
}

function corpusMix({ document, labels }: Labelled<CorpusMixDocument>, otherwise: string): CorpusMix {
  return { method: document.method ?? textLabel(labels, 'method') ?? otherwise, tokens: document.tokens };
}
