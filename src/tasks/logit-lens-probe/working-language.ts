import type { IdentifierTokens } from './token-sets.js';

/** One place where an identifier is due: what each block, read through the unembedding, makes of it. */
export interface LensReading {
  readonly tokens: IdentifierTokens;
  /** The most probable token after each block, from the first. */
  readonly predicted: ArrayLike<number>;
  /** Softmax mass on each language's tokens after each block. */
  readonly targetMass: ArrayLike<number>;
  readonly dominantMass: ArrayLike<number>;
}

/** Tokens identified as either language's, of all that were read. */
export interface TokenCounts { readonly dominant: number; readonly target: number; readonly total: number }

export interface LayerCounts extends TokenCounts {
  /** From 1. */
  readonly layer: number;
  /** Identified tokens over all that were read. */
  readonly coverage: number;
  /** The most frequent tokens of neither language, at most five. */
  readonly others: readonly { readonly token: number; readonly count: number }[];
}

export interface IdentifierCounts {
  readonly identifier: string;
  readonly prompts: number;
  /** Prompts at which the last block predicts the identifier. */
  readonly hits: number;
  readonly dominant: number;
  readonly target: number;
}

export interface Share {
  /** Eq. 1 for the dominant language: its tokens over those of both; null when no token was identified. */
  readonly workingShare: number | null;
  /** Identified tokens over all that were read; null when none was. */
  readonly coverage: number | null;
  readonly tokens: TokenCounts;
}

export interface WorkingLanguage extends Share {
  readonly reason?: string;
  /** 95 % bootstrap interval over prompts; null when the share is. */
  readonly interval: readonly [number, number] | null;
  /** The same share from softmax mass instead of argmax counts (Wendler et al., methods 3.1). */
  readonly massShare: number | null;
  /** The same share when a word of any pair tells the language, not only of the pair that is due: it covers more. */
  readonly anyIdentifier: Share;
  readonly perLayer: readonly LayerCounts[];
  readonly perIdentifier: readonly IdentifierCounts[];
}

/** Two languages' tokens. */
type Sides = Pick<IdentifierTokens, 'dominant' | 'target'>;

/**
 * Working-language proportion, Eq. 1 (3.3): of the tokens that the intermediate layers predict where an
 * identifier of the target language is due, the share that is the dominant language's counterpart.
 * @param readings one per prompt
 * @param countedLayers blocks 1..n are counted; the last ones, which only spell the output, are not (methods 3.2)
 * @param random uniform in [0, 1), for the bootstrap
 */
export function workingLanguage(readings: readonly LensReading[], countedLayers: number, random: () => number): WorkingLanguage {
  const counted = readings.map((reading) => countTokens(predictedIn(reading, countedLayers), reading.tokens));
  const total = share(counted);
  const any = sidesOfAll(readings.map(({ tokens }) => tokens));
  return {
    ...total,
    ...(total.workingShare === null ? { reason: readings.length === 0 ? 'no prompt with a known identifier' : 'no counted layer predicted a token of either language' } : {}),
    interval: total.workingShare === null ? null : bootstrapInterval(counted, random),
    massShare: massShare(readings, countedLayers),
    anyIdentifier: share(readings.map((reading) => countTokens(predictedIn(reading, countedLayers), any))),
    perLayer: perLayer(readings),
    perIdentifier: perIdentifier(readings, counted),
  };
}

/** Whether the model itself would write the identifier here, as the paper requires of its prompts. */
export function isHit({ tokens, predicted }: LensReading): boolean {
  return tokens.target.has(predicted[predicted.length - 1] as number);
}

function predictedIn({ predicted }: LensReading, layers: number): number[] {
  return Array.from(predicted).slice(0, layers);
}

function countTokens(predicted: readonly number[], { dominant, target }: Sides): TokenCounts {
  return {
    dominant: predicted.filter((token) => dominant.has(token)).length,
    target: predicted.filter((token) => target.has(token)).length,
    total: predicted.length,
  };
}

