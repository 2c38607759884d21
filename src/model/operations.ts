/**
 * The operations of GPT-2 that TensorFlow.js has no kernel for. Each is spelled out in plain ops, which is what
 * runs (and is differentiated) on `cpu` and on a GPU: the reference. A backend that registers a kernel of the same
 * name gets that one instead, with the gradient written below; the tracing backend does (tracing/composite-kernels.ts).
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { GradientRule } from './gradients.js';
import { registerGradient, registerGradients } from './gradients.js';

export const epsilon = 1e-5;
/** Masks a score: exp(score + masked) is 0 in float32 after the softmax subtracts its maximum. */
export const masked = -1e9;

/** gelu(x) = x sigmoid(slope x + cubic x^3): the tanh form with tanh written as a sigmoid, one pass fewer. */
export const geluSlope = 2 * Math.sqrt(2 / Math.PI);
export const geluCubic = geluSlope * 0.044715;

/** 1 / sqrt(d/H), of the scores. */
export function attentionScale(headWidth = 1): number {
  return 1 / Math.sqrt(headWidth);
}

function hasKernel(name: string): boolean {
  return (tf.getKernel(name, tf.getBackend()) as tf.KernelConfig | undefined) !== undefined;
}

function runKernel(name: string, inputs: Record<string, Tensor>, attributes: tf.NamedAttrMap = {}): Tensor[] {
  return tf.engine().runKernel(name, inputs, attributes);
}

function first(tensors: readonly Tensor[]): Tensor {
  const [tensor] = tensors;
  if (tensor === undefined) throw new Error('a kernel returned no tensor');
  return tensor;
}

/** Normalises each row of x [N, d] to mean 0 and variance 1, then applies gain [d] and bias [d]. */
export function layerNorm(x: Tensor, gain: Tensor, bias: Tensor): Tensor {
  if (hasKernel('LayerNormalization')) return first(runKernel('LayerNormalization', { x, gain, bias }));
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon))), gain), bias);
}

/** 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), as GPT-2 has it. */
export function gelu(x: Tensor): Tensor {
  if (hasKernel('Gelu')) return first(runKernel('Gelu', { x }));
  const inner = tf.mul(tf.add(x, tf.mul(tf.mul(tf.square(x), x), 0.044715)), Math.sqrt(2 / Math.PI));
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
}

/**
 * softmax(q k^T / sqrt(d/H) + mask) v for each head.
 * @param q k v  [heads, T, d/H], where heads counts the heads of every sequence of the batch
 * @param mask   [T, T], 0 where a position may look and `masked` where it may not
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor): Tensor {
  if (hasKernel('Attention')) return first(runKernel('Attention', { q, k, v, mask }));
  const scores = tf.add(tf.matMul(tf.mul(q, attentionScale(q.shape[2])), k, false, true), mask); // [heads, T, T]
  return tf.matMul(tf.softmax(scores), v);
}

/** Mean over the rows of -log softmax(logits)[target]. logits [N, V], targets [N] int32; a scalar, natural log. */
export function softmaxCrossEntropy(logits: Tensor, targets: Tensor): Tensor {
  if (hasKernel('SoftmaxCrossEntropy')) return first(runKernel('SoftmaxCrossEntropy', { logits, targets }));
  const [rows = 1, vocabulary = 1] = logits.shape;
  const picked = tf.mul(tf.logSoftmax(logits), tf.oneHot(targets, vocabulary, 1, 0, 'float32'));
  return tf.mul(tf.sum(picked), -1 / rows);
}

const rules: readonly GradientRule[] = [
  {
    kernelName: 'LayerNormalization',
    inputsToSave: ['x', 'gain'],
    outputsToSave: [false, true, true],
    gradient: (dy, [x, gain, mean, inverseDeviation]) => {
      // With r the inverse deviation and g = dy gain: dx = r (g - mean(g) - n mean(g n)), n = r (x - mean). Spelled out
      // in x, the normalised rows are not needed again, and what is left but x and g are columns [N, 1].
      const asRow = (column: Tensor) => tf.reshape(column, [1, column.size]);
      const products = tf.mul(dy, x);
      return {
        x: () => {
          const g = tf.mul(dy, gain);
          const level = tf.mean(g, -1, true);
          const along = tf.sub(tf.mean(tf.mul(products, gain), -1, true), tf.mul(mean, level));
          const slope = tf.mul(along, tf.square(inverseDeviation));
          const shift = tf.sub(tf.mul(slope, mean), level);
          return tf.mul(tf.add(tf.sub(g, tf.mul(x, slope)), shift), inverseDeviation);
        },
        gain: () => {
          const centre = tf.matMul(asRow(tf.mul(mean, inverseDeviation)), dy);
          return tf.reshape(tf.sub(tf.matMul(asRow(inverseDeviation), products), centre), gain.shape);
        },
        bias: () => tf.sum(dy, 0),
      };
    },
  },
  { kernelName: 'Gelu', outputsToSave: [false, true], gradient: (dy, [slope]) => ({ x: () => tf.mul(dy, slope) }) },
  {
    kernelName: 'Attention',
    inputsToSave: ['q', 'k', 'v'],
    outputsToSave: [true, true],
    gradient: (dy, [q, k, v, y, weights]) => {
      // Softmax subtracts sum_j weights_ij dweights_ij, which equals dy_i . y_i: a sum over d/H instead of T numbers.
      const overlap = tf.sum(tf.mul(dy, y), -1, true);
      const dscores = tf.mul(tf.mul(weights, tf.sub(tf.matMul(dy, v, false, true), overlap)), attentionScale(q.shape[2]));
      return {
        q: () => tf.matMul(dscores, k),
        k: () => tf.matMul(dscores, q, true, false),
        v: () => tf.matMul(weights, dy, true, false),
      };
    },
  },
  {
    kernelName: 'SoftmaxCrossEntropy',
    inputsToSave: ['targets'],
    outputsToSave: [false, true],
    gradient: (dy, [targets, logProbabilities]) => ({
      logits: () => {
        // A kernel of its own: one-hot rows cost more than all else here (1.0 of 1.6 ms at N 1536, V 256).
        const excess = tf.engine().runKernel<Tensor>('SoftmaxCrossEntropyGradient', { logProbabilities, targets });
        return tf.mul(excess, tf.mul(dy, 1 / targets.size));
      },
    }),
  },
];

// Else the cpu backend advertises tfjs-node on stderr at its first use.
tf.enableProdMode();
registerGradients();
rules.forEach(registerGradient);
