import { describe, expect, it } from 'vitest';
import type { IdentifierTokens } from '../../src/tasks/logit-lens-probe/token-sets.js';
import { defaultExcludedLayers, isHit, workingLanguage, type LensReading } from '../../src/tasks/logit-lens-probe/working-language.js';
import { seededRandom } from '../../src/model/random.js';

// A vocabulary of five: 0 other, 1 len, 2 strlen, 3 count, 4 sum.
const strlen: IdentifierTokens = { identifier: 'strlen', target: new Set([2]), dominant: new Set([1]) };
const count: IdentifierTokens = { identifier: 'count', target: new Set([3]), dominant: new Set([1]) };
const predicting = (token: number) => Float32Array.from({ length: 5 }, (_, id) => (id === token ? 4 : 0));
const reading = (tokens: IdentifierTokens, ...predictions: number[]): LensReading => readingOf(tokens, predictions.map(predicting));

/** What a model with these logits after its blocks would be read as. */
function readingOf(tokens: IdentifierTokens, logits: Float32Array[]): LensReading {
  const mass = (ids: ReadonlySet<number>) => logits.map((row) => {
    const powers = [...row].map(Math.exp);
    const total = powers.reduce((sum, power) => sum + power, 0);
    return [...ids].reduce((sum, id) => sum + (powers[id] as number), 0) / total;
  });
  return { tokens, predicted: logits.map((row) => row.indexOf(Math.max(...row))), targetMass: mass(tokens.target), dominantMass: mass(tokens.dominant) };
}
const random = () => seededRandom(7).uniform;

describe('working language, Eq. 1', () => {
  it('is the dominant language\'s tokens over those of both, in the counted layers', () => {
    const readings = [reading(strlen, 0, 1, 2, 2), reading(strlen, 1, 1, 2, 2), reading(count, 0, 3, 3, 3)];
    // Blocks 1-3: len three times; strlen twice and count twice.
    const { workingShare, coverage, tokens } = workingLanguage(readings, 3, random());
    expect(workingShare).toBe(3 / 7);
    expect(coverage).toBe(7 / 9);
    expect(tokens).toEqual({ dominant: 3, target: 4, total: 9 });
  });

  it('leaves the excluded last layers out of the share but not out of the per-layer counts', () => {
    const result = workingLanguage([reading(strlen, 1, 1, 2)], 2, random());
    expect(result.workingShare).toBe(1);
    expect(result.perLayer[2]).toEqual({ layer: 3, dominant: 0, target: 1, total: 1, coverage: 1, others: [] });
  });

  it('counts tokens of neither language in neither numerator nor denominator', () => {
    expect(workingLanguage([reading(strlen, 1, 0, 4, 0)], 4, random()).workingShare).toBe(1);
  });

  it('is null with a reason, not zero, when nothing was identified', () => {
    const result = workingLanguage([reading(strlen, 0, 4, 0)], 3, random());
    expect(result.workingShare).toBeNull();
    expect(result.reason).toMatch(/no counted layer/);
    expect(result.interval).toBeNull();
    expect(workingLanguage([], 3, random()).reason).toMatch(/no prompt/);
  });

  it('gives softmax mass beside the counts', () => {
    // One reading, one layer: e^4 on len and 1 on each other token.
    const { massShare } = workingLanguage([reading(strlen, 1)], 1, random());
    expect(massShare).toBeCloseTo(Math.exp(4) / (Math.exp(4) + 1), 6);
  });

  it('splits the counts by identifier', () => {
    const { perIdentifier } = workingLanguage([reading(strlen, 1, 1), reading(count, 3, 3)], 2, random());
    expect(perIdentifier).toEqual([
      { identifier: 'strlen', prompts: 1, hits: 0, dominant: 2, target: 0 },
      { identifier: 'count', prompts: 1, hits: 1, dominant: 0, target: 2 },
    ]);
  });

  it('says of each layer how many tokens are identified, and what the others are', () => {
    const { perLayer } = workingLanguage([reading(strlen, 4, 1), reading(strlen, 4, 2), reading(count, 0, 3), reading(count, 2, 3)], 1, random());
    expect(perLayer[0]).toEqual({ layer: 1, dominant: 0, target: 0, total: 4, coverage: 0, others: [{ token: 4, count: 2 }, { token: 0, count: 1 }, { token: 2, count: 1 }] });
    expect(perLayer[1]).toMatchObject({ coverage: 1, others: [] });
  });

  it('also counts the words of other pairs, unless two pairs give a word to different languages', () => {
    const { anyIdentifier } = workingLanguage([reading(strlen, 3), reading(count, 2), reading(count, 1), reading(count, 0)], 1, random());
    expect(anyIdentifier).toEqual({ workingShare: 1 / 3, coverage: 3 / 4, tokens: { dominant: 1, target: 2, total: 4 } });
    const swapped: IdentifierTokens = { identifier: 'len', target: new Set([1]), dominant: new Set([2]) };
    expect(workingLanguage([reading(strlen, 1), reading(swapped, 1)], 1, random()).anyIdentifier.workingShare).toBeNull();
  });

  it('calls it a hit when the last block writes the identifier, counted or not', () => {
    expect([reading(strlen, 1, 2), reading(strlen, 2, 1)].map(isHit)).toEqual([true, false]);
  });

  it('brackets the share by a bootstrap over prompts', () => {
    const readings = Array.from({ length: 40 }, (_, index) => reading(strlen, index % 4 === 0 ? 1 : 2));
    const { workingShare, interval } = workingLanguage(readings, 1, random());
    expect(workingShare).toBe(0.25);
    // 40 prompts at p = 0.25: standard error 0.068, so the interval is about 0.12 to 0.38.
    expect(interval?.[0]).toBeGreaterThan(0.05);
    expect(interval?.[0]).toBeLessThan(0.25);
    expect(interval?.[1]).toBeGreaterThan(0.25);
    expect(interval?.[1]).toBeLessThan(0.45);
  });
});

describe('the counted layers', () => {
  it('scale the paper\'s last five of 24', () => {
    expect([3, 4, 6, 8, 24].map(defaultExcludedLayers)).toEqual([1, 1, 1, 2, 5]);
  });
});
