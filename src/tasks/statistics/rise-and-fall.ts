import { finalAverage, movingAverage } from './average.js';
import { indexOfMaximum, meanSeries, seedSeries, type Measured } from './curve.js';
import { estimate, type Estimate } from './interval.js';

export interface RiseAndFall {
  /** Where the smoothed mean over seeds is highest. */
  readonly peakStep: number;
  readonly peakIndex: number;
  /** The same for each seed, from the other seeds; the run's own with one seed. */
  readonly crossedPeaks: readonly number[];
  readonly evaluations: number;
  /** Highest smoothed value of each seed; its excess over the final value is biased upwards by noise. */
  readonly peak: Estimate;
  /** Mean of the last window of evaluations. */
  readonly final: Estimate;
  /** Peak minus final. */
  readonly drop: Estimate;
  /** The same with each seed's peak placed by the other seeds, which noise alone cannot lift; null with one seed. */
  readonly crossedDrop: Estimate | null;
  /** From the first evaluation to the peak, placed likewise. */
  readonly rise: Estimate;
  /** The peak lies after the first evaluation and before the final window. */
  readonly isInterior: boolean;
  /** Every seed is highest in its final window. */
  readonly endsHighest: boolean;
}

/** Whether a curve rises and then falls (claim 1); values count as better when higher. Null with too few evaluations. */
export function riseAndFall(points: readonly Measured[], window: number): RiseAndFall | null {
  const { steps, series } = seedSeries(points);
  if (series.length === 0 || steps.length < 3) return null;
  const smoothed = series.map(({ values }) => movingAverage(values, window));
  const finals = series.map(({ values }) => finalAverage(values, window));
  const finalStart = Math.max(1, steps.length - window);
  const peak = indexOfMaximum(meanSeries(smoothed));
  const crossed = series.length === 1 ? [peak] : smoothed.map((_, own) => indexOfMaximum(meanSeries(smoothed.filter((__, other) => other !== own))));
  const atPeak = smoothed.map((curve, index) => curve[crossed[index] as number] as number);
  const peaks = smoothed.map((curve) => Math.max(...curve));
  const drops = (values: readonly number[]) => estimate(values.map((value, index) => value - (finals[index] as number)));
  return {
    peakStep: steps[peak] as number,
    peakIndex: peak,
    crossedPeaks: crossed,
    evaluations: steps.length,
    peak: estimate(peaks),
    final: estimate(finals),
    drop: drops(peaks),
    crossedDrop: series.length === 1 ? null : drops(atPeak),
    rise: estimate(atPeak.map((value, index) => value - (series[index]?.values[0] as number))),
    isInterior: peak > 0 && peak < finalStart,
    endsHighest: smoothed.every((curve) => indexOfMaximum(curve) >= finalStart),
  };
}

/** How much each evaluation of a run weighs in "smoothed value at `peak` minus mean of the final window". */
export function dropWeights(evaluations: number, peak: number, window: number): number[] {
  const unit = (index: number) => Array.from({ length: evaluations }, (_, other) => (other === index ? 1 : 0));
  return Array.from({ length: evaluations }, (_, index) => (movingAverage(unit(index), window)[peak] as number) - finalAverage(unit(index), window));
}
