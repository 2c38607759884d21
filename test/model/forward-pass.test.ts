import { describe, expect, it } from 'vitest';
import { blockLogits, meanLoss, positiveActivationCounts } from '../../src/model/forward-pass.js';
import { plainForward, plainLoss } from './plain-gpt2.js';
import { larger as config, livelyWeights, randomTokens } from './rig.js';

const weights = livelyWeights(config, 1);

function softmax(logits: readonly number[]): number[] {
  const most = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

describe('mean loss', () => {
  it('averages over every whole sequence of the stream, also when the last batch is short', async () => {
    const tokens = randomTokens(5 * 8 + 4, config.vocabulary, 2);
    const { loss, tokens: predicted } = await meanLoss({ config, weights, tokens, length: 8, batch: 2 });
    const starts = [0, 8, 16, 24, 32];
    const expected = plainLoss(config, weights, starts.map((i) => tokens.slice(i, i + 8)), starts.map((i) => tokens.slice(i + 1, i + 9)));
    expect(predicted).toBe(40);
    expect(loss).toBeCloseTo(expected, 4);
  });

  it('is null for a stream that is shorter than a sequence', async () => {
    expect(await meanLoss({ config, weights, tokens: [1, 2, 3], length: 8 })).toEqual({ loss: null, tokens: 0 });
  });
});

describe('positive activation counts', () => {
  it('count, for every layer and neuron, the positions with an activation above 0', async () => {
    const tokens = randomTokens(5 * 8 + 3, config.vocabulary, 3);
    const { counts, tokens: counted } = await positiveActivationCounts({ config, weights, tokens, length: 8, batch: 2 });
    const passes = [0, 8, 16, 24, 32].map((i) => plainForward(config, weights, tokens.slice(i, i + 8)));
    const expected = Array.from({ length: config.layers }, (_, layer) => Array.from({ length: 4 * config.width }, (__, neuron) =>
      passes.reduce((sum, { activations }) => sum + (activations[layer] as number[][]).filter((row) => (row[neuron] as number) > 0).length, 0)));
    expect(counted).toBe(40);
    expect(counts.map((layer) => [...layer])).toEqual(expected);
  });
});

describe('block logits', () => {
  const prompts = [3, 12, 7, 5, 9].map((length, seed) => ({ tokens: randomTokens(length, config.vocabulary, seed), position: length - 1 - seed % 2, sets: [[1, 2, 3], [seed]] }));

  it('reads W_E LN_f(h) after every block at the given position, whatever the other prompts', async () => {
    const readings = await blockLogits({ config, weights, prompts, batch: 2 });
    prompts.forEach(({ tokens, position, sets }, index) => {
      const { hidden, logits } = plainForward(config, weights, tokens);
      hidden.forEach((_, layer) => {
        // A model cut off after this block reads out exactly W_E LN_f(h).
        const cut = plainForward({ ...config, layers: layer + 1 }, weights, tokens).logits[position] as number[];
        const probabilities = softmax(cut);
        expect(readings[index]?.predicted[layer]).toBe(cut.indexOf(Math.max(...cut)));
        sets.forEach((ids, set) => {
          expect(readings[index]?.mass[set]?.[layer]).toBeCloseTo(ids.reduce((sum, id) => sum + (probabilities[id] as number), 0), 4);
        });
      });
      const last = logits[position] as number[];
      expect(readings[index]?.predicted[config.layers - 1]).toBe(last.indexOf(Math.max(...last)));
    });
  });
});
