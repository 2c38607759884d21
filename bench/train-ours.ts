/** Our training steps, as a contestant of bench/training.ts. */
import { freshOptimizer } from '../src/model/checkpoint.js';
import type { ModelConfig } from '../src/model/config.js';
import { seededRandom } from '../src/model/random.js';
import { createTrainer } from '../src/model/trainer.js';
import { initialWeights } from '../src/model/weights.js';
import { serve } from './contest.js';

await serve(async ({ config, batch }: { readonly config: ModelConfig; readonly batch: number }) => {
  const trainer = await createTrainer({ config, batch });
  trainer.load({ weights: initialWeights(config, 1), ...freshOptimizer(config) });
  const random = seededRandom(2);
  const tokens = Int32Array.from({ length: batch * config.context + 1 }, () => random.integer(config.vocabulary));
  const [inputs, targets] = [tokens.slice(0, -1), tokens.slice(1)];
  return async () => { await trainer.step(inputs, targets, 1e-3); };
});
