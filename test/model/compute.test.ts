import { describe, expect, it } from 'vitest';
import { detectCompute } from '../../src/model/compute.js';
import { freshOptimizer } from '../../src/model/checkpoint.js';
import { createTrainer } from '../../src/model/trainer.js';
import { initialWeights } from '../../src/model/weights.js';
import { randomTokens, small } from './rig.js';

describe('compute', () => {
  it('reports each kind once, with its version or with why it is not there and how to get it', async () => {
    const { available, unavailable } = await detectCompute();
    expect([...available, ...unavailable].map(({ kind }) => kind).sort()).toEqual(['cpu', 'gpu', 'traced']);
    for (const { runtime } of available) expect(runtime).toMatch(/\d+\.\d+/);
    for (const { reason, remedy } of unavailable) expect([reason, remedy].join()).toContain('tfjs-node-gpu');
  });

  it('names what a trainer can in fact run on', async () => {
    for (const { trainer: how } of (await detectCompute()).available) {
      const trainer = await createTrainer({ config: small, batch: 1, ...how });
      trainer.load({ weights: initialWeights(small, 1), ...freshOptimizer(small) });
      const tokens = randomTokens(13, small.vocabulary, 1);
      const { loss } = await trainer.step(tokens.slice(0, -1), tokens.slice(1), 1e-3);
      expect(loss).toBeCloseTo(Math.log(small.vocabulary), 0);
    }
  });
});
