import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { adamwUpdate, biasCorrections, defaultAdamW } from '../../src/model/adamw.js';
import type { AdamWOptions, AdamWState } from '../../src/model/adamw.js';

/** AdamW in float64 for one list of numbers, as in Loshchilov and Hutter's Algorithm 2, clipped by the global norm. */
function plainAdamW(start: number[], gradients: number[][], decayed: number[], learningRate: number, options: AdamWOptions): number[] {
  const first = start.map(() => 0);
  const second = start.map(() => 0);
  const parameters = [...start];
  gradients.forEach((raw, index) => {
    const step = index + 1;
    const norm = Math.hypot(...raw);
    raw.forEach((value, i) => {
      const gradient = norm > options.clip ? value * options.clip / norm : value;
      first[i] = options.beta1 * (first[i] as number) + (1 - options.beta1) * gradient;
      second[i] = options.beta2 * (second[i] as number) + (1 - options.beta2) * gradient ** 2;
      const m = (first[i] as number) / (1 - options.beta1 ** step);
      const v = (second[i] as number) / (1 - options.beta2 ** step);
      const old = parameters[i] as number;
      parameters[i] = old - learningRate * (m / (Math.sqrt(v) + options.epsilon) + options.weightDecay * (decayed[i] as number) * old);
    });
  });
  return parameters;
}

/** In two chunks: the first two numbers, each decayed or not, and the rest. */
async function runAdamW(start: number[], gradients: number[][], decayed: number[], learningRate: number, options: AdamWOptions): Promise<{ parameters: number[]; norms: number[] }> {
  await tf.setBackend('cpu');
  const part = (values: number[], chunk: number) => (chunk === 0 ? values.slice(0, 2) : values.slice(2));
  const decayOf = (chunk: number) => (chunk === 0 ? tf.tensor1d(part(decayed, 0)) : decayed[2] ?? 0);
  let states: readonly AdamWState[] = [0, 1].map((chunk) => part(start, chunk)).map((values) =>
    ({ parameters: tf.tensor1d(values), first: tf.zeros([values.length]), second: tf.zeros([values.length]) }));
  const norms: number[] = [];
  gradients.forEach((gradient, index) => {
    const [firstCorrection, secondCorrection] = biasCorrections(options, index + 1).map((value) => tf.scalar(value));
    const scalars = { learningRate: tf.scalar(learningRate), firstCorrection: firstCorrection as tf.Tensor, secondCorrection: secondCorrection as tf.Tensor };
    const update = adamwUpdate(states.map((state, chunk) => ({ ...state, gradient: tf.tensor1d(part(gradient, chunk)), decayed: decayOf(chunk) })), scalars, options);
    norms.push(update.gradientNorm.dataSync()[0] as number);
    states = update.states;
  });
  return { parameters: states.flatMap(({ parameters }) => [...parameters.dataSync()]), norms };
}

const start = [1, -2, 0.5];
const gradients = [[0.3, -0.1, 0.2], [30, 40, 0], [-0.2, 0.05, 0.1]];

describe('adamw', () => {
  it.each([
    ['with the default options', defaultAdamW],
    ['without clipping', { ...defaultAdamW, clip: Infinity }],
    ['without weight decay', { ...defaultAdamW, weightDecay: 0 }],
    ['with other betas', { ...defaultAdamW, beta1: 0.8, beta2: 0.999 }],
  ])('follows the published algorithm %s', async (_, options) => {
    const { parameters } = await runAdamW(start, gradients, [1, 1, 0], 0.01, options);
    const expected = plainAdamW(start, gradients, [1, 1, 0], 0.01, options);
    parameters.forEach((value, index) => { expect(value).toBeCloseTo(expected[index] as number, 6); });
  });

  it('moves each parameter by the learning rate at the first step, whatever the size of its gradient', async () => {
    const { parameters } = await runAdamW([0, 0], [[1e-3, -0.5]], [1, 1], 0.01, defaultAdamW);
    expect(parameters[0]).toBeCloseTo(-0.01, 5);
    expect(parameters[1]).toBeCloseTo(0.01, 5);
  });

  it('decays decayed parameters only, and apart from the gradient', async () => {
    const { parameters } = await runAdamW([1, 1], [[0, 0]], [1, 0], 0.5, { ...defaultAdamW, weightDecay: 0.1 });
    expect(parameters[0]).toBeCloseTo(0.95, 6);
    expect(parameters[1]).toBe(1);
  });

  it('reports the norm before clipping', async () => {
    const { norms } = await runAdamW(start, gradients, [1, 1, 0], 0.01, defaultAdamW);
    expect(norms[1]).toBeCloseTo(50, 4);
  });
});
