import { format, readJson } from '../formats/json-file.js';
import type { Interval } from '../statistics/interval.js';

export type Verdict = 'confirmed' | 'refuted' | 'inconclusive' | 'not-tested';

/** What was judged of one language, or of one size and benchmark. */
export interface PartRow {
  readonly name: string;
  /** Whether the claim speaks of it; others are told for comparison. */
  readonly isClaimed: boolean;
  readonly verdict: Verdict;
  readonly effect: number | null;
  readonly interval: Interval | null;
  readonly reason: string;
}

/** One row of `claims.json`; there are 28, in the paper's order (methods 8). */
export interface ClaimRow {
  readonly id: number;
  /** What the paper claims, in our words. */
  readonly claim: string;
  /** Of the paper. */
  readonly section: string;
  readonly verdict: Verdict;
  readonly effect: { readonly value: number; readonly unit: string; readonly what: string } | null;
  /** Of the effect. */
  readonly interval: Interval | null;
  /** The numbers and why the verdict follows from them, so that a reader can disagree. */
  readonly reason: string;
  /** Id of the report's figure or table that shows it. */
  readonly figure: string;
  /** What was computed. */
  readonly test: string;
  /** What would measure it; of a claim that was not tested, or not in all that it speaks of. */
  readonly command?: string;
  readonly perLanguage: readonly PartRow[];
}

/** One row of `controls.json`: an experiment in which the paper's effect must not appear, or must survive. */
export interface ControlRow {
  readonly id: string;
  readonly control: string;
  readonly expectation: string;
  readonly verdict: 'as-expected' | 'not-as-expected' | 'inconclusive' | 'not-tested';
  readonly effect: { readonly value: number; readonly unit: string; readonly what: string } | null;
  readonly interval: Interval | null;
  readonly reason: string;
  readonly figure: string;
}

const nullable = (type: string) => ({ type: [type, 'null'] });
const interval = { type: ['array', 'null'], items: { type: 'number' }, minItems: 2, maxItems: 2 };
const effect = {
  type: ['object', 'null'],
  required: ['value', 'unit', 'what'],
  properties: { value: { type: 'number' }, unit: { type: 'string' }, what: { type: 'string' } },
};
const verdict = { enum: ['confirmed', 'refuted', 'inconclusive', 'not-tested'] };

const isClaims = format<ClaimRow[]>({
  type: 'array',
  items: {
    type: 'object',
    required: ['id', 'claim', 'section', 'verdict', 'effect', 'interval', 'reason', 'figure', 'test', 'perLanguage'],
    properties: {
      id: { type: 'integer' }, claim: { type: 'string' }, section: { type: 'string' }, verdict, effect, interval,
      reason: { type: 'string' }, figure: { type: 'string' }, test: { type: 'string' }, command: { type: 'string' },
      perLanguage: {
        type: 'array',
        items: {
          type: 'object',
          required: ['name', 'isClaimed', 'verdict', 'effect', 'interval', 'reason'],
          properties: { name: { type: 'string' }, isClaimed: { type: 'boolean' }, verdict, effect: nullable('number'), interval, reason: { type: 'string' } },
        },
      },
    },
  },
});

const isControls = format<ControlRow[]>({
  type: 'array',
  items: {
    type: 'object',
    required: ['id', 'control', 'expectation', 'verdict', 'effect', 'interval', 'reason', 'figure'],
    properties: {
      id: { type: 'string' }, control: { type: 'string' }, expectation: { type: 'string' },
      verdict: { enum: ['as-expected', 'not-as-expected', 'inconclusive', 'not-tested'] }, effect, interval, reason: { type: 'string' }, figure: { type: 'string' },
    },
  },
});

export function readClaims(path: string): Promise<ClaimRow[]> {
  return readJson(path, 'claims', isClaims);
}

export function readControls(path: string): Promise<ControlRow[]> {
  return readJson(path, 'controls', isControls);
}
