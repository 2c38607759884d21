/** ONNX for the operations that operations.ts names: fused, and with what their gradients reuse as further outputs. */
import * as tf from '@tensorflow/tfjs-core';
import { attentionScale, epsilon, geluCubic, geluSlope } from '../operations.js';
import type { TracingBackend } from './backend.js';
import type { Value } from './graph.js';
import type { Emission } from './kernels.js';
import { input, registerEmission } from './kernels.js';

/** factor x + offset in one pass: a batch normalisation with mean 0 and variance 1, over all of x as one channel. */
function affine({ graph }: TracingBackend, x: Value, factor: number, offset: number): Value {
  const channel = (value: number) => graph.constant(Float32Array.of(value), [1], 'float32');
  const flat = [1, 1, x.shape.reduce((size, length) => size * length, 1)];
  const parameters = [factor, offset, 0, 1].map(channel);
  const y = graph.node('BatchNormalization', [graph.reshaped(x, flat), ...parameters], { shape: flat }, { attributes: { epsilon: { float: 0 } } });
  return graph.reshaped(y, x.shape);
}

/** x [N, d] -> normalised, mean [N, 1], inverse standard deviation [N, 1]. */
const layerNormalization: Emission = (backend, inputs) => {
  const [x, gain, bias] = ['x', 'gain', 'bias'].map((name) => backend.value(input(inputs, name)));
  if (!x || !gain || !bias) throw new Error('LayerNormalization takes three inputs');
  const perRow = { shape: x.shape.with(-1, 1) };
  return backend.graph
    .nodeWithOutputs('LayerNormalization', [x, gain, bias], [{ shape: x.shape }, perRow, perRow], { attributes: { axis: -1, epsilon: { float: epsilon } } })
    .map((value) => backend.tensorInfo(value));
};

/** x -> gelu(x), gelu'(x): while what both are made of is at hand, and one tensor to keep for the gradient. */
const gelu: Emission = (backend, inputs) => {
  const { graph } = backend;
  const x = backend.value(input(inputs, 'x'));
  const output = { shape: x.shape };
  const product = (a: Value, b: Value) => graph.node('Mul', [a, b], output);
  const square = product(x, x);
  const sigmoid = graph.node('Sigmoid', [product(affine(backend, square, geluCubic, geluSlope), x)], output);
  const y = product(x, sigmoid);
  // y = x s(z): dy/dx = s + x s (1 - s) z', z' = slope + 3 cubic x^2
  const inner = affine(backend, square, 3 * geluCubic, geluSlope);
  const slope = graph.node('Add', [product(graph.node('Sub', [y, product(y, sigmoid)], output), inner), sigmoid], output);
  return [y, slope].map((value) => backend.tensorInfo(value));
};

/** q, k, v [heads, T, d/H] -> mixed values of the same shape, attention weights [heads, T, T]. */
const attention: Emission = (backend, inputs) => {
  const { graph } = backend;
  const [q, k, v, mask] = ['q', 'k', 'v', 'mask'].map((name) => backend.value(input(inputs, name)));
  if (!q || !k || !v || !mask) throw new Error('Attention takes four inputs');
  const square = { shape: [...q.shape.slice(0, 2), k.shape[1] ?? 0] };
  const alpha = { float: attentionScale(q.shape[2]) };
  const scores = graph.node('FusedMatMul', [q, k], square, { domain: 'com.microsoft', attributes: { transB: 1, alpha } });
  const weights = graph.node('Softmax', [graph.node('Add', [scores, mask], square)], square, { attributes: { axis: -1 } });
  return [graph.node('MatMul', [weights, v], { shape: q.shape }), weights].map((value) => backend.tensorInfo(value));
};

/** logits [N, V], targets [N] -> mean loss, log probabilities [N, V]. */
const softmaxCrossEntropy: Emission = (backend, inputs) => {
  const { graph } = backend;
  const logits = backend.value(input(inputs, 'logits'));
  const targets = input(inputs, 'targets');
  const rows = [tf.util.sizeFromShape(targets.shape), 1];
  const logProbabilities = graph.node('LogSoftmax', [logits], { shape: logits.shape }, { attributes: { axis: -1 } });
  const picked = graph.node('GatherElements', [logProbabilities, backend.value(targets, rows)], { shape: rows }, { attributes: { axis: 1 } });
  const mean = graph.node('ReduceMean', [picked, graph.integers([0, 1])], { shape: [] }, { attributes: { keepdims: 0 } });
  return [graph.node('Neg', [mean], { shape: [] }), logProbabilities].map((value) => backend.tensorInfo(value));
};

/**
 * log probabilities [N, V], targets [N] -> softmax minus one-hot target, [N, V]: the gradient but for its scale.
 * Each node works in place on what the one before it leaves: nobody else reads it.
 */
const softmaxCrossEntropyGradient: Emission = (backend, inputs) => {
  const { graph } = backend;
  const logProbabilities = backend.value(input(inputs, 'logProbabilities'));
  const targets = input(inputs, 'targets');
  const rows = tf.util.sizeFromShape(targets.shape);
  const minusOne = graph.constant(new Float32Array(rows).fill(-1), [rows, 1], 'float32');
  const probabilities = graph.node('Exp', [logProbabilities], { shape: logProbabilities.shape });
  return backend.tensorInfo(graph.node(
    'ScatterElements', [probabilities, backend.value(targets, [rows, 1]), minusOne], { shape: logProbabilities.shape },
    { attributes: { axis: 1, reduction: 'add' } },
  ));
};

export function registerCompositeEmissions(): void {
  registerEmission('LayerNormalization', layerNormalization);
  registerEmission('Gelu', gelu);
  registerEmission('Attention', attention);
  registerEmission('SoftmaxCrossEntropy', softmaxCrossEntropy);
  registerEmission('SoftmaxCrossEntropyGradient', softmaxCrossEntropyGradient);
}
