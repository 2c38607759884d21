import type { ActionRecord, Digest } from '../action-record.js';
import { registeredKind } from '../decide.js';
import { differences, type Difference } from '../explain.js';
import type { InputSource, Position, Task } from '../pipeline.js';
import type { Plan } from '../plan.js';
import type { Cache } from '../store.js';
import type { TaskKinds } from '../task-kind.js';

/** Where a changed input comes from in the end. `chain` leads from the task that reads it up to where that is, ids. */
export type RootCause =
  /** A task that has changed itself: its parameters, its code, its environment. */
  | { readonly kind: 'task-changed'; readonly chain: readonly string[]; readonly task: Task; readonly difference: Difference; readonly record: ActionRecord }
  /** A file or folder of the user's. */
  | { readonly kind: 'path-changed'; readonly chain: readonly string[]; readonly path: string; readonly position: Position | undefined; readonly reader: Task }
  /** The input comes from somewhere else now. */
  | { readonly kind: 'rewired'; readonly chain: readonly string[]; readonly task: Task; readonly input: string }
  /** A task that had the same fingerprint then and gave other bytes. */
  | { readonly kind: 'not-reproducible'; readonly chain: readonly string[]; readonly task: Task; readonly record: ActionRecord }
  /** Its earlier result is no longer in the cache, or is of a run that is not recorded. */
  | { readonly kind: 'forgotten'; readonly chain: readonly string[]; readonly task: Task; readonly record: ActionRecord };

interface TraceContext {
  readonly plan: Plan;
  readonly kinds: TaskKinds;
  readonly cache: Cache;
}

/** A fan-in of thousands may change in all its places; the first few tell the story. */
const changesTraced = 5;

/**
 * Follows each changed input of a task upstream to the first thing that changed, through the results that the same
 * tasks had in an earlier run.
 * @param before fingerprints of that run, by task id
 */
export async function rootCauses(task: Task, changes: readonly Difference[], before: ReadonlyMap<string, Digest>, context: TraceContext): Promise<readonly RootCause[]> {
  const roots = new Map<string, RootCause>();
  for (const change of changes.filter(({ pointer }) => pointer.startsWith('/inputs/')).slice(0, changesTraced)) {
    const root = await rootCause(task, change, before, context);
    const key = JSON.stringify([root?.kind, root?.chain.at(-1), root && 'path' in root && root.path]);
    if (root && !roots.has(key)) roots.set(key, root);
  }
  return [...roots.values()];
}

async function rootCause(start: Task, change: Difference, before: ReadonlyMap<string, Digest>, { plan, kinds, cache }: TraceContext): Promise<RootCause | undefined> {
  const chain = [start.id];
  let [task, difference] = [start, change];
  // Each step goes up the DAG, so this ends.
  for (;;) {
    const { input, source } = sourceOf(task, difference);
    if (!source) return { kind: 'rewired', chain, task, input };
    if (source.kind === 'path') return { kind: 'path-changed', chain, path: source.path, position: source.position, reader: task };
    const producer = plan.pipeline.tasks[source.task];
    const record = producer && recordOf(producer, plan);
    if (!producer || !record) return undefined;
    const fingerprint = before.get(producer.id);
    if (fingerprint === undefined && before.has(task.id)) return { kind: 'rewired', chain, task, input };
    if (fingerprint === record.fingerprint && !await gaveOthers(cache, record, source.output, difference)) return { kind: 'rewired', chain, task, input };
    chain.push(producer.id);
    task = producer;
    if (fingerprint === record.fingerprint) return { kind: 'not-reproducible', chain, task, record };
    const earlier = fingerprint === undefined ? undefined : await cache.actions.lookup(fingerprint);
    if (!earlier) return { kind: 'forgotten', chain, task, record };
    const [first] = differences(earlier.preimage, record.preimage, registeredKind(kinds, task.uses).kind.parameters);
    if (!first) return { kind: 'forgotten', chain, task, record };
    if (!first.pointer.startsWith('/inputs/')) return { kind: 'task-changed', chain, task, difference: first, record };
    difference = first;
  }
}

/** Whether a result with this fingerprint has given the bytes of then, or was replaced by one that gave those of now. */
async function gaveOthers({ actions }: Cache, { fingerprint }: ActionRecord, output: string, { before, after }: Difference): Promise<boolean> {
  const others = await actions.differing(fingerprint);
  return others.some(({ outputs }) => outputs[output] && [before, after].includes(outputs[output].digest));
}

function recordOf(task: Task, { steps }: Plan): ActionRecord | undefined {
  const step = steps[task.index];
  return step && 'record' in step ? step.record : undefined;
}

/** The source behind `/inputs/<name>/…`, or `/inputs/<name>/<place>/…` for a fan-in; none for an input that is gone. */
function sourceOf(task: Task, { pointer }: Difference): { readonly input: string; readonly source: InputSource | undefined } {
  const [, , name = '', place = ''] = pointer.split('/');
  const input = name.replaceAll('~1', '/').replaceAll('~0', '~');
  const declared = task.inputs[input];
  return { input, source: declared?.sources[declared.many ? Number(place) : 0] };
}
