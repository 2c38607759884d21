import type { Metric } from '../collect-measurements/measurements.js';
import type { Estimate } from '../statistics/interval.js';

/** A hyphen is too short for a minus sign. */
export function withMinus(number: string): string {
  return number.replace('-', '−');
}

/** A number in prose. */
export function decimal(value: number, digits: number): string {
  return withMinus(value.toFixed(digits));
}

/** `12.3 %`, never broken across lines. */
function percent(share: number, digits = 1): string {
  return `${decimal(100 * share, digits)}\u00a0%`;
}

/** A difference of shares in percentage points: `4.2 points`. */
function points(difference: number): string {
  const size = decimal(100 * difference, 1);
  return `${size} point${size === '1.0' ? '' : 's'}`;
}

/** `1.2k`, `350k`, `11B`. */
export function amount(value: number): string {
  const units = [[1e9, 'B'], [1e6, 'M'], [1e3, 'k']] as const;
  const [size, unit] = units.find(([least]) => Math.abs(value) >= least) ?? [1, ''];
  return `${Number((value / size).toPrecision(3))}${unit}`;
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** How a number of some unit is written: alone, and bare inside a range. */
interface Unit {
  full(value: number): string;
  bare(value: number): string;
}

const pointsUnit: Unit = { full: points, bare: (difference) => decimal(100 * difference, 1) };

/** How a performance is written, and which way is better. */
interface MetricText {
  readonly name: string;
  readonly axis: string;
  readonly isHigherBetter: boolean;
  value(value: number): string;
  readonly difference: Unit;
}

export function metricText(metric: Metric): MetricText {
  if (metric === 'passRate') {
    return { name: 'pass rate', axis: 'Problems solved (%)', isHigherBetter: true, value: (value) => percent(value), difference: pointsUnit };
  }
  const bare = (value: number) => decimal(value, 3);
  const full = (value: number) => `${bare(value)} bits per byte`;
  return { name: 'bits per byte of held-out text', axis: 'Bits per byte (lower is better)', isHigherBetter: false, value: full, difference: { full, bare } };
}

/** `4.2 points (95\u00a0% interval 1.0 to 7.4; 3 seeds, 100 problems)`: a difference of performances, higher is better. */
export function differenceText({ mean, interval }: Estimate, over: string, metric: Metric): string {
  const unit = metricText(metric).difference;
  if (interval === null) return `${unit.full(mean)} (${over}, so no interval)`;
  return `${unit.full(mean)} (95\u00a0% interval ${unit.bare(interval[0])} to ${unit.bare(interval[1])}; ${over})`;
}
