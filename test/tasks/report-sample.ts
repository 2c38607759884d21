import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UpstreamTask } from '../../src/engine/task-kind.js';
import type {
  Measurements, NeuronPoint, PerformancePoint, Point, RequiredSharePoint, ScratchPoint, WorkingPoint,
} from '../../src/tasks/collect-measurements/measurements.js';
import { compareClaims, compareControls } from '../../src/tasks/compare-claims/compare.js';
import type { ClaimRow, ControlRow } from '../../src/tasks/compare-claims/rows.js';
import type { MixDocument } from '../../src/tasks/solve-mix/mix-document.js';

export interface SampleOptions {
  readonly seeds?: readonly number[];
  readonly targets?: readonly string[];
  /** No program was run: pass rates are null and performance is bits per byte. */
  readonly isRealCode?: boolean;
}

/** Uniform in [0, 1), the same in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => { state = state * 48271 % 2147483647; return state / 2147483647; };
}

const lastStep = 1200;
const steps = [5, 10, 20, 30, 45, 60, 80, 100, 130, 160, 200, 250, 300, 350, 400, 450, 500, 550, 600, 650, 700, 750, 800, 850, 900, 950, 1000, 1050, 1100, 1150, lastStep];
const fractions = [0.03, 0.08, 0.2, 0.5, 1];
const dominantTokens = 400_000;
const available: Readonly<Record<string, number>> = { php: 1_200_000, csharp: 900_000, go: 500_000, cpp: 1_400_000 };

/** How high a language gets, and how much of it is lost again. */
const shapes: Readonly<Record<string, { readonly height: number; readonly loss: number; readonly borrowed: number }>> = {
  php: { height: 0.62, loss: 0.2, borrowed: 0.6 }, csharp: { height: 0.55, loss: 0.13, borrowed: 0.5 }, go: { height: 0.5, loss: 0.05, borrowed: 0.35 }, cpp: { height: 0.46, loss: -0.06, borrowed: 0.15 },
};

