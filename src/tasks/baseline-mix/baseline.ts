import { TaskError } from '../../engine/task-kind.js';
import { constrain, type Available, type Constraints } from '../mixes/constraints.js';
import { corpusMix, type CorpusMix } from '../mixes/corpus-mix.js';

export interface Baseline {
  readonly method: 'natural' | 'uniform' | 'temperature';
  /** Tau: a language's share is proportional to its tokens to the power 1 / tau. 1 is natural, infinity uniform. */
  readonly temperature: number;
}

/**
 * A mix from token counts alone. Its total is that of all there is unless one is given.
 * @throws {TaskError} when a language's tokens are not known, or no mix meets the constraints
 */
export function baselineMix({ method, temperature }: Baseline, available: Available, constraints: Constraints): CorpusMix {
  const tokens = knownTokens(available);
  const exponent = { natural: 1, uniform: 0, temperature: 1 / temperature }[method];
  const ownTotal = [...tokens.values()].reduce((sum, own) => sum + own, 0);
  const most = Math.max(...tokens.values());
  const wanted = Object.fromEntries([...tokens].map(([language, own]) => [language, own === 0 ? 0 : (own / most) ** exponent]));
  const totalTokens = constraints.totalTokens ?? ownTotal;
  const chosen = constrain({ wanted: scaled(wanted, totalTokens), available, ownTotal }, { ...constraints, totalTokens });
  const decided = [...tokens].every(([language, own]) => chosen.tokens[language] === own);
  return corpusMix({
    method,
    ...chosen,
    warnings: method === 'natural' || !decided ? [] : [{
      kind: 'natural-after-all',
      message: `the total takes every token there is, so this mix is the natural one; lower totalTokens or set repetitionCap for a ${method} one`,
    }],
  }, available, constraints);
}

/** @throws {TaskError} when a count is not known, or there is none */
export function knownTokens(available: Available): Map<string, number> {
  const languages = Object.entries(available);
  if (languages.length === 0) throw new TaskError('the tokens there are of each language are not known', 'give `statistics` or `available`');
  return new Map(languages.map(([language, own]): [string, number] => {
    if (own === null) throw new TaskError(`the tokens there are of ${language} are not known`, 'count them with a tokenizer, or give `available`');
    return [language, own];
  }));
}

function scaled(weights: Readonly<Record<string, number>>, total: number): Record<string, number> {
  const sum = Object.values(weights).reduce((all, weight) => all + weight, 0);
  return Object.fromEntries(Object.entries(weights).map(([language, weight]) => [language, total * weight / sum]));
}
