import { availableParallelism, loadavg } from 'node:os';

/** One line of `pipelines doctor`. */
export interface Finding {
  readonly area: 'machine' | 'cache' | 'compute' | 'toolchains' | 'sandbox' | 'terminal';
  readonly name: string;
  /** `problem`: `pipelines run` cannot work like this. `warning`: something that some pipelines need is missing or slow. */
  readonly state: 'ok' | 'warning' | 'problem';
  /** What was found: a version, a measurement. null: nothing was, and `reason` says why. */
  readonly found: string | null;
  readonly reason?: string;
  /** What to type or do. */
  readonly remedy?: string;
}

export type Probe = () => Promise<readonly Finding[]>;

/** How long a program may take to answer, milliseconds: a doctor that hangs helps nobody, but on a busy machine all take longer. */
export const PATIENCE_MS = 2_500 * Math.min(8, Math.max(1, (loadavg()[0] ?? 0) / availableParallelism()));

/** A probe that fails is a finding, too. */
export async function findingsOf(area: Finding['area'], probe: Probe): Promise<readonly Finding[]> {
  try {
    return await probe();
  } catch (error) {
    return [{ area, name: area, state: 'warning', found: null, reason: `could not be looked at: ${(error as Error).message}` }];
  }
}
