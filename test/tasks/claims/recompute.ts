import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The numbers behind a good part of the verdicts, computed a second time: from the raw artifacts of a finished run, in
 * plain code that shares nothing with src/tasks/compare-claims and src/tasks/statistics.
 */

/** Names of the YAML tasks whose artifacts play each part. */
export interface TaskNames {
  readonly acquisition: readonly string[];
  readonly acquisitionDominant: readonly string[];
  readonly dominant: readonly string[];
  readonly requiredShare: readonly string[];
  readonly workingLanguage: readonly string[];
  readonly lape: readonly string[];
  readonly proportion: readonly string[];
  readonly mix: readonly string[];
  readonly sweep: readonly string[];
  readonly sweepWorkingLanguage: readonly string[];
  readonly sweepLape: readonly string[];
  readonly scratch: readonly string[];
  readonly statistics: readonly string[];
}

export interface Recomputed {
  readonly id: number;
  /** As in `perLanguage`; null is the row itself. */
  readonly part: string | null;
  readonly effect: number;
  /** How far the row's effect may be off: rounding, or the chance of a random split. */
  readonly tolerance: number;
  readonly claimed: 'above' | 'below';
  readonly bound: number;
  /** Null where this code does not judge. */
  readonly interval: readonly [number, number] | null;
}

type Labels = Readonly<Record<string, string>>;
interface Raw { readonly labels: Labels; readonly file: Record<string, unknown> }
interface Outcome { readonly language: string; readonly seed: string; readonly step: number; readonly x: number | null; readonly passed: Map<string, number>; readonly rate: number; readonly labels: Labels }

const window = 5;
const exact = 1e-9;
/** 97.5 % quantiles of Student's t, from the usual table. */
const quantiles = [NaN, 12.7062, 4.3027, 3.1824, 2.7764, 2.5706];

