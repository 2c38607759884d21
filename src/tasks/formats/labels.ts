import type { JsonScalar } from '../../engine/json.js';
import type { Labels } from '../../engine/task-kind.js';

/** A numeric axis such as `step` or `budget`; null when the artifact has no such label or it is no number. */
export function numberLabel(labels: Labels, axis: string): number | null {
  const value: JsonScalar | undefined = labels[axis];
  if (value === undefined || value === null || typeof value === 'boolean' || value === '') return null;
  return Number.isFinite(Number(value)) ? Number(value) : null;
}

/** A named axis such as `seed` or `language`; null when absent. */
export function textLabel(labels: Labels, axis: string): string | null {
  const value = labels[axis];
  return value === undefined || value === null ? null : String(value);
}

/** Artifacts without a seed label belong to one run. */
export function seedOf(labels: Labels): string {
  return textLabel(labels, 'seed') ?? '1';
}

/** Artifacts, or what was read from them, by seed; in order of first appearance. */
export function bySeed<T extends { readonly labels: Labels }>(labelled: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of labelled) {
    const seed = seedOf(item.labels);
    groups.set(seed, [...groups.get(seed) ?? [], item]);
  }
  return groups;
}
