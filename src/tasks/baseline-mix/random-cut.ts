import { TaskError } from '../../engine/task-kind.js';
import { seeded, type Random } from '../../languages/random.js';
import type { Available, Constraints } from '../mixes/constraints.js';
import { corpusMix, type CorpusMix } from '../mixes/corpus-mix.js';
import { divideWithin } from '../mixes/divide.js';
import { knownTokens } from './baseline.js';

export interface RandomCut {
  /** Tokens by language of the mix whose cuts are moved. */
  readonly optimised: Readonly<Record<string, number>>;
  /** Languages that are never cut. */
  readonly uncut: readonly string[];
  readonly seed: number;
}

interface Cut { readonly from: string; readonly tokens: number }

/**
 * The control of methods 5.3 for a gain that is only exposure: as many tokens as the optimised mix, but what that takes from one
 * language is taken from another, drawn at random. So every language that is left whole is seen as much more often in both.
 * @throws {TaskError} when no other languages can give as many tokens
 */
export function randomCutMix({ optimised, uncut, seed }: RandomCut, available: Available, constraints: Constraints): CorpusMix {
  if (constraints.totalTokens !== null || Object.keys(constraints.pinned).length > 0) {
    throw new TaskError('random-cut takes its total and its cuts from `optimised`', 'leave out totalTokens and pinned; name languages that stay whole in `uncut`');
  }
  const natural = knownTokens(available);
  const absent = uncut.find((language) => !natural.has(language));
  if (absent !== undefined) throw new TaskError(`\`uncut\` names ${absent}, of which there are no tokens`, `there are ${[...natural.keys()].join(', ')}`);
  const cuts = cutsOf(natural, optimised);
  const random = seeded('random-cut', seed);
  const moved = moveCuts(cuts, natural, uncut, random) ?? divideCuts(cuts, natural, uncut, random);
  const tokens = Object.fromEntries([...natural].map(([language, own]) => [language, own - (moved.tokens.get(language) ?? 0)]));
  return corpusMix({ method: 'random-cut', tokens, binding: [], warnings: cuts.length === 0 ? [nothingCut] : moved.warnings }, available, constraints);
}

const nothingCut = { kind: 'nothing-cut', message: 'the optimised mix cuts no language, so this is the natural one' };

/** Largest first: they fit the fewest languages. */
function cutsOf(natural: ReadonlyMap<string, number>, optimised: RandomCut['optimised']): Cut[] {
  const unknown = Object.keys(optimised).find((language) => !natural.has(language));
  if (unknown !== undefined) throw new TaskError(`the optimised mix has ${unknown}, of which the available tokens are not known`);
  const repeated = Object.entries(optimised).find(([language, tokens]) => tokens > (natural.get(language) as number));
  if (repeated !== undefined) throw new TaskError(`the optimised mix repeats ${repeated[0]}, so it is no cut of the natural one`, 'solve it without a repetition cap');
  return [...natural]
    .map(([from, own]): Cut => ({ from, tokens: own - Math.round(optimised[from] ?? own) }))
    .filter(({ tokens }) => tokens > 0)
    .sort((a, b) => b.tokens - a.tokens || (a.from < b.from ? -1 : 1));
}

interface Moved { readonly tokens: ReadonlyMap<string, number>; readonly warnings: CorpusMix['warnings'] }

/** Each cut as a whole to a language of its own, never to the one it came from; null when there is no such way. A matching by augmenting paths. */
function moveCuts(cuts: readonly Cut[], natural: ReadonlyMap<string, number>, uncut: readonly string[], random: Random): Moved | null {
  const languages = [...natural.keys()].sort().filter((language) => !uncut.includes(language));
  const candidates = cuts.map(({ from, tokens }) => random.shuffled(languages).filter((language) => language !== from && tokens < (natural.get(language) as number)));
  const cutOf = new Map<string, number>();
  const place = (cut: number, tried: Set<string>): boolean => (candidates[cut] as string[]).some((language) => {
    if (tried.has(language)) return false;
    tried.add(language);
    const displaced = cutOf.get(language);
    if (displaced !== undefined && !place(displaced, tried)) return false;
    cutOf.set(language, cut);
    return true;
  });
  if (!cuts.every((_, cut) => place(cut, new Set()))) return null;
  return { tokens: new Map([...cutOf].map(([language, cut]) => [language, (cuts[cut] as Cut).tokens])), warnings: [] };
}

/** Where whole cuts do not fit: their sum, divided by weights that are uniform over all divisions (exponential deviates). */
function divideCuts(cuts: readonly Cut[], natural: ReadonlyMap<string, number>, uncut: readonly string[], random: Random): Moved {
  const languages = [...natural.keys()].sort().filter((language) => !uncut.includes(language));
  const total = cuts.reduce((sum, { tokens }) => sum + tokens, 0);
  const claims = languages.map((language) => ({ weight: -Math.log(1 - random.fraction()), limit: (natural.get(language) as number) - 1 }));
  if (claims.reduce((sum, { limit }) => sum + limit, 0) < total) throw new TaskError('the languages that may be cut have fewer tokens than the optimised mix cuts', 'name fewer in `uncut`');
  const divided = divideWithin(total, claims);
  return {
    tokens: new Map(languages.map((language, index) => [language, divided[index] as number])),
    warnings: [{ kind: 'cuts-divided', message: 'no other languages can take the cuts as they are, so their sum was divided at random over all' }],
  };
}
