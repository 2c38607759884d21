import { hash } from 'node:crypto';

/**
 * Place of a document in a seeded order: documents sorted by it are shuffled. It depends on the seed and the document's id
 * alone, so adding documents to a corpus disturbs the order of no other, and every sample that is a prefix of this
 * order contains the smaller ones. 48 bits, an exact number; break ties by position.
 * @param purpose keeps independent uses of one seed independent, e.g. `select` and `shuffle`
 */
export function placeOf(seed: number, purpose: string, id: string): number {
  return Number.parseInt(hash('sha256', `${seed}\0${purpose}\0${id}`, 'hex').slice(0, 12), 16);
}

/** Indices of `places`, from the lowest place to the highest. */
export function orderOf(places: readonly number[]): number[] {
  return places.map((_, index) => index).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0) || a - b);
}

/**
 * Length of the prefix whose total size is nearest to the budget (of two equally near, the shorter), but at least one document
 * for a positive budget. Grows with the budget, so smaller samples are inside larger ones.
 * @param sizes positive, in the order of selection
 */
export function prefixNearest(sizes: Iterable<number>, budget: number): { readonly length: number; readonly total: number } {
  if (budget <= 0) return { length: 0, total: 0 };
  let length = 0;
  let total = 0;
  for (const size of sizes) {
    const overshoot = total + size - budget;
    if (length > 0 && overshoot > 0 && overshoot >= budget - total) break;
    length += 1;
    total += size;
    if (total >= budget) break;
  }
  return { length, total };
}
