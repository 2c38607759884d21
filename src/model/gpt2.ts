/**
 * GPT-2 (methods.md 5.1), once, in TensorFlow.js ops: pre-LN blocks, learned positions, tanh-GELU, biases, tied
 * embedding, no dropout. Executed eagerly it is the reference; traced (tracing/) it becomes a native graph.
 * B sequences of T tokens, d width, H heads, V vocabulary.
 */
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from './config.js';
import { attention, gelu, layerNorm, masked, softmaxCrossEntropy } from './operations.js';

/** Parameters as tensors, by Hugging Face name. */
export type Parameters = ReadonlyMap<string, Tensor>;

export interface Forward {
  /** [B*T, V] */
  readonly logits: Tensor2D;
  /** The residual stream after each block, [B*T, d]; the final normalisation is not in it. */
  readonly hidden: readonly Tensor[];
  /** What each block's feed-forward neurons give out, after the GELU: [B*T, 4d]. */
  readonly activations: readonly Tensor[];
  /** What each block's attention looks up, and what it finds there: [B*H, T, d/H]. */
  readonly keys: readonly Tensor[];
  readonly values: readonly Tensor[];
}

/** @param tokens [B, T] int32, T at most the context */
export function forward(config: ModelConfig, parameters: Parameters, tokens: Tensor): Forward {
  const [batch = 0, length = 0] = tokens.shape;
  const p = (name: string) => parameter(parameters, name);
  const mask = causalMask(length); // [T, T]
  const hidden: Tensor[] = [];
  const activations: Tensor[] = [];
  const keys: Tensor[] = [];
  const values: Tensor[] = [];

  let x = embed(parameters, tokens); // [B*T, d]
  for (let layer = 0; layer < config.layers; layer++) {
    const h = `h.${String(layer)}`;
    const looked = selfAttention(norm(x, `${h}.ln_1`), `${h}.attn`);
    x = tf.add(x, looked);
    const activation = gelu(linear(norm(x, `${h}.ln_2`), `${h}.mlp.c_fc`)); // [B*T, 4d]
    x = tf.add(x, linear(activation, `${h}.mlp.c_proj`));
    activations.push(activation);
    hidden.push(x);
  }
  return { logits: readOut(parameters, x), hidden, activations, keys, values };

  function norm(input: Tensor, name: string): Tensor {
    return layerNorm(input, p(`${name}.weight`), p(`${name}.bias`));
  }

  function linear(input: Tensor, name: string): Tensor {
    return tf.fused.matMul({ a: input, b: p(`${name}.weight`), bias: p(`${name}.bias`) });
  }

  function selfAttention(input: Tensor, name: string): Tensor {
    const { heads, width } = config;
    const qkv = tf.reshape(linear(input, `${name}.c_attn`), [batch, length, 3, heads, width / heads]);
    const [q, k, v] = tf.split(tf.transpose(qkv, [2, 0, 3, 1, 4]), 3) // each [1, B, H, T, d/H]
      .map((part) => tf.reshape(part, [batch * heads, length, width / heads]));
    if (!q || !k || !v) throw new Error('split gave fewer than three parts');
    keys.push(k);
    values.push(v);
    const mixed = tf.reshape(attention(q, k, v, mask), [batch, heads, length, width / heads]);
    return linear(tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch * length, width]), `${name}.c_proj`);
  }
}

/** W_E LN_f(x): the model's own read-out at the last block, the logit lens at an earlier one (3.1). x [N, d] -> [N, V]. */
export function readOut(parameters: Parameters, x: Tensor): Tensor2D {
  const normalised = layerNorm(x, parameter(parameters, 'ln_f.weight'), parameter(parameters, 'ln_f.bias'));
  return tf.matMul(normalised, parameter(parameters, 'wte.weight'), false, true) as Tensor2D;
}

/** Mean natural-log cross entropy over all positions. logits [B*T, V], targets [B, T] int32; a scalar. */
export function crossEntropy(logits: Tensor2D, targets: Tensor): Tensor {
  return softmaxCrossEntropy(logits, tf.reshape(targets, [logits.shape[0]]));
}

/** Token plus position embedding, [B, T] -> [B*T, d]. */
function embed(parameters: Parameters, tokens: Tensor): Tensor {
  const [batch = 0, length = 0] = tokens.shape;
  const tokenTable = parameter(parameters, 'wte.weight');
  const positionTable = parameter(parameters, 'wpe.weight');
  const width = tokenTable.shape[1] ?? 0;
  const positions = tf.slice(positionTable, [0, 0], [length, width]); // [T, d]
  const embedded = tf.gather(tokenTable, tf.reshape(tokens, [batch * length]) as Tensor1D); // [B*T, d]
  return tf.reshape(tf.add(tf.reshape(embedded, [batch, length, width]), positions), [batch * length, width]);
}

/** [T, T]: 0 on and below the diagonal, `masked` above it. */
function causalMask(length: number): Tensor {
  const values = new Float32Array(length * length);
  for (let row = 0; row < length; row++) values.fill(masked, row * length + row + 1, (row + 1) * length);
  return tf.tensor(values, [length, length]);
}

export function parameter(parameters: Parameters, name: string): Tensor {
  const tensor = parameters.get(name);
  if (tensor === undefined) throw new Error(`the model has no parameter ${name}`);
  return tensor;
}
