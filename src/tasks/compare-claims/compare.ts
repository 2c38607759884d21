import type { Measurements } from '../collect-measurements/measurements.js';
import { claims } from './claims/claims.js';
import { controls } from './controls.js';
import { Evidence, type ClaimOptions } from './evidence.js';
import type { ClaimRow, ControlRow } from './rows.js';

/** @param command what would measure a claim, or the part of it, that this run did not */
export function compareClaims(measured: Measurements, options: ClaimOptions, command: string): ClaimRow[] {
  const evidence = new Evidence(measured, options);
  return claims.map(({ id, claim, section, figure, test, what, unit, judge }): ClaimRow => {
    const { verdict, effect, interval, reason, parts } = judge(evidence);
    return {
      id, claim, section, verdict,
      effect: effect === null ? null : { value: effect, unit: unit(evidence), what },
      interval, reason, figure, test,
      ...(verdict === 'not-tested' || parts.some((part) => part.isClaimed && part.verdict === 'not-tested') ? { command } : {}),
      perLanguage: parts,
    };
  });
}

export function compareControls(measured: Measurements, options: ClaimOptions): ControlRow[] {
  return controls(new Evidence(measured, options));
}
