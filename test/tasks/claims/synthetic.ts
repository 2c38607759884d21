import type { Measurements, NeuronPoint, PerformancePoint, Point, RequiredSharePoint, ScratchPoint, WorkingPoint } from '../../../src/tasks/collect-measurements/measurements.js';
import type { MixDocument } from '../../../src/tasks/solve-mix/mix-document.js';

/** What a made-up world does; every function gives the value before noise. */
export interface World {
  readonly targets: readonly string[];
  readonly seeds: readonly string[];
  /** Standard deviation of shares and pass rates over seeds and steps. */
  readonly noise: number;
  readonly problems: number;
  readonly performance: (language: string, step: number) => number;
  readonly retained: (step: number) => number;
  readonly required: (step: number) => number;
  readonly overlap: (step: number) => number;
  readonly working: (step: number) => number;
  readonly proportion: (step: number) => number;
  readonly neurons: (step: number) => number;
  /** Part of the new language's neurons in each of three layers. */
  readonly layers: readonly [number, number, number];
  readonly budgets: readonly number[];
  readonly sweep: (language: string, tokens: number) => number;
  readonly sweepRetained: (tokens: number) => number;
  readonly sweepWorking: (tokens: number) => number;
  readonly sweepNeurons: (tokens: number) => number;
  /** Predicted performance by tokens, and the tokens that Algorithm 1 chose. */
  readonly predicted: (language: string, tokens: number) => number;
  readonly optimum: (language: string) => number;
  readonly scratchGain: (corpus: string, size: string) => number;
  readonly identical: (step: number) => number;
  readonly unrelated: number;
  readonly randomStart: number;
}

export const lastStep = 1200;
export const steps = Array.from({ length: 40 }, (_, index) => (index + 1) * 30);
const dominantTokens = 20_000;
const available = 320_000;

/** Straight between the given places, constant outside. */
export function through(...places: readonly (readonly [number, number])[]): (x: number) => number {
  return (x) => {
    const after = places.findIndex(([at]) => at >= x);
    if (after === 0) return (places[0] as readonly [number, number])[1];
    if (after === -1) return (places.at(-1) as readonly [number, number])[1];
    const [[x0, y0], [x1, y1]] = [places[after - 1] as readonly [number, number], places[after] as readonly [number, number]];
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0);
  };
}

const amounts = [2_500, 5_000, 13_000, 60_000, available];
/** As the trajectory where Python has the same share. */
const hill = (tokens: number) => through([Math.log2(2_500), 0.13], [Math.log2(5_000), 0.22], [Math.log2(13_000), 0.6], [Math.log2(60_000), 0.4], [Math.log2(available), 0.34])(Math.log2(tokens));
const rising = (tokens: number) => 0.1 + 0.07 * octaves(tokens);
const octaves = (tokens: number) => Math.log2(tokens / 2_500);
const tokenShare = (tokens: number) => tokens / (tokens + dominantTokens);

/** A world in which all that the paper claims is so. */
export const paperWorld: World = {
  targets: ['php', 'csharp', 'go', 'cpp'],
  seeds: ['1', '2', '3'],
  noise: 0.006,
  problems: 60,
  performance: (language, step) => (language === 'cpp' ? through([0, 0], [600, 0.3], [lastStep, 0.6])(step) : through([0, 0], [210, 0.6], [720, 0.3])(step)),
  retained: through([0, 0.95], [210, 0.9], [720, 0.4]),
  required: through([210, 0.6], [720, 0.01]),
  overlap: through([360, 0.7], [lastStep, 0.1]),
  working: (step) => 0.05 + 0.93 * Math.exp(-step / 390),
  proportion: (step) => 0.05 + 0.9 * Math.exp(-step / 300),
  neurons: through([0, 40], [210, 36], [720, 20], [lastStep, 8]),
  layers: [0.5, 0.1, 0.4],
  budgets: amounts,
  sweep: (language, tokens) => (language === 'cpp' ? rising(tokens) : hill(tokens)),
  sweepRetained: (tokens) => 0.9 - 0.05 * octaves(tokens),
  sweepWorking: (tokens) => 1 - tokenShare(tokens),
  sweepNeurons: (tokens) => 60 - 7 * octaves(tokens),
  predicted: (language, tokens) => (language === 'cpp' ? rising(tokens) : hill(tokens)),
  optimum: (language) => (language === 'cpp' ? 600_000 : 13_000),
  scratchGain: (corpus) => ({ optimised: 0.12, original: 0, temperature: 0.02, 'fixed-exposure': 0, 'random-cut': 0.01 })[corpus] ?? 0,
  identical: through([0, 0.9], [lastStep, 0.95]),
  unrelated: 0.01,
  randomStart: 0.2,
};

