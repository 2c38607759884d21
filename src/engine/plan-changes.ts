import type { Digest, StoredObject } from './action-record.js';
import { leafDifferences, type Difference } from './explain.js';
import { canonicalJson } from './fingerprint.js';
import type { PlanFile, PlannedKind, PlannedTask } from './plan-file.js';
import type { Reason } from './reason.js';

/** A way in which the plan as it would be made now is not the one in the file. */
export type PlanChange =
  /** A parameter of the pipeline; named beside what it changes, never alone. */
  | { readonly kind: 'parameter-changed'; readonly difference: Difference }
  | { readonly kind: 'code-changed'; readonly uses: string; readonly before: PlannedKind; readonly after: PlannedKind }
  | { readonly kind: 'runtime-changed'; readonly uses: string; readonly before: PlannedKind; readonly after: PlannedKind }
  /** A file or folder of the user's; undefined where it is not read. */
  | { readonly kind: 'input-changed'; readonly path: string; readonly before: Digest | undefined; readonly after: Digest | undefined }
  | { readonly kind: 'task-added'; readonly task: string }
  | { readonly kind: 'task-removed'; readonly task: string }
  /** It would run and was not to, or the reverse. */
  | { readonly kind: 'step-changed'; readonly task: string; readonly before: PlannedTask['step']; readonly after: PlannedTask['step']; readonly reason: Reason | undefined }
  | { readonly kind: 'fingerprint-changed'; readonly task: string; readonly before: Digest; readonly after: Digest }
  /** Its parameters, outputs, environment, or what it reads: for a task whose fingerprint is not known yet. */
  | { readonly kind: 'definition-changed'; readonly task: string };

export interface PlanComparison {
  /** Causes first, then the tasks in the order of the pipeline. Empty: what would run now is what was planned. */
  readonly changes: readonly PlanChange[];
  /** Ids of tasks that were to run and have a result meanwhile: another process was faster. */
  readonly cachedMeanwhile: readonly string[];
}

/** Compares a plan with the same one made again. Pure. */
export function comparePlans(planned: PlanFile, now: PlanFile): PlanComparison {
  const changes = [...kindChanges(planned, now), ...inputChanges(planned.inputs, now.inputs), ...taskChanges(planned.tasks, now.tasks)];
  const cachedMeanwhile = matchedTasks(planned.tasks, now.tasks).filter(([before, after]) => runs(before) && after.step === 'cached').map(([{ task }]) => task);
  const parameters = changes.length === 0 ? [] : leafDifferences('', planned.params, now.params);
  return { changes: [...parameters.map((difference): PlanChange => ({ kind: 'parameter-changed', difference })), ...changes], cachedMeanwhile };
}

function kindChanges(planned: PlanFile, now: PlanFile): PlanChange[] {
  return Object.entries(now.kinds).flatMap(([uses, after]): PlanChange[] => {
    const before = Object.hasOwn(planned.kinds, uses) ? planned.kinds[uses] : undefined;
    if (!before) return [];
    return [
      ...(before.code !== after.code || before.version !== after.version ? [{ kind: 'code-changed', uses, before, after } as const] : []),
      ...(canonicalJson(before.runtime) !== canonicalJson(after.runtime) ? [{ kind: 'runtime-changed', uses, before, after } as const] : []),
    ];
  });
}

function inputChanges(planned: Readonly<Record<string, StoredObject>>, now: Readonly<Record<string, StoredObject>>): PlanChange[] {
  const [before, after] = [new Map(Object.entries(planned)), new Map(Object.entries(now))];
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((path): PlanChange[] => {
    const [old, present] = [before.get(path)?.digest, after.get(path)?.digest];
    return old === present ? [] : [{ kind: 'input-changed', path, before: old, after: present }];
  });
}

function taskChanges(planned: readonly PlannedTask[], now: readonly PlannedTask[]): PlanChange[] {
  const [before, after] = [new Set(planned.map(({ task }) => task)), new Set(now.map(({ task }) => task))];
  return [
    ...planned.filter(({ task }) => !after.has(task)).map(({ task }): PlanChange => ({ kind: 'task-removed', task })),
    ...now.filter(({ task }) => !before.has(task)).map(({ task }): PlanChange => ({ kind: 'task-added', task })),
    ...matchedTasks(planned, now).flatMap(([old, present]) => changeOfTask(old, present) ?? []),
  ];
}

function matchedTasks(planned: readonly PlannedTask[], now: readonly PlannedTask[]): (readonly [PlannedTask, PlannedTask])[] {
  const before = new Map(planned.map((task) => [task.task, task]));
  return now.flatMap((after) => {
    const old = before.get(after.task);
    return old ? [[old, after] as const] : [];
  });
}

function changeOfTask(before: PlannedTask, after: PlannedTask): PlanChange | undefined {
  const { task } = after;
  if (!mayBecome(before, after)) return { kind: 'step-changed', task, before: before.step, after: after.step, reason: after.reason };
  if (before.fingerprint !== null && after.fingerprint !== null) {
    return before.fingerprint === after.fingerprint ? undefined : { kind: 'fingerprint-changed', task, before: before.fingerprint, after: after.fingerprint };
  }
  return before.definition === after.definition ? undefined : { kind: 'definition-changed', task };
}

/** What was to run may have been computed by another process, and then what waits for it is decided or computed, too. */
function mayBecome(before: PlannedTask, after: PlannedTask): boolean {
  if (before.step === after.step) return true;
  if (before.step === 'will-run') return after.step === 'cached';
  return before.step === 'may-run' && (after.step === 'will-run' || after.step === 'cached');
}

function runs({ step }: PlannedTask): boolean {
  return step === 'will-run' || step === 'may-run';
}
