import type { StepLoss } from '../formats/losses.js';
import { mean, movingAverage } from '../statistics/average.js';

export interface ProportionOptions {
  /** First and last step, inclusive, whose mean loss is the initial loss; after warm-up. */
  readonly initWindow: readonly [number, number];
  /** `min` is the paper's; over noisy batches it is biased low, `minSmoothed` less so (methods 1.3). */
  readonly final: 'min' | 'minSmoothed';
  /** Steps that `minSmoothed` averages before it takes the minimum. */
  readonly finalWindow: number;
  /** Steps that a loss is averaged over before it becomes a proportion; 1 uses the raw loss. */
  readonly smoothing: number;
}

export interface ProportionAtStep {
  readonly step: number;
  /** After smoothing. */
  readonly loss: number;
  /** Share of the dominant language's system, in [0, 1]. */
  readonly proportion: number;
}

export type ProportionResult =
  | { readonly kind: 'ok'; readonly alpha: number; readonly beta: number; readonly proportion: readonly ProportionAtStep[] }
  /** No step lies in the initial window. */
  | { readonly kind: 'no-initial-loss' }
  /** The initial loss is not above the final one, so there is no change to take a share of. */
  | { readonly kind: 'loss-did-not-fall'; readonly alpha: number; readonly beta: number }
  | { readonly kind: 'not-finite'; readonly step: number };

/**
 * Share of the dominant language's system at each step, Eq. 2 (4.2.1): (loss - beta) / (alpha - beta), with alpha the
 * initial and beta the final loss. The raw ratio exceeds 1 before the initial window, so it is clipped (methods 1.3).
 * @param losses by rising step: mean natural-log cross entropy of the batch, before the update
 */
export function estimateProportion(losses: readonly StepLoss[], options: ProportionOptions): ProportionResult {
  const diverged = losses.find(({ loss }) => !Number.isFinite(loss));
  if (diverged !== undefined) return { kind: 'not-finite', step: diverged.step };
  const [from, to] = options.initWindow;
  const initial = losses.filter(({ step }) => step >= from && step <= to).map(({ loss }) => loss);
  if (initial.length === 0) return { kind: 'no-initial-loss' };

  const raw = losses.map(({ loss }) => loss);
  const alpha = mean(initial);
  const beta = smallest(options.final === 'min' ? raw : movingAverage(raw, options.finalWindow));
  if (alpha <= beta) return { kind: 'loss-did-not-fall', alpha, beta };
  const smoothed = movingAverage(raw, options.smoothing);
  return {
    kind: 'ok',
    alpha,
    beta,
    proportion: losses.map(({ step }, index) => {
      const loss = smoothed[index] as number;
      return { step, loss, proportion: Math.min(1, Math.max(0, (loss - beta) / (alpha - beta))) };
    }),
  };
}

/** What to tell the user of a result that is not ok. */
export function describeFailure(result: Exclude<ProportionResult, { kind: 'ok' }>, options: ProportionOptions): { message: string; hint: string } {
  switch (result.kind) {
    case 'no-initial-loss':
      return {
        message: `no step in the initial window ${options.initWindow.join('-')}`,
        hint: 'the paper\'s window of steps 90-100 is for 50,000 steps; set `initWindow` for a short run, after its warm-up',
      };
    case 'loss-did-not-fall':
      return {
        message: `the loss did not fall: initially ${result.alpha.toFixed(4)}, finally ${result.beta.toFixed(4)}`,
        hint: 'is the initial window before the model has learnt, and the learning rate right?',
      };
    case 'not-finite':
      return { message: `the loss at step ${result.step} is not a finite number`, hint: 'the run diverged; lower the learning rate' };
  }
}

/** Math.min of a spread fails on very long runs. */
function smallest(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity);
}
