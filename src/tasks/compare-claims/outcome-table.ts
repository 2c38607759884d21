import type { PerformancePoint } from '../collect-measurements/measurements.js';
import { mean } from '../statistics/average.js';
import { seedsAndProblems, type Resampling } from '../statistics/bootstrap.js';
import { bySeed, indexOfMaximum } from '../statistics/curve.js';
import { estimate, type Estimate } from '../statistics/interval.js';
import { counted } from './numbers.js';

/** Performance by place on an axis, seed and problem, where every cell was measured. */
export interface OutcomeTable {
  readonly xs: readonly number[];
  readonly seeds: readonly string[];
  /** Problems; the one column `value` where no problem was run. */
  readonly problems: readonly string[];
  /** [place][seed][problem], in [0, 1]; higher is better. */
  readonly scores: readonly (readonly (readonly number[])[])[];
}

export type TableAxis = 'step' | 'budget' | 'fraction' | 'none';

/**
 * Runs as a table. Over steps a cell is one evaluation; over budgets (or none) it is the mean of a run's last `window`
 * evaluations, the paper's final value (4.1.1). Places that a seed lacks, and problems that one evaluation lacks, are
 * left out. Null when nothing is left.
 */
export function outcomeTable(axis: TableAxis, points: readonly PerformancePoint[], window: number): OutcomeTable | null {
  const measured = points.filter(({ value }) => value !== null);
  const place = (point: PerformancePoint) => (axis === 'none' ? 0 : point[axis]);
  const seeds = [...new Set(measured.map(({ seed }) => seed))].sort(bySeed);
  const allXs = [...new Set(measured.flatMap((point) => place(point) ?? []))].sort((a, b) => a - b);
  const cell = (x: number, seed: string) => {
    const own = measured.filter((point) => place(point) === x && point.seed === seed);
    return axis === 'step' ? own.slice(0, 1) : own.sort((a, b) => (a.step ?? 0) - (b.step ?? 0)).slice(-window);
  };
  const cells = allXs.map((x) => ({ x, perSeed: seeds.map((seed) => cell(x, seed)) })).filter(({ perSeed }) => perSeed.every(({ length }) => length > 0));
  if (cells.length === 0) return null;
  const evaluations = cells.flatMap(({ perSeed }) => perSeed.flat());
  const problems = Object.keys(evaluations[0]?.outcomes ?? {}).filter((task) => evaluations.every(({ outcomes }) => task in outcomes));
  const scoresOf = (own: readonly PerformancePoint[]) => (problems.length === 0
    ? [mean(own.map(({ value }) => value as number))]
    : problems.map((task) => mean(own.map(({ outcomes }) => Number(outcomes[task])))));
  return { xs: cells.map(({ x }) => x), seeds, problems: problems.length === 0 ? ['value'] : problems, scores: cells.map(({ perSeed }) => perSeed.map(scoresOf)) };
}

/** The mean of two tables, cell by cell, over what both have; null when that is nothing. */
export function meanOfTables(a: OutcomeTable, b: OutcomeTable): OutcomeTable | null {
  const common = <T>(of: readonly T[], others: readonly T[]) => of.filter((one) => others.includes(one));
  const [xs, seeds, problems] = [common(a.xs, b.xs), common(a.seeds, b.seeds), common(a.problems, b.problems)];
  if (xs.length === 0 || seeds.length === 0 || problems.length === 0) return null;
  const score = (table: OutcomeTable, x: number, seed: string, problem: string) =>
    table.scores[table.xs.indexOf(x)]?.[table.seeds.indexOf(seed)]?.[table.problems.indexOf(problem)] as number;
  return { xs, seeds, problems, scores: xs.map((x) => seeds.map((seed) => problems.map((problem) => (score(a, x, seed, problem) + score(b, x, seed, problem)) / 2))) };
}

/** Mean over seeds and problems at each place. */
export function means(table: OutcomeTable): number[] {
  return table.scores.map((perSeed) => mean(perSeed.map((scores) => mean(scores))));
}

/** What an interval of the table is over; with one seed it does not hold what another seed would change. */
export function overWhat({ seeds, problems }: Pick<OutcomeTable, 'seeds' | 'problems'>): string {
  if (problems.length < 2) return counted(seeds.length, 'seed');
  return `${counted(seeds.length, 'seed')}, ${counted(problems.length, 'problem')}${seeds.length === 1 ? '; another seed may differ by more than the problems tell' : ''}`;
}

