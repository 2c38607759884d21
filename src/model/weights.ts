import type { ModelConfig } from './config.js';
import { parameterCount, parameterShapes, sizeOf } from './config.js';
import { seededRandom } from './random.js';

/** Parameter values (or their moments) by Hugging Face name, row-major, in the order of `parameterShapes`. */
export type Weights = ReadonlyMap<string, Float32Array>;

const initialDeviation = 0.02;

/**
 * GPT-2's initialisation (methods.md 5.1, nanoGPT model.py): matrices and embeddings N(0, 0.02), the two
 * projections that write to the residual stream N(0, 0.02 / sqrt(2 L)), biases 0, normalisation gains 1.
 */
export function initialWeights(config: ModelConfig, seed: number): Weights {
  const random = seededRandom(seed);
  const weights = new Map<string, Float32Array>();
  for (const [name, shape] of parameterShapes(config)) {
    const values = new Float32Array(sizeOf(shape));
    if (shape.length === 2) {
      const deviation = name.endsWith('c_proj.weight') ? initialDeviation / Math.sqrt(2 * config.layers) : initialDeviation;
      for (let index = 0; index < values.length; index++) values[index] = deviation * random.normal();
    } else if (name.endsWith('.weight')) {
      values.fill(1);
    }
    weights.set(name, values);
  }
  return weights;
}

export function zeroWeights(config: ModelConfig): Weights {
  return new Map([...parameterShapes(config)].map(([name, shape]) => [name, new Float32Array(sizeOf(shape))]));
}

/**
 * All parameters end to end in one vector: the training step reads and writes one tensor instead of dozens.
 * @throws {RangeError} when a parameter is missing or has another size than the configuration says
 */
export function flattenWeights(config: ModelConfig, weights: Weights): Float32Array {
  const flat = new Float32Array(parameterCount(config));
  let offset = 0;
  for (const [name, shape] of parameterShapes(config)) {
    flat.set(parameterOf(weights, name, shape), offset);
    offset += sizeOf(shape);
  }
  return flat;
}

/** Copies, so that the vector may change afterwards. */
export function unflattenWeights(config: ModelConfig, flat: Float32Array): Weights {
  const weights = new Map<string, Float32Array>();
  let offset = 0;
  for (const [name, shape] of parameterShapes(config)) {
    weights.set(name, flat.slice(offset, offset + sizeOf(shape)));
    offset += sizeOf(shape);
  }
  return weights;
}

/** @throws {RangeError} when the parameter is missing or has another size than its shape says */
export function parameterOf(weights: Weights, name: string, shape: readonly number[]): Float32Array {
  const values = weights.get(name);
  if (values === undefined) throw new RangeError(`the weights have no parameter ${name}`);
  if (values.length !== sizeOf(shape)) {
    throw new RangeError(`parameter ${name} holds ${String(values.length)} values; its shape [${shape.join(', ')}] needs ${String(sizeOf(shape))}`);
  }
  return values;
}
