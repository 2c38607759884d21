import type { ActionRecord, Digest, Preimage, StoredObject } from './action-record.js';
import type { Difference } from './explain.js';
import type { Diagnostic, Pipeline } from './pipeline.js';
import type { Reason } from './reason.js';

/** What will run, and why. Complete before anything runs; `steps[i]` is about `pipeline.tasks[i]`. */
export interface Plan {
  readonly pipeline: Pipeline;
  readonly steps: readonly PlanStep[];
  /** The user's files and folders, by absolute path, as they were when the plan was made: what runs is what was planned. */
  readonly snapshots: ReadonlyMap<string, StoredObject>;
  /** Predicted wall-clock time over the critical path and the cores at hand; null when some task has no history. */
  readonly estimateMs: number | null;
  /** The artifacts directory in which every output is known to be linked already. Only of a plan in which all is cached. */
  readonly publishedIn?: string;
}

/** Of one task. `estimateMs` and `estimateBytes` (of its outputs) come from its latest record, else from its kind's; null without history. */
export type PlanStep =
  /** Its outputs are in the store. With `keptDespite`, they are an earlier result that `--rerun-on` keeps, and the fingerprint is that one's. */
  | { readonly kind: 'cached'; readonly fingerprint: Digest; readonly record: ActionRecord; readonly keptDespite?: readonly Difference[] }
  /** Everything it needs is known and no result is. */
  | { readonly kind: 'will-run'; readonly fingerprint: Digest; readonly preimage: Preimage; readonly reason: Reason; readonly estimateMs: number | null; readonly estimateBytes: number | null }
  /** Something upstream runs first; if that gives the same bytes as before, this one is still cached. */
  | { readonly kind: 'may-run'; readonly reason: Reason; readonly estimateMs: number | null; readonly estimateBytes: number | null }
  /** Left out by `--only`, `--until` or `--from`. With its record when a selected task reads its outputs. */
  | { readonly kind: 'not-selected'; readonly record?: ActionRecord };

export type PlanResult =
  | { readonly kind: 'ok'; readonly plan: Plan }
  | { readonly kind: 'invalid'; readonly diagnostics: readonly Diagnostic[] };

/** Which tasks a run is about. Patterns are task names, ids, or globs over either, with `+` before or after: `evaluate`, `evaluate(step=100)`, `train+`. */
export interface Selection {
  /** Exactly these; their inputs must be cached. */
  readonly only?: readonly string[];
  /** These and everything they need. */
  readonly until?: readonly string[];
  /** These and everything that needs them, with what those need. */
  readonly from?: readonly string[];
  /** Run these even when cached. */
  readonly force?: readonly string[];
}