/** Mean of a weighted sum over the places, the weights by seed: a drop, a difference. */
export function weighted(table: OutcomeTable, weightsOf: (seed: number) => readonly number[], resampling: Resampling): Estimate {
  const rows = table.seeds.map((_, seed) => {
    const weights = weightsOf(seed);
    return table.problems.map((__, problem) => weights.reduce((sum, weight, x) => sum + weight * (table.scores[x]?.[seed]?.[problem] as number), 0));
  });
  return seedsAndProblems(rows, resampling);
}

/** Splits of the problems that an advantage is averaged over, so that it hangs on no single one. */
const splits = 20;
/** With fewer problems a half says too little; seeds are crossed instead. */
const leastProblems = 10;

/**
 * How much better the best of the candidates is than one place. Naming the best and measuring it on the same answers
 * would favour it by its luck, so it is named on one half of the problems and measured on the other (with few problems:
 * named by the other seeds). The interval is null where neither is possible.
 */
export function advantage(table: OutcomeTable, candidates: readonly number[], against: number, resampling: Resampling): Estimate {
  const { seeds, problems, scores } = table;
  const score = (x: number, seed: number, problem: number) => scores[x]?.[seed]?.[problem] as number;
  const bestBy = (ownSeeds: readonly number[], ownProblems: readonly number[]) => candidates[indexOfMaximum(candidates.map((x) =>
    mean(ownSeeds.map((seed) => mean(ownProblems.map((problem) => score(x, seed, problem)))))))] as number;
  const [allSeeds, allProblems] = [seeds.map((_, seed) => seed), problems.map((_, problem) => problem)];
  if (problems.length >= leastProblems) {
    const rows = allSeeds.map(() => allProblems.map(() => 0));
    for (let split = 0; split < splits; split += 1) {
      const isFirst = allProblems.map(() => resampling.random() < 0.5);
      const halves = [true, false].map((first) => allProblems.filter((problem) => isFirst[problem] === first));
      for (const [half, other] of [[0, 1], [1, 0]] as const) {
        const best = bestBy(allSeeds, halves[other]?.length === 0 ? allProblems : halves[other] as number[]);
        for (const seed of allSeeds) for (const problem of halves[half] as number[]) (rows[seed] as number[])[problem] = (rows[seed]?.[problem] ?? 0) + (score(best, seed, problem) - score(against, seed, problem)) / splits;
      }
    }
    return seedsAndProblems(rows, resampling);
  }
  const perSeed = allSeeds.map((seed) => {
    const best = bestBy(seeds.length === 1 ? allSeeds : allSeeds.filter((other) => other !== seed), allProblems);
    return mean(allProblems.map((problem) => score(best, seed, problem) - score(against, seed, problem)));
  });
  return estimate(perSeed, resampling.confidence);
}

/** Two runs, paired by seed and problem; null without a seed that both have. */
export function paired(a: readonly PerformancePoint[], b: readonly PerformancePoint[], window: number, resampling: Resampling): { difference: Estimate; over: string } | null {
  const common = new Set(a.map(({ seed }) => seed).filter((seed) => b.some((point) => point.seed === seed)));
  const at = (points: readonly PerformancePoint[], fraction: number) => points.filter(({ seed }) => common.has(seed)).map((point) => ({ ...point, fraction }));
  const table = outcomeTable('fraction', [...at(b, 0), ...at(a, 1)], window);
  if (table === null || table.xs.length < 2) return null;
  return { difference: weighted(table, () => [-1, 1], resampling), over: overWhat(table) };
}

/** Percentile bootstrap, over seeds and over problems at once, of a statistic of the curve of means. */
export function resampledCurves(table: OutcomeTable, resampling: Resampling): number[][] {
  const { seeds, problems, scores } = table;
  const draw = (count: number) => Array.from({ length: count }, () => Math.floor(resampling.random() * count));
  return Array.from({ length: resampling.resamples }, () => {
    const [ownSeeds, ownProblems] = [draw(seeds.length), draw(problems.length)];
    return scores.map((perSeed) => {
      let sum = 0;
      for (const seed of ownSeeds) {
        const own = perSeed[seed] as readonly number[];
        for (const problem of ownProblems) sum += own[problem] as number;
      }
      return sum / ownSeeds.length / ownProblems.length;
    });
  });
}

