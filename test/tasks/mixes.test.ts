import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constrain, type Constraints } from '../../src/tasks/mixes/constraints.js';
import { corpusMix } from '../../src/tasks/mixes/corpus-mix.js';
import { divideWithin, type Claim } from '../../src/tasks/mixes/divide.js';

const free: Constraints = { pinned: {}, totalTokens: null, trainingTokens: null, repetitionCap: null };
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

const claims = fc.array(fc.record({ weight: fc.double({ min: 0.01, max: 100, noNaN: true }), limit: fc.integer({ min: 0, max: 1_000_000 }) }), { minLength: 1, maxLength: 8 });

describe('dividing a total within limits', () => {
  it('gives it all away in whole numbers, and nobody more than the limit', () => {
    fc.assert(fc.property(claims, fc.double({ min: 0, max: 1, noNaN: true }), (all, part) => {
      const total = Math.floor(part * sum(all.map(({ limit }) => limit)));
      const shares = divideWithin(total, all);
      expect(sum(shares)).toBe(total);
      shares.forEach((share, index) => {
        expect(Number.isInteger(share) && share >= 0).toBe(true);
        expect(share).toBeLessThanOrEqual((all[index] as Claim).limit);
      });
    }));
  });

  it('keeps the proportions of those below their limit', () => {
    fc.assert(fc.property(claims, fc.double({ min: 0, max: 1, noNaN: true }), (all, part) => {
      const shares = divideWithin(Math.floor(part * sum(all.map(({ limit }) => limit))), all);
      const below = all.map((claim, index) => ({ ...claim, share: shares[index] as number })).filter(({ share, limit }) => share < limit);
      for (const a of below) for (const b of below) expect(Math.abs(a.share * b.weight - b.share * a.weight)).toBeLessThanOrEqual(a.weight + b.weight);
    }));
  });

  it('gives nothing to a weight of nothing', () => {
    expect(divideWithin(7, [{ weight: 0, limit: 100 }, { weight: 2, limit: 100 }])).toEqual([0, 7]);
  });
});

describe('constraints on a mix', () => {
  const proposal = { wanted: { python: 100, php: 300 }, available: { python: 100, php: 200 }, ownTotal: 300 };

  it('limit a language to its text', () => {
    expect(constrain(proposal, free)).toEqual({
      tokens: { python: 100, php: 200 }, binding: [{ language: 'php', constraint: 'available', wanted: 300, given: 200 }],
    });
  });

  it('let it repeat its text up to the cap', () => {
    expect(constrain(proposal, { ...free, repetitionCap: 1.25 })).toEqual({
      tokens: { python: 100, php: 250 }, binding: [{ language: 'php', constraint: 'repetition-cap', wanted: 300, given: 250 }],
    });
    expect(constrain(proposal, { ...free, repetitionCap: 2 })).toEqual({ tokens: { python: 100, php: 300 }, binding: [] });
  });

  it('scale all languages to a total, so that proportions stay', () => {
    expect(constrain(proposal, { ...free, totalTokens: 200 })).toEqual({
      tokens: { python: 50, php: 150 }, binding: [{ language: null, constraint: 'total-tokens', wanted: 300, given: 200 }],
    });
  });

  it('give what a language cannot take to the others', () => {
    const { tokens, binding } = constrain({ wanted: { python: 100, php: 300, go: 100 }, available: { python: 400, php: 200, go: 400 }, ownTotal: 400 }, { ...free, totalTokens: 500 });
    expect(tokens).toEqual({ python: 150, php: 200, go: 150 });
    expect(binding).toContainEqual({ language: 'php', constraint: 'available', wanted: 300, given: 200 });
  });

  it('keep a pinned language, and scale the others to what is left', () => {
    const { tokens, binding } = constrain(proposal, { ...free, pinned: { python: 80 }, totalTokens: 180 });
    expect(tokens).toEqual({ python: 80, php: 100 });
    expect(binding).toContainEqual({ language: 'python', constraint: 'pinned', wanted: 100, given: 80 });
  });

  it('spend the repetition cap on passes of training first', () => {
    const trained = { ...free, totalTokens: 400, trainingTokens: 800, repetitionCap: 3 };
    expect(constrain(proposal, trained).tokens).toEqual({ python: 100, php: 300 });
    expect(() => constrain(proposal, { ...trained, trainingTokens: 1600 })).toThrow('passes 4.0 times over a mix of 400; the cap is 3');
  });

  it('say which of them cannot be met together', () => {
    expect(() => constrain(proposal, { ...free, totalTokens: 301 })).toThrow('the total is 301 tokens; the languages and the repetition cap give at most 300');
    expect(() => constrain(proposal, { ...free, pinned: { php: 201 } })).toThrow('php is pinned to 201 tokens; its text and the repetition cap give 200');
    expect(() => constrain(proposal, { ...free, pinned: { php: 150 }, totalTokens: 100 })).toThrow('the pinned languages take 150 tokens; the total is 100');
  });

  it('are met by every mix that is given out', () => {
    const languages = ['python', 'php', 'go', 'cpp'];
    const counts = fc.tuple(...languages.map(() => fc.integer({ min: 1, max: 10_000 })));
    fc.assert(fc.property(counts, counts, fc.double({ min: 0.01, max: 1, noNaN: true }), fc.double({ min: 1, max: 5, noNaN: true }), fc.double({ min: 0.1, max: 1, noNaN: true }), (have, want, part, repetitionCap, training) => {
      const available = Object.fromEntries(languages.map((language, index) => [language, have[index] as number]));
      const wanted = Object.fromEntries(languages.map((language, index) => [language, want[index] as number]));
      const totalTokens = Math.max(1, Math.floor(part * sum(have)));
      const constraints = { ...free, totalTokens, repetitionCap, trainingTokens: Math.max(1, Math.floor(training * repetitionCap * totalTokens)) };
      const { tokens, binding } = constrain({ wanted, available, ownTotal: sum(want) }, constraints);
      const mix = corpusMix({ method: 'optimised', tokens, binding, warnings: [] }, available, constraints);
      expect(mix.totalTokens).toBe(totalTokens);
      for (const language of languages) expect(mix.epochs[language]).toBeLessThanOrEqual(repetitionCap * (1 + 1e-9));
    }));
  });
});

