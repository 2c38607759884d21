/** Arithmetic mean; NaN for no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard error of the mean from the values' own scatter; null for fewer than two values. */
export function standardError(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const centre = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
  return Math.sqrt(variance / values.length);
}

/** Centred moving average, truncated at the edges (4.1.1, methods 1.5). */
export function movingAverage(values: readonly number[], window: number): number[] {
  const before = Math.floor((window - 1) / 2);
  const after = window - 1 - before;
  return values.map((_, index) => mean(values.slice(Math.max(0, index - before), index + after + 1)));
}

/** Mean of the last `window` values: the paper's final value of a noisy curve (4.1.1). */
export function finalAverage(values: readonly number[], window: number): number {
  return mean(values.slice(-window));
}
