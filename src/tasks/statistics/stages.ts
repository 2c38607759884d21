import { finalAverage, mean, movingAverage } from './average.js';
import { curveOver, indexOfMaximum, type Measured } from './curve.js';

/** The paper's three stages, in training steps. */
export interface Stages {
  /** The peak: translation ends. */
  readonly transition: number;
  /** From here the smoothed curve stays as near to its final mean as one evaluation is certain. */
  readonly stabilisation: number;
  readonly end: number;
}

/**
 * Change points of the curve (claim 2): t1 is the peak of the smoothed mean; t2 is the first later step after which
 * it stays within the error of one evaluation of the final mean. Null unless 0 < t1 < t2 < T: without a peak, no stages.
 * @param points higher is better
 */
export function stagesOf(points: readonly Measured[], window: number): Stages | null {
  const curve = curveOver('step', points);
  if (curve.length < 3) return null;
  const means = curve.map((point) => point.mean);
  const smoothed = movingAverage(means, window);
  const peak = indexOfMaximum(smoothed);
  const final = finalAverage(means, window);
  const error = errorOfOne(means.slice(peak), smoothed.slice(peak), window);
  const lastOutside = smoothed.findLastIndex((value) => Math.abs(value - final) > error);
  const stable = Math.max(lastOutside + 1, peak + 1);
  if (peak === 0 || stable >= curve.length - 1) return null;
  const at = (index: number) => (curve[index] as { x: number }).x;
  return { transition: at(peak), stabilisation: at(stable), end: at(curve.length - 1) };
}

/** A value is part of its own average, so its residual's variance is (1 - 1/window) of the noise's. */
function errorOfOne(values: readonly number[], smoothed: readonly number[], window: number): number {
  if (window < 2) return 0;
  return Math.sqrt(mean(values.map((value, index) => (value - (smoothed[index] as number)) ** 2)) / (1 - 1 / window));
}
