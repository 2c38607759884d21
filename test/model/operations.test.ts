import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { attention, gelu, layerNorm, masked, softmaxCrossEntropy } from '../../src/model/operations.js';
import { compile } from '../../src/model/session.js';
import { trace } from '../../src/model/tracing/trace.js';

type Run = (inputs: Record<string, tf.Tensor>, body: (tensor: (name: string) => tf.Tensor) => tf.Tensor) => Promise<number[]>;

const eager: Run = async (inputs, body) => [...await body((name) => inputs[name] as tf.Tensor).data()];

const traced: Run = async (inputs, body) => {
  const specifications = Object.entries(inputs).map(([name, { shape, dtype }]) => [name, { shape, type: dtype as 'float32' | 'int32' }] as const);
  const graph = await compile(trace(Object.fromEntries(specifications), (tensor) => ({ y: body(tensor) })));
  const data = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, tensor.dataSync() as Float32Array]));
  return [...(await graph.run(data))['y'] as Float32Array];
};

beforeAll(async () => { await tf.setBackend('cpu'); });

describe.each([['eager', eager], ['traced', traced]] as const)('operations, %s', (_, run) => {
  const expectClose = (actual: number[], expected: number[]) => {
    expect(actual).toHaveLength(expected.length);
    expected.forEach((value, index) => { expect(actual[index]).toBeCloseTo(value, 5); });
  };

  it('normalises [1, 2, 3, 6] with mean 3 and variance 3.5, then scales and shifts', async () => {
    const inputs = { x: tf.tensor2d([[1, 2, 3, 6]]), gain: tf.tensor1d([1, 1, 2, 1]), bias: tf.tensor1d([0, 0, 10, 1]) };
    const y = await run(inputs, (t) => layerNorm(t('x'), t('gain'), t('bias')));
    // (1 - 3) / sqrt(3.50001), (2 - 3) / sqrt(3.50001), 0 * 2 + 10, 3 / sqrt(3.50001) + 1
    expectClose(y, [-1.069043, -0.534522, 10, 2.603565]);
  });

  it('has GELU values of the tanh form, not of the error function', async () => {
    const y = await run({ x: tf.tensor1d([-3, -1, 0, 0.5, 1, 2, 5]) }, (t) => gelu(t('x')));
    // The erf form would give 0.8413447 at 1; the tanh form 0.8411920.
    expectClose(y, [-0.003637, -0.158808, 0, 0.345714, 0.841192, 1.954598, 5]);
  });

  it('lets a position look at itself and what precedes it, in proportion to exp(q k / sqrt(d))', async () => {
    const [q, k] = [tf.tensor3d([[[2, 0, 0, 0], [2, 0, 0, 0]]]), tf.tensor3d([[[0, 0, 0, 0], [Math.log(3), 0, 0, 0]]])];
    const v = tf.tensor3d([[[4, 0, 0, 1], [8, 0, 0, 1]]]);
    const mask = tf.tensor2d([[0, masked], [0, 0]]);
    const y = await run({ q, k, v, mask }, (t) => attention(t('q'), t('k'), t('v'), t('mask')));
    expectClose(y, [4, 0, 0, 1, 7, 0, 0, 1]); // weights 1 and 3 of 4
  });

  it('averages -log of the probability given to the targets', async () => {
    const logits = tf.tensor2d([[Math.log(1), Math.log(2), Math.log(5)], [100, 100, 0]]);
    const loss = await run({ logits, targets: tf.tensor1d([2, 0], 'int32') }, (t) => softmaxCrossEntropy(t('logits'), t('targets')));
    expectClose(loss, [(Math.log(8 / 5) + Math.log(2)) / 2]);
  });

  it('stays finite where the target is all but impossible', async () => {
    const loss = await run({ logits: tf.tensor2d([[0, 500]]), targets: tf.tensor1d([0], 'int32') }, (t) => softmaxCrossEntropy(t('logits'), t('targets')));
    expectClose(loss, [500]);
  });
});
