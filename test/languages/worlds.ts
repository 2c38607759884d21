import type { FamilyWeights } from '../../src/languages/families.js';
import type { World } from '../../src/languages/world.js';
import { buildWorld } from '../../src/languages/world.js';

/** Every family in equal parts, so that the rare ones are tested as often as the common one. */
export const evenWeights: FamilyWeights = { arithmetic: 1, sorted: 1, boolean: 1, 'type-test': 1, append: 1, try: 1, 'to-string': 1, print: 1, input: 1, find: 1, remove: 1, none: 1 };

export function smallWorld(count = 120, seed = 3): World {
  return buildWorld(count, evenWeights, seed);
}
