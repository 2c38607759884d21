import type { Objective, PerformanceMeasure } from './acquisition-runs.js';
import type { SeedBand } from './seed-band.js';
import { shareOfTokens, tokensForShare, type Mix, type MixOptions, type MixWarning } from './mix.js';
import type { CurveResult, ErrorSource } from './predicted-curve.js';

/** `mix.json`. A number that is unbounded or unknown is null, and `reasons` says why, by field. */
export interface MixDocument {
  readonly dominant: string;
  readonly target: string;
  readonly objective: 'target' | 'mean';
  readonly measure: PerformanceMeasure;
  readonly seeds: readonly string[];
  readonly dominantTokens: number;
  readonly availableTokens: number | null;
  readonly pStar: number;
  readonly nStar: number | null;
  readonly nUse: number | null;
  readonly step: number;
  readonly performance: number;
  /** Whole tokens per language: what the mixing task reads. */
  readonly tokens: Readonly<Record<string, number | null>>;
  readonly shares: Readonly<Record<string, number | null>>;
  readonly sensitivity: number | null;
  readonly withinOneStandardError: {
    readonly steps: readonly number[]; readonly nLow: number | null; readonly nHigh: number | null;
    readonly standardError: number; readonly source: ErrorSource;
  } | null;
  /** The predicted curve of Figures 6 and 7, by rising share x of the dominant language. */
  readonly curve: readonly { readonly x: number; readonly y: number; readonly standardError: number | null; readonly step: number; readonly n: number | null }[];
  /** Smoothed performance by rising step. */
  readonly smoothed: readonly { readonly step: number; readonly performance: number; readonly smoothed: number }[];
  /** Each seed solved alone; empty with one seed. */
  readonly perSeed: readonly { readonly seed: string; readonly step: number; readonly pStar: number; readonly nStar: number | null }[];
  /** How far the seeds' own solutions lie apart: the uncertainty of `nStar`. Null with one seed. */
  readonly overSeeds: {
    readonly geometricMean: number | null; readonly interval: readonly [number, number] | null; readonly range: readonly [number, number | null];
  } | null;
  readonly warnings: readonly MixWarning[];
  readonly reasons: Readonly<Record<string, string>>;
}

interface Setting extends Objective, MixOptions {
  readonly measure: PerformanceMeasure;
  readonly seeds: readonly string[];
}

export function mixDocument(
  setting: Setting, curve: Extract<CurveResult, { kind: 'ok' }>, mix: Mix, perSeed: readonly (Mix & { readonly seed: string })[],
  band: SeedBand | null,
): MixDocument {
  const { dominant, target, dominantTokens, availableTokens, epsilon } = setting;
  const share = Number.isFinite(mix.nUse) ? shareOfTokens(dominantTokens, mix.nUse) : null;
  return {
    dominant,
    target,
    objective: setting.objective,
    measure: setting.measure,
    seeds: setting.seeds,
    dominantTokens,
    availableTokens: finite(availableTokens),
    pStar: mix.pStar,
    nStar: finite(mix.nStar),
    nUse: finite(mix.nUse),
    step: mix.step,
    performance: mix.performance,
    tokens: { [dominant]: Math.round(dominantTokens), [target]: finite(Math.round(mix.nUse)) },
    shares: { [dominant]: share, [target]: share === null ? null : 1 - share },
    sensitivity: mix.sensitivity,
    withinOneStandardError: mix.withinOneStandardError === null ? null : {
      ...mix.withinOneStandardError,
      nLow: finite(mix.withinOneStandardError.nLow),
      nHigh: finite(mix.withinOneStandardError.nHigh),
    },
    curve: curve.points
      .map(({ proportion, smoothed, standardError, step }) =>
        ({ x: proportion, y: smoothed, standardError, step, n: finite(tokensForShare(dominantTokens, proportion, epsilon)) }))
      .sort((a, b) => a.x - b.x),
    smoothed: curve.points.map(({ step, performance, smoothed }) => ({ step, performance, smoothed })),
    perSeed: perSeed.map(({ seed, step, pStar, nStar }) => ({ seed, step, pStar, nStar: finite(nStar) })),
    overSeeds: band === null ? null : { ...band, range: [band.range[0], finite(band.range[1])] },
    warnings: [...mix.warnings, ...droppedWarning(curve.droppedSteps)],
    reasons: { ...reasons(mix), ...bandReasons(band) },
  };
}

function droppedWarning(steps: readonly number[]): MixWarning[] {
  if (steps.length === 0) return [];
  return [{ kind: 'evaluations-dropped', message: `evaluations left out: ${steps.join(', ')} (step 0 precedes training; others are not in every seed)` }];
}

function reasons(mix: Mix): Record<string, string> {
  const unbounded = 'the share of the dominant language at the optimum is about 0, so its tokens do not bound the target\'s';
  return {
    ...(mix.nStar === Infinity ? { nStar: unbounded } : {}),
    ...(mix.nUse === Infinity ? { nUse: `${unbounded}, and no number of available tokens is given` } : {}),
    ...(mix.sensitivity === null ? { sensitivity: 'the tokens are unbounded around the optimum, or there is one evaluation' } : {}),
    ...(mix.withinOneStandardError === null ? { withinOneStandardError: 'no standard error: one seed, no number of problems, and too few evaluations to judge their noise' } : {}),
    ...(mix.withinOneStandardError?.nHigh === Infinity ? { 'withinOneStandardError.nHigh': unbounded } : {}),
  };
}

function bandReasons(band: SeedBand | null): Record<string, string> {
  if (band === null) return { overSeeds: 'one seed; the band is over seeds' };
  return band.interval === null ? { 'overSeeds.interval': 'the optimum of a seed is nothing or unbounded, of which there is no logarithm' } : {};
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
