/** AdamW with decoupled weight decay and global-norm clipping (methods.md 5.1; nanoGPT), in TensorFlow.js ops. */
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

export interface AdamWOptions {
  /** Decay of the first moment. */
  readonly beta1: number;
  /** Decay of the second moment. */
  readonly beta2: number;
  readonly epsilon: number;
  /** Applied to matrices and embeddings only. */
  readonly weightDecay: number;
  /** Largest global norm of the gradient; Infinity switches clipping off. */
  readonly clip: number;
}

export const defaultAdamW: AdamWOptions = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, clip: 1 };

/** Some of the parameters in one vector [n] with their moments. */
export interface AdamWState {
  readonly parameters: Tensor;
  readonly first: Tensor;
  readonly second: Tensor;
}

/** A state that has a gradient to follow. */
export interface AdamWChunk extends AdamWState {
  readonly gradient: Tensor;
  /** 1 where weight decay applies and 0 elsewhere: one number for all, or [n]. */
  readonly decayed: number | Tensor;
}

/** What changes from step to step besides the tensors, so that one traced graph serves every step. */
export interface AdamWScalars {
  readonly learningRate: Tensor;
  /** 1 / (1 - beta1^t) and 1 / (1 - beta2^t), t counting from 1. */
  readonly firstCorrection: Tensor;
  readonly secondCorrection: Tensor;
}

/** The values of the two corrections at step t = 1, 2, ... */
export function biasCorrections({ beta1, beta2 }: AdamWOptions, step: number): readonly [number, number] {
  return [1 / (1 - beta1 ** step), 1 / (1 - beta2 ** step)];
}

export interface AdamWUpdate {
  /** In the order of the chunks. */
  readonly states: readonly AdamWState[];
  /** Over all chunks, before clipping. */
  readonly gradientNorm: Scalar;
}

/**
 * Written for few passes over the vectors, which is what it costs: what is a factor of all elements is computed as a
 * scalar first, and the second correction is moved out of the root.
 */
export function adamwUpdate(chunks: readonly AdamWChunk[], scalars: AdamWScalars, options: AdamWOptions): AdamWUpdate {
  const squares = chunks.map(({ gradient }) => tf.square(gradient));
  const gradientNorm = tf.sqrt(squares.map((square): Tensor => tf.sum(square)).reduce((total, square) => tf.add(total, square))) as Scalar;
  // nanoGPT (torch.nn.utils.clip_grad_norm_) guards the division the same way.
  const clip = Number.isFinite(options.clip) ? tf.minimum(tf.div(options.clip, tf.add(gradientNorm, 1e-6)), 1) : tf.scalar(1);
  const states = chunks.map((chunk, index) => updated(chunk, squares[index] as Tensor, clip, scalars, options));
  return { states, gradientNorm };
}

function updated(
  { parameters, first, second, gradient, decayed }: AdamWChunk, square: Tensor, clip: Tensor, scalars: AdamWScalars, options: AdamWOptions,
): AdamWState {
  const { beta1, beta2 } = options;
  const { learningRate, firstCorrection, secondCorrection } = scalars;
  const newFirst = tf.add(tf.mul(first, beta1), tf.mul(gradient, tf.mul(clip, 1 - beta1)));
  const newSecond = tf.add(tf.mul(second, beta2), tf.mul(square, tf.mul(tf.square(clip), 1 - beta2)));
  // m c1 / (sqrt(v c2) + epsilon) = m / (sqrt(v) + epsilon / sqrt(c2)) * c1 / sqrt(c2)
  const root = tf.sqrt(secondCorrection);
  const direction = tf.div(newFirst, tf.add(tf.sqrt(newSecond), tf.div(options.epsilon, root)));
  const rate = tf.mul(learningRate, tf.div(firstCorrection, root));
  const decay = tf.mul(learningRate, options.weightDecay);
  const kept = decayed === 0 || options.weightDecay === 0 ? parameters : tf.mul(parameters, tf.sub(1, tf.mul(decayed, decay)));
  return { parameters: tf.sub(kept, tf.mul(direction, rate)), first: newFirst, second: newSecond };
}
