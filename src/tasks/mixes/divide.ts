/** One that takes part in a division: what it gets is in proportion to its weight, and at most its limit (a whole number, or none). */
export interface Claim { readonly weight: number; readonly limit: number }

/**
 * Divides a whole total in proportion to weights; what one at its limit cannot take goes to the others in their proportions (water-filling).
 * Whole numbers by largest remainders, in the order of the claims; they sum to the total when the limits of the positive weights do not fall short of it.
 */
export function divideWithin(total: number, claims: readonly Claim[]): number[] {
  const exact = filled(total, claims);
  const whole = exact.map(Math.floor);
  let left = total - whole.reduce((sum, value) => sum + value, 0);
  const byRemainder = exact.map((value, index) => ({ index, remainder: value - (whole[index] as number) })).sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder) {
    const { weight, limit } = claims[index] as Claim;
    if (left < 1) break;
    if (weight <= 0 || (whole[index] as number) >= limit) continue;
    whole[index] = (whole[index] as number) + 1;
    left -= 1;
  }
  return whole;
}

function filled(total: number, claims: readonly Claim[]): number[] {
  const atLimit = new Set<number>();
  for (;;) {
    const left = total - [...atLimit].reduce((sum, index) => sum + (claims[index] as Claim).limit, 0);
    const weights = claims.reduce((sum, { weight }, index) => (atLimit.has(index) ? sum : sum + weight), 0);
    const shares = claims.map(({ weight, limit }, index) => (atLimit.has(index) ? limit : weights === 0 ? 0 : left * weight / weights));
    const over = shares.flatMap((share, index) => (!atLimit.has(index) && share > (claims[index] as Claim).limit ? [index] : []));
    if (over.length === 0) return shares;
    for (const index of over) atLimit.add(index);
  }
}