/** @param folder `artifacts/<pipeline>` */
export function recompute(folder: string, tasks: TaskNames, mainTarget = 'php', dominant = 'python'): Recomputed[] {
  const read = (names: readonly string[], file: string) => names.flatMap((name) => rawArtifacts(folder, name, file));
  const tokensOf = new Map(read(tasks.statistics, 'statistics.json').flatMap(({ file }) => (file['languages'] as { language: string; tokens: number }[]).map(({ language, tokens }) => [language, tokens] as const)));
  const outcomes = (names: readonly string[]) => read(names, 'evaluation.json').map((raw) => outcomeOf(raw, tokensOf, mainTarget, dominant)).filter(({ passed }) => passed.size > 0);
  const acquisition = outcomes(tasks.acquisition);
  const retained = outcomes(tasks.acquisitionDominant);
  const sweep = outcomes(tasks.sweep);
  const languages = unique(acquisition.map(({ language }) => language));
  const probes = read(tasks.workingLanguage, 'working-language.json');
  const neurons = read(tasks.lape, 'transferring-neurons.json');
  const mixes = read(tasks.mix, 'mix.json').map(({ file }) => file as unknown as { target: string; dominantTokens: number; nUse: number | null; availableTokens: number | null; curve: { x: number; y: number }[] });
  const found: Recomputed[] = [];
  const overSeeds = (id: number, part: string, claimed: 'above' | 'below', bound: number, values: readonly number[]) => {
    if (values.length > 0) found.push({ id, part, claimed, bound, effect: average(values), tolerance: exact, interval: student(values) });
  };

  for (const language of languages) {
    const run = acquisition.filter((one) => one.language === language);
    const seeds = unique(run.map(({ seed }) => seed)).sort();
    const steps = unique(run.map(({ step }) => step)).sort((a, b) => a - b).filter((step) => seeds.every((seed) => run.some((one) => one.seed === seed && one.step === step)));
    if (steps.length < 3) continue;
    const curves = seeds.map((seed) => steps.map((step) => run.find((one) => one.seed === seed && one.step === step)?.rate as number));
    const total = curves[0]?.map((_, index) => average(curves.map((curve) => curve[index] as number))) ?? [];
    const level = smooth(total);
    const peak = highest(level);
    const until = steps[peak] as number;

    // Claim 1: the drop, each seed's peak placed by the others.
    const drops = curves.map((curve, own) => {
      const others = curves.length === 1 ? curves : curves.filter((_, other) => other !== own);
      const place = highest(smooth(steps.map((_, index) => average(others.map((other) => other[index] as number)))));
      return (smooth(curve)[place] as number) - average(curve.slice(-window));
    });
    found.push({ id: 1, part: language, claimed: 'above', bound: 0, effect: average(drops), tolerance: exact, interval: null });

    const stages = stagesOf(steps, total);
    const lateFrom = stages?.late ?? (steps.at(-window) ?? steps[0] as number);
    const earlyUntil = stages?.early ?? until;
    const hasEarlyAndLate = stages !== null || until < lateFrom;

    // Claim 4.
    const required = read(tasks.requiredShare, 'required-share.json').filter(({ file }) => file['target'] === language)
      .flatMap(({ labels, file }) => (file['curve'] as { seed: string | null; step: number; share: number | null }[]).map((point) => ({ seed: point.seed ?? labels['seed'] ?? '1', step: point.step, value: point.share })));
    if (hasEarlyAndLate) overSeeds(4, language, 'above', 0, perSeed(required).flatMap((points) => difference(points.filter(({ step }) => step <= earlyUntil), points.filter(({ step }) => step >= lateFrom))));

    // Claims 6 and 7.
    const working = probes.filter(({ file }) => file['target'] === language).map(({ labels, file }) => ({ seed: labels['seed'] ?? '1', step: Number(labels['step']), value: file['workingShare'] as number | null }));
    overSeeds(6, language, 'above', 0.5, perSeed(working).flatMap((points) => { const early = points.filter(({ step }) => step <= until); return early.length === 0 ? [] : average(early.map(({ value }) => value)); }));
    overSeeds(7, language, 'below', 0, perSeed(working).flatMap((points) => tau(points.map(({ value }) => value)) ?? []));

    // Claim 8.
    if (stages !== null) {
      const counts = neurons.filter(({ labels, file }) => (labels['language'] ?? mainTarget) === language && language in (file['counts'] as object))
        .map(({ labels, file }) => ({ seed: labels['seed'] ?? '1', step: Number(labels['step']), value: (file['counts'] as Record<string, number>)[language] as number }));
      const withMiddle = perSeed(counts).filter((points) => points.some(({ step }) => step > stages.early && step < stages.late));
      overSeeds(8, language, 'above', 0, withMiddle.flatMap((points) => difference(points.filter(({ step }) => step <= stages.early), points.filter(({ step }) => step >= stages.late))));
    }

    // Claim 17.
    const estimated = read(tasks.proportion, 'proportion.json').filter(({ labels }) => (labels['language'] ?? mainTarget) === language);
    overSeeds(17, language, 'above', 0, perSeed(working).flatMap((points) => {
      const own = estimated.find(({ labels }) => (labels['seed'] ?? '1') === points[0]?.seed)?.file['proportion'] as { step: number; proportion: number }[] | undefined;
      return own === undefined ? [] : rankCorrelation(points.map(({ step }) => valueAt(own.map((point) => [point.step, point.proportion]), step)), points.map(({ value }) => value)) ?? [];
    }));

    // Claim 27.
    const python = retained.filter((one) => one.language === language);
    if (stages !== null && python.length > 0) {
      const starts = new Map(outcomes(tasks.dominant).map(({ seed, rate }) => [seed, rate]));
      overSeeds(27, language, 'above', 0, perSeed(python.map(({ seed, step, rate }) => ({ seed, step, value: rate }))).map((points) => {
        const own = smooth(points.map(({ value }) => value));
        const at = (step: number) => own[closest(points.map((point) => point.step), step)] as number;
        const start = starts.get(points[0]?.seed ?? '') ?? points[0]?.value as number;
        return Math.abs(at(stages.early) - at(stages.late)) - Math.abs(start - at(stages.early));
      }));
    }
  }

  for (const language of unique(sweep.map((one) => one.language))) {
    const runs = sweep.filter((one) => one.language === language && one.x !== null);
    const amounts = unique(runs.map(({ x }) => x as number)).sort((a, b) => a - b);
    const rates = amounts.map((x) => average(runs.filter((one) => one.x === x).map(({ rate }) => rate)));
    if (runs.length !== amounts.length) continue; // several seeds or steps an amount: claims 14, 15, 20 and 21 take more than this code does
    const at = (file: Raw) => amountOf(file.labels, tokensOf, language);
    const byAmount = (files: readonly Raw[], valueOf: (raw: Raw) => number | null) => files.flatMap((raw) => { const value = valueOf(raw); const x = at(raw); return value === null || x === null ? [] : [[x, value] as const]; }).sort(([a], [b]) => a - b);
    const trend = (id: number, claimed: 'above' | 'below', points: readonly (readonly [number, number])[]) => {
      const effect = rankCorrelation(points.map(([x]) => x), points.map(([, y]) => y));
      if (effect !== null) found.push({ id, part: language, claimed, bound: 0, effect, tolerance: exact, interval: permutationInterval(points.map(([, y]) => y), effect) });
    };
    trend(12, 'above', byAmount(read(tasks.sweepWorkingLanguage, 'working-language.json').filter(({ file }) => file['target'] === language), ({ file }) => (file['workingShare'] === null ? null : 1 - (file['workingShare'] as number))));
    trend(13, 'below', byAmount(read(tasks.sweepLape, 'transferring-neurons.json').filter(({ labels }) => (labels['language'] ?? mainTarget) === language), ({ file }) => (file['counts'] as Record<string, number>)[language] ?? null));

    // Claims 14 and 15: chosen and measured on the same problems, so above what the row says by at most the luck of the choice.
    const [inside, smaller] = [rates.slice(1, -1), rates.slice(0, -1)];
    const luck = 2 / Math.sqrt(runs[0]?.passed.size ?? 1);
    if (inside.length > 0) found.push({ id: 14, part: language, claimed: 'above', bound: 0, effect: Math.max(...inside) - (rates.at(-1) as number), tolerance: luck, interval: null });
    if (smaller.length > 0) found.push({ id: 15, part: language, claimed: 'above', bound: 0, effect: Math.max(...smaller) - (rates.at(-1) as number), tolerance: luck, interval: null });

    const mix = mixes.find(({ target }) => target === language);
    const tokens = mix?.nUse ?? mix?.availableTokens ?? null;
    if (mix === undefined) continue;
    const predicted = amounts.map((amount) => valueAt([...mix.curve].sort((a, b) => a.x - b.x).map(({ x, y }) => [x, y]), mix.dominantTokens / (mix.dominantTokens + amount)));
    const agreement = rankCorrelation(predicted, rates);
    if (agreement !== null) found.push({ id: 20, part: language, claimed: 'above', bound: 0, effect: agreement, tolerance: exact, interval: permutationInterval(rates, agreement, predicted) });
    if (tokens !== null && tokens > 0 && amounts.length > 1) found.push({ id: 21, part: language, claimed: 'above', bound: -Infinity, effect: Math.log2(tokens / (amounts[highest(rates)] as number)), tolerance: exact, interval: null });
  }

  const scratch = outcomes(tasks.scratch);
  for (const size of unique(scratch.map(({ labels }) => labels['size'] ?? 'small'))) {
    for (const benchmark of unique(scratch.map(({ labels }) => labels['benchmark'] ?? 'first'))) {
      const own = scratch.filter(({ labels }) => (labels['size'] ?? 'small') === size && (labels['benchmark'] ?? 'first') === benchmark);
      const part = `${size} model, ${benchmark} benchmark`;
      const effect = macroGain(own);
      if (effect === null) continue;
      found.push({ id: 25, part, claimed: 'above', bound: 0, effect, tolerance: exact, interval: null });
      if (size === 'large') found.push({ id: 26, part, claimed: 'above', bound: 0, effect, tolerance: exact, interval: null });
    }
  }
  return found;
}

