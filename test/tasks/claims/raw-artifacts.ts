import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InputArtifact, Labels } from '../../../src/engine/task-kind.js';
import type { Measurements, PerformancePoint, Point } from '../../../src/tasks/collect-measurements/measurements.js';
import type { TaskNames } from './recompute.js';

/** Writes measurements as the files of the tasks that measure, laid out as a run leaves them; the inputs of collect-measurements. */
export function writeRawArtifacts(folder: string, measured: Measurements): Record<string, InputArtifact[]> {
  const write = (task: string, labels: Labels, file: string, value: unknown): InputArtifact => {
    const name = Object.entries(labels).map(([axis, at]) => `${axis}=${String(at)}`).join(',');
    const directory = join(folder, name === '' ? task : `${task}(${name})`);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, file), JSON.stringify(value));
    return { path: join(directory, file), labels };
  };
  const { dominantLanguage } = measured;
  const evaluation = (language: string, { value, outcomes, reason }: PerformancePoint) => {
    const problems = Object.entries(outcomes).map(([task_id, passed]) => ({ task_id, passed }));
    return { language, problems, passed: problems.filter(({ passed }) => passed).length, total: problems.length, passRate: value, heldOut: null, ...(reason === undefined ? {} : { reason }) };
  };
  const labelsOf = ({ language, seed, step, fraction }: Point): Labels => ({ language, seed, ...(step === null ? {} : { step }), ...(fraction === null ? {} : { fraction }) });
  const evaluations = (task: string, points: readonly PerformancePoint[], languageOf: (point: PerformancePoint) => string, labels = labelsOf) =>
    points.map((point) => write(task, labels(point), 'evaluation.json', evaluation(languageOf(point), point)));
  const own = ({ language }: PerformancePoint) => language;
  const inDominant = () => dominantLanguage;
  const working = (task: string, points: Measurements['workingShare']) => points.map((point) => write(task, labelsOf(point), 'working-language.json', {
    dominant: dominantLanguage, target: point.language, workingShare: point.value, interval: point.interval, coverage: point.coverage, massShare: point.massShare, perLayer: point.perLayer, countedLayers: point.countedLayers ?? 0,
  }));
  const neurons = (task: string, points: Measurements['neurons']) => points.map((point) => write(task, labelsOf(point), 'transferring-neurons.json', {
    languages: [dominantLanguage, point.language], counts: point.counts, countsPerLayer: point.countsPerLayer, overlap: point.overlap, numFinite: point.numFinite,
    cuts: { threshold: point.threshold }, frozen: point.frozen === null ? null : { counts: point.frozen.counts }, fixedCount: point.fixedCount,
  }));
  const groups = <P extends Point>(points: readonly P[]) => [...new Set(points.map(({ language, seed }) => JSON.stringify({ language, seed })))].map((key) => ({
    labels: JSON.parse(key) as Labels, list: points.filter(({ language, seed }) => JSON.stringify({ language, seed }) === key),
  }));
  return {
    acquisition: evaluations('target-evaluation', measured.acquisition, own),
    acquisitionDominant: evaluations('retained-evaluation', measured.acquisitionDominant, inDominant),
    dominant: evaluations('dominant-evaluation', measured.dominant, own, ({ seed }) => ({ seed })),
    monolingual: evaluations('monolingual-evaluation', measured.monolingual, own, ({ language }) => ({ language })),
    requiredShare: groups(measured.requiredShare).map(({ labels, list }) => write('required-share', labels, 'required-share.json', {
      target: labels['language'], curve: list.map(({ seed, step, value, jaccard, solved, requiredSolved }) => ({ seed, step, share: value, jaccard, solved, requiredSolved })),
    })),
    workingLanguage: working('working-language', measured.workingShare),
    lape: neurons('transferring-neurons', measured.neurons),
    proportion: groups(measured.proportion).map(({ labels, list }) => write('proportion', labels, 'proportion.json', { proportion: list.map(({ step, value }) => ({ step, proportion: value, loss: 2 })) })),
    mix: measured.mixes.map((mix) => write('solve', { language: mix.target }, 'mix.json', mix)),
    sweep: evaluations('budget-evaluation', measured.sweep, own),
    sweepDominant: evaluations('budget-retained', measured.sweepDominant, inDominant),
    sweepWorkingLanguage: working('budget-working-language', measured.sweepWorkingShare),
    sweepLape: neurons('budget-neurons', measured.sweepNeurons),
    solved: evaluations('solved-evaluation', measured.solved, own),
    scratch: measured.scratch.map((point) => write('scratch-evaluation', { corpus: point.corpus, size: point.size, seed: point.seed, language: point.language, benchmark: point.benchmark }, 'evaluation.json', evaluation(point.language, point))),
    pooled: measured.pooled.map((mix) => write('pool', {}, 'pooled-mix.json', mix)),
    identical: evaluations('identical-evaluation', measured.identical, own, ({ seed, step }) => ({ seed, step: step ?? 0 })),
    statistics: [write('statistics', {}, 'statistics.json', { languages: measured.statistics })],
  };
}

/** The tasks that the files above are named after. */
export const taskNames: TaskNames = {
  acquisition: ['target-evaluation'], acquisitionDominant: ['retained-evaluation'], dominant: ['dominant-evaluation'], requiredShare: ['required-share'],
  workingLanguage: ['working-language'], lape: ['transferring-neurons'], proportion: ['proportion'], mix: ['solve'], sweep: ['budget-evaluation'],
  sweepWorkingLanguage: ['budget-working-language'], sweepLape: ['budget-neurons'], scratch: ['scratch-evaluation'], statistics: ['statistics'],
};
