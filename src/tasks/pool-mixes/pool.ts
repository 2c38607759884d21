import { TaskError } from '../../engine/task-kind.js';
import { constrain, count, type Available, type Binding, type Constraints } from '../mixes/constraints.js';
import { corpusMix, type CorpusMix } from '../mixes/corpus-mix.js';
import { shareOfTokens } from '../solve-mix/mix.js';
import type { SolvedMix } from './solved-mix.js';

/**
 * One mix of all languages from mixes that were each solved alone beside the same tokens of the dominant language (methods 1.5).
 * Like the paper it assumes that targets do not interact: the dominant language's share of the pool is below every optimum.
 * A pinned dominant language scales the targets with it, as Eq. 3 does; an unbounded target gets its whole text, once.
 * @throws {TaskError} when the mixes do not fit together, or no mix meets the constraints
 */
export function poolMixes(solved: readonly SolvedMix[], known: Available, constraints: Constraints): CorpusMix {
  const { dominant, dominantTokens } = commonDominant(solved);
  const available = { [dominant]: null, ...Object.fromEntries(solved.map(({ target, availableTokens }) => [target, availableTokens])), ...withoutNull(known) };
  const scale = (constraints.pinned[dominant] ?? dominantTokens) / dominantTokens;
  const unbounded = solved.filter(({ nStar }) => nStar === null).map(({ target }) => target);
  const wanted = Object.fromEntries([
    [dominant, dominantTokens * scale] as const,
    ...solved.map(({ target, nStar }) => [target, nStar === null ? wholeText(target, available, constraints) : nStar * scale] as const),
  ]);
  const ownTotal = sum(Object.values(constrain({ wanted, available, ownTotal: 0 }, { ...constraints, totalTokens: null }).tokens));
  const { tokens, binding } = constrain({ wanted, available, ownTotal }, constraints);
  const whole = unbounded.filter((target) => !(target in constraints.pinned) && !binding.some(({ language }) => language === target));

  return corpusMix({
    method: 'optimised',
    tokens,
    binding: [...whole.map((language): Binding => ({ language, constraint: 'available', wanted: null, given: tokens[language] as number })), ...binding],
    warnings: leftOut(available, tokens),
    perTarget: solved.map(({ target, pStar, nStar, overSeeds, warnings }) => ({
      target, pStar, nStar, interval: overSeeds?.interval ?? null,
      tokens: tokens[target] as number, shareBeside: shareOfTokens(tokens[dominant] as number, tokens[target] as number), warnings,
    })),
  }, available, constraints);
}

function commonDominant(solved: readonly SolvedMix[]): { dominant: string; dominantTokens: number } {
  const [first, ...others] = solved;
  if (first === undefined) throw new TaskError('there is no mix to pool');
  const { dominant, dominantTokens } = first;
  const different = others.find((other) => other.dominant !== dominant || other.dominantTokens !== dominantTokens);
  if (different !== undefined) {
    throw new TaskError(
      `${first.target} was solved beside ${count(dominantTokens)} tokens of ${dominant}, ${different.target} beside ${count(different.dominantTokens)} of ${different.dominant}`,
      'pool mixes that were solved beside the same tokens of one language',
    );
  }
  const twice = solved.find(({ target }, index) => solved.findIndex((other) => other.target === target) !== index);
  if (twice !== undefined) throw new TaskError(`there are two mixes for ${twice.target}`, 'give one a target: of several seeds or objectives, pick one');
  return { dominant, dominantTokens };
}

/** Statistics without a tokenizer name languages, but know less of them than the solved mixes. */
function withoutNull(known: Available): Record<string, number> {
  return Object.fromEntries(Object.entries(known).flatMap(([language, tokens]) => (tokens === null ? [] : [[language, tokens]])));
}

function wholeText(target: string, available: Available, { pinned }: Constraints): number {
  const tokens = pinned[target] ?? available[target] ?? null;
  if (tokens === null) throw new TaskError(`nothing bounds the tokens of ${target}: its optimum is unbounded, and how many there are is not known`, 'give `statistics` or `available`, or pin it');
  return tokens;
}

/** Otherwise the task that mixes would take all of a language that the mix does not name. */
function leftOut(available: Available, tokens: Readonly<Record<string, number>>): CorpusMix['warnings'] {
  const languages = Object.keys(available).filter((language) => !(language in tokens));
  if (languages.length === 0) return [];
  return [{ kind: 'language-left-out', message: `no mix was solved for ${languages.join(', ')}, so none of it is in the pool; solve for it or pin it` }];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
