import type { Json, JsonObject } from './json.js';
import type { Labels, Resources } from './task-kind.js';

/** A place in the pipeline file, 1-based. */
export interface Position { readonly line: number; readonly column: number }

/** A pipeline after validation and expansion: a DAG of tasks, indexed by integers. */
export interface Pipeline {
  readonly name: string;
  /** Absolute path of the YAML file; relative input paths start at its folder. */
  readonly file: string;
  /** Parameters after profile and `-p`. */
  readonly params: JsonObject;
  readonly profile?: string;
  /** In topological order: a task's inputs come from tasks of smaller index. */
  readonly tasks: readonly Task[];
}

/** A node of the DAG: one instance of a YAML task on its axes. */
export interface Task {
  readonly index: number;
  /** `name` or `name(axis=value,axis=value)`, axes in declaration order. */
  readonly id: string;
  /** The task's name in the YAML. */
  readonly name: string;
  readonly labels: Labels;
  /** Name of the kind. */
  readonly uses: string;
  /** Validated, with defaults filled in. */
  readonly parameters: JsonObject;
  readonly inputs: Readonly<Record<string, TaskInput>>;
  readonly outputs: Readonly<Record<string, TaskOutput>>;
  readonly resources: Resources;
  readonly attempts: number;
  readonly timeoutMs?: number | undefined;
  /** Names of environment variables that the task may see and that enter its fingerprint. */
  readonly environment: readonly string[];
  /** Where the task is declared, and where each leaf of its `with` is: JSON pointer -> position. */
  readonly position: Position;
  readonly parameterPositions: ReadonlyMap<string, Position>;
  /** Leaves of `with` that are a parameter of the pipeline, whole: JSON pointer -> `params.x`. */
  readonly parameterOrigins: ReadonlyMap<string, string>;
}

export interface TaskInput {
  readonly type: 'file' | 'tree' | 'value';
  /** True when the task sees an ordered list (and its labels enter the fingerprint). */
  readonly many: boolean;
  readonly sources: readonly InputSource[];
}

export type InputSource =
  /** Another task's output. */
  | { readonly kind: 'output'; readonly task: number; readonly output: string; readonly pointer?: string; readonly labels: Labels }
  /** A file or folder of the user's, absolute; `position` is where the pipeline file names it. */
  | { readonly kind: 'path'; readonly path: string; readonly position?: Position; readonly pointer?: string; readonly labels: Labels };

export interface TaskOutput {
  readonly type: 'file' | 'tree';
  readonly fileName: string;
}

/** A mistake in what the user wrote. All of a file's mistakes are reported at once. */
export interface Diagnostic {
  /** Stable, kebab-case: `unknown-kind`, `cycle`, `wrong-type`, ... */
  readonly code: string;
  readonly message: string;
  readonly file: string;
  readonly position?: Position;
  /** Length of the range to underline, in characters; when absent, the word there. */
  readonly length?: number;
  /** What there is to see at the position, said behind the underline. */
  readonly label?: string;
  /** Further places of the same file that make the mistake, in the order that explains it. */
  readonly related?: readonly RelatedPlace[];
  /** How to mend it: "did you mean …", what is allowed, an example. */
  readonly hint?: string;
}

export interface RelatedPlace {
  readonly position: Position;
  readonly length: number;
  readonly label: string;
}

export type LoadResult =
  | { readonly kind: 'ok'; readonly pipeline: Pipeline }
  | { readonly kind: 'invalid'; readonly diagnostics: readonly Diagnostic[]; readonly text: string };

export interface LoadOptions {
  readonly profile?: string;
  /** `-p key=value`: dotted key, value parsed as YAML. Applied over the profile. */
  readonly params?: Readonly<Record<string, Json>>;
  /** Most tasks a pipeline may expand into; 100,000 unless set. */
  readonly maxTasks?: number;
}