/** Mean over seeds, and over problems of the mean over languages, of optimised minus original. */
function macroGain(outcomes: readonly Outcome[]): number | null {
  const of = (corpus: string) => outcomes.filter(({ labels }) => (labels['corpus'] ?? 'original') === corpus);
  const [optimised, original] = [of('optimised'), of('original')];
  const languages = unique(optimised.map(({ labels, language }) => labels['language'] ?? language)).filter((language) => original.some((one) => (one.labels['language'] ?? one.language) === language));
  const seeds = unique(optimised.map(({ seed }) => seed)).filter((seed) => original.some((one) => one.seed === seed));
  if (languages.length === 0 || seeds.length === 0) return null;
  const find = (list: readonly Outcome[], language: string, seed: string) => list.find((one) => (one.labels['language'] ?? one.language) === language && one.seed === seed);
  const perSeedGains = seeds.map((seed) => {
    const byProblem = new Map<string, number[]>();
    for (const language of languages) {
      for (const [problem, passed] of find(optimised, language, seed)?.passed ?? []) {
        const other = find(original, language, seed)?.passed.get(problem);
        if (other !== undefined) byProblem.set(problem, [...byProblem.get(problem) ?? [], passed - other]);
      }
    }
    return average([...byProblem.values()].map(average));
  });
  return average(perSeedGains);
}

