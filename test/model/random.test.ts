import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFromState, seededRandom } from '../../src/model/random.js';

const draw = (random: ReturnType<typeof seededRandom>) => [random.uniform(), random.integer(10), random.normal()];

describe('random', () => {
  it('continues from its serialised state as if it had never stopped', () => {
    fc.assert(fc.property(fc.integer(), fc.nat(20), (seed, drawn) => {
      const random = seededRandom(seed);
      for (let i = 0; i < drawn; i++) random.normal();
      const resumed = randomFromState(JSON.parse(JSON.stringify(random.state())) as number[]);
      expect(draw(resumed)).toEqual(draw(random));
    }));
  });

  it('gives neighbouring seeds unrelated streams', () => {
    const count = 4000;
    const stream = (seed: number) => { const random = seededRandom(seed); return Array.from({ length: count }, () => random.normal()); };
    const [one, two] = [stream(1), stream(2)];
    const correlation = one.reduce((sum, value, i) => sum + value * (two[i] as number), 0) / count;
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(count));
  });

  it('draws normal deviates with the moments of the normal distribution', () => {
    const random = seededRandom(7);
    const count = 50_000;
    const moments = [0, 0, 0, 0];
    for (let i = 0; i < count; i++) {
      const value = random.normal();
      for (let power = 1; power <= 4; power++) moments[power - 1] = (moments[power - 1] as number) + value ** power / count;
    }
    expect(moments[0]).toBeCloseTo(0, 1);
    expect(moments[1]).toBeCloseTo(1, 1);
    expect(moments[2]).toBeCloseTo(0, 1);
    expect(Math.abs((moments[3] as number) - 3)).toBeLessThan(0.2);
  });

  it('draws integers below the bound, all of them', () => {
    const random = seededRandom(3);
    expect(new Set(Array.from({ length: 500 }, () => random.integer(7)))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
  });
});
