import { seededRandom } from '../../src/model/random.js';
import { initialWeights } from '../../src/model/weights.js';
import type { Weights } from '../../src/model/weights.js';
import type { ModelConfig } from '../../src/model/config.js';

export const small: ModelConfig = { layers: 2, width: 16, heads: 2, context: 12, vocabulary: 19 };
export const larger: ModelConfig = { layers: 3, width: 32, heads: 4, context: 12, vocabulary: 40 };

export function randomTokens(count: number, vocabulary: number, seed: number): Int32Array {
  const random = seededRandom(seed);
  return Int32Array.from({ length: count }, () => random.integer(vocabulary));
}

/** Weights as training leaves them: no bias is 0, no gain is 1, and attention is far from uniform. */
export function livelyWeights(config: ModelConfig, seed: number): Weights {
  const random = seededRandom(seed + 1000);
  return new Map([...initialWeights(config, seed)].map(([name, values]) =>
    [name, values.map((value) => (name.includes('ln_') ? value : 8 * value) + 0.1 * random.normal())]));
}

/**
 * |a - b| / |b| over the whole tensor. Element by element would divide by gradients that are 0 but for rounding
 * (a key's bias has none in exact arithmetic: softmax ignores a shift), and so measure only that rounding.
 */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let norm = 0;
  for (let index = 0; index < expected.length; index++) {
    difference += ((actual[index] as number) - (expected[index] as number)) ** 2;
    norm += (expected[index] as number) ** 2;
  }
  return Math.sqrt(difference) / Math.sqrt(norm);
}

/** Equal names in equal order, and every value bit for bit. */
export function sameBits(left: Weights | undefined, right: Weights | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  return [...left.keys()].join() === [...right.keys()].join()
    && [...left].every(([name, values]) => Buffer.from(values.buffer).equals(Buffer.from((right.get(name) as Float32Array).buffer)));
}