function sum(counts: readonly TokenCounts[]): TokenCounts {
  return counts.reduce((all, { dominant, target, total }) => ({ dominant: all.dominant + dominant, target: all.target + target, total: all.total + total }), { dominant: 0, target: 0, total: 0 });
}

function share(counts: readonly TokenCounts[]): Share {
  const tokens = sum(counts);
  const identified = tokens.dominant + tokens.target;
  return {
    workingShare: identified === 0 ? null : tokens.dominant / identified,
    coverage: tokens.total === 0 ? null : identified / tokens.total,
    tokens,
  };
}

/** The words of all pairs; what is one language's word in one pair and the other's in another is nobody's. */
function sidesOfAll(pairs: readonly Sides[]): Sides {
  const dominant = new Set(pairs.flatMap((pair) => [...pair.dominant]));
  const target = new Set(pairs.flatMap((pair) => [...pair.target]));
  return {
    dominant: new Set([...dominant].filter((id) => !target.has(id))),
    target: new Set([...target].filter((id) => !dominant.has(id))),
  };
}

/** Percentile bootstrap over prompts, not over layers: the layers of one prompt are not independent. */
function bootstrapInterval(prompts: readonly TokenCounts[], random: () => number, resamples = 1000): [number, number] {
  const shares: number[] = [];
  for (let resample = 0; resample < resamples; resample += 1) {
    let dominant = 0;
    let identified = 0;
    for (let draw = 0; draw < prompts.length; draw += 1) {
      const prompt = prompts[Math.floor(random() * prompts.length)] as TokenCounts;
      dominant += prompt.dominant;
      identified += prompt.dominant + prompt.target;
    }
    if (identified > 0) shares.push(dominant / identified);
  }
  shares.sort((a, b) => a - b);
  const at = (quantile: number) => shares[Math.round(quantile * (shares.length - 1))] as number;
  return [at(0.025), at(0.975)];
}

/** Softmax mass of the dominant language over that of both, summed over prompts and counted layers. */
function massShare(readings: readonly LensReading[], countedLayers: number): number | null {
  const massOf = (values: ArrayLike<number>) => Array.from(values).slice(0, countedLayers).reduce((total, value) => total + value, 0);
  const dominant = readings.reduce((total, { dominantMass }) => total + massOf(dominantMass), 0);
  const target = readings.reduce((total, { targetMass }) => total + massOf(targetMass), 0);
  return dominant + target === 0 ? null : dominant / (dominant + target);
}

/** All blocks, the ones that are not counted included. */
function perLayer(readings: readonly LensReading[]): LayerCounts[] {
  const layers = readings[0]?.predicted.length ?? 0;
  return Array.from({ length: layers }, (_, index) => {
    const counts = sum(readings.map(({ predicted, tokens }) => countTokens([predicted[index] as number], tokens)));
    return { layer: index + 1, ...counts, coverage: (counts.dominant + counts.target) / counts.total, others: otherTokens(readings, index) };
  });
}

function otherTokens(readings: readonly LensReading[], layer: number): LayerCounts['others'] {
  const counts = new Map<number, number>();
  for (const { predicted, tokens } of readings) {
    const token = predicted[layer] as number;
    if (!tokens.dominant.has(token) && !tokens.target.has(token)) counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  return [...counts].map(([token, count]) => ({ token, count })).sort((a, b) => b.count - a.count || a.token - b.token).slice(0, 5);
}

function perIdentifier(readings: readonly LensReading[], counted: readonly TokenCounts[]): IdentifierCounts[] {
  const identifiers = [...new Set(readings.map(({ tokens }) => tokens.identifier))];
  return identifiers.map((identifier) => {
    const isOwn = (index: number) => readings[index]?.tokens.identifier === identifier;
    const { dominant, target } = sum(counted.filter((_, index) => isOwn(index)));
    const own = readings.filter((_, index) => isOwn(index));
    return { identifier, prompts: own.length, hits: own.filter(isHit).length, dominant, target };
  });
}

/** The paper leaves out the last five of 24 blocks; the same share of `layers`, at least one (methods 3.2). */
export function defaultExcludedLayers(layers: number): number {
  return Math.max(1, Math.round(5 * layers / 24));
}
