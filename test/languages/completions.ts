import { lexemesOf } from '../../src/languages/lexemes.js';
import type { Problem } from '../../src/languages/problem.js';
import { seeded } from '../../src/languages/random.js';

/** Completions as a model might write them: right ones with a few lexemes deleted, replaced, inserted, swapped or doubled. */
export function mutatedCompletions(problems: readonly Problem[], vocabulary: readonly string[], count: number, seed: number): { problem: Problem; completion: string }[] {
  const random = seeded('mutations', seed);
  return Array.from({ length: count }, (_, index) => {
    const problem = problems[index % problems.length] as Problem;
    const lexemes = [...lexemesOf(problem.canonical_solution)];
    for (let change = random.integer(1, 2); change > 0; change -= 1) {
      const place = random.integer(0, lexemes.length - 1);
      const word = random.pick(vocabulary);
      switch (random.integer(0, 4)) {
        case 0: lexemes.splice(place, 1); break;
        case 1: case 2: lexemes[place] = word; break;
        case 3: lexemes.splice(place, 0, word); break;
        case 4: lexemes.splice(place, 0, random.pick(lexemes)); break;
      }
    }
    return { problem, completion: lexemes.join('') };
  });
}
