import type { Claim } from '../claim.js';
import { acquisitionClaims, latePeakClaim } from './acquisition.js';
import { budgetClaims } from './budgets.js';
import { estimationClaims } from './estimation.js';
import { corpusClaims, cutLanguagesClaim } from './from-scratch.js';
import { predictionClaims } from './prediction.js';
import { probeClaims } from './probes.js';
import { requiredShareClaims } from './required-share.js';
import { retainedClaim } from './retained.js';

/** The paper's 28 claims in the order of methods 8. */
export const claims: readonly Claim[] = [
  ...acquisitionClaims, // 1-3
  ...requiredShareClaims, // 4-5
  ...probeClaims, // 6-10
  latePeakClaim, // 11
  ...budgetClaims, // 12-16
  ...estimationClaims, // 17-19
  ...predictionClaims, // 20-24
  ...corpusClaims, // 25-26
  retainedClaim, // 27
  cutLanguagesClaim, // 28
];
