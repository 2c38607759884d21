import type { Difference } from './explain.js';
import type { Json, JsonObject, JsonScalar } from './json.js';

/** sha256 of content, 64 lower-case hex digits. A tree's digest is that of its listing. */
export type Digest = string;

/** A file or tree in the content store. */
export interface StoredObject {
  readonly type: 'file' | 'tree';
  readonly digest: Digest;
  /** Of the file, or of all files of the tree. */
  readonly bytes: number;
}

/**
 * What a fingerprint is the hash of: exactly what may change a task's outputs, and nothing else.
 * Never in it: task and pipeline names, run, user, paths, times, resources, threads, retries, executor.
 */
export interface Preimage {
  /** Raised when this layout changes meaning. */
  readonly format: 'pipelines/fingerprint/v1';
  readonly kind: string;
  readonly version: number;
  readonly code: Digest;
  /** Without those equal to their default: a new optional parameter then invalidates nothing. */
  readonly parameters: JsonObject;
  readonly inputs: Readonly<Record<string, PreimageInput>>;
  /** Names and file names of the outputs that the YAML declares (open ports only; otherwise the kind's code fixes them). */
  readonly outputs?: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string | null>>;
  /** Per the kind's `sensitivity`: nothing, Node's major version and architecture, or those and the device. */
  readonly runtime: Readonly<Record<string, string>>;
}

/** One source, or the ordered list of a fan-in with the labels the task sees. */
export type PreimageInput = PreimageSource | readonly (PreimageSource & { readonly labels: Readonly<Record<string, JsonScalar>> })[];
export type PreimageSource = { readonly digest: Digest } | { readonly value: Json };

/** The result of a fingerprint, written once; later differing results are listed in `differing`, never swapped in. */
export interface ActionRecord {
  readonly fingerprint: Digest;
  readonly preimage: Preimage;
  readonly outputs: Readonly<Record<string, StoredObject>>;
  /** Digest of the task's log in the store. */
  readonly log: Digest;
  readonly durationMs: number;
  /** Peak resident set is not known for a thread: null there. */
  readonly provenance: {
    readonly pipeline: string;
    readonly task: string;
    readonly run: string;
    readonly host: string;
    /** ISO 8601. */
    readonly finishedAt: string;
    readonly node: string;
    readonly engine: string;
  };
  /** Where a person vouched that an earlier result stands for this fingerprint, too: the rest of the record tells of that one. */
  readonly accepted?: Acceptance;
}

/** An audited equivalence, from `accept`. */
export interface Acceptance {
  readonly reason: string;
  /** `user@host`. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  /** Fingerprint of the result that stands in. */
  readonly from: Digest;
  /** What differs between the two preimages. */
  readonly differences: readonly Difference[];
}

/** Of all its outputs. */
export function bytesOf({ outputs }: ActionRecord): number {
  return Object.values(outputs).reduce((sum, { bytes }) => sum + bytes, 0);
}
