import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { ModelConfig } from '../../src/model/config.js';
import { parameterCount, parameterShapes } from '../../src/model/config.js';
import { chunkOf, decayOf, parameterChunks, parametersOf } from '../../src/model/parameter-chunks.js';
import { flattenWeights } from '../../src/model/weights.js';
import { livelyWeights, small } from './rig.js';

const wide: ModelConfig = { layers: 2, width: 256, heads: 4, context: 64, vocabulary: 2048 };

describe('parameter chunks', () => {
  it.each([['a small model', small], ['a wide one', wide]])('cover the flat vector of %s, end to end and in order', (_, config) => {
    const chunks = parameterChunks(config);
    expect(chunks.flatMap(({ parameters }) => parameters.map(({ name }) => name))).toEqual([...parameterShapes(config).keys()]);
    expect(chunks.reduce((offset, chunk) => { expect(chunk.offset).toBe(offset); return offset + chunk.size; }, 0)).toBe(parameterCount(config));
  });

  it('are one for a small model, while a large matrix has its own', () => {
    expect(parameterChunks(small)).toHaveLength(1);
    expect(parameterChunks(wide).find(({ parameters }) => parameters[0]?.name === 'wte.weight')?.parameters).toHaveLength(1);
  });

  it('are views, in which every parameter has its values', async () => {
    await tf.setBackend('cpu');
    const weights = livelyWeights(small, 1);
    const flat = flattenWeights(small, weights);
    const chunks = parameterChunks(small);
    const views = chunks.map((chunk) => chunkOf(flat, chunk));
    expect(views.every(({ buffer }) => buffer === flat.buffer)).toBe(true);
    for (const [name, tensor] of parametersOf(chunks, views.map((view) => tf.tensor1d(view)))) expect(tensor.dataSync()).toEqual(weights.get(name));
  });

  it('decay matrices and embeddings only', async () => {
    await tf.setBackend('cpu');
    const [chunk] = parameterChunks(small);
    if (chunk === undefined) throw new Error('a model has parameters');
    const factors = parametersOf([chunk], [decayOf(chunk) as tf.Tensor]);
    for (const [name, factor] of factors) expect([...new Set(factor.dataSync())], name).toEqual([factor.shape.length === 2 ? 1 : 0]);
    expect(parameterChunks(wide).map(decayOf)).toContain(1);
  });
});
