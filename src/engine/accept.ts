import type { Acceptance, ActionRecord, StoredObject } from './action-record.js';
import { damagedOutputs, decide, nameOfSource, registeredKind, storedBehind, type DecisionContext } from './decide.js';
import { differences } from './explain.js';
import type { InputSource, Task } from './pipeline.js';
import { hasOutputsOf } from './rerun-on.js';
import { sourcesOf } from './selection.js';

/** A person's word that the latest results of some tasks stand for what these are now. */
export interface Vouching {
  /** Indices of the tasks. */
  readonly tasks: ReadonlySet<number>;
  readonly reason: string;
  /** `user@host`. */
  readonly by: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The user's files and folders, by absolute path, as in the plan. */
  readonly snapshots: ReadonlyMap<string, StoredObject>;
}

export interface Accepted {
  readonly task: Task;
  /** Under the fingerprint of now, with the outputs of then; not written yet. */
  readonly record: ActionRecord & { readonly accepted: Acceptance };
}

export interface Unacceptable {
  readonly task: Task;
  readonly why: string;
}

export interface AcceptResult {
  readonly accepted: readonly Accepted[];
  readonly unacceptable: readonly Unacceptable[];
  readonly cached: readonly Task[];
}

/**
 * What accepting the latest results would write. One pass down the DAG: an accepted result feeds the fingerprints of its
 * consumers, so a whole chain can be accepted at once. Writes nothing.
 */
export async function acceptLatest(context: DecisionContext, vouching: Vouching): Promise<AcceptResult> {
  const result = { accepted: [] as Accepted[], unacceptable: [] as Unacceptable[], cached: [] as Task[] };
  const records: (ActionRecord | undefined)[] = [];
  for (const task of context.pipeline.tasks) {
    const { index } = task;
    const wanted = vouching.tasks.has(index);
    const waitsFor = sourcesOf(task).find((source) => source.kind === 'output' && !records[source.task]);
    if (waitsFor) {
      if (wanted) result.unacceptable.push({ task, why: `it reads ${nameOfSource(context.pipeline, waitsFor)}, which would run first` });
      continue;
    }
    const decision = await decide(context, task, (source) => objectOf(source, records, vouching.snapshots));
    if (decision.kind === 'cached') {
      records[index] = decision.record;
      if (wanted) result.cached.push(task);
    }
    if (decision.kind !== 'run' || !wanted) continue;
    const outcome = await acceptOne(context, task, decision, vouching);
    if (typeof outcome === 'string') {
      result.unacceptable.push({ task, why: outcome });
      continue;
    }
    records[index] = outcome;
    result.accepted.push({ task, record: outcome });
  }
  return result;
}

/** Writes the records. Returns those that another process has computed or accepted meanwhile: they stay as they are. */
export async function commitAccepted({ cache, pipeline }: DecisionContext, accepted: readonly Accepted[]): Promise<readonly Task[]> {
  const overtaken: Task[] = [];
  for (const { task, record } of accepted) {
    const { kept } = await cache.actions.commit(record);
    if (kept !== record) overtaken.push(task);
    await cache.actions.remember(pipeline.name, task.id, record.fingerprint);
  }
  return overtaken;
}

type ToRun = Extract<Awaited<ReturnType<typeof decide>>, { kind: 'run' }>;

/** The record, or why there can be none. */
async function acceptOne(context: DecisionContext, task: Task, { fingerprint, preimage, damaged }: ToRun, vouching: Vouching): Promise<Accepted['record'] | string> {
  const [lost] = damaged;
  if (lost) return `its output ${lost.output} is ${lost.problem}; nothing changed, so run it`;
  const latest = await context.cache.actions.latest(context.pipeline.name, task.id);
  if (!latest || latest.preimage.kind !== preimage.kind) return 'it has no earlier result';
  if (!hasOutputsOf(latest, task)) return 'its outputs are not those of its latest result';
  const [bad] = await damagedOutputs(context.cache, latest);
  if (bad) return `output ${bad.output} of its latest result is ${bad.problem} in the cache`;
  const changes = differences(latest.preimage, preimage, registeredKind(context.kinds, task.uses).kind.parameters);
  if (changes.length === 0) return 'nothing that could be accepted has changed';
  const accepted = { reason: vouching.reason, by: vouching.by, at: new Date(vouching.now).toISOString(), from: latest.fingerprint, differences: changes };
  return { ...latest, fingerprint, preimage, accepted };
}

function objectOf(source: InputSource, records: readonly (ActionRecord | undefined)[], snapshots: ReadonlyMap<string, StoredObject>): StoredObject {
  const object = storedBehind(source, snapshots, (task) => records[task]);
  if (!object) throw new Error(`accepted out of order: ${JSON.stringify(source)} is not known yet`);
  return object;
}
