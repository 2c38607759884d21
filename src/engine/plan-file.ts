import { dirname, relative, sep } from 'node:path';
import type { Digest, StoredObject } from './action-record.js';
import { declaredEnvironment, declaredOutputs, registeredKind } from './decide.js';
import { canonicalJson, digestOf, runtimeOf, type Machine } from './fingerprint.js';
import type { Json, JsonObject } from './json.js';
import type { InputSource, Pipeline, Task } from './pipeline.js';
import type { Plan, PlanStep, Selection } from './plan.js';
import type { Reason } from './reason.js';
import type { Cause } from './rerun-on.js';
import type { TaskKinds } from './task-kind.js';

export const planFileFormat = 'pipelines/plan/v1';

/** A plan to be kept, reviewed and applied: what would run and all that it was decided from. Paths use `/`. */
export interface PlanFile {
  readonly format: typeof planFileFormat;
  /** Version of the engine that made it. */
  readonly engine: string;
  /** ISO 8601. */
  readonly madeAt: string;
  readonly pipeline: string;
  /** The pipeline file, from the folder of the plan file. */
  readonly file: string;
  /** Digest of the pipeline file's text. It alone never stops an `apply`: a comment changes it. */
  readonly text: Digest;
  readonly options: PlanFileOptions;
  /** All parameters, after profile and `-p`. */
  readonly params: JsonObject;
  readonly kinds: Readonly<Record<string, PlannedKind>>;
  /** The user's files and folders, from the folder of the pipeline file. */
  readonly inputs: Readonly<Record<string, StoredObject>>;
  readonly estimateMs: number | null;
  readonly tasks: readonly PlannedTask[];
}

/** What the plan was asked for, as on the command line. */
export interface PlanFileOptions extends Selection {
  readonly profile?: string;
  readonly param?: readonly string[];
  readonly rerunOn?: readonly Cause[];
}

export interface PlannedKind {
  readonly version: number;
  readonly code: Digest;
  readonly runtime: Readonly<Record<string, string>>;
}

export interface PlannedTask {
  readonly task: string;
  readonly uses: string;
  readonly step: PlanStep['kind'];
  /** null where it is known only once something upstream has run. */
  readonly fingerprint: Digest | null;
  /** Digest of what is known of it without its inputs' content: parameters, outputs, environment, and what it reads. */
  readonly definition: Digest;
  readonly reason?: Reason;
  /** It keeps an earlier result: pointers of what `rerunOn` passed over. */
  readonly keptDespite?: readonly string[];
  readonly estimateMs?: number | null;
  readonly estimateBytes?: number | null;
}

export interface PlanFileParts {
  readonly kinds: TaskKinds;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly machine: Machine;
  readonly options: PlanFileOptions;
  /** Text of the pipeline file. */
  readonly text: string;
  /** Folder that the plan file is in, absolute. */
  readonly folder: string;
  readonly engine: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function planFileOf({ pipeline, steps, snapshots, estimateMs }: Plan, parts: PlanFileParts): PlanFile {
  const { engine, now, folder, text, options } = parts;
  const inPipeline = relativeTo(dirname(pipeline.file));
  const inputs = [...snapshots].map(([path, object]): [string, StoredObject] => [inPipeline(path), object]);
  return {
    format: planFileFormat, engine, madeAt: new Date(now).toISOString(),
    pipeline: pipeline.name, file: relativeTo(folder)(pipeline.file), text: digestOf(text), options, params: pipeline.params,
    kinds: kindsOf(pipeline, parts), inputs: Object.fromEntries(inputs.sort(([one], [other]) => (one < other ? -1 : 1))), estimateMs,
    tasks: pipeline.tasks.map((task) => plannedTask(task, steps[task.index] ?? { kind: 'not-selected' }, pipeline, parts, inPipeline)),
  };
}

function kindsOf({ tasks }: Pipeline, { kinds, machine }: PlanFileParts): PlanFile['kinds'] {
  const used = [...new Set(tasks.map(({ uses }) => uses))].sort();
  return Object.fromEntries(used.map((name) => {
    const { kind, codeDigest } = registeredKind(kinds, name);
    return [name, { version: kind.version, code: codeDigest, runtime: runtimeOf(kind.sensitivity, machine) }];
  }));
}

function plannedTask(task: Task, step: PlanStep, pipeline: Pipeline, parts: PlanFileParts, inPipeline: (path: string) => string): PlannedTask {
  const common = { task: task.id, uses: task.uses, step: step.kind, definition: definitionOf(task, pipeline, parts, inPipeline) };
  switch (step.kind) {
    case 'cached':
      return { ...common, fingerprint: step.fingerprint, ...(step.keptDespite && { keptDespite: step.keptDespite.map(({ pointer }) => pointer) }) };
    case 'will-run':
      return { ...common, fingerprint: step.fingerprint, reason: step.reason, estimateMs: step.estimateMs, estimateBytes: step.estimateBytes };
    case 'may-run':
      return { ...common, fingerprint: null, reason: step.reason, estimateMs: step.estimateMs, estimateBytes: step.estimateBytes };
    case 'not-selected':
      return { ...common, fingerprint: step.record?.fingerprint ?? null };
  }
}

function definitionOf(task: Task, pipeline: Pipeline, { environment, kinds }: PlanFileParts, inPipeline: (path: string) => string): Digest {
  const inputs = Object.entries(task.inputs).map(([name, { type, many, sources }]) =>
    [name, { type, many, sources: sources.map((source) => sourceJson(source, pipeline, inPipeline)) }]);
  return digestOf(canonicalJson({
    uses: task.uses, parameters: task.parameters, inputs: Object.fromEntries(inputs), environment: declaredEnvironment(task, environment),
    ...(registeredKind(kinds, task.uses).kind.openPorts ? { outputs: declaredOutputs(task) } : {}),
  }));
}

function sourceJson(source: InputSource, { tasks }: Pipeline, inPipeline: (path: string) => string): Json {
  const from = source.kind === 'path' ? { path: inPipeline(source.path) } : { task: tasks[source.task]?.id ?? '', output: source.output };
  return { ...from, labels: source.labels, ...(source.pointer === undefined ? {} : { pointer: source.pointer }) };
}

/** A path from a folder, with `/` on every system. */
function relativeTo(folder: string): (path: string) => string {
  return (path) => relative(folder, path).split(sep).join('/');
}
