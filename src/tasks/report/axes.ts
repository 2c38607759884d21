import type * as Plot from '@observablehq/plot';
import type { Metric, Point } from '../collect-measurements/measurements.js';
import { metricText } from './text.js';

/** Shares and pass rates are drawn as percentages, bits per byte as they are. */
export function performanceScale(metric: Metric): number {
  return metric === 'passRate' ? 100 : 1;
}

/** From zero for pass rates; bits per byte vary too little for that. Values are scaled. */
export function performanceAxis(metric: Metric, values: readonly number[]): Plot.ScaleOptions {
  const label = metricText(metric).axis;
  if (metric === 'passRate') return { label, domain: [0, Math.min(100, Math.max(1, ...values) * 1.12)], nice: true };
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = Math.max((high - low) * 0.1, 0.01);
  return { label, domain: [low - room, high + room], nice: true };
}

export function shareAxis(label: string): Plot.ScaleOptions {
  return { label, domain: [0, 100] };
}

export function countAxis(label: string, values: readonly number[]): Plot.ScaleOptions {
  return { label, domain: [0, Math.max(1, ...values) * 1.12], nice: true };
}

export function ofLanguage<P extends { readonly language: string }>(points: readonly P[], language: string): P[] {
  return points.filter((point) => point.language === language);
}

/** Why nothing can be drawn: what the measurement says, or that there is none. */
export function reasonFor(points: readonly Point[], what: string): string {
  if (points.length === 0) return `this run has no ${what}`;
  return points.find(({ reason }) => reason !== undefined)?.reason ?? `no value of ${what} has a place on the axis`;
}

/** Performance turned so that higher is better. */
export function better<P extends Point>(points: readonly P[], metric: Metric): P[] {
  return metric === 'passRate' ? [...points] : points.map((point) => ({ ...point, value: point.value === null ? null : -point.value }));
}
