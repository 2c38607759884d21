import { TaskError, type InputArtifact, type TaskContext } from '../../engine/task-kind.js';
import { readEvaluations, type Evaluation, type LabelledEvaluation } from '../formats/evaluation.js';
import { format, readJson } from '../formats/json-file.js';
import { bySeed, numberLabel, seedOf } from '../formats/labels.js';
import { readLosses } from '../formats/losses.js';
import type { AcquisitionRun, EvaluatedStep } from './predicted-curve.js';

export interface Objective {
  readonly dominant: string;
  readonly target: string;
  /** Performance in the target language, or its mean with the dominant one. */
  readonly objective: 'target' | 'mean';
}

/** `negativeBitsPerByte` where no program could be run: higher is better, as of a pass rate. */
export type PerformanceMeasure = 'passRate' | 'negativeBitsPerByte' | 'given';

export interface Acquisition {
  readonly runs: readonly AcquisitionRun[];
  readonly measure: PerformanceMeasure;
  /** From a curve file. */
  readonly dominantTokens?: number;
}

/** The runs, by seed, from a curve file or from a run's losses and evaluations. */
export async function readAcquisition(context: TaskContext, objective: Objective): Promise<Acquisition> {
  const given = new Set(context.inputNames);
  if (given.has('curve')) {
    if (given.has('losses') || given.has('evaluations')) throw new TaskError('give either `curve` or `losses` with `evaluations`, not both');
    return readCurve(context.input('curve').path);
  }
  const missing = ['losses', 'evaluations'].filter((name) => !given.has(name));
  if (missing.length > 0) throw new TaskError(`missing input: ${missing.join(', ')}`, 'or give `curve`, with losses and performance in one file');
  return readRuns(context, objective);
}

interface CurveFile {
  readonly loss_by_step_1based: number[];
  readonly eval_steps: number[];
  readonly perf: number[];
  readonly params?: { readonly n_python?: number };
}

const isCurveFile = format<CurveFile>({
  type: 'object',
  required: ['loss_by_step_1based', 'eval_steps', 'perf'],
  properties: {
    loss_by_step_1based: { type: 'array', items: { type: 'number' }, minItems: 1 },
    eval_steps: { type: 'array', items: { type: 'integer', minimum: 1 }, minItems: 1 },
    perf: { type: 'array', items: { type: 'number' }, minItems: 1 },
    params: { type: 'object', properties: { n_python: { type: 'number', exclusiveMinimum: 0 } } },
  },
});

async function readCurve(path: string): Promise<Acquisition> {
  const file = await readJson(path, 'curve', isCurveFile);
  if (file.perf.length !== file.eval_steps.length) {
    throw new TaskError(`curve: ${file.eval_steps.length} evaluation steps but ${file.perf.length} performances`);
  }
  const evaluations = file.eval_steps.map((step, index) => ({ step, performance: file.perf[index] as number, binomialError: null }));
  return {
    measure: 'given',
    runs: [{
      seed: '1',
      losses: file.loss_by_step_1based.map((loss, index) => ({ step: index + 1, loss })),
      evaluations: evaluations.sort((a, b) => a.step - b.step),
    }],
    ...(file.params?.n_python === undefined ? {} : { dominantTokens: file.params.n_python }),
  };
}

async function readRuns(context: TaskContext, objective: Objective): Promise<Acquisition> {
  const evaluations = await readEvaluations(context.inputs('evaluations'));
  const dominantEvaluations = await readEvaluations(context.inputs('dominantEvaluations'));
  checkLanguage(evaluations, objective.target, 'evaluations');
  checkLanguage(dominantEvaluations, objective.dominant, 'dominantEvaluations');
  const measure = evaluations.every(({ evaluation }) => evaluation.passRate !== null) ? 'passRate' : 'negativeBitsPerByte';

  const losses = bySeed(context.inputs('losses'));
  const evaluated = bySeed(evaluations);
  const unmatched = [...losses.keys(), ...evaluated.keys()].find((seed) => !losses.has(seed) || !evaluated.has(seed));
  if (unmatched !== undefined) throw new TaskError(`seed ${unmatched} has only losses or only evaluations`);

  const runs = await Promise.all([...evaluated].map(async ([seed, own]): Promise<AcquisitionRun> => {
    const dominantOwn = dominantEvaluations.filter(({ labels }) => seedOf(labels) === seed);
    return {
      seed,
      losses: await readLosses(losses.get(seed) as InputArtifact[]),
      evaluations: own.map((labelled) => evaluatedStep(labelled, dominantOwn, measure, objective)).sort((a, b) => a.step - b.step),
    };
  }));
  return { runs: runs.sort((a, b) => a.seed.localeCompare(b.seed, 'en', { numeric: true })), measure };
}

function evaluatedStep(
  { evaluation, labels }: LabelledEvaluation, dominantEvaluations: readonly LabelledEvaluation[],
  measure: PerformanceMeasure, { objective, target, dominant }: Objective,
): EvaluatedStep {
  const step = numberLabel(labels, 'step');
  if (step === null) throw new TaskError('an evaluation has no `step` label', 'let the evaluations fan in over the checkpoints of the run');
  const own = performanceOf(evaluation, target, measure);
  if (objective === 'target') return { step, ...own };

  const atStep = dominantEvaluations.find((other) => numberLabel(other.labels, 'step') === step)?.evaluation;
  // Held-out text of both languages may be in one evaluation; a pass rate is always of one language.
  const source = atStep ?? (measure === 'negativeBitsPerByte' ? evaluation : undefined);
  if (source === undefined) {
    throw new TaskError(`no evaluation in ${dominant} at step ${step}`, 'objective `mean` needs `dominantEvaluations` at the same steps');
  }
  const other = performanceOf(source, dominant, measure);
  return { step, performance: (own.performance + other.performance) / 2, binomialError: errorOfMean(own.binomialError, other.binomialError) };
}

function errorOfMean(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.hypot(a, b) / 2;
}

function performanceOf(evaluation: Evaluation, language: string, measure: PerformanceMeasure): Omit<EvaluatedStep, 'step'> {
  if (measure === 'passRate') {
    if (evaluation.passRate === null) throw new TaskError(`an evaluation in ${language} has no pass rate: ${evaluation.reason ?? 'no reason given'}`);
    const { passRate, total } = evaluation;
    return { performance: passRate, binomialError: Math.sqrt(passRate * (1 - passRate) / total) };
  }
  const bitsPerByte = evaluation.heldOut?.[language]?.bitsPerByte;
  if (bitsPerByte === undefined) {
    throw new TaskError(`an evaluation has neither a pass rate nor bits per byte of ${language}: ${evaluation.reason ?? 'no reason given'}`);
  }
  return { performance: -bitsPerByte, binomialError: null };
}

/** An evaluation of held-out text alone holds several languages, whatever it is named after. */
function checkLanguage(evaluations: readonly LabelledEvaluation[], language: string, input: string): void {
  const other = evaluations.find(({ evaluation }) => evaluation.passRate !== null && evaluation.language !== language)?.evaluation.language;
  if (other !== undefined) throw new TaskError(`\`${input}\` holds an evaluation in ${other}, not ${language}`);
}
