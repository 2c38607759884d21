import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import '../../src/model/operations.js';
import { compile } from '../../src/model/session.js';
import { UntraceableKernelError } from '../../src/model/tracing/backend.js';
import { trace } from '../../src/model/tracing/trace.js';
import type { TensorSpecification, TracedGraph } from '../../src/model/tracing/trace.js';

const vector: TensorSpecification = { shape: [3], type: 'float32' };

async function run(graph: TracedGraph, inputs: Record<string, Float32Array>): Promise<number[]> {
  const { y } = await (await compile(graph)).run(inputs);
  return [...y as Float32Array];
}

describe('trace', () => {
  beforeEach(async () => { await tf.setBackend('cpu'); });

  it('names the kernel that it has no ONNX for, and leaves the backend as it was', () => {
    const attempt = () => trace({ x: vector }, (t) => ({ y: tf.erf(t('x')) }));
    expect(attempt).toThrow(UntraceableKernelError);
    expect(attempt).toThrow('the TensorFlow.js kernel Erf');
    expect(tf.getBackend()).toBe('cpu');
    expect([...tf.add(1, 2).dataSync()]).toEqual([3]);
  });

  it('differentiates inside the trace', async () => {
    const graph = trace({ x: vector }, (t) => ({ y: tf.grad((x: tf.Tensor) => tf.sum(tf.mul(tf.square(x), x)))(t('x')) }));
    expect(await run(graph, { x: Float32Array.of(1, 2, -3) })).toEqual([3, 12, 27]);
  });

  it('takes tensors made outside as constants and does not take them away', async () => {
    const outside = tf.tensor1d([1, 2, 3]);
    const graph = trace({ x: vector }, (t) => ({ y: tf.mul(t('x'), tf.reshape(tf.clone(outside), [3])) }));
    expect(await run(graph, { x: Float32Array.of(1, 10, 100) })).toEqual([1, 20, 300]);
    expect([...outside.dataSync()]).toEqual([1, 2, 3]);
  });

  it('can be entered again while tracing', async () => {
    let inner: TracedGraph | undefined;
    const outer = trace({ x: vector }, (t) => {
      inner = trace({ x: vector }, (u) => ({ y: tf.neg(u('x')) }));
      return { y: tf.add(t('x'), 1) };
    });
    const x = Float32Array.of(1, 2, 3);
    expect(await run(outer, { x })).toEqual([2, 3, 4]);
    expect(await run(inner as TracedGraph, { x })).toEqual([-1, -2, -3]);
  });

  it('traces again after a trace, from nothing', () => {
    const graph = () => trace({ x: vector }, (t) => ({ y: tf.exp(t('x')) }));
    expect(Buffer.from(graph().bytes).equals(Buffer.from(graph().bytes))).toBe(true);
  });

  it('returns an input, a constant and a value under two names', async () => {
    const graph = trace({ x: vector }, (t) => { const y = tf.neg(t('x')); return { y, again: y, given: t('x'), constant: tf.tensor1d([7, 8]) }; });
    const outputs = await (await compile(graph)).run({ x: Float32Array.of(1, 2, 3) });
    expect(Object.fromEntries(Object.entries(outputs).map(([name, data]) => [name, [...data]]))).toEqual({
      y: [-1, -2, -3], again: [-1, -2, -3], given: [1, 2, 3], constant: [7, 8],
    });
  });

  it('emits no node for a reshape that nobody needs', () => {
    const graph = trace({ x: { shape: [4, 3], type: 'float32' } }, (t) => ({ y: tf.neg(tf.reshape(tf.reshape(t('x'), [12]), [4, 3])) }));
    expect(graph.nodes).toBe(1);
  });

  it('multiplies by a constant inside the product that follows, and by a node of its own where none does', async () => {
    const matrix = { shape: [2, 2], type: 'float32' } as const;
    const inside = trace({ x: matrix }, (t) => ({ y: tf.matMul(tf.mul(tf.mul(t('x'), 2), 3), t('x')) }));
    expect(inside.nodes).toBe(1);
    expect(await run(inside, { x: Float32Array.of(1, 2, 3, 4) })).toEqual([42, 60, 90, 132]);
    const alone = trace({ x: vector }, (t) => ({ y: tf.add(tf.mul(tf.mul(t('x'), 2), 3), t('x')) }));
    expect(alone.nodes).toBe(2);
    expect(await run(alone, { x: Float32Array.of(1, 2, 3) })).toEqual([7, 14, 21]);
  });

  it('leaves out what no output needs', () => {
    expect(trace({ x: vector }, (t) => { tf.exp(tf.neg(t('x'))); return { y: tf.neg(t('x')) }; }).nodes).toBe(1);
  });

  const table = tf.tensor2d([[1, 2], [3, 4], [5, 6]]);
  const same: Record<string, () => tf.Tensor> = {
    'embedding gradient with repeated rows': () => tf.unsortedSegmentSum(table, tf.tensor1d([1, 1, 0], 'int32'), 4),
    'one-hot': () => tf.oneHot(tf.tensor1d([2, 0], 'int32'), 3, 5, -1, 'float32'),
    'slice and pad': () => tf.pad(tf.slice(table, [1, 0], [2, 1]), [[1, 0], [0, 2]]),
    'reductions': () => tf.concat([tf.sum(table, 0), tf.mean(table, 1), tf.reshape(tf.max(table), [1])]),
    'transposing batch product': () => tf.matMul(tf.tensor3d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]), tf.tensor3d([1, 0, 2, 1, 0, 1, 1, 1], [2, 2, 2]), true, false),
    'matrix product with bias': () => tf.fused.matMul({ a: table, b: table, transposeB: true, bias: tf.tensor1d([1, 2, 3]) }),
    'argmax of ties is the first': () => tf.cast(tf.argMax(tf.tensor2d([[1, 7, 7], [9, 1, 9]]), -1), 'float32'),
    'comparison counted': () => tf.cast(tf.sum(tf.cast(tf.greater(table, 2), 'int32'), 0), 'float32'),
  };
  it.each(Object.keys(same))('computes what the cpu backend does: %s', async (name) => {
    const body = same[name] as () => tf.Tensor;
    const expected = [...body().dataSync()];
    expect(await run(trace({}, () => ({ y: body() })), {})).toEqual(expected);
  });
});
