/** First tokens that count as one language's word, per methods 3.2; an id in both sets is in neither. */
export interface IdentifierTokens {
  /** The target language's identifier, e.g. `strlen`. */
  readonly identifier: string;
  readonly target: ReadonlySet<number>;
  readonly dominant: ReadonlySet<number>;
}

/** One place where an identifier is due: what each block, read through the unembedding, makes of it. */
export interface LensReading {
  readonly tokens: IdentifierTokens;
  /** The most probable token after each block, from the first. */
  readonly predicted: ArrayLike<number>;
  /** Softmax mass on each language's tokens after each block. */
  readonly targetMass: ArrayLike<number>;
  readonly dominantMass: ArrayLike<number>;
}

export interface LayerCounts { readonly layer: number; readonly dominant: number; readonly target: number; readonly total: number }

export interface WorkingLanguage {
  /** Eq. 1 for the dominant language: its tokens over those of both; null when no token was identified. */
  readonly workingShare: number | null;
  readonly reason?: string;
  /** 95 % bootstrap interval over prompts; null when the share is. */
  readonly interval: readonly [number, number] | null;
  /** Identified tokens over all that were read. */
  readonly coverage: number | null;
  /** The same share from softmax mass instead of argmax counts (Wendler et al., methods 3.1). */
  readonly massShare: number | null;
  readonly perLayer: readonly LayerCounts[];
  readonly perIdentifier: readonly { readonly identifier: string; readonly prompts: number; readonly dominant: number; readonly target: number }[];
}

type Outcome = 'dominant' | 'target' | 'other';

/**
 * Working-language proportion, Eq. 1 (3.3): of the tokens that the intermediate layers predict where an
 * identifier of the target language is due, the share that is the dominant language's counterpart.
 * @param readings one per prompt
 * @param countedLayers blocks 1..n are counted; the last ones, which only spell the output, are not (methods 3.2)
 * @param random uniform in [0, 1), for the bootstrap
 */
export function workingLanguage(readings: readonly LensReading[], countedLayers: number, random: () => number): WorkingLanguage {
  const outcomes = readings.map(({ tokens, predicted }) => Array.from(predicted, (token) => outcomeOf(token, tokens)));
  const counted = outcomes.map((layers) => layers.slice(0, countedLayers));
  const share = shareOf(counted);
  const read = counted.flat().length;
  return {
    workingShare: share,
    ...(share === null ? { reason: readings.length === 0 ? 'no prompt with a known identifier' : 'no counted layer predicted a token of either language' } : {}),
    interval: share === null ? null : bootstrapInterval(counted, random),
    coverage: read === 0 ? null : counted.flat().filter((outcome) => outcome !== 'other').length / read,
    massShare: massShare(readings, countedLayers),
    perLayer: perLayer(outcomes),
    perIdentifier: perIdentifier(readings, counted),
  };
}

function outcomeOf(token: number, { dominant, target }: IdentifierTokens): Outcome {
  if (dominant.has(token)) return 'dominant';
  return target.has(token) ? 'target' : 'other';
}

function count(outcomes: readonly Outcome[], wanted: Outcome): number {
  return outcomes.filter((outcome) => outcome === wanted).length;
}

function shareOf(prompts: readonly (readonly Outcome[])[]): number | null {
  const outcomes = prompts.flat();
  const dominant = count(outcomes, 'dominant');
  const identified = dominant + count(outcomes, 'target');
  return identified === 0 ? null : dominant / identified;
}

/** Percentile bootstrap over prompts, not over layers: the layers of one prompt are not independent. */
function bootstrapInterval(prompts: readonly (readonly Outcome[])[], random: () => number, resamples = 1000): [number, number] {
  const shares: number[] = [];
  for (let resample = 0; resample < resamples; resample += 1) {
    const share = shareOf(prompts.map(() => prompts[Math.floor(random() * prompts.length)] as readonly Outcome[]));
    if (share !== null) shares.push(share);
  }
  shares.sort((a, b) => a - b);
  const at = (quantile: number) => shares[Math.round(quantile * (shares.length - 1))] as number;
  return [at(0.025), at(0.975)];
}

/** Softmax mass of the dominant language over that of both, summed over prompts and counted layers. */
function massShare(readings: readonly LensReading[], countedLayers: number): number | null {
  const sum = (values: ArrayLike<number>) => Array.from(values).slice(0, countedLayers).reduce((total, value) => total + value, 0);
  const dominant = readings.reduce((total, { dominantMass }) => total + sum(dominantMass), 0);
  const target = readings.reduce((total, { targetMass }) => total + sum(targetMass), 0);
  return dominant + target === 0 ? null : dominant / (dominant + target);
}

function perLayer(outcomes: readonly (readonly Outcome[])[]): LayerCounts[] {
  const layers = outcomes[0]?.length ?? 0;
  return Array.from({ length: layers }, (_, index) => {
    const atLayer = outcomes.map((prompt) => prompt[index] as Outcome);
    return { layer: index + 1, dominant: count(atLayer, 'dominant'), target: count(atLayer, 'target'), total: atLayer.length };
  });
}

function perIdentifier(readings: readonly LensReading[], counted: readonly (readonly Outcome[])[]): WorkingLanguage['perIdentifier'] {
  const identifiers = [...new Set(readings.map(({ tokens }) => tokens.identifier))];
  return identifiers.map((identifier) => {
    const own = counted.filter((_, index) => readings[index]?.tokens.identifier === identifier);
    return { identifier, prompts: own.length, dominant: count(own.flat(), 'dominant'), target: count(own.flat(), 'target') };
  });
}

/** The paper leaves out the last five of 24 blocks; the same share of `layers`, at least one (methods 3.2). */
export function defaultExcludedLayers(layers: number): number {
  return Math.max(1, Math.round(5 * layers / 24));
}
