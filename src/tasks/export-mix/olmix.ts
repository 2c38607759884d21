import { stringify } from 'yaml';
import type { LabelledEvaluation } from '../formats/evaluation.js';
import { csv } from '../formats/csv.js';
import { mean } from '../statistics/average.js';
import type { MixWeight } from './weights.js';

/** A row of olmix's `ratios.csv`: the share of each domain in one run; a row sums to 1. */
export function ratiosCsv(run: string, weights: readonly MixWeight[]): string {
  return csv(['run', ...weights.map(({ language }) => language)], [[run, ...weights.map(({ share }) => share)]]);
}

/**
 * The row of `metrics.csv` that joins it on `run`: of a model trained on the mix, per language, bits per byte of held-out text
 * and the share of problems it fails, averaged over seeds. Lower is better, as olmix expects.
 */
export function metricsCsv(run: string, evaluations: readonly LabelledEvaluation[]): string {
  const metrics = evaluations.flatMap(({ evaluation }) => [
    ...(evaluation.passRate === null ? [] : [[`${evaluation.language}_failed`, 1 - evaluation.passRate] as const]),
    ...Object.entries(evaluation.heldOut ?? {}).map(([language, { bitsPerByte }]) => [`${language}_bpb`, bitsPerByte] as const),
  ]);
  const byName = new Map<string, number[]>();
  for (const [name, value] of metrics) byName.set(name, [...byName.get(name) ?? [], value]);
  return csv(['run', ...byName.keys()], [[run, ...[...byName.values()].map(mean)]]);
}

/** The `priors` section of an olmix configuration; null unless the tokens there are of every language are known. */
export function priorsYaml(weights: readonly MixWeight[]): string | null {
  const counts = weights.map(({ language, available }) => [language, available] as const);
  if (counts.some(([, available]) => available === null)) return null;
  const total = counts.reduce((sum, [, available]) => sum + (available as number), 0);
  return stringify({
    priors: {
      relative_sizes: Object.fromEntries(counts.map(([language, available]) => [language, (available as number) / total])),
      token_counts: Object.fromEntries(counts),
    },
  });
}
