import { median } from '../contest.js';
import { phases, type Entrant, type Phase } from './contest.js';
import type { Measured } from './timed-process.js';

export interface Summary {
  readonly tool: string;
  readonly phases: Readonly<Record<Phase, PhaseSummary | null>>;
  /** Median over the rounds; null where none got so far. */
  readonly executedAfterChange: number | null;
  readonly executedWithoutChange: number | null;
  readonly rounds: number;
  /** Why it took part no further, or not at all. */
  readonly out: string | null;
}

export interface PhaseSummary {
  readonly turns: number;
  readonly wallMs: Spread;
  readonly peakBytes: number | null;
  /** Median over the turns of its time over the first tool's in the same turn: above 1 the first is faster. Null for want of turns that both took. */
  readonly wallRatio: number | null;
  readonly cpuRatio: number | null;
}

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** @param reference the one that the others are compared with */
export function summarise(one: Entrant, reference: Entrant): Summary {
  const ofPhase = (phase: Phase): PhaseSummary | null => {
    const own = one.timings[phase];
    const taken = own.filter((timing) => timing !== undefined);
    if (taken.length === 0) return null;
    return {
      turns: taken.length,
      wallMs: spread(taken.map(({ wallMs }) => wallMs)),
      peakBytes: medianOf(taken, ({ peakBytes }) => peakBytes),
      wallRatio: ratio(own, reference.timings[phase], ({ wallMs }) => wallMs),
      cpuRatio: ratio(own, reference.timings[phase], ({ cpuMs }) => cpuMs),
    };
  };
  return {
    tool: one.tool.name,
    phases: Object.fromEntries(phases.map((phase) => [phase, ofPhase(phase)])) as Record<Phase, PhaseSummary | null>,
    executedAfterChange: one.executed.length === 0 ? null : median(one.executed),
    executedWithoutChange: one.idle.length === 0 ? null : median(one.idle),
    rounds: one.executed.length,
    out: one.out,
  };
}

export function spread(values: readonly number[]): Spread {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

function ratio(own: readonly (Measured | undefined)[], reference: readonly (Measured | undefined)[], of: (timing: Measured) => number | null): number | null {
  const ratios = own.flatMap((timing, turn) => {
    const [mine, theirs] = [timing && of(timing), reference[turn] && of(reference[turn])];
    return mine === undefined || mine === null || theirs === undefined || theirs === null || theirs === 0 ? [] : [mine / theirs];
  });
  return ratios.length === 0 ? null : median(ratios);
}

function medianOf(timings: readonly Measured[], of: (timing: Measured) => number | null): number | null {
  const values = timings.map(of).filter((value) => value !== null);
  return values.length === 0 ? null : median(values);
}
