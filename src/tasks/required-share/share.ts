import { problemNumber, type Evaluation } from '../formats/evaluation.js';

export interface RequiredProblems {
  /** Numbers of the problems that all evaluations hold, whatever the language of the translation. */
  readonly common: ReadonlySet<number>;
  /** P: solved by the dominant language's model in that language, failed by the new language's own model. */
  readonly required: ReadonlySet<number>;
}

export interface ShareOfCheckpoint {
  /** |C|: common problems solved in the new language. */
  readonly solved: number;
  /** |P and C|. */
  readonly requiredSolved: number;
  /** |P and C| / |C|; null when nothing is solved. */
  readonly share: number | null;
  readonly reason?: string;
  /** Overlap of C with what the dominant model solves in its own language (claim 5: it falls later); null when both are empty. */
  readonly jaccard: number | null;
}

/** Problems are matched by number and the sets intersected first, since translations lack some (methods 1.1a). */
export function requiredProblems(dominant: Evaluation, monolingual: Evaluation, evaluations: readonly Evaluation[]): RequiredProblems {
  const others = [monolingual, ...evaluations].map(numbersOf);
  const common = new Set([...numbersOf(dominant)].filter((number) => others.every((numbers) => numbers.has(number))));
  const [byDominant, byMonolingual] = [solvedOf(dominant, common), solvedOf(monolingual, common)];
  return { common, required: new Set([...byDominant].filter((number) => !byMonolingual.has(number))) };
}

/** rho_t of 3.2. */
export function shareOfCheckpoint({ common, required }: RequiredProblems, dominant: Evaluation, checkpoint: Evaluation): ShareOfCheckpoint {
  const solved = solvedOf(checkpoint, common);
  const byDominant = solvedOf(dominant, common);
  const requiredSolved = countIn(solved, required);
  const both = countIn(solved, byDominant);
  const either = solved.size + byDominant.size - both;
  return {
    solved: solved.size,
    requiredSolved,
    share: solved.size === 0 ? null : requiredSolved / solved.size,
    ...(solved.size === 0 ? { reason: reasonForNone(common, checkpoint) } : {}),
    jaccard: either === 0 ? null : both / either,
  };
}

function reasonForNone(common: ReadonlySet<number>, { total, reason }: Evaluation): string {
  if (total === 0) return reason === undefined ? 'no problem was run' : `no problem was run: ${reason}`;
  return common.size === 0 ? 'no problem was run in all the evaluations' : 'no problem is solved';
}

function numbersOf({ problems }: Evaluation): Set<number> {
  return new Set(problems.flatMap(({ task_id }) => problemNumber(task_id) ?? []));
}

function solvedOf({ problems }: Evaluation, common: ReadonlySet<number>): Set<number> {
  return new Set(problems.filter(({ passed }) => passed).flatMap(({ task_id }) => problemNumber(task_id) ?? []).filter((number) => common.has(number)));
}

function countIn(numbers: ReadonlySet<number>, others: ReadonlySet<number>): number {
  return [...numbers].filter((number) => others.has(number)).length;
}
