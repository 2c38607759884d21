import type { Json, JsonObject, JsonScalar } from './json.js';

/**
 * A task kind: what `uses:` names. Its declaration (this object) is cheap to load and holds no work;
 * its implementation is a module of its own, loaded only in the worker that runs a task.
 */
export interface TaskKind {
  /** As written in `uses:`. */
  readonly name: string;
  /** Raised by hand when the meaning changes without the code changing (an external format, say). */
  readonly version: number;
  /** One line, for `pipelines tasks`. */
  readonly summary: string;
  /** The section of the paper or document that defines it. */
  readonly source?: string;
  /** JSON Schema (draft 2020-12) of `with`: an object schema, `additionalProperties: false`, a default on each optional property. */
  readonly parameters: ParameterSchema;
  readonly inputs: Readonly<Record<string, InputPort>>;
  readonly outputs: Readonly<Record<string, OutputPort>>;
  /** `exec` and its like: the YAML names the ports, so undeclared inputs and `outputs:` are allowed. */
  readonly openPorts?: boolean;
  /** What one task needs unless the YAML's `resources` says otherwise. */
  readonly resources: Resources;
  /**
   * What besides code, parameters and inputs may change the bytes of an output:
   * `portable` nothing; `runtime` Node's major version and the processor's architecture (float results);
   * `device` also the compute device.
   */
  readonly sensitivity: 'portable' | 'runtime' | 'device';
  /**
   * Whether a task sees the records of all that it was made from (`context.upstream`): for reports. What it writes then tells
   * of one run, so two runs with equal results may differ in it; nothing should read such an output.
   */
  readonly readsUpstream?: boolean;
  /**
   * Which environment variables the parameters name as secrets: a task sees their values, and no fingerprint does.
   * They arrive in `context.environment`; keeping them out of the log is the implementation's duty.
   */
  readonly secrets?: (parameters: JsonObject) => readonly string[];
  /** Splits one task into a chain of segments at plan time. Pure: parameters in, segments out. */
  readonly expand?: (parameters: JsonObject) => Expansion;
  /** The module that exports `run: RunTask`. */
  readonly implementation: URL;
}

export interface ParameterSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, JsonObject>>;
  readonly required?: readonly string[];
  readonly additionalProperties: boolean;
}

export interface Resources {
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  readonly gpus?: number;
}

export interface InputPort {
  readonly description: string;
  /** `value` is one JSON value, named in the YAML as `task.output#/json/pointer`. */
  readonly type: 'file' | 'tree' | 'value';
  readonly mediaType?: string;
  readonly optional?: boolean;
  /** Accepts an ordered list: a YAML list of references, or axes that only the producer has. */
  readonly many?: boolean;
  /** Only the segment before gives it, never a pipeline. For kinds that expand. */
  readonly carriedOnly?: boolean;
}

/** The inputs that a pipeline may give, by name. */
export function givenInputs(kind: TaskKind): Readonly<Record<string, InputPort>> {
  return Object.fromEntries(Object.entries(kind.inputs).filter(([, { carriedOnly }]) => carriedOnly !== true));
}

export interface OutputPort {
  readonly description: string;
  readonly type: 'file' | 'tree';
  /** File name the output gets under `artifacts/`; also tells people what it is. */
  readonly fileName: string;
  readonly mediaType?: string;
  /** For kinds that expand: `each` segment's artifact (consumers fan in over the axis), or only the `last` segment's. Default `each`. */
  readonly of?: 'each' | 'last';
}

/**
 * A chain of segments along one axis. Segment i+1 receives the carried outputs of segment i as inputs,
 * so a crash loses one segment and a longer run continues a shorter one.
 */
export interface Expansion {
  readonly axis: string;
  readonly segments: readonly Segment[];
  /** Outputs of a segment that become inputs of the next. */
  readonly carry: readonly { readonly output: string; readonly input: string }[];
}

