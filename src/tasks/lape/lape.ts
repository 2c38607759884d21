import type { ActivationCounts } from './counts.js';

/** The three cuts that decide membership; frozen at one checkpoint they make later counts comparable. */
export interface Cuts {
  /** A neuron needs a probability strictly above this in some language. */
  readonly threshold: number;
  /** A selected neuron belongs to each language whose probability is strictly above this. */
  readonly activationBar: number;
  /** Highest entropy selected, in nats; null when nothing finite was. */
  readonly entropyCut: number | null;
}

export interface LapeOptions {
  readonly topRate: number;
  readonly filterRate: number;
  readonly activationBarRatio: number;
  /** Replaces the quantiles, and the size of the selection when `entropyCut` is given (methods 2.2). */
  readonly frozenThreshold?: Cuts;
}

export interface SelectedNeuron {
  readonly layer: number;
  readonly neuron: number;
  /** Nats; null stands for the +inf of a neuron that no language lifts above the threshold. */
  readonly entropy: number | null;
}

export interface LapeResult {
  readonly cuts: Cuts;
  readonly selected: readonly SelectedNeuron[];
  /** Neurons with finite entropy: those that pass the filter. */
  readonly numFinite: number;
  /** Neurons per language, [layer][k]; a neuron may belong to several languages. */
  readonly perLanguage: Readonly<Record<string, readonly (readonly number[])[]>>;
  /** The paper's metric. */
  readonly counts: Readonly<Record<string, number>>;
  readonly countsPerLayer: Readonly<Record<string, readonly number[]>>;
  /** Selected neurons that belong to more than one language. */
  readonly overlap: number;
  /** Selected neurons that belong to both languages of each pair (and perhaps to more). */
  readonly shared: readonly SharedNeurons[];
  readonly outerThirds: OuterThirds | null;
  /** Selected neurons that belong to none. */
  readonly unassigned: number;
  readonly warnings: readonly string[];
}

export interface SharedNeurons { readonly languages: readonly [string, string]; readonly neurons: number }

/** Where in depth the neurons sit: Tang et al. find them in the bottom and the top layers (methods 2.2). Null below three layers. */
export interface OuterThirds {
  /** The layers that count as outer, from 0: floor(L/3) at either end. */
  readonly layers: readonly number[];
  /** Share of all neurons that these layers hold: what a share is to be compared with. */
  readonly expected: number;
  /** Share of each language's neurons that is in them; null where it has none. */
  readonly share: Readonly<Record<string, number | null>>;
}

interface Neuron {
  readonly layer: number;
  readonly neuron: number;
  readonly probabilities: readonly number[];
  /** Nats; +inf when filtered out. */
  readonly entropy: number;
}

/**
 * Language activation probability entropy (Tang et al., 2024; methods 2.1): for neuron j of layer i,
 * p^k = P(activation > 0 | language k), normalised over languages; the neurons of lowest entropy are selected
 * and belong to every language in which they fire more often than the activation bar.
 */
export function lape(counts: ActivationCounts, options: LapeOptions): LapeResult {
  const probabilities = activationProbabilities(counts);
  const sorted = Float64Array.from(probabilities.flat(2)).sort();
  const threshold = options.frozenThreshold?.threshold ?? quantile(sorted, options.filterRate);
  const activationBar = options.frozenThreshold?.activationBar ?? quantile(sorted, options.activationBarRatio);
  const neurons = rankNeurons(probabilities, threshold);
  const selected = select(neurons, options);
  const belongs = selected.map(({ probabilities: p }) => p.map((probability) => probability > activationBar));
  const perLanguage = assign(counts, selected, belongs);
  const countsPerLayer = mapValues(perLanguage, (layers) => layers.map((layer) => layer.length));
  const numFinite = neurons.filter(({ entropy }) => Number.isFinite(entropy)).length;
  return {
    cuts: { threshold, activationBar, entropyCut: selected.findLast(({ entropy }) => Number.isFinite(entropy))?.entropy ?? null },
    selected: selected.map(({ layer, neuron, entropy }) => ({ layer, neuron, entropy: Number.isFinite(entropy) ? entropy : null })),
    numFinite,
    perLanguage,
    counts: mapValues(countsPerLayer, total),
    countsPerLayer,
    overlap: belongs.filter((languages) => languages.filter(Boolean).length > 1).length,
    shared: sharedNeurons(counts.languages, belongs),
    outerThirds: outerThirds(countsPerLayer, counts.overZero.map((layer) => layer.length)),
    unassigned: belongs.filter((languages) => !languages.includes(true)).length,
    warnings: numFinite < selected.length
      ? [`only ${numFinite} neurons pass the filter but ${selected.length} are selected: the rest have no entropy to rank by`]
      : [],
  };
}

export interface FixedCountResult {
  /** Neurons asked for per language. */
  readonly count: number;
  readonly perLanguage: Readonly<Record<string, readonly (readonly number[])[]>>;
  /** Below `count` where too few neurons exceed the activation bar. */
  readonly counts: Readonly<Record<string, number>>;
  readonly countsPerLayer: Readonly<Record<string, readonly number[]>>;
  /** Mean entropy of each language's neurons, in nats: lower is more exclusive. Null for no neuron. */
  readonly meanEntropy: Readonly<Record<string, number | null>>;
  readonly overlap: number;
}

