/** One step of training as a function of tensors: loss, gradient, clip, AdamW. Run eagerly or traced. */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { AdamWOptions, AdamWScalars, AdamWState, AdamWUpdate } from './adamw.js';
import { adamwUpdate } from './adamw.js';
import type { ModelConfig } from './config.js';
import { parameterShapes, sizeOf } from './config.js';
import type { Parameters } from './gpt2.js';
import { crossEntropy, forward } from './gpt2.js';

/** The named parameters inside the flat vector [P]. Differentiable: the gradient comes back as one flat vector. */
export function splitParameters(config: ModelConfig, flat: Tensor): Parameters {
  const shapes = [...parameterShapes(config)];
  const parts = tf.split(flat, shapes.map(([, shape]) => sizeOf(shape)));
  return new Map(shapes.map(([name, shape], index) => {
    const part = parts[index];
    if (part === undefined) throw new Error(`no part for ${name}`);
    return [name, tf.reshape(part, [...shape])];
  }));
}

/** tokens and targets [B, T] int32. Returns the loss (a scalar) and its gradient [P]. */
export function lossAndGradient(config: ModelConfig, flat: Tensor, tokens: Tensor, targets: Tensor): { loss: Tensor; gradient: Tensor } {
  const { value, grad } = tf.valueAndGrad((parameters: Tensor) =>
    crossEntropy(forward(config, splitParameters(config, parameters), tokens).logits, targets))(flat);
  return { loss: value, gradient: grad };
}

export function trainingStep(
  config: ModelConfig, options: AdamWOptions, state: AdamWState, tokens: Tensor, targets: Tensor, scalars: AdamWScalars,
): AdamWUpdate & { readonly loss: Tensor } {
  const { loss, gradient } = lossAndGradient(config, state.parameters, tokens, targets);
  return { loss, ...adamwUpdate(state, gradient, decayedParameters(config), scalars, options) };
}

/** [P]: 1 for matrices and embeddings, 0 for biases and normalisation (methods.md 5.1). */
function decayedParameters(config: ModelConfig): Tensor {
  return tf.concat([...parameterShapes(config).values()].map((shape) => tf.fill([sizeOf(shape)], shape.length === 2 ? 1 : 0)));
}
