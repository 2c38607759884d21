/** Our greedy decoding, as a contestant of bench/decoding.ts. */
import type { ModelConfig } from '../src/model/config.js';
import { greedyDecode } from '../src/model/decode.js';
import { seededRandom } from '../src/model/random.js';
import { initialWeights } from '../src/model/weights.js';
import { serve } from './contest.js';

export interface DecodingRequest {
  readonly config: ModelConfig;
  readonly batch: number;
  readonly prompts: number;
  readonly promptLength: number;
  readonly newTokens: number;
}

await serve(({ config, batch, prompts: count, promptLength, newTokens }: DecodingRequest) => {
  const weights = initialWeights(config, 1);
  const random = seededRandom(2);
  const prompts = Array.from({ length: count }, () => Int32Array.from({ length: promptLength }, () => random.integer(config.vocabulary)));
  return Promise.resolve(async () => { await greedyDecode({ config, weights, prompts, maxNewTokens: newTokens, batch }); });
});
