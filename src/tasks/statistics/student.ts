const known = new Map<string, number>();

/** Quantile of Student's t: `studentQuantile(0.975, 2)` = 4.303 bounds a 95 % interval from three values. */
export function studentQuantile(probability: number, degrees: number): number {
  const key = `${probability} ${degrees}`;
  const found = known.get(key) ?? bisect((t) => cumulative(t, degrees) - probability);
  known.set(key, found);
  return found;
}

/** For whole degrees of freedom the distribution is a finite sum (Abramowitz and Stegun 26.7.3, 26.7.4). */
function cumulative(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = degrees % 2 === 1;
  let [term, sum] = [isOdd ? cosine : 1, 0];
  for (let power = isOdd ? 1 : 0; power <= degrees - 2; power += 2) {
    sum += term;
    term *= cosine ** 2 * (power + 1) / (power + 2);
  }
  const within = isOdd ? 2 / Math.PI * (angle + sine * sum) : sine * sum;
  return (1 + within) / 2;
}

function bisect(rises: (x: number) => number): number {
  let [low, high] = [-1e4, 1e4];
  for (let halving = 0; halving < 80; halving += 1) {
    const middle = (low + high) / 2;
    if (rises(middle) < 0) low = middle; else high = middle;
  }
  return (low + high) / 2;
}
