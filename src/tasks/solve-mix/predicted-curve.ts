import { estimateProportion, type ProportionOptions, type ProportionResult } from '../estimate-proportion/proportion.js';
import type { StepLoss } from '../formats/losses.js';
import { mean, movingAverage, standardError } from '../statistics/average.js';

/** One acquisition run: a model of the dominant language, trained on the target language. */
export interface AcquisitionRun {
  readonly seed: string;
  readonly losses: readonly StepLoss[];
  /** By rising step; higher performance is better. */
  readonly evaluations: readonly EvaluatedStep[];
}

export interface EvaluatedStep {
  readonly step: number;
  readonly performance: number;
  /** Sampling error from the number of problems; null when unknown. */
  readonly binomialError: number | null;
}

/** One evaluation of the predicted curve of Figures 6 and 7. */
export interface PredictedPoint {
  readonly step: number;
  readonly loss: number;
  /** Share of the dominant language's system, Eq. 2; Eq. 3 reads it as the share of its tokens. */
  readonly proportion: number;
  readonly performance: number;
  readonly smoothed: number;
  /** Of the smoothed performance; null when nothing tells. */
  readonly standardError: number | null;
}

/** Where the standard errors come from: the best of what the runs allow. */
export type ErrorSource = 'seeds' | 'problems' | 'residuals';

export type CurveResult =
  | { readonly kind: 'ok'; readonly points: readonly PredictedPoint[]; readonly errorSource: ErrorSource; readonly droppedSteps: readonly number[] }
  | { readonly kind: 'no-evaluation' }
  | { readonly kind: 'no-loss-at-step'; readonly step: number }
  | Exclude<ProportionResult, { kind: 'ok' }>;

/** Steps 1 to 8 of Algorithm 1 (methods 1.5), on runs averaged per step; evaluations that not all runs have are dropped. */
export function predictCurve(runs: readonly AcquisitionRun[], window: number, options: ProportionOptions): CurveResult {
  const estimated = estimateProportion(averageLosses(runs), options);
  if (estimated.kind !== 'ok') return estimated;
  const atStep = new Map(estimated.proportion.map((point) => [point.step, point]));
  const { steps, dropped } = commonSteps(runs);
  if (steps.length === 0) return { kind: 'no-evaluation' };
  const without = steps.find((step) => !atStep.has(step));
  if (without !== undefined) return { kind: 'no-loss-at-step', step: without };

  const perRun = runs.map(({ evaluations }) => evaluations.filter(({ step }) => steps.includes(step)));
  const performance = steps.map((_, index) => mean(perRun.map((evaluations) => evaluations[index]?.performance as number)));
  const smoothed = movingAverage(performance, window);
  const { source, errors } = smoothedErrors(perRun, performance, smoothed, window);
  return {
    kind: 'ok',
    errorSource: source,
    droppedSteps: dropped,
    points: steps.map((step, index) => ({
      step,
      loss: atStep.get(step)?.loss as number,
      proportion: atStep.get(step)?.proportion as number,
      performance: performance[index] as number,
      smoothed: smoothed[index] as number,
      standardError: errors[index] ?? null,
    })),
  };
}

function averageLosses(runs: readonly AcquisitionRun[]): StepLoss[] {
  const [first, ...others] = runs;
  const lossAt = others.map(({ losses }) => new Map(losses.map(({ step, loss }) => [step, loss])));
  return (first?.losses ?? []).flatMap(({ step, loss }) => {
    const rest = lossAt.map((losses) => losses.get(step));
    return rest.includes(undefined) ? [] : [{ step, loss: mean([loss, ...rest as number[]]) }];
  });
}

/** Algorithm 1 evaluates after a training step, so the untrained start (step 0) is left out. */
function commonSteps(runs: readonly AcquisitionRun[]): { steps: number[]; dropped: number[] } {
  const all = [...new Set(runs.flatMap(({ evaluations }) => evaluations.map(({ step }) => step)))].sort((a, b) => a - b);
  const isCommon = (step: number) => step > 0 && runs.every(({ evaluations }) => evaluations.some((evaluation) => evaluation.step === step));
  return { steps: all.filter(isCommon), dropped: all.filter((step) => !isCommon(step)) };
}

/**
 * Standard errors of the smoothed curve. From the scatter over seeds; with one seed from the number of problems (the
 * same problems at each step, so smoothing gains nothing); else from how far the raw curve lies off the smoothed one.
 */
function smoothedErrors(
  perRun: readonly (readonly EvaluatedStep[])[], performance: readonly number[], smoothed: readonly number[], window: number,
): { source: ErrorSource; errors: (number | null)[] } {
  if (perRun.length > 1) {
    const smoothedRuns = perRun.map((evaluations) => movingAverage(evaluations.map((evaluation) => evaluation.performance), window));
    return { source: 'seeds', errors: smoothed.map((_, index) => standardError(smoothedRuns.map((run) => run[index] as number))) };
  }
  const binomial = (perRun[0] ?? []).map(({ binomialError }) => binomialError);
  if (binomial.every((error) => error !== null)) return { source: 'problems', errors: movingAverage(binomial, window) };
  return { source: 'residuals', errors: residualErrors(performance, smoothed, window) };
}

/** A value is part of its own average, so its residual's variance is (1 - 1/window) of the noise's. */
function residualErrors(performance: readonly number[], smoothed: readonly number[], window: number): (number | null)[] {
  if (window < 2 || performance.length < window) return performance.map(() => null);
  const squares = performance.map((value, index) => (value - (smoothed[index] as number)) ** 2);
  const error = Math.sqrt(mean(squares) / (1 - 1 / window) / window);
  return performance.map(() => error);
}
