import { hostname } from 'node:os';
import { ulid } from 'ulid';
import type { ActionRecord } from '../engine/action-record.js';
import { registeredKind, storedBehind, type ObjectOf } from '../engine/decide.js';
import { Documents } from '../engine/documents.js';
import type { TaskFailure } from '../engine/event.js';
import type { Task } from '../engine/pipeline.js';
import type { AttemptsContext } from '../engine/run/attempts.js';
import { systemClock } from '../engine/run/clock.js';
import { createPiscinaExecutor } from '../engine/run/piscina-executor.js';
import { Stopping } from '../engine/run/stopping.js';
import { Workbenches } from '../engine/run/workbenches.js';
import { executeAgain } from '../engine/verify/execute-again.js';
import { firstDifference, type OutputDifference } from '../engine/verify/first-difference.js';
import { thisMachine, version } from '../library/surroundings.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { catchInterrupts } from './interrupts.js';
import { shownPath } from './pipeline-file.js';
import { tasksMatching, withPlan, type Planned, type PlanningOptions } from './planning.js';
import { Refusal, type Shell } from './shell.js';
import { verifiedText, verifiedJson } from './verify-text.js';

export interface VerifyOptions extends Pick<PlanningOptions, 'profile' | 'param' | 'cacheDir' | 'jobs'> {
  /** How many results to compare, the stored one included; with `interrupt`, how often to kill. */
  readonly times?: number;
  readonly interrupt?: boolean;
  readonly seed?: number;
  readonly json?: boolean;
}

/** What became of a task that was executed again. */
export interface Verified {
  readonly task: Task;
  readonly outcome:
    | { readonly kind: 'same'; readonly results: number; readonly ms: number }
    | { readonly kind: 'differs'; readonly results: number; readonly ms: number; readonly outputs: readonly { readonly name: string; readonly difference: OutputDifference | undefined }[] }
    | { readonly kind: 'failed'; readonly failure: TaskFailure }
    /** What it writes tells of the run that made it. */
    | { readonly kind: 'not-comparable' };
}

/** A task and its result. */
export interface Stored {
  readonly task: Task;
  readonly record: ActionRecord;
}

/** `pipelines verify FILE TASK`: executes again and compares with the stored result. */
export async function verifyVerb(file: string, pattern: string, options: VerifyOptions, shell: Shell): Promise<ExitCode> {
  const restricted = { ...options, until: [pattern] };
  return withPlan(file, restricted, shell, async (planned) => {
    const stored = storedResults(tasksMatching(pattern, planned, shell), planned, shell);
    if (options.interrupt) return (await import('./verify-interrupt.js')).interruptStored(stored, planned, options, shell);
    const { verified, interrupted } = await executeAll(stored, planned, options, shell);
    if (options.json) shell.stdout.write(`${JSON.stringify(verified.map(verifiedJson), null, 2)}\n`);
    if (interrupted) return exitCode.interrupted;
    return verified.every(({ outcome }) => outcome.kind === 'same' || outcome.kind === 'not-comparable') ? exitCode.ok : exitCode.taskFailed;
  });
}

/** @throws {Refusal} when one of them, or something that it is made from, is not in the cache */
function storedResults(indices: readonly number[], { pipeline, plan }: Planned, shell: Shell): readonly Stored[] {
  return indices.map((index) => {
    const [task, step] = [pipeline.tasks[index], plan.steps[index]];
    if (task && step?.kind === 'cached') return { task, record: step.record };
    throw new Refusal(`${task?.id ?? index} has no result to compare with`, `run it first: pipelines run ${shownPath(pipeline.file, shell)} --until '${task?.id ?? ''}'`);
  });
}

async function executeAll(stored: readonly Stored[], planned: Planned, options: VerifyOptions, shell: Shell): Promise<{ readonly verified: readonly Verified[]; readonly interrupted: boolean }> {
  const { pipeline, kinds, cache, capacity, plan } = planned;
  const executor = createPiscinaExecutor({ threads: capacity.cores, environment: shell.environment });
  const interrupts = catchInterrupts(() => process.exit(exitCode.interrupted));
  const stopping = new Stopping(interrupts.drain, interrupts.kill, () => undefined);
  const warn = (message: string): void => { shell.stderr.write(`warning ${message}\n`); };
  const workbenches = new Workbenches(cache, warn);
  const context: AttemptsContext = {
    pipeline, kinds, cache, capacity, executor, stopping, workbenches, documents: new Documents(cache.store), environment: shell.environment, machine: thisMachine(),
    clock: systemClock, runId: ulid(), host: hostname(), engine: version(),
    emit(event) { if (event.kind === 'warning') warn(event.message); },
  };
  const objectOf: ObjectOf = (source) => {
    const object = storedBehind(source, plan.snapshots, (task) => {
      const step = plan.steps[task];
      return step && 'record' in step ? step.record : undefined;
    });
    if (!object) throw new Error(`there is no object behind ${JSON.stringify(source)}`);
    return object;
  };
  try {
    const verified: Verified[] = [];
    for (const one of stored) {
      if (stopping.because) break;
      const outcome = await executeOne(context, one, (options.times ?? 2) - 1, objectOf);
      verified.push({ task: one.task, outcome });
      if (!options.json) shell.stdout.write(verifiedText({ task: one.task, outcome }));
    }
    return { verified, interrupted: stopping.because === 'interrupted' };
  } finally {
    stopping.close();
    interrupts.release();
    await executor.close();
    await workbenches.close();
  }
}

/** Until the first difference, or as often as asked. */
async function executeOne(context: AttemptsContext, { task, record }: Stored, times: number, objectOf: ObjectOf): Promise<Verified['outcome']> {
  if (registeredKind(context.kinds, task.uses).kind.readsUpstream) return { kind: 'not-comparable' };
  let ms = 0;
  for (let time = 1; time <= times; time += 1) {
    const result = await executeAgain(context, task, record, objectOf);
    if (result.kind === 'failed') return result;
    ms += result.ms;
    if (result.differing.size > 0) return { kind: 'differs', results: time + 1, ms, outputs: await differencesOf(context, { task, record }, result.differing) };
  }
  return { kind: 'same', results: times + 1, ms };
}

async function differencesOf({ cache: { store } }: AttemptsContext, { task, record }: Stored, differing: ReadonlyMap<string, ActionRecord['outputs'][string]>) {
  const outputs: { name: string; difference: OutputDifference | undefined }[] = [];
  for (const [name, object] of differing) {
    const before = record.outputs[name];
    outputs.push({ name, difference: before && await firstDifference({ store, object: before }, { store, object }, task.outputs[name]?.fileName ?? '') });
  }
  return outputs;
}
