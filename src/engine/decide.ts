import type { ActionRecord, Digest, Preimage, PreimageInput, StoredObject } from './action-record.js';
import type { Documents } from './documents.js';
import { explain, type Difference } from './explain.js';
import { fingerprintOf, preimageOf, runtimeOf, type Machine } from './fingerprint.js';
import type { InputSource, Pipeline, Task, TaskInput } from './pipeline.js';
import type { Reason } from './reason.js';
import { hasOutputsOf, keptDespite, type Cause } from './rerun-on.js';
import { CorruptObjectError, type Cache } from './store.js';
import type { RegisteredKind, TaskKinds } from './task-kind.js';

/** What a decision about a task is made from, besides its inputs. */
export interface DecisionContext {
  readonly pipeline: Pipeline;
  readonly kinds: TaskKinds;
  readonly cache: Cache;
  readonly documents: Documents;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly machine: Machine;
  /** What a task with an earlier result runs again for. Default: any cause. */
  readonly rerunOn?: ReadonlySet<Cause>;
}

/** What is stored of a source: a copy of the user's path, or an output of a record; undefined while that is not known. */
export function storedBehind(
  source: InputSource, snapshots: ReadonlyMap<string, StoredObject>, recordOf: (task: number) => ActionRecord | undefined,
): StoredObject | undefined {
  return source.kind === 'path' ? snapshots.get(source.path) : recordOf(source.task)?.outputs[source.output];
}

/** The stored object behind a source; every source of the task is known by now. */
export type ObjectOf = (source: InputSource) => StoredObject;

export interface DamagedOutput {
  readonly output: string;
  readonly object: StoredObject;
  readonly problem: 'missing' | 'corrupt';
}

export type Decision =
  /** There is a result, and its outputs are in the store. */
  | { readonly kind: 'cached'; readonly fingerprint: Digest; readonly record: ActionRecord }
  /** There is no result, and an earlier one stays because `rerunOn` passes over all that differs. The fingerprint is the one it does not get. */
  | { readonly kind: 'kept'; readonly fingerprint: Digest; readonly preimage: Preimage; readonly record: ActionRecord; readonly despite: readonly Difference[] }
  /** There is no result, or some of its outputs are damaged. */
  | { readonly kind: 'run'; readonly fingerprint: Digest; readonly preimage: Preimage; readonly damaged: readonly DamagedOutput[] }
  /** A JSON value that it reads is not there. */
  | { readonly kind: 'bad-input'; readonly message: string }
  /** A JSON document that it reads is damaged. */
  | { readonly kind: 'corrupt-input'; readonly source: InputSource; readonly error: CorruptObjectError };

/** Takes the fingerprint of a task whose inputs are known and looks it up. */
export async function decide(context: DecisionContext, task: Task, objectOf: ObjectOf): Promise<Decision> {
  const inputs = await preimageInputs(context, task, objectOf);
  if (inputs.kind !== 'ok') return inputs;
  const kind = registeredKind(context.kinds, task.uses);
  const preimage = preimageOf({
    kind,
    parameters: task.parameters,
    inputs: inputs.inputs,
    ...(kind.kind.openPorts ? { outputs: declaredOutputs(task) } : {}),
    environment: declaredEnvironment(task, context.environment),
    runtime: runtimeOf(kind.kind.sensitivity, context.machine),
  });
  const fingerprint = fingerprintOf(preimage);
  const record = await context.cache.actions.lookup(fingerprint);
  // A record that lacks an output is forged, or of a kind that has another one now without saying so.
  if (!record || !hasOutputsOf(record, task)) return await keptResult(context, task, fingerprint, preimage) ?? { kind: 'run', fingerprint, preimage, damaged: [] };
  const damaged = await damagedOutputs(context.cache, record);
  return damaged.length > 0 ? { kind: 'run', fingerprint, preimage, damaged } : { kind: 'cached', fingerprint, record };
}