/**
 * The fixed-count variant (methods 2.3): per language, the `count` neurons of lowest entropy among those above
 * its activation bar, so that a language's number cannot fall only because another's rises.
 */
export function lapeFixedCount(counts: ActivationCounts, count: number, activationBar: number): FixedCountResult {
  // Every probability is above -1, so no neuron is filtered out before the bar.
  const neurons = rankNeurons(activationProbabilities(counts), -1);
  const own = counts.languages.map((_, language) =>
    neurons.filter(({ probabilities }) => (probabilities[language] as number) > activationBar).slice(0, count));
  const timesChosen = new Map<Neuron, number>();
  for (const neuron of own.flat()) timesChosen.set(neuron, (timesChosen.get(neuron) ?? 0) + 1);
  const perLanguage = Object.fromEntries(counts.languages.map((name, language) =>
    [name, groupByLayer(own[language] ?? [], counts.overZero.length)]));
  const countsPerLayer = mapValues(perLanguage, (layers) => layers.map((layer) => layer.length));
  return {
    count,
    perLanguage,
    counts: mapValues(countsPerLayer, total),
    countsPerLayer,
    meanEntropy: Object.fromEntries(counts.languages.map((name, language) => [name, meanEntropy(own[language] ?? [])])),
    overlap: [...timesChosen.values()].filter((times) => times > 1).length,
  };
}

/** Size of the selection: `topRate` of all neurons. */
export function selectionSize(counts: ActivationCounts, topRate: number): number {
  return roundHalfToEven(total(counts.overZero.map((layer) => layer.length)) * topRate);
}

/** As Python rounds, which the reference implementation relies on; Math.round would send 2.5 to 3. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

function activationProbabilities({ overZero, tokens }: ActivationCounts): number[][][] {
  return overZero.map((layer) => layer.map((perLanguage) => perLanguage.map((over, language) => over / (tokens[language] as number))));
}

/** The round(rate * length)-th smallest, counted from 1 (torch's kthvalue). */
function quantile(sorted: Float64Array, rate: number): number {
  const k = Math.max(1, roundHalfToEven(sorted.length * rate));
  return sorted[k - 1] as number;
}

/** All neurons by rising entropy; ties in order of layer and neuron. */
function rankNeurons(probabilities: readonly (readonly (readonly number[])[])[], threshold: number): Neuron[] {
  const neurons = probabilities.flatMap((layer, layerIndex) => layer.map((perLanguage, neuron): Neuron => ({
    layer: layerIndex,
    neuron,
    probabilities: perLanguage,
    entropy: perLanguage.some((probability) => probability > threshold) ? entropyOf(perLanguage) : Infinity,
  })));
  // Infinity - Infinity is NaN, so compare rather than subtract; the sort is stable, which settles ties.
  return neurons.sort((a, b) => (a.entropy < b.entropy ? -1 : a.entropy > b.entropy ? 1 : 0));
}

function entropyOf(probabilities: readonly number[]): number {
  const sum = total(probabilities);
  if (sum === 0) return 0;
  return probabilities.reduce((entropy, probability) => {
    const share = probability / sum;
    return share === 0 ? entropy : entropy - share * Math.log(share);
  }, 0);
}

function select(ranked: readonly Neuron[], { topRate, frozenThreshold }: LapeOptions): Neuron[] {
  const cut = frozenThreshold?.entropyCut ?? null;
  if (cut !== null) return ranked.filter(({ entropy }) => entropy <= cut);
  return ranked.slice(0, roundHalfToEven(ranked.length * topRate));
}

function assign(
  { languages, overZero }: ActivationCounts, selected: readonly Neuron[], belongs: readonly (readonly boolean[])[],
): Record<string, number[][]> {
  return Object.fromEntries(languages.map((name, language) =>
    [name, groupByLayer(selected.filter((_, index) => belongs[index]?.[language] === true), overZero.length)]));
}

function sharedNeurons(languages: readonly string[], belongs: readonly (readonly boolean[])[]): SharedNeurons[] {
  return languages.flatMap((one, first) => languages.slice(first + 1).map((other, offset): SharedNeurons => ({
    languages: [one, other],
    neurons: belongs.filter((of) => of[first] === true && of[first + 1 + offset] === true).length,
  })));
}

function outerThirds(countsPerLayer: Readonly<Record<string, readonly number[]>>, neuronsPerLayer: readonly number[]): OuterThirds | null {
  const depth = neuronsPerLayer.length;
  const third = Math.floor(depth / 3);
  if (third === 0) return null;
  const layers = [...neuronsPerLayer.keys()].filter((layer) => layer < third || layer >= depth - third);
  const share = (perLayer: readonly number[]) => {
    const all = total(perLayer);
    return all === 0 ? null : total(layers.map((layer) => perLayer[layer] as number)) / all;
  };
  return { layers, expected: share(neuronsPerLayer) as number, share: mapValues(countsPerLayer, share) };
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function groupByLayer(neurons: readonly Neuron[], layers: number): number[][] {
  return Array.from({ length: layers }, (_, layer) =>
    neurons.filter((neuron) => neuron.layer === layer).map(({ neuron }) => neuron).sort((a, b) => a - b));
}

function meanEntropy(neurons: readonly Neuron[]): number | null {
  return neurons.length === 0 ? null : neurons.reduce((sum, { entropy }) => sum + entropy, 0) / neurons.length;
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
