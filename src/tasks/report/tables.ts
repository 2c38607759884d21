import { movingAverage } from '../statistics/average.js';
import type { Table } from './figure.js';
import type { Axis, CurvePoint } from './statistics.js';

/** The numbers behind one curve: its mean with error, smoothed if drawn so, and each seed's own value. */
export function curveTable(name: string, axis: Axis | 'share', curve: readonly CurvePoint[], quantity: string, window = 1): Table {
  const seeds = [...new Set(curve.flatMap((point) => point.seeds.map(({ seed }) => seed)))];
  const smoothed = movingAverage(curve.map(({ mean }) => mean), window);
  return {
    name,
    columns: [axis, quantity, 'standard error', 'seeds', ...(window > 1 ? [`average of ${window}`] : []), ...(seeds.length > 1 ? seeds.map((seed) => `seed ${seed}`) : [])],
    rows: curve.map(({ x, mean, standardError, seeds: own }, index) => [
      x, mean, standardError, own.length,
      ...(window > 1 ? [smoothed[index] as number] : []),
      ...(seeds.length > 1 ? seeds.map((seed) => own.find((one) => one.seed === seed)?.value ?? null) : []),
    ]),
  };
}
