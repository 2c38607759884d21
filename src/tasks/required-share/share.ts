import { problemNumber, type Evaluation } from '../formats/evaluation.js';

export interface RequiredProblems {
  /** Numbers of the problems that all evaluations hold, whatever the language of the translation. */
  readonly common: ReadonlySet<number>;
  /** Common problems that the dominant language's model solves in that language. */
  readonly byDominant: ReadonlySet<number>;
  /** P: those of them that the new language's own model fails. */
  readonly required: ReadonlySet<number>;
}

export interface ShareOfCheckpoint {
  /** |P|. */
  readonly required: number;
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

/** Models of several seeds are one voice: what at least half of them solve (methods 1.1e). */
export interface References {
  /** Evaluations of the dominant language's models in that language. */
  readonly dominant: readonly Evaluation[];
  /** Evaluations of models of the new language alone, in the new language. */
  readonly monolingual: readonly Evaluation[];
}

/** Numbers of the problems that all evaluations hold: sets are intersected first, since translations lack some (methods 1.1a). */
export function commonProblems(evaluations: readonly Evaluation[]): ReadonlySet<number> {
  const [first = new Set<number>(), ...others] = evaluations.map(numbersOf);
  return new Set([...first].filter((number) => others.every((numbers) => numbers.has(number))));
}

export function requiredProblems({ dominant, monolingual }: References, common: ReadonlySet<number>): RequiredProblems {
  const byDominant = solvedByHalf(dominant, common);
  const byMonolingual = solvedByHalf(monolingual, common);
  return { common, byDominant, required: new Set([...byDominant].filter((number) => !byMonolingual.has(number))) };
}

/** rho_t of 3.2. */
export function shareOfCheckpoint({ common, byDominant, required }: RequiredProblems, checkpoint: Evaluation): ShareOfCheckpoint {
  const solved = solvedOf(checkpoint, common);
  const requiredSolved = countIn(solved, required);
  const both = countIn(solved, byDominant);
  const either = solved.size + byDominant.size - both;
  return {
    required: required.size,
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

function solvedByHalf(evaluations: readonly Evaluation[], common: ReadonlySet<number>): Set<number> {
  const solved = evaluations.map((evaluation) => solvedOf(evaluation, common));
  return new Set([...common].filter((number) => 2 * solved.filter((numbers) => numbers.has(number)).length >= evaluations.length));
}

function solvedOf({ problems }: Evaluation, common: ReadonlySet<number>): Set<number> {
  return new Set(problems.filter(({ passed }) => passed).flatMap(({ task_id }) => problemNumber(task_id) ?? []).filter((number) => common.has(number)));
}

function countIn(numbers: ReadonlySet<number>, others: ReadonlySet<number>): number {
  return [...numbers].filter((number) => others.has(number)).length;
}
