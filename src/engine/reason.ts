import type { Json } from './json.js';
import type { Position } from './pipeline.js';

/** Why a task runs: the first cause found when its fingerprint is compared with the nearest earlier record. */
export type Reason =
  /** No record of this task, or of one like it. */
  | { kind: 'never-run' }
  | { kind: 'parameter-changed'; pointer: string; before: Json | undefined; after: Json | undefined; position?: Position }
  /** `upstream` is the task id or the user's path whose content changed. */
  | { kind: 'input-changed'; input: string; upstream: string; before?: string; after?: string }
  | { kind: 'code-changed' }
  | { kind: 'kind-version-changed'; before: number; after: number }
  | { kind: 'environment-changed'; variable: string }
  | { kind: 'runtime-changed'; before: string; after: string }
  | { kind: 'outputs-changed' }
  | { kind: 'output-missing'; output: string }
  | { kind: 'forced' }
  /** Its fingerprint is not known yet because something upstream will run; equal results would still cut it off. */
  | { kind: 'upstream-runs'; upstream: string };
