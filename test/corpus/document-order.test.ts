import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderOf, placeOf, prefixNearest } from '../../src/corpus/document-order.js';

describe('the seeded order of documents', () => {
  it('places a document at the first 48 bits of a sha256 of seed, purpose and id', () => {
    fc.assert(fc.property(fc.nat(), fc.constantFrom('select', 'shuffle 0'), fc.string({ unit: 'binary' }), (seed, purpose, id) => {
      expect(placeOf(seed, purpose, id)).toBe(createHash('sha256').update(`${seed}\0${purpose}\0${id}`).digest().readUIntBE(0, 6));
    }));
  });

  it('breaks ties by position', () => {
    expect(orderOf([3, 1, 3, 1])).toEqual([1, 3, 0, 2]);
  });

  it('takes the prefix nearest to a budget, the shorter of two', () => {
    expect(prefixNearest([4, 4, 4], 6)).toEqual({ length: 1, total: 4 });
    expect(prefixNearest([4, 4, 4], 7)).toEqual({ length: 2, total: 8 });
    expect(prefixNearest([4, 4], 0)).toEqual({ length: 0, total: 0 });
  });
});
