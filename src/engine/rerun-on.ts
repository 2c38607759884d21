import type { ActionRecord, Preimage } from './action-record.js';
import { differences, type Difference } from './explain.js';
import type { Task } from './pipeline.js';
import type { ParameterSchema } from './task-kind.js';

/** What a task may be told to run again for, or not to. */
export const causes = ['parameters', 'inputs', 'code', 'environment', 'runtime'] as const;

export type Cause = (typeof causes)[number];

/** Sections of a preimage by their cause. Another kind or other declared outputs make another task: no cause covers them. */
const causeOfSection: Readonly<Record<string, Cause>> = {
  parameters: 'parameters', inputs: 'inputs', code: 'code', version: 'code', format: 'code', environment: 'environment', runtime: 'runtime',
};

export function causeOf({ pointer }: Difference): Cause | undefined {
  return causeOfSection[pointer.split('/')[1] ?? ''];
}

/**
 * Whether a task without a result of its own keeps its latest record: only when all that differs has causes that it is not
 * to run for. Returns what is passed over; undefined: it runs.
 * @param rerunOn the causes to run for
 */
export function keptDespite(
  latest: ActionRecord, after: Preimage, task: Pick<Task, 'outputs'>, rerunOn: ReadonlySet<Cause>, parameters?: ParameterSchema,
): readonly Difference[] | undefined {
  if (!hasOutputsOf(latest, task)) return undefined;
  const passedOver = differences(latest.preimage, after, parameters);
  const mayStay = passedOver.length > 0 && passedOver.every((difference) => {
    const cause = causeOf(difference);
    return cause !== undefined && !rerunOn.has(cause);
  });
  return mayStay ? passedOver : undefined;
}

/** Whether what reads the task finds in the record what it expects. */
export function hasOutputsOf(record: ActionRecord, { outputs }: Pick<Task, 'outputs'>): boolean {
  return Object.entries(outputs).every(([name, { type }]) => record.outputs[name]?.type === type);
}
