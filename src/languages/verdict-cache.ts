import { LRUCache } from 'lru-cache';
import type { Language } from './language.js';
import type { Problem } from './problem.js';
import { cutAtStop, verdict } from './verdict.js';
import type { Verdict } from './verdict.js';

/** Verdicts of this worker, by language: a model writes the same completion at many checkpoints. Some 300 bytes each. */
const verdicts = new WeakMap<Language, LRUCache<string, Verdict>>();
const capacity = 20_000;

/** What `verdict` gives, from memory where the same completion, cut at its end, was judged by the same tests before. */
export function cachedVerdict(problem: Pick<Problem, 'prompt' | 'entry_point' | 'tests' | 'stop'>, completion: string, language: Language): Verdict {
  const known = verdicts.get(language) ?? new LRUCache<string, Verdict>({ max: capacity });
  verdicts.set(language, known);
  const { prompt, entry_point, tests, stop } = problem;
  const cut = cutAtStop(completion, stop);
  const key = JSON.stringify([prompt, entry_point, tests, cut]);
  const before = known.get(key);
  if (before !== undefined) return before;
  const judged = verdict(problem, cut, language);
  known.set(key, judged);
  return judged;
}
