import { movingAverage } from '../statistics/average.js';
import type { CurvePoint } from '../statistics/curve.js';
import type { Table } from './figure.js';

interface CurveTable {
  readonly name: string;
  readonly caption: string;
  /** Header of the first column. */
  readonly axis: string;
  /** Header of the values. */
  readonly quantity: string;
  readonly window?: number;
}

/** The numbers behind one curve: its mean with error, smoothed if drawn so, and each seed's own value. */
export function curveTable(curve: readonly CurvePoint[], { name, caption, axis, quantity, window = 1 }: CurveTable): Table {
  const seeds = [...new Set(curve.flatMap((point) => point.seeds.map(({ seed }) => seed)))];
  const smoothed = movingAverage(curve.map(({ mean }) => mean), window);
  return {
    name,
    caption,
    columns: [axis, quantity, 'standard error', 'seeds', ...(window > 1 ? [`average of ${window}`] : []), ...(seeds.length > 1 ? seeds.map((seed) => `seed ${seed}`) : [])],
    rows: curve.map(({ x, mean, standardError, seeds: own }, index) => [
      x, mean, standardError, own.length,
      ...(window > 1 ? [smoothed[index] as number] : []),
      ...(seeds.length > 1 ? seeds.map((seed) => own.find((one) => one.seed === seed)?.value ?? null) : []),
    ]),
  };
}
