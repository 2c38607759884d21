import type { TaskFailure } from '../event.js';
import type { Json, JsonObject } from '../json.js';
import type { InputArtifact, UpstreamTask } from '../task-kind.js';

/** One attempt at a task, as plain data: it crosses to a worker thread. */
export interface Job {
  /** Task id, for messages. */
  readonly task: string;
  /** URL of the module that exports `run`. */
  readonly implementation: string;
  readonly parameters: JsonObject;
  readonly inputs: Readonly<Record<string, JobInput>>;
  readonly outputs: Readonly<Record<string, JobOutput>>;
  /** For kinds that read it. */
  readonly upstream: readonly UpstreamTask[];
  /** Folder of the outputs; whatever else is in it afterwards is an undeclared output. */
  readonly outputFolder: string;
  readonly scratch: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly cores: number;
}

export type JobInput =
  | { readonly kind: 'artifacts'; readonly artifacts: readonly InputArtifact[] }
  /** The value; the list of values where the input takes many. */
  | { readonly kind: 'value'; readonly value: Json };

export interface JobOutput {
  readonly type: 'file' | 'tree';
  /** Absolute. */
  readonly path: string;
}

export type JobEvent =
  | { readonly kind: 'log'; readonly line: string }
  | { readonly kind: 'progress'; readonly done: number; readonly total: number; readonly unit: string };

export type JobResult =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly failure: TaskFailure };

/** Where tasks run. */
export interface Executor {
  /**
   * Never rejects: whatever goes wrong is a failure. An abort ends the job, by force if it does not end by itself;
   * its failure is then `cancelled`.
   */
  execute(job: Job, hooks: { readonly signal: AbortSignal; onEvent(event: JobEvent): void }): Promise<JobResult>;
  close(): Promise<void>;
}
