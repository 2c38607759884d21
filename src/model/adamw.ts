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

export interface AdamWState {
  /** All parameters end to end, [P]; the moments likewise. */
  readonly parameters: Tensor;
  readonly first: Tensor;
  readonly second: Tensor;
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

export interface AdamWUpdate extends AdamWState {
  /** Before clipping. */
  readonly gradientNorm: Scalar;
}

/** @param decayed [P], 1 where weight decay applies and 0 elsewhere */
export function adamwUpdate(
  { parameters, first, second }: AdamWState, gradient: Tensor, decayed: Tensor, scalars: AdamWScalars, options: AdamWOptions,
): AdamWUpdate {
  const { beta1, beta2 } = options;
  const { learningRate } = scalars;
  const gradientNorm = tf.sqrt(tf.sum(tf.square(gradient))) as Scalar;
  const clipped = Number.isFinite(options.clip)
    // nanoGPT (torch.nn.utils.clip_grad_norm_) guards the division the same way.
    ? tf.mul(gradient, tf.minimum(tf.div(options.clip, tf.add(gradientNorm, 1e-6)), 1))
    : gradient;
  const newFirst = tf.add(tf.mul(first, beta1), tf.mul(clipped, 1 - beta1));
  const newSecond = tf.add(tf.mul(second, beta2), tf.mul(tf.square(clipped), 1 - beta2));
  const deviation = tf.add(tf.sqrt(tf.mul(newSecond, scalars.secondCorrection)), options.epsilon);
  const update = tf.div(tf.mul(newFirst, tf.mul(learningRate, scalars.firstCorrection)), deviation);
  const kept = options.weightDecay === 0
    ? parameters
    : tf.sub(parameters, tf.mul(tf.mul(parameters, decayed), tf.mul(learningRate, options.weightDecay)));
  return { parameters: tf.sub(kept, update), first: newFirst, second: newSecond, gradientNorm };
}
