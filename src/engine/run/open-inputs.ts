import type { StoredObject } from '../action-record.js';
import type { DecisionContext, ObjectOf } from '../decide.js';
import type { Json } from '../json.js';
import type { InputSource, Task, TaskInput } from '../pipeline.js';
import { CorruptObjectError } from '../store.js';
import type { InputArtifact } from '../task-kind.js';
import type { JobInput } from './executor.js';

/** An input's stored object turned out damaged when it was opened. */
export interface CorruptInput {
  readonly kind: 'corrupt-input';
  readonly source: InputSource;
  readonly object: StoredObject;
  readonly error: CorruptObjectError;
}

export type OpenResult = { readonly kind: 'ok'; readonly inputs: Record<string, JobInput> } | CorruptInput;

/** Paths and values for a task to read, each object's digest verified the first time it is opened. */
export async function openInputs(context: DecisionContext, task: Task, objectOf: ObjectOf): Promise<OpenResult> {
  const inputs: Record<string, JobInput> = {};
  for (const [name, input] of Object.entries(task.inputs)) {
    if (!input.many && input.sources.length === 0) continue;
    const opened: (InputArtifact | { readonly value: Json })[] = [];
    for (const source of input.sources) {
      const object = objectOf(source);
      try {
        opened.push(await open(context, source, object));
      } catch (error) {
        if (!(error instanceof CorruptObjectError)) throw error;
        return { kind: 'corrupt-input', source, object, error };
      }
    }
    inputs[name] = jobInput(input, opened);
  }
  return { kind: 'ok', inputs };
}

async function open({ cache, documents }: DecisionContext, source: InputSource, object: StoredObject) {
  if (source.pointer === undefined) return { path: await cache.store.open(object), labels: source.labels };
  const result = await documents.valueAt(object, source.pointer);
  // The decision read the same value to take the fingerprint.
  if (result.kind === 'invalid') throw new Error(result.message);
  return { value: result.value };
}

function jobInput(input: TaskInput, opened: readonly (InputArtifact | { readonly value: Json })[]): JobInput {
  if (input.type !== 'value') return { kind: 'artifacts', artifacts: opened.flatMap((item) => ('path' in item ? [item] : [])) };
  const values = opened.flatMap((item) => ('value' in item ? [item.value] : []));
  return { kind: 'value', value: input.many ? values : (values[0] ?? null) };
}
