import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { parameterShapes } from '../../src/model/config.js';
import type { ModelConfig } from '../../src/model/config.js';
import { compile } from '../../src/model/session.js';
import { createForward } from '../../src/model/forward-pass.js';
import { trace } from '../../src/model/tracing/trace.js';
import { chunkOf, parameterChunks } from '../../src/model/parameter-chunks.js';
import { lossAndGradients } from '../../src/model/training-step.js';
import { flattenWeights, unflattenWeights } from '../../src/model/weights.js';
import type { Weights } from '../../src/model/weights.js';
import { plainForward, plainLoss } from './plain-gpt2.js';
import { larger, livelyWeights, randomTokens, relativeError, small } from './rig.js';

const batch = 2;
interface Derivative { loss: number; gradient: Weights }

async function eagerDerivative(config: ModelConfig, weights: Weights, tokens: Int32Array, targets: Int32Array): Promise<Derivative> {
  await tf.setBackend('cpu');
  const shape: [number, number] = [batch, tokens.length / batch];
  const chunks = parameterChunks(config);
  const vectors = chunks.map((chunk) => tf.tensor(chunkOf(flattenWeights(config, weights), chunk)));
  const { loss, gradients } = lossAndGradients(config, chunks, vectors, tf.tensor2d(tokens, shape, 'int32'), tf.tensor2d(targets, shape, 'int32'));
  return { loss: loss.dataSync()[0] as number, gradient: unflattenWeights(config, tf.concat(gradients).dataSync() as Float32Array) };
}

async function tracedDerivative(config: ModelConfig, weights: Weights, tokens: Int32Array, targets: Int32Array): Promise<Derivative> {
  const flat = flattenWeights(config, weights);
  const sequences = { shape: [batch, tokens.length / batch], type: 'int32' } as const;
  const chunks = parameterChunks(config);
  const graph = trace({ flat: { shape: [flat.length], type: 'float32' }, tokens: sequences, targets: sequences }, (t) => {
    const vectors = chunks.map(({ offset, size }) => tf.slice(t('flat'), [offset], [size]));
    const { loss, gradients } = lossAndGradients(config, chunks, vectors, t('tokens'), t('targets'));
    return { loss, gradient: tf.concat(gradients) };
  });
  const { loss, gradient } = await (await compile(graph)).run({ flat, tokens, targets });
  return { loss: loss?.[0] as number, gradient: unflattenWeights(config, gradient as Float32Array) };
}

function rows(tokens: Int32Array, length: number): Int32Array[] {
  return Array.from({ length: tokens.length / length }, (_, row) => tokens.subarray(row * length, (row + 1) * length));
}

describe.each([['2 layers x 16', small, 12], ['3 layers x 32, shorter than the context', larger, 9]] as const)('GPT-2 of %s', (_, config, length) => {
  const weights = livelyWeights(config, 1);
  const tokens = randomTokens(batch * length, config.vocabulary, 2);
  const targets = randomTokens(batch * length, config.vocabulary, 3);

  it('has the logits, hidden states and activations of a second implementation in plain loops', async () => {
    const forward = await createForward({ config, batch, length, outputs: ['logits', 'hidden', 'activations', 'loss'] });
    const traced = await forward.run(weights, tokens, targets);
    const plain = rows(tokens, length).map((sequence) => plainForward(config, weights, sequence));
    const stacked = (of: 'hidden' | 'activations') => Array.from({ length: config.layers }, (__, layer) => plain.map((pass) => pass[of][layer])).flat(3) as number[];
    expect(relativeError(traced.logits, plain.flatMap((pass) => pass.logits.flat()))).toBeLessThan(1e-5);
    expect(relativeError(traced.hidden, stacked('hidden'))).toBeLessThan(1e-5);
    expect(relativeError(traced.activations, stacked('activations'))).toBeLessThan(1e-5);
    expect(relativeError(traced.loss, [plainLoss(config, weights, rows(tokens, length), rows(targets, length))])).toBeLessThan(1e-6);
  });

  it('has the same loss and the same gradient of every parameter traced as eagerly', async () => {
    const eager = await eagerDerivative(config, weights, tokens, targets);
    const traced = await tracedDerivative(config, weights, tokens, targets);
    expect(relativeError([traced.loss], [eager.loss])).toBeLessThan(1e-6);
    for (const name of parameterShapes(config).keys()) {
      expect(relativeError(traced.gradient.get(name) as Float32Array, eager.gradient.get(name) as Float32Array), name).toBeLessThan(1e-5);
    }
  });
});

describe('the gradient of GPT-2', () => {
  it('is what finite differences of the plain loops show, in every parameter', async () => {
    const config = { ...small, context: 6 };
    const weights = livelyWeights(config, 4);
    const tokens = randomTokens(batch * config.context, config.vocabulary, 5);
    const targets = randomTokens(batch * config.context, config.vocabulary, 6);
    const { gradient } = await tracedDerivative(config, weights, tokens, targets);
    const step = 1e-4;
    for (const [name, values] of gradient) {
      // The element that matters most: where a wrong formula shows most.
      const index = values.reduce((best, value, i) => (Math.abs(value) > Math.abs(values[best] as number) ? i : best), 0);
      const lossAt = (shift: number) => {
        const shifted = Float64Array.from(weights.get(name) as Float32Array, (value, i) => (i === index ? value + shift : value));
        return plainLoss(config, new Map<string, ArrayLike<number>>([...weights, [name, shifted]]), rows(tokens, config.context), rows(targets, config.context));
      };
      const slope = (lossAt(step) - lossAt(-step)) / (2 * step);
      expect(Math.abs((values[index] as number) - slope), `${name}[${String(index)}]`).toBeLessThan(1e-5 + 1e-4 * Math.abs(slope));
    }
  });
});
