import { apportioned } from './apportion.js';
import { drawShape, familyNames } from './families.js';
import type { Family, FamilyWeights, Shape } from './families.js';
import type { Program } from './program.js';
import { seeded } from './random.js';
import type { Random } from './random.js';
import { maximumConcepts, nouns, verbs } from './words.js';

/** The inventory of the model world: concepts (two docstring words) and the program each one means (design 8). */
export interface World {
  readonly seed: number;
  readonly concepts: readonly Concept[];
}

export interface Concept {
  /** The docstring words, e.g. `get tail`. */
  readonly name: string;
  readonly family: Family;
  readonly variety: string;
  /** With the canonical variable names. */
  readonly program: Program;
}

/** @param count concepts, at most `maximumConcepts` (words.ts) */
export function buildWorld(count: number, weights: FamilyWeights, seed: number): World {
  const names = namesOf(count, seeded('names', seed));
  const random = seeded('programs', seed);
  const places = random.shuffled(familyPlaces(names.length, weights));
  const seen = new Set<string>();
  const concepts = places.map(({ family, variant }, index): Concept => {
    const words = names[index] as [string, string];
    const { variety, parameters, body } = newShape(family, variant, random, seen);
    return { name: words.join(' '), family, variety, program: { words, parameters, body } };
  });
  return { seed, concepts };
}

/**
 * Nouns are shared by as few concepts as possible, and by none up to `nouns.length`. A word that means one program
 * is knowledge that a small model carries over to another language; what a pair of words means together, it mostly
 * learns again (measured at width 64: three quarters of the concepts carried over, against one third).
 */
function namesOf(count: number, random: Random): [string, string][] {
  const order = random.shuffled(nouns);
  const verbsOf = order.map(() => random.shuffled(verbs));
  const words = Array.from({ length: Math.min(count, maximumConcepts) }, (_, index): [string, string] => {
    const noun = index % order.length;
    return [verbsOf[noun]?.[Math.floor(index / order.length)] ?? verbs[0], order[noun] ?? nouns[0]];
  });
  return random.shuffled(words);
}

/** Avoids drawing a program twice; a family with few programs runs out of new ones. */
function newShape(family: Family, variant: number, random: Random, seen: Set<string>): Shape {
  const drawn = Array.from({ length: 20 }, () => drawShape(family, variant, random));
  const shape = drawn.find((candidate) => !seen.has(JSON.stringify(candidate))) ?? (drawn[0] as Shape);
  seen.add(JSON.stringify(shape));
  return shape;
}

function familyPlaces(count: number, weights: FamilyWeights): { family: Family; variant: number }[] {
  const shares = apportioned(count, familyNames.map((family) => weights[family]));
  return familyNames.flatMap((family, index) => Array.from({ length: shares[index] ?? 0 }, (_, variant) => ({ family, variant })));
}
