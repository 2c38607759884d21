import { apportioned } from './apportion.js';
import { isExpressible } from './expressible.js';
import type { Language } from './language.js';
import { seeded } from './random.js';
import type { Concept, World } from './world.js';

/**
 * The concepts that a language's corpus teaches, in the order of the world: a seeded share of those it can express.
 * Each variety of each family keeps its share (at least one, while there are enough), so that the identifiers of A.1 all occur.
 * @param share 0 to 1
 */
export function coveredConcepts(world: World, language: Language, share: number, seed: number): Concept[] {
  const expressible = world.concepts.filter(({ program }) => isExpressible(program, language));
  const strata = stratified(expressible);
  const counts = apportioned(Math.round(share * expressible.length), strata.map((concepts) => concepts.length));
  const random = seeded('coverage', language.name, seed);
  const chosen = new Set(strata.flatMap((concepts, index) => random.shuffled(concepts).slice(0, counts[index])));
  return expressible.filter((concept) => chosen.has(concept));
}

function stratified(concepts: readonly Concept[]): Concept[][] {
  const strata = new Map<string, Concept[]>();
  for (const concept of concepts) {
    const stratum = `${concept.family} ${concept.variety}`;
    strata.set(stratum, [...(strata.get(stratum) ?? []), concept]);
  }
  return [...strata.values()];
}
