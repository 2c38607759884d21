import type { FamilyWeights, World } from '../../src/languages/world.js';
import { buildWorld } from '../../src/languages/world.js';

/** Every family in equal parts, so that the rare ones are tested as often as the common one. */
export const evenWeights: FamilyWeights = { arithmetic: 1, sorted: 1, boolean: 1, 'type-test': 1, append: 1, try: 1, 'to-string': 1 };

export function smallWorld(count = 70, seed = 3): World {
  return buildWorld(count, evenWeights, seed);
}
