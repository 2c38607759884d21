/** `30s`, `1h30m`, `1.5d`. */
export const durationPattern = '^([0-9]+(\\.[0-9]+)?(ms|s|m|h|d))+$';

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `1h30m` in milliseconds; undefined for what is no duration. */
export function milliseconds(duration: string): number | undefined {
  if (!new RegExp(durationPattern).test(duration)) return undefined;
  let total = 0;
  for (const [, amount, unit = 'ms'] of duration.matchAll(/([\d.]+)(ms|s|m|h|d)/g)) total += Number(amount) * (units[unit] ?? 1);
  return Math.round(total);
}
