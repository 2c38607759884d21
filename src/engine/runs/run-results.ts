import type { Digest } from '../action-record.js';
import type { ActionCache } from '../store.js';
import { readResults } from './recorded-run.js';
import type { RunFolder } from './run-folders.js';

export interface RunResults {
  /** Task id -> fingerprint. */
  readonly fingerprints: ReadonlyMap<string, Digest>;
  /** False for a run that was killed: then only what it computed itself is known, and of that only what no later run replaced. */
  readonly complete: boolean;
}

/** The results that a run ended with. Without that list, its own results are found among the records of the cache. */
export async function runResults({ directory, id }: RunFolder, actions: ActionCache): Promise<RunResults> {
  const fingerprints = readResults(directory);
  if (fingerprints) return { fingerprints, complete: true };
  const computed = new Map<string, Digest>();
  for await (const { provenance, fingerprint } of actions.records()) {
    if (provenance.run === id) computed.set(provenance.task, fingerprint);
  }
  return { fingerprints: computed, complete: false };
}
