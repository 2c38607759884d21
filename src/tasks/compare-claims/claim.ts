import type { Evidence } from './evidence.js';
import type { Judgement } from './judgement.js';

/** One of the paper's 28 claims with the test of methods 8. */
export interface Claim {
  /** 1 to 28, as in methods 8. */
  readonly id: number;
  readonly claim: string;
  readonly section: string;
  /** Of the report. */
  readonly figure: string;
  /** What is computed. */
  readonly test: string;
  /** What the effect is. */
  readonly what: string;
  readonly unit: (evidence: Evidence) => string;
  readonly judge: (evidence: Evidence) => Judgement;
}

export const inPerformance = ({ unit }: Evidence): string => unit;
export const inShares = (): string => 'share';
export const inCorrelation = (): string => 'correlation';

/** The two languages of section 3. */
export const phpAndCsharp: readonly string[] = ['php', 'csharp'];
