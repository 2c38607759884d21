import type { ClaimRow } from '../../../src/tasks/compare-claims/rows.js';
import type { Recomputed } from './recompute.js';

/** Where the rows say something else than the numbers recomputed from the raw artifacts; empty when they agree. */
export function disagreements(rows: readonly ClaimRow[], recomputed: readonly Recomputed[]): string[] {
  return recomputed.flatMap((own): string[] => {
    const part = rows.find(({ id }) => id === own.id)?.perLanguage.find(({ name }) => name === own.part);
    const where = `claim ${own.id}, ${own.part ?? 'row'}`;
    if (part === undefined) return [`${where}: recomputed ${own.effect}, but there is no such row`];
    if (part.effect === null) return [`${where}: recomputed ${own.effect}, but it says ${part.verdict}: ${part.reason}`];
    if (Math.abs(part.effect - own.effect) > own.tolerance) return [`${where}: recomputed ${own.effect}, but it says ${part.effect}`];
    return wrongSide(part.verdict, own).map((text) => `${where}: ${text} (${part.reason})`);
  });
}

/** A verdict must lie on the side that the recomputed interval is on; without one, that the effect is on. */
function wrongSide(verdict: ClaimRow['verdict'], { claimed, bound, effect, interval, tolerance }: Recomputed): string[] {
  const sign = claimed === 'above' ? 1 : -1;
  const best = interval === null ? effect + sign * tolerance : interval[claimed === 'above' ? 0 : 1];
  const worst = interval === null ? null : interval[claimed === 'above' ? 1 : 0];
  if (verdict === 'confirmed' && !(sign * (best - bound) > 0)) return [`confirmed, but recomputed ${effect} ${JSON.stringify(interval)} is not ${claimed} ${bound}`];
  if (verdict !== 'refuted' && worst !== null && sign * (worst - bound) < 0) return [`${verdict}, but recomputed ${effect} ${JSON.stringify(interval)} is on the other side of ${bound}`];
  return [];
}
