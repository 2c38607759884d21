import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchReader } from '../../src/tasks/train/batches.js';
import { learningRateAt, type Hyperparameters } from '../../src/tasks/train/hyperparameters.js';
import { checkpointSteps, expandIntoSegments } from '../../src/tasks/train/segments.js';

describe('segments', () => {
  it('end at every multiple, at the further steps and at the last', () => {
    expect(checkpointSteps(450, 200, [20, 40, 999])).toEqual([20, 40, 200, 400, 450]);
  });

  it('of a longer run begin with those of a shorter one, so that more steps continue a run', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 50 }), (short, more, every) => {
      const segments = (steps: number) => expandIntoSegments({ steps: steps * every, every, also: [3, 7], learningRate: 1e-3 }).segments;
      expect(segments(short + more).slice(0, segments(short).length)).toEqual(segments(short));
    }));
  });

  it('do not carry the total in their parameters', () => {
    const [first] = expandIntoSegments({ steps: 100, every: 50, also: [], seed: 3 }).segments;
    expect(first).toEqual({ label: 50, parameters: { seed: 3, start: 0, end: 50 } });
  });
});

describe('learning rate', () => {
  const base: Hyperparameters = {
    batch: 1, learningRate: 1, schedule: 'constant', warmup: 10, decaySteps: null, finalShare: 0.1,
    beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0, clip: 1, seed: 1,
  };

  it('warms up linearly and then stays', () => {
    expect([1, 5, 10, 11, 500].map((step) => learningRateAt(step, base))).toEqual([0.1, 0.5, 1, 1, 1]);
  });

  it('decays by a cosine to its final share and stays there', () => {
    const cosine = { ...base, schedule: 'cosine' as const, decaySteps: 110 };
    expect(learningRateAt(10, cosine)).toBe(1);
    expect(learningRateAt(60, cosine)).toBeCloseTo(0.55, 12);
    expect(learningRateAt(110, cosine)).toBeCloseTo(0.1, 12);
    expect(learningRateAt(900, cosine)).toBeCloseTo(0.1, 12);
  });

  it('starts at the peak without a warm-up', () => {
    expect(learningRateAt(1, { ...base, warmup: 0 })).toBe(1);
  });
});

describe('batches', () => {
  const tokens = Uint16Array.from({ length: 1000 }, (_, index) => index);

  it('hold targets one token after their inputs', () => {
    const { inputs, targets } = new BatchReader(tokens, 16, 1, { epoch: 0, window: 0 }).next(5);
    expect([...targets]).toEqual([...inputs].map((token) => token + 1));
  });

  it('show every window once an epoch', () => {
    const reader = new BatchReader(tokens, 10, 4, { epoch: 0, window: 0 });
    const starts = new Set<number>();
    while (reader.position().epoch === 0) {
      const start = reader.next(1).inputs[0] as number;
      if (reader.position().epoch === 0) {
        expect(starts.has(start)).toBe(false);
        starts.add(start);
      }
    }
    expect(starts.size).toBeGreaterThanOrEqual(98);
  });

  it('continue from a cursor exactly where an uninterrupted reader is', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 6 }), fc.integer(), (before, batch, seed) => {
      const whole = new BatchReader(tokens, 31, seed, { epoch: 0, window: 0 });
      for (let step = 0; step < before; step += 1) whole.next(batch);
      const resumed = new BatchReader(tokens, 31, seed, whole.position());
      expect(resumed.next(batch)).toEqual(whole.next(batch));
    }));
  });

  it('differ between epochs and between seeds', () => {
    const first = (seed: number, epoch: number) => [...new BatchReader(tokens, 10, seed, { epoch, window: 0 }).next(8).inputs];
    expect(first(1, 0)).not.toEqual(first(1, 1));
    expect(first(1, 0)).not.toEqual(first(2, 0));
  });
});
