import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Labels } from '../../src/engine/task-kind.js';

type Artifacts = { path: string; labels: Labels }[];
export type Sample = Readonly<Record<string, Artifacts>>;

/** Uniform in [0, 1), the same in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => { state = state * 48271 % 2147483647; return state / 2147483647; };
}

export interface SampleOptions {
  /** Pass rate of the new language at a step, before noise. */
  readonly performance?: (step: number) => number;
  readonly seeds?: readonly number[];
  readonly noise?: number;
  /** No program was run: pass rates are null and performance is bits per byte. */
  readonly isRealCode?: boolean;
  /** Inputs to write; all of them by default. */
  readonly only?: readonly string[];
}

export const lastStep = 1200;
export const steps = [5, 10, 20, 30, 45, 60, 80, 100, 130, 160, 200, 250, 300, 350, 400, 450, 500, 550, 600, 650, 700, 750, 800, 850, 900, 950, 1000, 1050, 1100, 1150, lastStep];
const budgets = [20_000, 50_000, 100_000, 200_000, 400_000];
const dominantTokens = 400_000;

/** Rises to 44 % near step 250 and settles at 34 %: the prototype's curve, in its shape. */
export function riseThenFall(step: number): number {
  return 0.44 * (1 - Math.exp(-step / 70)) - 0.12 / (1 + Math.exp(-(step - 480) / 90));
}

