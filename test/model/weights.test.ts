import { describe, expect, it } from 'vitest';
import { flattenWeights, initialWeights, unflattenWeights } from '../../src/model/weights.js';
import { larger, sameBits, small } from './rig.js';

const config = { layers: 3, width: 64, heads: 4, context: 64, vocabulary: 256 };

function deviation(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

describe('initial weights', () => {
  const weights = initialWeights(config, 1);

  it.each(['wte.weight', 'wpe.weight', 'h.0.attn.c_attn.weight', 'h.2.mlp.c_fc.weight'])('draws %s from N(0, 0.02)', (name) => {
    const values = weights.get(name) as Float32Array;
    expect(Math.abs(deviation(values) - 0.02)).toBeLessThan(0.02 * 4 / Math.sqrt(2 * values.length));
    expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length)).toBeLessThan(4 * 0.02 / Math.sqrt(values.length));
  });

  it.each(['h.0.attn.c_proj.weight', 'h.2.mlp.c_proj.weight'])('shrinks the residual projection %s by sqrt(2 L)', (name) => {
    const values = weights.get(name) as Float32Array;
    const expected = 0.02 / Math.sqrt(2 * config.layers);
    expect(Math.abs(deviation(values) - expected)).toBeLessThan(expected * 4 / Math.sqrt(2 * values.length));
  });

  it('starts biases at 0 and normalisation gains at 1', () => {
    for (const [name, values] of weights) {
      if (name.endsWith('.bias')) expect(new Set(values), name).toEqual(new Set([0]));
      if (name.includes('ln_') && name.endsWith('.weight')) expect(new Set(values), name).toEqual(new Set([1]));
    }
  });

  it('depends on the seed alone', () => {
    expect(sameBits(initialWeights(config, 1), weights)).toBe(true);
    expect(sameBits(initialWeights(config, 2), weights)).toBe(false);
  });
});

describe('the flat parameter vector', () => {
  it('splits back into the weights it was made of', () => {
    const weights = initialWeights(small, 5);
    expect(sameBits(unflattenWeights(small, flattenWeights(small, weights)), weights)).toBe(true);
  });

  it('names a parameter that is missing or of another model', () => {
    const weights = initialWeights(small, 5);
    expect(() => flattenWeights({ ...small, layers: 3 }, weights)).toThrow('no parameter h.2.ln_1.weight');
    expect(() => flattenWeights(larger, weights)).toThrow('parameter wte.weight holds 304 values; its shape [40, 32] needs 1280');
  });
});
