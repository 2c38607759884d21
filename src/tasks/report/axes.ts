import type * as Plot from '@observablehq/plot';
import type { Measurements, Point } from './measurements.js';
import { metricText } from './text.js';

/** Shares and pass rates are drawn as percentages, bits per byte as they are. */
export function performanceScale(metric: Measurements['metric']): number {
  return metric === 'passRate' ? 100 : 1;
}

/** From zero for pass rates; bits per byte vary too little for that. */
export function performanceAxis(metric: Measurements['metric'], values: readonly number[]): Plot.ScaleOptions {
  const label = metricText(metric).axis;
  if (metric === 'passRate') return { label, domain: [0, Math.min(100, Math.max(1, ...values) * 1.08)], nice: true };
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = Math.max((high - low) * 0.1, 0.01);
  return { label, domain: [low - room, high + room], nice: true };
}

export function shareAxis(label: string): Plot.ScaleOptions {
  return { label, domain: [0, 100] };
}

export function ofLanguage<P extends Point>(points: readonly P[], language: string): P[] {
  return points.filter((point) => point.language === language);
}

/** Why nothing can be drawn: what the measurement says, or that there is none. */
export function reasonFor(points: readonly Point[], input: string): string {
  if (points.length === 0) return `no ${input} was given`;
  return points.find(({ reason }) => reason !== undefined)?.reason ?? `no value in ${input} has a place on the axis`;
}