async function keptResult(context: DecisionContext, task: Task, fingerprint: Digest, preimage: Preimage): Promise<Decision | undefined> {
  const { cache, rerunOn, pipeline, kinds } = context;
  if (!rerunOn) return undefined;
  const record = await cache.actions.latest(pipeline.name, task.id);
  const despite = record && keptDespite(record, preimage, task, rerunOn, registeredKind(kinds, task.uses).kind.parameters);
  if (!record || !despite || (await damagedOutputs(cache, record)).length > 0) return undefined;
  return { kind: 'kept', fingerprint, preimage, record, despite };
}

/** Why a decided task runs: damage first, then what differs from the record it had before. */
export function reasonToRun(
  context: DecisionContext, task: Task, decision: { readonly preimage: Preimage; readonly damaged: readonly DamagedOutput[] }, latest: ActionRecord | undefined,
): Reason {
  const [damaged] = decision.damaged;
  if (damaged) return { kind: 'output-missing', output: damaged.output };
  return explain(latest, decision.preimage, {
    upstreamOf: (input, index) => nameOfSource(context.pipeline, task.inputs[input]?.sources[index]),
    positionOf: (pointer) => task.parameterPositions.get(pointer),
    parameters: registeredKind(context.kinds, task.uses).kind.parameters,
  });
}

export function registeredKind(kinds: TaskKinds, name: string): RegisteredKind {
  const kind = kinds.get(name);
  if (!kind) throw new Error(`the pipeline was loaded with other task kinds: "${name}" is not registered`);
  return kind;
}

/** What people call a source: a task id, or the path as in the file system. */
export function nameOfSource(pipeline: Pipeline, source: InputSource | undefined): string {
  if (!source) return 'nothing';
  return source.kind === 'path' ? source.path : (pipeline.tasks[source.task]?.id ?? `task ${source.task}`);
}

export async function damagedOutputs(cache: Cache, record: ActionRecord): Promise<readonly DamagedOutput[]> {
  const damaged: DamagedOutput[] = [];
  for (const [output, object] of Object.entries(record.outputs)) {
    const problem = await cache.store.check(object);
    if (problem !== 'present') damaged.push({ output, object, problem });
  }
  return damaged;
}

export function declaredEnvironment(task: Task, environment: DecisionContext['environment']): Record<string, string | null> {
  return Object.fromEntries(task.environment.map((name) => [name, environment[name] ?? null]));
}

/** A folder's name ends in a slash: a file and a folder of the same name are different results. */
export function declaredOutputs(task: Task): Record<string, string> {
  return Object.fromEntries(Object.entries(task.outputs).map(([name, { type, fileName }]) => [name, type === 'tree' ? `${fileName}/` : fileName]));
}

type InputsResult =
  | { readonly kind: 'ok'; readonly inputs: Record<string, PreimageInput> }
  | Extract<Decision, { kind: 'bad-input' | 'corrupt-input' }>;

async function preimageInputs(context: DecisionContext, task: Task, objectOf: ObjectOf): Promise<InputsResult> {
  const inputs: Record<string, PreimageInput> = {};
  for (const [name, input] of Object.entries(task.inputs)) {
    const sources = [];
    for (const source of input.sources) {
      if (source.pointer === undefined) {
        sources.push({ digest: objectOf(source).digest, labels: source.labels });
        continue;
      }
      const value = await valueOf(context, source, objectOf(source));
      if (value.kind === 'invalid') return { kind: 'bad-input', message: `input "${name}" from ${nameOfSource(context.pipeline, source)}: ${value.message}` };
      if (value.kind === 'corrupt-input') return value;
      sources.push({ value: value.value, labels: source.labels });
    }
    const joined = preimageInput(input, sources);
    if (joined) inputs[name] = joined;
  }
  return { kind: 'ok', inputs };
}

/** Labels are part of what a task sees only where it sees a list. */
function preimageInput(input: TaskInput, sources: Extract<PreimageInput, readonly unknown[]>): PreimageInput | undefined {
  if (input.many) return sources;
  const [source] = sources;
  if (!source) return undefined;
  return 'digest' in source ? { digest: source.digest } : { value: source.value };
}

async function valueOf(context: DecisionContext, source: InputSource, object: StoredObject) {
  try {
    return await context.documents.valueAt(object, source.pointer ?? '');
  } catch (error) {
    if (error instanceof CorruptObjectError) return { kind: 'corrupt-input' as const, source, error };
    throw error;
  }
}
