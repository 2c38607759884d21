import type { ErrorSource, PredictedPoint } from './predicted-curve.js';

export interface MixOptions {
  /** Fixed in the final corpus. */
  readonly dominantTokens: number;
  /** Infinity when there is no limit. */
  readonly availableTokens: number;
  /** A proportion this small puts no bound on the target's tokens. */
  readonly epsilon: number;
}

/** What the engine must say rather than hide (methods 1.5). */
export interface MixWarning {
  readonly kind:
    /** More tokens are wanted than there are: the whole corpus is kept (the paper's C++). */
    | 'optimum-exceeds-available'
    /** The optimum is at a share of about 0, and no limit on the tokens is known. */
    | 'optimum-unbounded'
    /** The share is 1 there, so no token of the target is wanted; the peak precedes the initial window. */
    | 'optimum-is-nothing'
    /** The peak may lie before it: the share is a lower bound, the tokens an upper one. */
    | 'peak-at-first-evaluation'
    /** The curve may still rise. */
    | 'peak-at-last-evaluation'
    /** More than half of the curve is within one standard error of its maximum. */
    | 'flat-curve'
    /** One evaluation earlier or later, the tokens would differ by a factor of two or more. */
    | 'steep'
    /** Evaluations that were not used. */
    | 'evaluations-dropped';
  readonly message: string;
}

export interface Mix {
  /** Share of the dominant language where the smoothed performance is highest. */
  readonly pStar: number;
  /** Tokens of the target there; Infinity when unbounded. */
  readonly nStar: number;
  /** What the corpus can give; Infinity when unbounded. */
  readonly nUse: number;
  /** Training step of the maximum. */
  readonly step: number;
  /** Smoothed performance there. */
  readonly performance: number;
  /** Tokens of the target per training step around the maximum; null when unbounded there or with one evaluation. */
  readonly sensitivity: number | null;
  /** Null when no standard error is known. */
  readonly withinOneStandardError: {
    readonly steps: readonly number[]; readonly nLow: number; readonly nHigh: number;
    readonly standardError: number; readonly source: ErrorSource;
  } | null;
  readonly warnings: readonly MixWarning[];
}

/** Eq. 3 with two languages, solved for the target: n_dominant (1 - p) / p (4.2.2). */
export function tokensForShare(dominantTokens: number, share: number, epsilon = 0): number {
  return share <= epsilon ? Infinity : dominantTokens * (1 - share) / share;
}

/** Eq. 3: the dominant language's share of the tokens. */
export function shareOfTokens(dominantTokens: number, targetTokens: number): number {
  return dominantTokens / (dominantTokens + targetTokens);
}

/** The last lines of Algorithm 1 (methods 1.5): from the highest point of the predicted curve to tokens. */
export function solveMix(points: readonly PredictedPoint[], errorSource: ErrorSource, options: MixOptions): Mix {
  const { dominantTokens, availableTokens, epsilon } = options;
  const tokensAt = (index: number) => tokensForShare(dominantTokens, (points[index] as PredictedPoint).proportion, epsilon);
  const best = indexOfMaximum(points);
  const { proportion, step, smoothed } = points[best] as PredictedPoint;
  const nStar = tokensAt(best);
  const near = withinOneStandardError(points, best, errorSource, tokensAt);
  return {
    pStar: proportion,
    nStar,
    nUse: Math.min(nStar, availableTokens),
    step,
    performance: smoothed,
    sensitivity: slope(points, best, tokensAt),
    withinOneStandardError: near,
    warnings: [
      ...boundWarnings(nStar, proportion, availableTokens),
      ...edgeWarnings(points, best),
      ...uncertaintyWarnings(points, best, near?.steps.length ?? 0, tokensAt),
    ],
  };
}

/** Ties go to the smallest share, that is to more target data. */
function indexOfMaximum(points: readonly PredictedPoint[]): number {
  return points.reduce((best, point, index) => {
    const leader = points[best] as PredictedPoint;
    if (point.smoothed !== leader.smoothed) return point.smoothed > leader.smoothed ? index : best;
    return point.proportion < leader.proportion ? index : best;
  }, 0);
}

function withinOneStandardError(
  points: readonly PredictedPoint[], best: number, source: ErrorSource, tokensAt: (index: number) => number,
): Mix['withinOneStandardError'] {
  const { smoothed, standardError } = points[best] as PredictedPoint;
  if (standardError === null) return null;
  const near = points.flatMap((point, index) => (point.smoothed >= smoothed - standardError ? [index] : []));
  const tokens = near.map(tokensAt);
  return { steps: near.map((index) => (points[index] as PredictedPoint).step), nLow: Math.min(...tokens), nHigh: Math.max(...tokens), standardError, source };
}

/** Central difference where there are neighbours on both sides. */
function slope(points: readonly PredictedPoint[], best: number, tokensAt: (index: number) => number): number | null {
  const [before, after] = [Math.max(0, best - 1), Math.min(points.length - 1, best + 1)];
  if (before === after) return null;
  const rise = (tokensAt(after) - tokensAt(before)) / ((points[after] as PredictedPoint).step - (points[before] as PredictedPoint).step);
  return Number.isFinite(rise) ? rise : null;
}

function boundWarnings(nStar: number, share: number, available: number): MixWarning[] {
  if (nStar > available) {
    return [{ kind: 'optimum-exceeds-available', message: `the optimum asks for ${amount(nStar)} tokens but there are ${amount(available)}: keep the whole corpus` }];
  }
  if (nStar === Infinity) {
    return [{ kind: 'optimum-unbounded', message: `the share at the optimum is ${share.toPrecision(2)}, which puts no bound on the target's tokens, and no number of available tokens is given` }];
  }
  if (nStar === 0) {
    return [{ kind: 'optimum-is-nothing', message: 'the share at the optimum is 1, so no token of the target is wanted: the peak lies before the initial loss; move `initWindow` earlier' }];
  }
  return [];
}

function edgeWarnings(points: readonly PredictedPoint[], best: number): MixWarning[] {
  const { step, proportion } = points[best] as PredictedPoint;
  if (points.length > 1 && best === 0) {
    return [{
      kind: 'peak-at-first-evaluation',
      message: `the peak is at the first evaluation (step ${step}, share ${proportion.toFixed(2)}): the share is a lower bound and the tokens an upper one; evaluate densely in the first 5 % of steps`,
    }];
  }
  if (best === points.length - 1) {
    return [{ kind: 'peak-at-last-evaluation', message: `the peak is at the last evaluation (step ${step}): the target may do best on its own data, or the run may be too short` }];
  }
  return [];
}

function uncertaintyWarnings(points: readonly PredictedPoint[], best: number, near: number, tokensAt: (index: number) => number): MixWarning[] {
  const warnings: MixWarning[] = [];
  if (near > points.length / 2) {
    warnings.push({ kind: 'flat-curve', message: `${near} of ${points.length} evaluations are within one standard error of the maximum: the optimum is hardly determined` });
  }
  const neighbours = [best - 1, best + 1].filter((index) => index in points).map(tokensAt).filter((tokens) => tokens > 0);
  const factor = Math.max(1, ...neighbours.map((tokens) => Math.max(tokens / tokensAt(best), tokensAt(best) / tokens)));
  if (Number.isFinite(factor) && factor >= 2) {
    warnings.push({ kind: 'steep', message: `one evaluation earlier or later, the tokens would differ by a factor of ${factor.toFixed(1)}` });
  }
  return warnings;
}

function amount(tokens: number): string {
  return Number.isFinite(tokens) ? Math.round(tokens).toLocaleString('en-US') : 'infinitely many';
}
