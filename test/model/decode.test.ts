import { describe, expect, it } from 'vitest';
import { greedyDecode } from '../../src/model/decode.js';
import { plainForward } from './plain-gpt2.js';
import { larger as config, livelyWeights, randomTokens } from './rig.js';

const weights = livelyWeights(config, 1);

/** Argmax over a whole forward pass for each new token. */
function naive(prompt: Int32Array, newTokens: number): number[] {
  const sequence = [...prompt];
  while (sequence.length < prompt.length + newTokens && sequence.length <= config.context) {
    const last = plainForward(config, weights, sequence.slice(0, config.context)).logits.at(-1) as number[];
    sequence.push(last.indexOf(Math.max(...last)));
  }
  return sequence.slice(prompt.length);
}

describe('greedy decoding', () => {
  const prompts = [1, 4, 2, 6, 3].map((length, seed) => randomTokens(length, config.vocabulary, seed));

  it('gives what argmax over full forward passes gives, for prompts of any lengths side by side', async () => {
    const completions = await greedyDecode({ config, weights, prompts, maxNewTokens: 5, batch: 4 });
    expect(completions.map((tokens) => [...tokens])).toEqual(prompts.map((prompt) => naive(prompt, 5)));
  });

  it('does not depend on how many prompts share a batch', async () => {
    const together = await greedyDecode({ config, weights, prompts, maxNewTokens: 5 });
    const oneByOne = await greedyDecode({ config, weights, prompts, maxNewTokens: 5, batch: 1 });
    expect(together).toEqual(oneByOne);
  });

  it('ends when the context is full', async () => {
    const prompt = randomTokens(config.context - 2, config.vocabulary, 5);
    const [completion] = await greedyDecode({ config, weights, prompts: [prompt], maxNewTokens: 50 });
    expect([...completion as Int32Array]).toEqual(naive(prompt, 50));
    expect(completion).toHaveLength(3);
  });

  it('ends before a stop token, and after the token at which the predicate says stop', async () => {
    const [prompt = new Int32Array()] = prompts;
    const tokens = naive(prompt, 5);
    const stopAt = tokens.findIndex((token, index) => index > 0 && !tokens.slice(0, index).includes(token));
    const [byToken] = await greedyDecode({ config, weights, prompts: [prompt], maxNewTokens: 5, stopTokens: [tokens[stopAt] as number] });
    const [byPredicate] = await greedyDecode({ config, weights, prompts: [prompt], maxNewTokens: 5, stop: (generated) => generated.length === 2 });
    expect(stopAt).toBeGreaterThan(0);
    expect([...byToken as Int32Array]).toEqual(tokens.slice(0, stopAt));
    expect([...byPredicate as Int32Array]).toEqual(tokens.slice(0, 2));
  });

  it('handles no prompts and no new tokens, and refuses prompts that cannot be', async () => {
    expect(await greedyDecode({ config, weights, prompts: [], maxNewTokens: 5 })).toEqual([]);
    expect((await greedyDecode({ config, weights, prompts, maxNewTokens: 0 })).map(({ length }) => length)).toEqual(prompts.map(() => 0));
    await expect(greedyDecode({ config, weights, prompts: [new Int32Array(13)], maxNewTokens: 1 })).rejects.toThrow('the context takes 1 to 12');
  });
});
