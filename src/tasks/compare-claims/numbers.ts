import type { Interval } from '../statistics/interval.js';

/** Three decimals below ten, whole above a thousand; a hyphen is too short for a minus sign. */
export function number(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 1000 ? 0 : size >= 10 ? 1 : 3;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits === 0 || Number.isInteger(value) ? 0 : digits, maximumFractionDigits: digits }).replace('-', '−');
}

export function range([low, high]: Interval): string {
  return `[${number(low)}, ${number(high)}]`;
}

export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
