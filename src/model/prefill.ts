/** Keys and values of whole prompts in one pass, so that decoding starts at a prompt's last token. */
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from './config.js';
import { compiledForward, parameterInputs } from './forward-pass.js';
import type { Weights } from './weights.js';

/** What a prompt leaves behind for all tokens but its last, which decoding feeds itself. */
export interface PrefilledPrompt {
  /** [L, H, tokens, d/H] each. */
  readonly keys: Float32Array;
  readonly values: Float32Array;
  readonly tokens: number;
}

/** @param batch prompts run side by side */
export async function prefill(config: ModelConfig, weights: Weights, prompts: readonly Int32Array[], batch: number): Promise<PrefilledPrompt[]> {
  const prefilled: PrefilledPrompt[] = [];
  for (let start = 0; start < prompts.length; start += batch) {
    prefilled.push(...await prefillGroup(config, weights, prompts.slice(start, start + batch), batch));
  }
  return prefilled;
}

/** What follows a prompt in its row cannot reach it, and is left out; so are the rows that a short group leaves empty. */
async function prefillGroup(config: ModelConfig, weights: Weights, prompts: readonly Int32Array[], batch: number): Promise<PrefilledPrompt[]> {
  const longest = Math.max(...prompts.map(({ length }) => length - 1));
  if (longest === 0) return prompts.map(() => ({ keys: new Float32Array(), values: new Float32Array(), tokens: 0 }));
  const length = Math.min(config.context, Math.ceil(longest / 16) * 16); // few lengths, few graphs
  const compiled = await compiledForward('prefill', { config, batch, length }, ({ keys, values }) => ({ keys: tf.concat([...keys]), values: tf.concat([...values]) }));
  const tokens = new Int32Array(batch * length);
  prompts.forEach((prompt, row) => { tokens.set(prompt.subarray(0, -1), row * length); });
  const { keys, values } = await compiled.run({ ...parameterInputs(config, weights), tokens });
  return prompts.map((prompt, row) => ({
    keys: rowOf(config, keys as Float32Array, { row, batch, length, tokens: prompt.length - 1 }),
    values: rowOf(config, values as Float32Array, { row, batch, length, tokens: prompt.length - 1 }),
    tokens: prompt.length - 1,
  }));
}

/** [L, B, H, T, d/H] -> [L, H, tokens, d/H] of one row. */
function rowOf(
  { layers, heads, width }: ModelConfig, all: Float32Array,
  { row, batch, length, tokens }: { readonly row: number; readonly batch: number; readonly length: number; readonly tokens: number },
): Float32Array {
  const headWidth = width / heads;
  const kept = new Float32Array(layers * heads * tokens * headWidth);
  for (let layer = 0; layer < layers; layer++) {
    for (let head = 0; head < heads; head++) {
      const from = ((layer * batch + row) * heads + head) * length * headWidth;
      kept.set(all.subarray(from, from + tokens * headWidth), (layer * heads + head) * tokens * headWidth);
    }
  }
  return kept;
}
