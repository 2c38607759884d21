import type { ActionRecord, StoredObject } from '../action-record.js';
import type { ObjectOf } from '../decide.js';
import type { EventBody, TaskFailure } from '../event.js';
import type { Task } from '../pipeline.js';
import { attempt, type AttemptsContext } from '../run/attempts.js';
import { openInputs } from '../run/open-inputs.js';

export type AgainResult =
  /** Output name -> what it was this time, for those that differ. None: it is the same again. */
  | { readonly kind: 'ended'; readonly ms: number; readonly differing: ReadonlyMap<string, StoredObject> }
  | { readonly kind: 'failed'; readonly failure: TaskFailure };

/**
 * Executes a task from its stored inputs although it has a result. That one stays; a differing one is kept beside it,
 * so that the task is known from then on not to be reproducible.
 */
export async function executeAgain(context: AttemptsContext, task: Task, before: ActionRecord, objectOf: ObjectOf): Promise<AgainResult> {
  const opened = await openInputs(context, task, objectOf);
  if (opened.kind === 'corrupt-input') {
    return { kind: 'failed', failure: { kind: 'bad-input', message: `its input is ${opened.error.problem} in the cache`, hint: 'run the pipeline, which makes it again' } };
  }
  const digests = new Map<string, string>();
  const noting = { ...context, emit: (event: EventBody) => { if (event.kind === 'not-reproducible') digests.set(event.output, event.differing); context.emit(event); } };
  const result = await attempt(noting, {
    task, fingerprint: before.fingerprint, preimage: before.preimage, inputs: opened.inputs, upstream: [], reason: { kind: 'forced' },
    estimateMs: before.durationMs, onExecuted: () => undefined,
  });
  if (result.kind === 'failed') return result;
  return { kind: 'ended', ms: result.ms, differing: new Map([...await recorded(context, before, digests), ...changed(before, result.record)]) };
}

/** A differing result is a record of its own; which one, its digests tell. */
async function recorded({ cache }: AttemptsContext, { fingerprint }: ActionRecord, digests: ReadonlyMap<string, string>): Promise<(readonly [string, StoredObject])[]> {
  if (digests.size === 0) return [];
  const others = await cache.actions.differing(fingerprint);
  return [...digests].flatMap(([name, digest]) => {
    const object = others.map(({ outputs }) => outputs[name]).find((output) => output?.digest === digest);
    return object ? [[name, object] as const] : [];
  });
}

/** An accepted result is replaced by the first that is computed. */
function changed(before: ActionRecord, now: ActionRecord): (readonly [string, StoredObject])[] {
  return Object.entries(now.outputs).filter(([name, { digest }]) => before.outputs[name]?.digest !== digest);
}