function clip(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** What collect-measurements would have gathered from a whole run; every number is made up, from a seed. */
export function sampleMeasurements({ seeds = [1, 2, 3], targets = ['php', 'csharp', 'go', 'cpp'], isRealCode = false }: SampleOptions = {}): Measurements {
  const random = generator(7);
  const jitter = (size: number) => (random() + random() + random() - 1.5) * 2 * size;
  const at = (language: string, seed: number, step: number | null, value: number | null, fraction: number | null = null): Point => ({
    language, seed: String(seed), step, fraction, budget: fraction === null ? null : Math.round(fraction * (available[language] ?? 1e6)), value, ...(value === null ? { reason: 'no problem is solved' } : {}),
  });
  const performance = (point: Point): PerformancePoint => {
    const rate = clip((point.value ?? 0) + jitter(0.02));
    const outcomes = isRealCode ? {} : Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`World/${index}`, (index * 37) % 100 < rate * 100]));
    return { ...point, value: isRealCode ? 2 - rate : rate, outcomes, bitsPerByte: 2 - rate };
  };
  const forEach = <P>(languages: readonly string[], places: readonly (number | null)[], make: (language: string, seed: number, place: number | null) => P): P[] =>
    languages.flatMap((language) => seeds.flatMap((seed) => places.map((place) => make(language, seed, place))));
  const shape = (language: string) => shapes[language] ?? { height: 0.5, loss: 0.1, borrowed: 0.4 };
  const curve = (language: string, step: number) => shape(language).height * (1 - Math.exp(-step / 70)) - shape(language).loss / (1 + Math.exp(-(step - 480) / 90));
  const probes = steps.filter((_, index) => index % 2 === 0);
  const working = (point: Point, share: number): WorkingPoint => {
    const value = clip(share + jitter(0.03));
    return { ...point, value, interval: null, dominantCount: Math.round(40 * value), targetCount: Math.round(40 * (1 - value)), totalCount: 100, coverage: 0.42 + jitter(0.03), massShare: value, anyIdentifier: { value: clip(share * 0.9 + 0.06), coverage: 0.7 }, perLayer: [], countedLayers: 4 };
  };
  const neuron = (point: Point, own: number): NeuronPoint => {
    const count = Math.max(1, Math.round(own + jitter(1.2)));
    const counts = { python: 34 - Math.round(count / 2), [point.language]: count };
    return { ...point, value: count, counts, countsPerLayer: null, overlap: 2, threshold: 0.8, numFinite: 300, frozen: { counts: { ...counts, [point.language]: Math.round(count * 0.72) }, countsPerLayer: null }, fixedCount: null };
  };
  const sweepShape = (language: string, fraction: number) => shape(language).height - Math.max(0, shape(language).loss) * Math.max(0, Math.log2(fraction / 0.15)) / 2.2 - 0.16 * Math.max(0, Math.log2(0.15 / fraction)) / 2.2;
  const overFractions = <P>(make: (language: string, seed: number, fraction: number, step: number) => P, last: readonly number[] = [1000, 1050, 1100, 1150, lastStep]): P[] =>
    targets.flatMap((language) => seeds.flatMap((seed) => fractions.flatMap((fraction) => last.map((step) => make(language, seed, fraction, step)))));
  const scratch = (corpus: string, gain: number): ScratchPoint[] => ['small', 'large'].flatMap((size, sizeIndex) => ['first', 'second'].flatMap((benchmark, benchmarkIndex) =>
    forEach(['python', ...targets], [lastStep], (language, seed, step): ScratchPoint => ({
      ...performance(at(language, seed, step, 0.32 + 0.12 * sizeIndex + 0.1 * benchmarkIndex + gain * (language === 'go' ? -0.3 : 1))), corpus, size, benchmark,
    }))));
  const required = (language: string, seed: number, step: number, share: number): RequiredSharePoint => {
    const value = step < 10 ? null : clip(share + jitter(0.04));
    return { ...at(language, seed, step, value), solved: 40, requiredSolved: value === null ? null : Math.round(40 * value), jaccard: 0.5 };
  };
  return {
    format: 'pipelines/measurements/v1',
    dominantLanguage: 'python', targets, source: isRealCode ? 'real' : 'generated', metric: isRealCode ? 'bitsPerByte' : 'passRate',
    acquisition: forEach(targets, steps, (language, seed, step) => performance(at(language, seed, step, curve(language, step as number)))),
    acquisitionDominant: forEach(targets, steps, (language, seed, step) => performance(at(language, seed, step, 0.6 + 0.36 * Math.exp(-(step as number) / 300)))),
    monolingual: forEach(targets, [null], (language, seed) => performance(at(language, seed, null, shape(language).height - 0.24))),
    dominant: forEach(['python'], [null], (language, seed) => performance(at(language, seed, null, 0.97))),
    requiredShare: isRealCode ? [] : forEach(targets, steps, (language, seed, step) => required(language, seed, step as number, shape(language).borrowed * Math.exp(-(step as number) / 500))),
    workingShare: forEach(targets, probes, (language, seed, step) => working(at(language, seed, step, 0), 0.92 * Math.exp(-(step as number) / (language === 'cpp' ? 120 : 380)) + 0.05)),
    neurons: forEach(targets, probes, (language, seed, step) => neuron(at(language, seed, step, 0), 12 + 18 * Math.exp(-(step as number) / 400))),
    neuronsOfAll: forEach(targets, [5, 600, lastStep], (language, seed, step) => neuron(at(language, seed, step, 0), 10 + 8 * Math.exp(-(step as number) / 400))),
    proportion: forEach(targets, Array.from({ length: 120 }, (_, index) => index * 10 + 1), (language, seed, step) => ({ ...at(language, seed, step, clip(Math.exp(-(step as number) / (language === 'cpp' ? 150 : 330)) + jitter(0.02))), loss: 2 })),
    mixes: targets.map((language) => mix(language, 'target', isRealCode, (step) => curve(language, step))),
    meanMixes: targets.map((language) => mix(language, 'mean', isRealCode, (step) => (curve(language, step) + 0.6 + 0.36 * Math.exp(-step / 300)) / 2)),
    pooled: [{ method: 'optimised', tokens: { python: 400_000, php: 180_000, csharp: 210_000, go: 500_000, cpp: 1_400_000 } }],
    baselines: [{ method: 'natural', tokens: { python: 400_000, ...available } }, { method: 'uniform', tokens: { python: 400_000, php: 400_000, csharp: 400_000, go: 400_000, cpp: 400_000 } }],
    sweep: overFractions((language, seed, fraction, step) => performance(at(language, seed, step, sweepShape(language, fraction), fraction))),
    sweepDominant: overFractions((language, seed, fraction, step) => performance(at(language, seed, step, 0.96 - 0.2 * fraction, fraction))),
    sweepWorkingShare: overFractions((language, seed, fraction, step) => working(at(language, seed, step, 0, fraction), 0.9 - 0.14 * Math.log2(fraction / 0.03)), [lastStep]),
    sweepNeurons: overFractions((language, seed, fraction, step) => neuron(at(language, seed, step, 0, fraction), 26 - 3 * Math.log2(fraction / 0.03)), [lastStep]),
    solved: forEach(targets, [lastStep], (language, seed, step) => performance(at(language, seed, step, shape(language).height))),
    solvedDominant: forEach(targets, [lastStep], (language, seed, step) => performance(at(language, seed, step, 0.94))),
    scratch: [...scratch('original', 0), ...scratch('optimised', 0.05), ...scratch('temperature', 0.02), ...scratch('fixed-exposure', 0.03), ...scratch('random-cut', 0.01)],
    identical: forEach(['python'], steps, (language, seed, step) => performance(at(language, seed, step, 0.96 - 0.2 * Math.exp(-(step as number) / 60)))),
    unrelated: forEach(['unrelated'], steps, (language, seed, step) => required(language, seed, step as number, 0.02)),
    randomStart: forEach([targets[0] ?? 'php'], probes, (language, seed, step) => working(at(language, seed, step, 0), 0.14)),
    benchmarks: isRealCode ? [{ model: 'original', language: 'php', passed: 0, total: 2 }] : [],
    statistics: ['python', ...targets].map((language) => ({ language, instances: 3120, bytes: 2_901_000, tokens: available[language] ?? dominantTokens })),
    sources: isRealCode ? [{ language: 'php', name: 'left-pad', version: '1.3.0', licence: 'MIT', files: 3, bytes: 4_000 }] : [],
  };
}