/** Uniform in [0, 1), the same in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => { state = state * 48271 % 2147483647; return state / 2147483647; };
}

/** The measurements that a world gives. */
export function synthetic(changes: Partial<World> = {}, seed = 7): Measurements {
  const world: World = { ...paperWorld, ...changes };
  const random = generator(seed);
  const jitter = (size = world.noise) => (random() + random() + random() + random() - 2) * Math.sqrt(3) * size;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  const point = (language: string, seedName: string, step: number | null, value: number, budget: number | null = null): Point & { value: number } =>
    ({ language, seed: seedName, step, fraction: budget === null ? null : budget / available, budget, value });
  const performance = (at: Point & { value: number }): PerformancePoint => {
    const solved = Math.round(clip(at.value + jitter()) * world.problems);
    const outcomes = Object.fromEntries(Array.from({ length: world.problems }, (_, index) => [`World/${index}`, (index * 37) % world.problems < solved]));
    return { ...at, value: solved / world.problems, outcomes, bitsPerByte: null };
  };
  const working = (at: Point & { value: number }): WorkingPoint => {
    const value = clip(at.value + jitter());
    return {
      ...at, value, interval: [clip(value - 0.05), clip(value + 0.05)], dominantCount: Math.round(value * 100), targetCount: 100 - Math.round(value * 100), totalCount: 250,
      coverage: 0.4, massShare: value, anyIdentifier: null, perLayer: [], countedLayers: 2,
    };
  };
  const neurons = (at: Point & { value: number }): NeuronPoint => {
    const value = Math.max(0, Math.round(at.value + jitter(world.noise * 40)));
    const perLayer = world.layers.map((share) => Math.round(share * value));
    return {
      ...at, value, counts: { [at.language]: value, python: 60 - value }, countsPerLayer: { [at.language]: perLayer, python: [20, 20, 20] }, overlap: 2, threshold: 0.9, numFinite: 1000,
      frozen: { counts: { [at.language]: value }, countsPerLayer: null },
      fixedCount: { count: 20, counts: { [at.language]: 20 }, meanEntropy: { [at.language]: 0.6 - value / 100 }, overlap: 1 },
    };
  };
  const required = (at: Point & { value: number }, jaccard: number): RequiredSharePoint => ({ ...at, value: clip(at.value + jitter()), solved: 50, requiredSolved: 20, jaccard: clip(jaccard + jitter()) });
  const overRuns = <T>(make: (language: string, seedName: string) => T[]): T[] => world.targets.flatMap((language) => world.seeds.flatMap((seedName) => make(language, seedName)));
  const overSteps = <T>(make: (language: string, seedName: string, step: number) => T): T[] => overRuns((language, seedName) => steps.map((step) => make(language, seedName, step)));
  const overBudgets = <T>(make: (language: string, seedName: string, budget: number) => T): T[] => world.targets.flatMap((language) => world.budgets.map((budget) => make(language, '1', budget)));
  const mix = (language: string): MixDocument => {
    const nStar = world.optimum(language);
    const tokens = Array.from({ length: 30 }, (_, index) => 1_250 * 2 ** (index / 3));
    return {
      dominant: 'python', target: language, objective: 'target', measure: 'passRate', seeds: world.seeds, dominantTokens, availableTokens: available,
      pStar: dominantTokens / (dominantTokens + nStar), nStar, nUse: Math.min(nStar, available), step: 300, performance: 0.5, tokens: {}, shares: {}, sensitivity: 1,
      withinOneStandardError: { steps: [], nLow: nStar / 1.2, nHigh: nStar * 1.2, standardError: 0.01, source: 'seeds' },
      curve: tokens.map((n, index) => ({ x: dominantTokens / (dominantTokens + n), y: world.predicted(language, n), standardError: 0.01, step: index, n })).reverse(),
      smoothed: [], perSeed: [], overSeeds: null, warnings: [], reasons: {},
    };
  };
  const scratch = ['original', 'optimised', 'temperature', 'fixed-exposure', 'random-cut'].flatMap((corpus) => ['small', 'large'].flatMap((size) => ['first', 'second'].flatMap((benchmark) =>
    ['python', ...world.targets].flatMap((language) => world.seeds.map((seedName): ScratchPoint => ({
      ...performance(point(language, seedName, null, 0.4 + world.scratchGain(corpus, size))), corpus, size, benchmark,
    }))))));
  return {
    format: 'pipelines/measurements/v1', dominantLanguage: 'python', targets: world.targets, source: 'generated', metric: 'passRate',
    acquisition: overSteps((language, seedName, step) => performance(point(language, seedName, step, world.performance(language, step)))),
    acquisitionDominant: overSteps((language, seedName, step) => performance(point(language, seedName, step, world.retained(step)))),
    monolingual: world.targets.map((language) => performance(point(language, '1', null, 0.3))),
    dominant: world.seeds.map((seedName) => performance(point('python', seedName, null, world.retained(0)))),
    requiredShare: overSteps((language, seedName, step) => required(point(language, seedName, step, world.required(step)), world.overlap(step))),
    workingShare: overSteps((language, seedName, step) => working(point(language, seedName, step, world.working(step)))),
    neurons: overSteps((language, seedName, step) => neurons(point(language, seedName, step, world.neurons(step)))),
    neuronsOfAll: [],
    proportion: overSteps((language, seedName, step) => ({ ...point(language, seedName, step, clip(world.proportion(step) + jitter())), loss: 2 })),
    mixes: world.targets.map(mix),
    meanMixes: [],
    pooled: [{ method: 'optimised', tokens: { python: dominantTokens, php: 13_000, csharp: 13_000, go: available, cpp: available } }],
    baselines: [],
    sweep: overBudgets((language, seedName, budget) => performance(point(language, seedName, 600, world.sweep(language, budget), budget))),
    sweepDominant: overBudgets((language, seedName, budget) => performance(point(language, seedName, 600, world.sweepRetained(budget), budget))),
    sweepWorkingShare: overBudgets((language, seedName, budget) => working(point(language, seedName, 600, world.sweepWorking(budget), budget))),
    sweepNeurons: overBudgets((language, seedName, budget) => neurons(point(language, seedName, 600, world.sweepNeurons(budget), budget))),
    solved: overRuns((language, seedName) => [performance(point(language, seedName, lastStep, 0.55))]),
    solvedDominant: [],
    scratch,
    identical: world.seeds.flatMap((seedName) => steps.map((step) => performance(point('python', seedName, step, world.identical(step))))),
    unrelated: world.seeds.flatMap((seedName) => steps.map((step) => required(point('unrelated', seedName, step, world.unrelated), 0.1))),
    randomStart: world.targets.flatMap((language) => steps.map((step) => working(point(language, '1', step, world.randomStart)))),
    benchmarks: [],
    statistics: ['python', ...world.targets].map((language) => ({ language, instances: 100, bytes: 1000, tokens: language === 'python' ? dominantTokens : available })),
    sources: [],
  };
}

/** The measurements of a run that measured nothing. */
export const nothing: Measurements = {
  format: 'pipelines/measurements/v1', dominantLanguage: 'python', targets: ['php'], source: 'generated', metric: 'passRate',
  acquisition: [], acquisitionDominant: [], monolingual: [], dominant: [], requiredShare: [], workingShare: [], neurons: [], neuronsOfAll: [], proportion: [],
  mixes: [], meanMixes: [], pooled: [], baselines: [], sweep: [], sweepDominant: [], sweepWorkingShare: [], sweepNeurons: [], solved: [], solvedDominant: [],
  scratch: [], identical: [], unrelated: [], randomStart: [], benchmarks: [], statistics: [], sources: [],
};