/** Writes what the other kinds would have measured into `folder`; every number is made up, from a seed. */
export function writeSample(folder: string, options: SampleOptions = {}): Sample {
  const { performance = riseThenFall, seeds = [1, 2, 3], noise = 0.02, isRealCode = false, only } = options;
  const random = generator(7);
  const jitter = (size = noise) => (random() + random() + random() - 1.5) * 2 * size;
  const clip = (value: number, high = 1) => Math.min(high, Math.max(0, value));
  mkdirSync(folder, { recursive: true });
  let files = 0;
  const write = (value: unknown, labels: Labels) => {
    const path = join(folder, `${files++}.json`);
    writeFileSync(path, JSON.stringify(value));
    return { path, labels };
  };
  const evaluation = (language: string, rate: number, total = 100) => {
    const solved = Math.round(clip(rate) * total);
    const problems = isRealCode ? [] : Array.from({ length: total }, (_, index) => ({ task_id: `World/${index}`, passed: (index * 37) % total < solved }));
    const bits = (value: number) => ({ loss: value, bitsPerByte: 2 - value });
    return {
      language, problems, passed: isRealCode ? 0 : solved, total: problems.length, passRate: isRealCode ? null : solved / total,
      ...(isRealCode ? { reason: 'no benchmark for real code' } : {}),
      heldOut: { php: bits(language === 'php' ? rate : 0.2), python: bits(language === 'python' ? rate : 0.6), [language]: bits(rate) },
    };
  };
  const perSeed = (make: (seed: number) => Artifacts) => seeds.flatMap(make);
  const overSteps = (at: readonly number[], make: (step: number) => unknown) => perSeed((seed) => at.map((step) => write(make(step), { seed, step })));
  const working = (step: number) => clip(0.92 * Math.exp(-step / 320) + 0.04 + jitter(0.03));
  const probes = steps.filter((_, index) => index % 2 === 0);
  const workingDocument = (share: number) => ({ dominant: 'python', target: 'php', workingShare: share, coverage: 0.42 + jitter(0.03), hits: 40, total: 100, perLayer: [], massShare: share });
  const lapeDocument = (php: number) => ({ languages: ['python', 'php'], counts: { python: Math.round(15 - php), php: Math.round(php) }, overlap: 1, frozen: { counts: { python: 6, php: Math.round(php * 0.8) } } });
  const overBudgets = (make: (budget: number, step: number) => unknown, at: readonly number[] = [1000, 1050, 1100, 1150, lastStep]) =>
    perSeed((seed) => budgets.flatMap((budget) => at.map((step) => write(make(budget, step), { seed, budget, step }))));
  const sweepPerformance = (budget: number) => 0.3 + 0.24 * Math.exp(-((Math.log2(budget / 80_000)) ** 2) / 3);
  const scratch = (gain: number, languages: readonly string[]) => perSeed((seed) => languages.map((language, index) => write(evaluation(language, 0.35 + 0.05 * index + gain + jitter()), { seed, language })));
  const shareAt = (step: number) => clip((Math.exp(-step / 900) - Math.exp(-lastStep / 900)) / (1 - Math.exp(-lastStep / 900)));
  const tokensAt = (step: number) => (shareAt(step) === 0 ? null : dominantTokens * (1 - shareAt(step)) / shareAt(step));
  const predicted = steps.map((step) => ({ x: shareAt(step), y: performance(step) - (isRealCode ? 2 : 0), standardError: 0.01, step, n: tokensAt(step) })).reverse();
  const best = predicted.reduce((leader, point) => (point.y > leader.y ? point : leader));
  const near = predicted.filter(({ y }) => y >= best.y - 0.01);

  const inputs: Record<string, () => Artifacts> = {
    acquisition: () => overSteps(steps, (step) => evaluation('php', performance(step) + jitter())),
    acquisitionDominant: () => overSteps(steps, (step) => evaluation('python', 0.62 + 0.36 * Math.exp(-step / 300) + jitter())),
    monolingual: () => perSeed((seed) => [write(evaluation('php', 0.3 + jitter(0.01)), { seed })]),
    dominant: () => perSeed((seed) => [write(evaluation('python', 0.97), { seed })]),
    ...(isRealCode ? {} : {
      requiredShare: () => perSeed((seed) => [write({
        dominant: 'python', target: 'php', problems: 120, required: [],
        curve: steps.map((step) => (step < 10 ? { seed: String(seed), step, share: null, reason: 'no problem is solved' } : { seed: String(seed), step, share: clip(0.55 * Math.exp(-step / 500) + jitter(0.04)) })),
      }, { seed })]),
    }),
    workingLanguage: () => overSteps(probes, (step) => workingDocument(working(step))),
    lape: () => overSteps(probes, (step) => lapeDocument(4 + 8 * Math.exp(-step / 400) + jitter(0.4))),
    proportion: () => perSeed((seed) => [write({
      alpha: 5, beta: 1, proportion: Array.from({ length: lastStep }, (_, index) => ({ step: index + 1, loss: 1, proportion: clip(Math.exp(-index / 260) + jitter(0.02)) })),
    }, { seed })]),
    mix: () => [write({
      dominant: 'python', target: 'php', objective: 'target', measure: isRealCode ? 'negativeBitsPerByte' : 'passRate', seeds: ['1', '2', '3'], dominantTokens, availableTokens: 400_000,
      pStar: best.x, nStar: best.n, nUse: best.n === null ? null : Math.min(best.n, 400_000), step: best.step, performance: best.y, tokens: {}, shares: {}, sensitivity: 900,
      withinOneStandardError: { steps: near.map(({ step }) => step), nLow: near.at(-1)?.n ?? null, nHigh: near[0]?.n ?? null, standardError: 0.01, source: 'seeds' },
      curve: predicted,
      smoothed: [], perSeed: [], warnings: [{ kind: 'steep', message: 'one evaluation earlier or later, the tokens would differ by a factor of 2.1' }], reasons: {},
    }, {})],
    sweep: () => overBudgets((budget) => evaluation('php', sweepPerformance(budget) + jitter())),
    sweepDominant: () => overBudgets((budget) => evaluation('python', 0.95 - budget / 2e6 + jitter())),
    sweepWorkingLanguage: () => overBudgets((budget) => workingDocument(clip(0.9 - 0.18 * Math.log2(budget / 20_000) + jitter(0.02))), [lastStep]),
    sweepLape: () => overBudgets((budget) => lapeDocument(12 - 1.6 * Math.log2(budget / 20_000) + jitter(0.4)), [lastStep]),
    scratchOriginal: () => scratch(0, ['php', 'csharp', 'go', 'cpp']),
    scratchOriginalDominant: () => scratch(0, ['python']),
    scratchOptimised: () => scratch(0.03, ['php', 'csharp', 'go', 'cpp']),
    scratchOptimisedDominant: () => scratch(0.03, ['python']),
    statistics: () => [write({ languages: [{ language: 'php', instances: 3120, bytes: 901_000, tokens: 400_120 }, { language: 'python', instances: 3300, bytes: 820_000, tokens: 400_044 }] }, {})],
    ...(isRealCode ? { collections: () => [write({ language: 'php', sources: [{ name: 'left-pad', version: '1.3.0', licence: 'MIT', kept: { files: 3, bytes: 4_000 }, removed: {} }] }, {})] } : {}),
  };
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => only?.includes(name) ?? true).map(([name, make]) => [name, make()]));
}