function mix(target: string, objective: MixDocument['objective'], isRealCode: boolean, performanceAt: (step: number) => number): MixDocument {
  const shareAt = (step: number) => clip((Math.exp(-step / 900) - Math.exp(-lastStep / 900)) / (1 - Math.exp(-lastStep / 900)));
  const tokensAt = (step: number) => (shareAt(step) === 0 ? null : dominantTokens * (1 - shareAt(step)) / shareAt(step));
  const curve = steps.map((step) => ({ x: shareAt(step), y: performanceAt(step) - (isRealCode ? 2 : 0), standardError: 0.015, step, n: tokensAt(step) })).reverse();
  const best = curve.reduce((leader, point) => (point.y > leader.y ? point : leader));
  const near = curve.filter(({ y }) => y >= best.y - 0.015);
  return {
    dominant: 'python', target, objective, measure: isRealCode ? 'negativeBitsPerByte' : 'passRate', seeds: ['1', '2', '3'], dominantTokens, availableTokens: available[target] ?? null,
    pStar: best.x, nStar: best.n, nUse: best.n === null ? null : Math.min(best.n, available[target] ?? Infinity), step: best.step, performance: best.y, tokens: {}, shares: {}, sensitivity: 900,
    withinOneStandardError: { steps: near.map(({ step }) => step), nLow: near.at(-1)?.n ?? null, nHigh: near[0]?.n ?? null, standardError: 0.015, source: 'seeds' },
    curve, smoothed: [], perSeed: [], overSeeds: best.n === null ? null : { geometricMean: best.n, interval: [best.n * 0.7, best.n * 1.6], range: [best.n * 0.6, best.n * 2] }, warnings: target === 'cpp' ? [{ kind: 'steep', message: 'one evaluation earlier or later, the tokens would differ by a factor of 2.1' }] : [], reasons: {},
  };
}

const judging = { window: 5, confidence: 0.95, resamples: 100, seed: 1 };

/** What compare-claims says of it; with few resamples, it takes under a second. */
export function sampleClaims(measured: Measurements, resamples = judging.resamples): ClaimRow[] {
  return compareClaims(measured, { ...judging, resamples }, 'pipelines run babel-tower.yaml --profile full');
}

export function sampleControls(measured: Measurements): ControlRow[] {
  return compareControls(measured, judging);
}

/** The records of the tasks behind the page. */
export function sampleUpstream(): UpstreamTask[] {
  const task = (name: string, kind: string, count: number, seconds: number) => Array.from({ length: count }, (_, index): UpstreamTask => ({
    id: `${name}(seed=${index + 1})`, name, kind, fingerprint: String(index + name.length).padStart(64, 'a1'), durationMs: seconds * 1000,
    finishedAt: new Date(Date.UTC(2026, 0, 5, 9, 0, index * seconds)).toISOString(), host: 'laptop', node: '20.19.0', engine: '0.1.0',
  }));
  return [...task('corpus', 'generate-corpus', 5, 3), ...task('acquire', 'train', 372, 14), ...task('acquisition-evaluation', 'evaluate', 372, 6), ...task('measurements', 'collect-measurements', 1, 2)];
}

export type SampleInputs = Readonly<Record<string, readonly string[]>>;

/** Writes the report's inputs into `folder`; the verdicts only where they are wanted, because they take seconds. */
export function writeSample(folder: string, measured: Measurements = sampleMeasurements(), judged: { readonly claims?: readonly ClaimRow[]; readonly controls?: readonly ControlRow[] } = {}): SampleInputs {
  mkdirSync(folder, { recursive: true });
  return Object.fromEntries(Object.entries({ measurements: measured, ...judged }).map(([name, value]) => {
    const path = join(folder, `${name}.json`);
    writeFileSync(path, JSON.stringify(value));
    return [name, [path]];
  }));
}