function rawArtifacts(folder: string, task: string, file: string): Raw[] {
  return readdirSync(folder).sort().flatMap((entry) => {
    const [, name, list = ''] = /^([^(]+)(?:\((.*)\))?$/.exec(entry) ?? [];
    if (name !== task) return [];
    const labels = Object.fromEntries(list.split(',').filter((label) => label !== '').map((label) => label.split('=') as [string, string]));
    return [{ labels, file: JSON.parse(readFileSync(join(folder, entry, file), 'utf8')) as Record<string, unknown> }];
  });
}

function amountOf(labels: Labels, tokens: ReadonlyMap<string, number>, language: string): number | null {
  if (labels['budget'] !== undefined) return Number(labels['budget']);
  const available = tokens.get(language);
  return labels['fraction'] === undefined || available === undefined ? null : Number(labels['fraction']) * available;
}

function outcomeOf({ labels, file }: Raw, tokens: ReadonlyMap<string, number>, mainTarget: string, dominant: string): Outcome {
  const problems = file['problems'] as { task_id: string; passed: boolean }[];
  const written = file['language'] as string;
  const language = labels['corpus'] === undefined && written === dominant ? labels['language'] ?? mainTarget : written;
  const passed = new Map(problems.map((problem) => [problem.task_id, problem.passed ? 1 : 0]));
  return { language, seed: labels['seed'] ?? '1', step: Number(labels['step'] ?? 0), x: amountOf(labels, tokens, language), passed, rate: average([...passed.values()]), labels };
}

interface SeedPoint { readonly seed: string; readonly step: number; readonly value: number }

function perSeed(points: readonly { seed: string; step: number; value: number | null }[]): SeedPoint[][] {
  const measured = points.filter((point): point is SeedPoint => point.value !== null);
  return unique(measured.map(({ seed }) => seed)).sort().map((seed) => measured.filter((point) => point.seed === seed).sort((a, b) => a.step - b.step));
}

function difference(a: readonly SeedPoint[], b: readonly SeedPoint[]): number[] {
  return a.length === 0 || b.length === 0 ? [] : [average(a.map(({ value }) => value)) - average(b.map(({ value }) => value))];
}

/** The peak, and where the smoothed curve stays near its end for good; null without both inside the run. */
function stagesOf(steps: readonly number[], total: readonly number[]): { early: number; late: number } | null {
  const level = smooth(total);
  const peak = highest(level);
  const end = average(total.slice(-window));
  let squares = 0;
  for (let index = peak; index < total.length; index += 1) squares += ((total[index] as number) - (level[index] as number)) ** 2;
  const noise = Math.sqrt(squares / (total.length - peak) / (1 - 1 / window));
  let settled = peak + 1;
  for (let index = 0; index < level.length; index += 1) if (Math.abs((level[index] as number) - end) > noise) settled = Math.max(settled, index + 1);
  return peak === 0 || settled >= steps.length - 1 ? null : { early: steps[peak] as number, late: steps[settled] as number };
}

function average(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Two before and two after, fewer at the ends. */
function smooth(values: readonly number[]): number[] {
  return values.map((_, index) => average(values.slice(Math.max(0, index - 2), index + 3)));
}

function highest(values: readonly number[]): number {
  const most = Math.max(...values);
  return values.findIndex((value) => value >= most - 1e-12);
}

function closest(places: readonly number[], place: number): number {
  return places.indexOf([...places].sort((a, b) => Math.abs(a - place) - Math.abs(b - place) || a - b)[0] as number);
}

function student(values: readonly number[]): [number, number] | null {
  const quantile = quantiles[values.length - 1];
  if (values.length < 2 || quantile === undefined) return null;
  const centre = average(values);
  const half = quantile * Math.sqrt(average(values.map((value) => (value - centre) ** 2)) / (values.length - 1));
  return [centre - half, centre + half];
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** Kendall's tau-b with the order of the list. */
function tau(values: readonly number[]): number | null {
  if (values.length < 3) return null;
  let [more, less, pairs] = [0, 0, 0];
  values.forEach((later, index) => values.slice(0, index).forEach((earlier) => { pairs += 1; more += Number(later > earlier); less += Number(later < earlier); }));
  return more + less === 0 ? null : (more - less) / Math.sqrt((more + less) * pairs);
}

function rankCorrelation(xs: readonly number[], ys: readonly number[]): number | null {
  if (xs.length < 3) return null;
  const rank = (values: readonly number[]) => values.map((value) => values.filter((other) => other < value).length + (values.filter((other) => other === value).length + 1) / 2);
  const [a, b] = [rank(xs), rank(ys)];
  const centre = (xs.length + 1) / 2;
  const product = (p: readonly number[], q: readonly number[]) => p.reduce((sum, value, index) => sum + (value - centre) * ((q[index] as number) - centre), 0);
  const scale = Math.sqrt(product(a, a) * product(b, b));
  return scale === 0 ? null : product(a, b) / scale;
}

/** The correlation less the central 95 % of what all orders of the values give; null where there are too many to list. */
function permutationInterval(ys: readonly number[], effect: number, xs: readonly number[] = ys.map((_, index) => index)): [number, number] | null {
  if (ys.length > 6) return null;
  const all = orders(ys).map((order) => rankCorrelation(xs, order) as number).sort((a, b) => a - b);
  const at = (part: number) => all[Math.round(part * (all.length - 1))] as number;
  return [effect - at(0.975), effect - at(0.025)];
}

function orders<T>(values: readonly T[]): T[][] {
  return values.length === 0 ? [[]] : values.flatMap((value, index) => orders([...values.slice(0, index), ...values.slice(index + 1)]).map((rest) => [value, ...rest]));
}

/** Straight between the points, constant outside. */
function valueAt(points: readonly (readonly [number, number])[], x: number): number {
  const right = points.findIndex(([at]) => at >= x);
  if (right <= 0) return (points[right === 0 ? 0 : points.length - 1] as readonly [number, number])[1];
  const [[x0, y0], [x1, y1]] = [points[right - 1] as readonly [number, number], points[right] as readonly [number, number]];
  return y0 + (y1 - y0) * (x - x0) / (x1 - x0);
}
