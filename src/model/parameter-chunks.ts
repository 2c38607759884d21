/**
 * Parameters as the training step sees them: runs of consecutive ones, each a vector. Chunks are views of one flat
 * vector, so nothing is copied to make them; the optimizer's dozen passes over a chunk find it in the processor's cache;
 * and a small model still has few.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from './config.js';
import { parameterShapes, sizeOf } from './config.js';
import type { Parameters } from './gpt2.js';

/** Elements up to which parameters share a chunk: 1 MiB, so that a small model has one and a large matrix has its own. */
const chunkSize = 2 ** 18;

export interface ParameterChunk {
  /** Where it begins in the flat vector. */
  readonly offset: number;
  readonly size: number;
  readonly parameters: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

export function parameterChunks(config: ModelConfig): ParameterChunk[] {
  const chunks: ParameterChunk[] = [];
  let offset = 0;
  for (const [name, shape] of parameterShapes(config)) {
    const size = sizeOf(shape);
    const last = chunks.at(-1);
    if (last !== undefined && last.size + size <= chunkSize) {
      chunks[chunks.length - 1] = { ...last, size: last.size + size, parameters: [...last.parameters, { name, shape }] };
    } else {
      chunks.push({ offset, size, parameters: [{ name, shape }] });
    }
    offset += size;
  }
  return chunks;
}

/** The chunk's part of the flat vector, in place. */
export function chunkOf(flat: Float32Array, { offset, size }: ParameterChunk): Float32Array {
  return flat.subarray(offset, offset + size);
}

/** The named parameters inside the chunks. Differentiable. */
export function parametersOf(chunks: readonly ParameterChunk[], vectors: readonly Tensor[]): Parameters {
  return new Map(chunks.flatMap(({ parameters }, index) => {
    const vector = vectors[index];
    if (vector === undefined) throw new Error(`chunk ${String(index)} has no vector`);
    const parts = parameters.length === 1 ? [vector] : tf.split(vector, parameters.map(({ shape }) => sizeOf(shape)));
    return parameters.map(({ name, shape }, part) => [name, tf.reshape(parts[part] as Tensor, [...shape])] as const);
  }));
}

/** Where weight decay applies (methods.md 5.1): to matrices and embeddings, not to biases and normalisation. A factor for the whole chunk or for each element. */
export function decayOf({ parameters }: ParameterChunk): number | Tensor {
  const factors = parameters.map(({ shape }) => (shape.length === 2 ? 1 : 0));
  const [factor = 0] = factors;
  if (factors.every((other) => other === factor)) return factor;
  return tf.concat(parameters.map(({ shape }, index) => tf.fill([sizeOf(shape)], factors[index] ?? 0)));
}
