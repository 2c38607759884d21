import type { ActionRecord, Digest } from '../action-record.js';
import { registeredKind } from '../decide.js';
import { differences, type Difference } from '../explain.js';
import { withoutDefaults } from '../parameter-defaults.js';
import type { Task } from '../pipeline.js';
import type { Plan, PlanStep } from '../plan.js';
import { upstreamOf } from '../selection.js';
import type { Cache } from '../store.js';
import type { TaskKinds } from '../task-kind.js';
import { rootCauses, type RootCause } from './root-cause.js';

export interface WhyContext {
  readonly plan: Plan;
  readonly kinds: TaskKinds;
  readonly cache: Cache;
  /** What the tasks of a run ended with: task id -> fingerprint; undefined for a run that is not recorded. */
  resultsOf(run: string): ReadonlyMap<string, Digest> | undefined;
  /** A run to compare with, instead of each task's latest result. */
  readonly against?: string;
}

/** Why a task is cached, or runs. */
export type Explanation =
  | {
    readonly kind: 'cached';
    readonly task: Task;
    readonly step: Extract<PlanStep, { kind: 'cached' }>;
    /** What it had in the run to compare with, where that differs. */
    readonly since?: Comparison;
  }
  | {
    readonly kind: 'will-run';
    readonly task: Task;
    readonly step: Extract<PlanStep, { kind: 'will-run' }>;
    /** undefined where there is nothing comparable, or no difference. */
    readonly since?: Comparison;
  }
  | {
    readonly kind: 'may-run';
    readonly task: Task;
    readonly step: Extract<PlanStep, { kind: 'may-run' }>;
    /** From it up to the nearest task above it that will run. */
    readonly chain: readonly Task[];
    /** All tasks above it that will run, by their name; the first instance of each is the nearest. */
    readonly roots: readonly (readonly Task[])[];
    /** What is known to differ in it whatever its inputs come out as. */
    readonly ownChanges: readonly Difference[];
  }
  | { readonly kind: 'not-selected'; readonly task: Task };

export interface Comparison {
  readonly record: ActionRecord;
  /** False when the task has no earlier result, and this is one of another instance of it. */
  readonly own: boolean;
  readonly changes: readonly Difference[];
  /** Where each changed input comes from in the end. */
  readonly roots: readonly RootCause[];
}

export async function explainStep(index: number, context: WhyContext): Promise<Explanation> {
  const { task, step } = plannedTask(index, context.plan);
  switch (step.kind) {
    case 'cached': {
      const since = context.against === undefined ? undefined : await comparison(task, step.record.preimage, context);
      return { kind: 'cached', task, step, ...(since && { since }) };
    }
    case 'will-run': {
      const since = await comparison(task, step.preimage, context);
      return { kind: 'will-run', task, step, ...(since && { since }) };
    }
    case 'may-run': {
      const chains = chainsToRoots(index, context.plan);
      return {
        kind: 'may-run', task, step, chain: (chains[0] ?? []).map((at) => plannedTask(at, context.plan).task),
        roots: byName(chains.map((chain) => plannedTask(chain.at(-1) ?? index, context.plan).task)),
        ownChanges: await ownChanges(task, context),
      };
    }
    case 'not-selected':
      return { kind: 'not-selected', task };
  }
}

export function plannedTask(index: number, { pipeline, steps }: Plan): { readonly task: Task; readonly step: PlanStep } {
  const [task, step] = [pipeline.tasks[index], steps[index]];
  if (!task || !step) throw new Error(`there is no task ${index} in the plan`);
  return { task, step };
}

/** With the result of the run to compare with, else with the task's latest, else with that of another instance. */
async function comparison(task: Task, preimage: ActionRecord['preimage'], context: WhyContext): Promise<Comparison | undefined> {
  const { kinds } = context;
  const before = await earlierRecord(task, context);
  if (!before || before.record.preimage.kind !== preimage.kind) return undefined;
  const changes = differences(before.record.preimage, preimage, registeredKind(kinds, task.uses).kind.parameters);
  if (changes.length === 0) return undefined;
  const results = context.resultsOf(context.against ?? before.record.provenance.run);
  return { ...before, changes, roots: before.own && results ? await rootCauses(task, changes, results, context) : [] };
}

async function earlierRecord(task: Task, { plan, cache, resultsOf, against }: WhyContext): Promise<Pick<Comparison, 'record' | 'own'> | undefined> {
  const { actions } = cache;
  const { name } = plan.pipeline;
  const fingerprint = against === undefined ? undefined : resultsOf(against)?.get(task.id);
  const own = against === undefined ? await actions.latest(name, task.id) : fingerprint && await actions.lookup(fingerprint);
  if (own) return { record: own, own: true };
  const other = against === undefined ? await actions.latest(name, task.name) : undefined;
  return other && { record: other, own: false };
}

/** What is already known to differ for a task whose inputs are not: its parameters and its code. */
async function ownChanges(task: Task, context: WhyContext): Promise<readonly Difference[]> {
  const before = await earlierRecord(task, context);
  const registered = registeredKind(context.kinds, task.uses);
  if (!before?.own || before.record.preimage.kind !== (registered.fingerprintName ?? task.uses)) return [];
  const { kind, codeDigest } = registered;
  const { preimage } = before.record;
  const parameters = withoutDefaults(kind.parameters, task.parameters);
  return differences(preimage, { ...preimage, parameters, code: codeDigest, version: kind.version }, kind.parameters);
}

/** From a task that may run to each task above it that will: the shortest chain to each, nearest first. */
function chainsToRoots(start: number, plan: Plan): readonly (readonly number[])[] {
  const roots: number[] = [];
  /** The task through which each was first reached; the keys are in order of distance, and grow while we walk them. */
  const reachedFrom = new Map<number, number | undefined>([[start, undefined]]);
  for (const index of reachedFrom.keys()) {
    const { task, step } = plannedTask(index, plan);
    if (step.kind === 'will-run') roots.push(index);
    if (step.kind !== 'may-run') continue;
    for (const upstream of upstreamOf(task)) if (!reachedFrom.has(upstream)) reachedFrom.set(upstream, index);
  }
  return roots.map((root) => {
    const chain: number[] = [];
    for (let index: number | undefined = root; index !== undefined; index = reachedFrom.get(index)) chain.push(index);
    return chain.reverse();
  });
}

function byName(tasks: readonly Task[]): readonly (readonly Task[])[] {
  const groups = new Map<string, Task[]>();
  for (const task of tasks) {
    const group = groups.get(task.name);
    if (group) group.push(task);
    else groups.set(task.name, [task]);
  }
  return [...groups.values()];
}