export interface Segment {
  /** Position on the axis, e.g. the step at which the segment ends. */
  readonly label: JsonScalar;
  /** The whole `with` of this segment's fingerprint. Leave out whatever does not change its bytes (such as the total number of steps). */
  readonly parameters: JsonObject;
  /** Names of the task's inputs that this segment reads besides the carried ones. Default: all. */
  readonly inputs?: readonly string[];
}

/** Position of a task instance on its axes, e.g. `{ language: 'php', step: 200 }`. */
export type Labels = Readonly<Record<string, JsonScalar>>;

/** How one of the tasks behind a task was made: from its action record. */
export interface UpstreamTask {
  /** Its id, such as `train(seed=1, step=200)`, the name in the pipeline, and the kind. */
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly fingerprint: string;
  readonly durationMs: number;
  /** ISO 8601. */
  readonly finishedAt: string;
  readonly host: string;
  readonly node: string;
  readonly engine: string;
}

export interface InputArtifact {
  /** Absolute path of an immutable file or folder in the store. Read only. */
  readonly path: string;
  /** For fanned-in and listed inputs: the axes the consumer does not share. */
  readonly labels: Labels;
}

/** What a running task sees. It has no other way to reach the world. The type parameters are for `defineTask`, which infers them. */
export interface TaskContext<Parameters = JsonObject, Input extends string = string, Output extends string = string> {
  /** Validated, with defaults filled in. A built-in kind casts it once, to its own parameter type. */
  readonly parameters: Parameters;
  /** The artifacts of an input, in order; empty for an absent optional input. */
  inputs(name: Input): readonly InputArtifact[];
  /** The single artifact of an input. Throws (a bug) when there is none or more than one. */
  input(name: Input): InputArtifact;
  /** The value of a `value` input; undefined when absent. */
  value(name: Input): Json | undefined;
  /** Names of the inputs that are present. */
  readonly inputNames: readonly string[];
  /** Absolute path to write an output to: a file to create, or (for a tree) a folder that exists and is empty. */
  output(name: Output): string;
  readonly outputNames: readonly string[];
  /** Every task behind this one, in the order of the pipeline; empty unless the kind `readsUpstream`, and for a task run on its own. */
  readonly upstream: readonly UpstreamTask[];
  /** A private folder that is deleted after the task. */
  readonly scratch: string;
  /** Declared environment variables only. */
  readonly environment: Readonly<Record<string, string>>;
  readonly cores: number;
  /** Aborted on timeout, cancellation and shutdown. */
  readonly signal: AbortSignal;
  log(line: string): void;
  /** For the progress line: how much of how much, e.g. (400, 1200, 'steps'). */
  progress(done: number, total: number, unit: string): void;
}

export type RunTask = (context: TaskContext) => Promise<void>;

/**
 * An expected failure of a task: bad data, a failed command. Shown to the user as its message, without a stack.
 * Anything else that is thrown is a bug and is shown with its stack.
 */
export class TaskError extends Error {
  override readonly name = 'TaskError';
  /** @param final whether another attempt would end the same, so that `retry` is in vain */
  constructor(message: string, readonly hint?: string, readonly final = false) {
    super(message);
  }
}

/** A kind with the digest of its implementation, as the registry hands it to the engine. */
export interface RegisteredKind {
  readonly kind: TaskKind;
  /** sha256 over the minified bundle of the implementation with its local imports, the versions of its packages and the parameter defaults. */
  readonly codeDigest: string;
  /** What stands for the kind in fingerprints. Default: its name; a kind of the user's is named by a path there, which must not enter a key. */
  readonly fingerprintName?: string;
  /**
   * For code that may be edited while it is in use: a file of it that no longer has the content that `codeDigest` was taken of.
   * Asked between the end of a task and its commit.
   */
  changedFile?(): string | undefined;
}

export type TaskKinds = ReadonlyMap<string, RegisteredKind>;
