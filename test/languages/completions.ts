import { isExpressible } from '../../src/languages/expressible.js';
import type { Language } from '../../src/languages/language.js';
import { lexemesOf } from '../../src/languages/lexemes.js';
import type { Problem } from '../../src/languages/problem.js';
import { problemOf } from '../../src/languages/problem.js';
import type { Random } from '../../src/languages/random.js';
import { seeded } from '../../src/languages/random.js';
import { renderBody } from '../../src/languages/render.js';
import { neighboursOf } from '../../src/languages/rewrite.js';
import type { Concept } from '../../src/languages/world.js';

/** A completion as a model might write it, right or wrong. */
export interface Completion {
  readonly concept: Concept;
  readonly problem: Problem;
  readonly completion: string;
}

/**
 * Completions for the concepts that a language can express, of every kind in turn: the right one; one with another
 * number, operator, built-in or type; that of another concept, or with another variable; the right one cut off, or with
 * a lexeme or two deleted, doubled, swapped, replaced or put in; the same concept in another language.
 */
export function completionsIn(language: Language, concepts: readonly Concept[], others: readonly Language[], count: number, seed: number): Completion[] {
  const random = seeded('completions', language.name, seed);
  const asked = random.shuffled(concepts.filter(({ program }) => isExpressible(program, language))).map((concept, number) => ({ concept, problem: problemOf(concept, number, language, [], 1) }));
  const bodies = asked.map(({ problem }) => problem.canonical_solution);
  const vocabulary = [...new Set([...bodies, ...others.flatMap((other) => bodiesIn(other, concepts))].flatMap(lexemesOf))];
  const kinds: readonly ((asked: { concept: Concept; problem: Problem }) => string)[] = [
    ({ problem }) => problem.canonical_solution,
    ({ concept }) => neighbour(concept, language, random),
    ({ concept }) => neighbour(concept, language, random),
    () => random.pick(bodies),
    ({ problem }) => problem.canonical_solution.replace(/\b(?:xs|s|x)\b/g, random.pick(['ys', 's', 'xs', 'x'])),
    ({ problem }) => truncated(problem.canonical_solution, random),
    ({ concept, problem }) => random.pick(others.flatMap((other) => bodiesIn(other, [concept]))) ?? problem.canonical_solution,
    ...Array.from({ length: 6 }, () => ({ problem }: { problem: Problem }) => mutated(problem.canonical_solution, vocabulary, random)),
  ];
  return Array.from({ length: count }, (_, index) => {
    const place = asked[Math.floor(index / kinds.length) % asked.length] as (typeof asked)[number];
    return { ...place, completion: (kinds[index % kinds.length] as (typeof kinds)[number])(place) };
  });
}

function bodiesIn(language: Language, concepts: readonly Concept[]): string[] {
  return concepts.filter(({ program }) => isExpressible(program, language)).map(({ program }) => renderBody(program, language));
}

function neighbour({ program }: Concept, language: Language, random: Random): string {
  const neighbours = neighboursOf(program).filter((other) => isExpressible(other, language));
  return renderBody(neighbours.length === 0 ? program : random.pick(neighbours), language);
}

function truncated(body: string, random: Random): string {
  const lexemes = lexemesOf(body);
  return lexemes.slice(0, random.integer(0, lexemes.length - 1)).join('');
}

function mutated(body: string, vocabulary: readonly string[], random: Random): string {
  const lexemes = [...lexemesOf(body)];
  for (let change = random.integer(1, 2); change > 0; change -= 1) {
    const place = random.integer(0, lexemes.length - 1);
    const [lexeme = ''] = lexemes.slice(place);
    switch (random.integer(0, 5)) {
      case 0: lexemes.splice(place, 1); break;
      case 1: lexemes.splice(place, 0, lexeme); break;
      case 2: lexemes.splice(place, 2, ...lexemes.slice(place, place + 2).reverse()); break;
      case 3: lexemes.splice(place, 1, random.pick(vocabulary)); break;
      case 4: lexemes.splice(place, 0, random.pick(vocabulary)); break;
      case 5: lexemes.splice(place, 0, random.pick(lexemes)); break;
    }
  }
  return lexemes.join('');
}
