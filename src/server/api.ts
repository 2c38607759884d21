import type { Event } from '../engine/event.js';
import type { JsonObject, Json } from '../engine/json.js';
import type { RecordedRun } from '../engine/runs/recorded-run.js';
import type { Labels } from '../engine/task-kind.js';

// What the server tells the page, as JSON. Both sides compile against these types.

/** `/api/runs`, and each message of `/api/runs/watch`: the newest first. */
export interface RunList {
  readonly runs: readonly RunEntry[];
}

export interface RunEntry extends RecordedRun {
  /** Of the pipeline's folder below the artifacts directory; with the run's id it names the run in every address. */
  readonly folder: string;
}

/** A message of `/api/runs/FOLDER/RUN/events`: what happened, in order. Lines of logs are left out, as is progress that newer progress overtakes. */
export type EventMessage = readonly Event[];

/** A message of `/api/runs/FOLDER/RUN/log?task=ID`. */
export type LogMessage = readonly string[];

/** `/api/runs/FOLDER/RUN/graph`. */
export type RunGraph =
  | {
    readonly kind: 'known';
    /** Ids, in topological order. */
    readonly tasks: readonly string[];
    /** The tasks of the YAML, each with its instances in `tasks`. */
    readonly groups: readonly TaskGroup[];
    /** Per task: index of its group. */
    readonly groupOf: readonly number[];
    /** Per task: how many tasks are before it, at most. */
    readonly depthOf: readonly number[];
    /** Between groups, each pair once. */
    readonly edges: readonly (readonly [from: number, to: number])[];
  }
  /** The file is gone or is not what ran: then the events alone tell which tasks there were. */
  | { readonly kind: 'unknown'; readonly because: string };

export interface TaskGroup {
  readonly name: string;
  readonly uses: string;
  readonly outputs: readonly { readonly name: string; readonly fileName: string; readonly type: 'file' | 'tree' }[];
}

/** `/api/runs/FOLDER/RUN/task?id=ID`: what the events do not tell. */
export interface TaskDetail {
  readonly id: string;
  readonly uses: string | null;
  /** `file:line:column`; null when the file is no longer the one that ran. */
  readonly declared: string | null;
  readonly parameters: JsonObject;
  readonly inputs: readonly TaskDetailInput[];
  readonly outputs: readonly TaskDetailOutput[];
  /** Ids of the tasks that read an output of it. */
  readonly readers: readonly string[];
  /** How many more there are than `inputs` and `readers` list. */
  readonly moreInputs: number;
  readonly moreReaders: number;
  /** Null until there is one. */
  readonly result: TaskResult | null;
}

export interface TaskDetailInput {
  readonly name: string;
  readonly labels: Labels;
  /** The task that made it, or the user's file. */
  readonly from: { readonly task: string; readonly output: string } | { readonly path: string } | null;
  readonly pointer: string | null;
  /** Of the bytes that were read; null for a value, and while there is no result. */
  readonly digest: string | null;
  readonly value: Json | null;
}

export interface TaskDetailOutput {
  readonly name: string;
  readonly fileName: string;
  readonly type: 'file' | 'tree';
  readonly digest: string;
  readonly bytes: number;
  readonly shownAs: ShownAs;
}

/** How a browser may show a file: `page` and `picture` without scripts, `text` up to `shownBytes`, anything else by downloading it. */
export type ShownAs = 'page' | 'picture' | 'text' | 'download';

/** Of a text; what is beyond is downloaded. */
export const shownBytes = 2 ** 21;

export interface TaskResult {
  readonly fingerprint: string;
  /** The run that computed it: this one, or an earlier one of whatever pipeline. */
  readonly run: string;
  readonly pipeline: string;
  readonly task: string;
  readonly finishedAt: string;
  readonly durationMs: number;
  readonly host: string;
  readonly node: string;
  readonly engine: string;
  readonly log: string;
}

/** `/api/runs/FOLDER/RUN/tree?task=ID&digest=DIGEST`: the files of an output that is a folder. */
export interface TreeListing {
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly shownAs: ShownAs }[];
}
