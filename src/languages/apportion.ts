/** Divides `count` in proportion to weights by largest remainders; a weight above zero gets at least one, while there are enough. */
export function apportioned(count: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total <= 0 || count <= 0) return weights.map(() => 0);
  const exact = weights.map((weight) => count * weight / total);
  const shares = exact.map((share) => (share > 0 ? Math.max(1, Math.floor(share)) : 0));
  const difference = (index: number) => (exact[index] as number) - (shares[index] as number);
  for (let left = count - sum(shares); left !== 0; left -= Math.sign(left)) {
    const chosen = candidates(shares, exact, left).reduce((best, index) => (Math.sign(left) * (difference(index) - difference(best)) > 0 ? index : best));
    shares[chosen] = (shares[chosen] as number) + Math.sign(left);
  }
  return shares;
}

/** Who may get one more, or who may lose one: as long as possible, nobody's last. */
function candidates(shares: readonly number[], exact: readonly number[], left: number): number[] {
  const indices = exact.map((_, index) => index).filter((index) => (exact[index] as number) > 0);
  const spare = indices.filter((index) => (shares[index] as number) > 1);
  if (left > 0) return indices;
  return spare.length > 0 ? spare : indices.filter((index) => (shares[index] as number) > 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
