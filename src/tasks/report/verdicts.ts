import type { ClaimRow, ControlRow, Verdict } from '../compare-claims/rows.js';

export const verdicts: readonly Verdict[] = ['confirmed', 'refuted', 'inconclusive', 'not-tested'];

export const verdictNames: Readonly<Record<Verdict, string>> = { 'confirmed': 'Confirmed', 'refuted': 'Refuted', 'inconclusive': 'Inconclusive', 'not-tested': 'Not tested' };

export const outcomeNames: Readonly<Record<ControlRow['verdict'], string>> = { 'as-expected': 'As expected', 'not-as-expected': 'Not as expected', 'inconclusive': 'Inconclusive', 'not-tested': 'Not tested' };

/** A control that behaves is drawn like a claim that holds. */
export const verdictOfOutcome: Readonly<Record<ControlRow['verdict'], Verdict>> = { 'as-expected': 'confirmed', 'not-as-expected': 'refuted', 'inconclusive': 'inconclusive', 'not-tested': 'not-tested' };

export function countOf(claims: readonly ClaimRow[], verdict: Verdict): number {
  return claims.filter((claim) => claim.verdict === verdict).length;
}

/** Shapes as well as colours tell the verdicts apart: tick, cross, wave, dash; in a box of 14. */
const marks: Readonly<Record<Verdict, string>> = {
  'confirmed': 'M2 7.5 5.2 11 12 3',
  'refuted': 'M3 3 11 11M11 3 3 11',
  'inconclusive': 'M1.5 8.5C3.5 4.5 5.5 4.5 7 7S10.5 9.5 12.5 5.5',
  'not-tested': 'M3 7H11',
};

/** The verdict's mark in the colour of the text around it, which names it. */
export function markSvg(verdict: Verdict): string {
  return `<svg class="mark" viewBox="0 0 14 14" aria-hidden="true"><path d="${marks[verdict]}"/></svg>`;
}
