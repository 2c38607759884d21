import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { skipN } from 'pure-rand/utils/skipN';

/** The generator's whole state: plain numbers, so that it can stand in a checkpoint. */
export type RandomState = readonly number[];

/** A seeded stream of deviates. The same state always continues with the same numbers, on any machine. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Uniform over the integers 0 to `bound` - 1. */
  integer(bound: number): number;
  /** Standard normal. */
  normal(): number;
  state(): RandomState;
}

/** xoroshiro128+ fills only half its state from the seed; this many steps decorrelate neighbouring seeds. */
const warmUp = 64;

export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  skipN(generator, warmUp);
  return randomFromState(generator.getState());
}

/** @throws when the state is not one that `state()` returned */
export function randomFromState(state: RandomState): Random {
  const generator = xoroshiro128plusFromState(state);
  const uniform = () => uniformFloat64(generator);
  return {
    uniform,
    integer: (bound) => uniformInt(generator, 0, bound - 1),
    // Box-Muller, one deviate a call: keeping the second would be state that the generator does not hold.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    state: () => [...generator.getState()],
  };
}