describe('the document of a mix', () => {
  const table1 = { php: 23e9, go: 11e9, csharp: 16e9, cpp: 28e9, python: 11e9 };
  const paper = { ...table1, php: 5e9, csharp: 10e9 };
  const natural = corpusMix({ method: 'natural', tokens: table1, binding: [], warnings: [] }, table1, { ...free, trainingTokens: 500e9 });
  const optimised = corpusMix({ method: 'optimised', tokens: paper, binding: [], warnings: [] }, table1, { ...free, trainingTokens: 500e9 });

  it('tells shares and epochs as methods 5.3 has them', () => {
    expect(natural.totalTokens).toBe(89e9);
    expect(natural.epochs['python']).toBeCloseTo(5.6, 1);
    expect(optimised.totalTokens).toBe(65e9);
    expect(optimised.epochs['python']).toBeCloseTo(7.7, 1);
    expect(optimised.shares['python']).toBeCloseTo(0.169, 3);
    expect(optimised.shares['php']).toBeCloseTo(0.077, 3);
    expect(optimised.epochs['cpp'] as number / (natural.epochs['cpp'] as number)).toBeCloseTo(1.37, 2);
  });

  it('gives the ratio of steps at which exposure is fixed', () => {
    const ratio = optimised.ratio as number;
    const fixed = corpusMix({ method: 'optimised', tokens: paper, binding: [], warnings: [] }, table1, { ...free, trainingTokens: 500e9 * ratio });
    for (const language of ['python', 'go', 'cpp']) expect(fixed.epochs[language]).toBeCloseTo(natural.epochs[language] as number, 9);
  });

  it('counts the epochs of text that the mix repeats, and of none', () => {
    const mix = corpusMix({ method: 'optimised', tokens: { python: 100, php: 300 }, binding: [], warnings: [] }, { python: 200, php: 100, go: 50 }, free);
    expect(mix.epochs).toEqual({ go: 0, php: 3, python: 1 });
    expect(mix.tokens).toEqual({ go: 0, php: 300, python: 100 });
  });

  it('says what it does not know', () => {
    const mix = corpusMix({ method: 'optimised', tokens: { python: 100, php: 300 }, binding: [], warnings: [] }, { python: 200, php: null }, free);
    expect(mix).toMatchObject({ epochs: { php: null }, naturalTotal: null, ratio: null });
    expect(mix.reasons['available']).toContain('php');
  });
});
