/** One step of training as a function of tensors: loss, gradient, clip, AdamW. Run eagerly or traced. */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { AdamWOptions, AdamWScalars, AdamWState, AdamWUpdate } from './adamw.js';
import { adamwUpdate } from './adamw.js';
import type { ModelConfig } from './config.js';
import { crossEntropy, forward } from './gpt2.js';
import type { ParameterChunk } from './parameter-chunks.js';
import { decayOf, parametersOf } from './parameter-chunks.js';

/** @param vectors one for each chunk; tokens and targets are [B, T] int32. Returns the loss (a scalar) and its gradient in every chunk. */
export function lossAndGradients(
  config: ModelConfig, chunks: readonly ParameterChunk[], vectors: readonly Tensor[], tokens: Tensor, targets: Tensor,
): { loss: Tensor; gradients: Tensor[] } {
  const loss = (...parameters: Tensor[]) => crossEntropy(forward(config, parametersOf(chunks, parameters), tokens).logits, targets);
  const { value, grads } = tf.valueAndGrads(loss)([...vectors]);
  return { loss: value, gradients: grads };
}

/** @param states one for each chunk */
export function trainingStep(
  config: ModelConfig, options: AdamWOptions, chunks: readonly ParameterChunk[], states: readonly AdamWState[],
  tokens: Tensor, targets: Tensor, scalars: AdamWScalars,
): AdamWUpdate & { readonly loss: Tensor } {
  const { loss, gradients } = lossAndGradients(config, chunks, states.map(({ parameters }) => parameters), tokens, targets);
  const withGradients = chunks.map((chunk, index) => ({ ...states[index] as AdamWState, gradient: gradients[index] as Tensor, decayed: decayOf(chunk) }));
  return { loss, ...adamwUpdate(withGradients, scalars, options) };
}
