import type { ActionRecord, Digest } from '../action-record.js';
import type { Task } from '../pipeline.js';
import type { Plan } from '../plan.js';
import type { KnownSources } from './lineage.js';

/** Where the inputs of a pipeline's present results come from, as its plan knows them. */
export function knownSources({ pipeline, steps, snapshots }: Plan): KnownSources {
  const recordOf = (index: number): ActionRecord | undefined => {
    const step = steps[index];
    return step && 'record' in step ? step.record : undefined;
  };
  const tasks = new Map<Digest, Task>();
  for (const task of pipeline.tasks) {
    const record = recordOf(task.index);
    if (record) tasks.set(record.fingerprint, task);
  }
  return {
    sourceOf(fingerprint, input, place) {
      const source = tasks.get(fingerprint)?.inputs[input]?.sources[place];
      if (!source) return undefined;
      const producer = source.kind === 'output' ? recordOf(source.task) : undefined;
      const object = source.kind === 'path' ? snapshots.get(source.path) : producer?.outputs[source.output];
      return object && { fingerprint: producer?.fingerprint, digest: object.digest, pointer: source.pointer };
    },
  };
}
