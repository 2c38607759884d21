/** `512MiB`, `1.5 GB`, `100B`. */
export const sizePattern = '^[0-9]+(\\.[0-9]+)? ?([KMGT]i?B|B)$';

const units: Readonly<Record<string, number>> = {
  B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40,
};

/** A memory that a schema has accepted, in bytes. */
export function bytes(memory: string | number): number {
  return typeof memory === 'number' ? memory : bytesOfSize(memory) ?? Number.NaN;
}

/** `1.5GiB` in bytes; undefined for what is no size. */
export function bytesOfSize(size: string): number | undefined {
  if (!new RegExp(sizePattern).test(size)) return undefined;
  const [, amount, unit = 'B'] = /^([\d.]+) ?(\w+)$/.exec(size) ?? [];
  return Math.round(Number(amount) * (units[unit] ?? 1));
}
