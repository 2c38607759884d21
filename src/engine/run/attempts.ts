import { dirname } from 'node:path';
import { bytesOf, type ActionRecord, type Digest, type Preimage, type StoredObject } from '../action-record.js';
import type { DecisionContext } from '../decide.js';
import { registeredKind } from '../decide.js';
import type { EventBody, TaskFailure } from '../event.js';
import type { Task } from '../pipeline.js';
import type { Reason } from '../reason.js';
import { hasOutputsOf } from '../rerun-on.js';
import type { UpstreamTask } from '../task-kind.js';
import type { Clock } from './clock.js';
import type { Executor, Job, JobInput, JobOutput, JobResult } from './executor.js';
import { failureOf } from './failure.js';
import { jobEnvironment } from './job-environment.js';
import { prepareOutputs } from './job-outputs.js';
import { clamp, type Capacity } from './ready-queue.js';
import type { Stopping } from './stopping.js';
import type { Workbench, Workbenches } from './workbenches.js';

export interface AttemptsContext extends DecisionContext {
  readonly executor: Executor;
  readonly clock: Clock;
  readonly capacity: Capacity;
  readonly workbenches: Workbenches;
  /** When nothing new starts, there is no further attempt either. */
  readonly stopping: Stopping;
  readonly runId: string;
  /** Name of this machine and version of this engine, for provenance. */
  readonly host: string;
  readonly engine: string;
  emit(event: EventBody): void;
}

/** A task whose inputs are open and whose lease is ours. */
export interface OpenTask {
  readonly task: Task;
  readonly fingerprint: Digest;
  readonly preimage: Preimage;
  readonly inputs: Readonly<Record<string, JobInput>>;
  readonly upstream: readonly UpstreamTask[];
  readonly reason: Reason;
  readonly estimateMs: number | null;
  /** Told when it has run and only its results are to be stored: cores are free again. */
  readonly onExecuted?: () => void;
}

export type AttemptResult =
  | { readonly kind: 'committed'; readonly record: ActionRecord; readonly bytes: number; readonly ms: number }
  | { readonly kind: 'failed'; readonly failure: TaskFailure; readonly ms: number };

const firstBackoffMs = 250;
const longestBackoffMs = 30_000;

/** Runs a task, again after a failure as often as it allows, and commits what it wrote. */
export async function attempt(context: AttemptsContext, open: OpenTask): Promise<AttemptResult> {
  const { task } = open;
  for (let number = 1; ; number += 1) {
    context.emit({ kind: 'task-started', task: task.id, attempt: number, reason: open.reason, estimateMs: open.estimateMs });
    const result = await once(context, open);
    if (result.kind === 'committed' || number >= task.attempts || !mayPass(result.failure) || context.stopping.because) return result;
    context.emit({ kind: 'task-retried', task: task.id, attempt: number, failure: result.failure });
    await context.clock.sleep(Math.min(longestBackoffMs, firstBackoffMs * 2 ** (number - 1)), context.stopping.signal);
    if (context.stopping.because) return result;
  }
}

/** Whether another attempt could end differently. */
function mayPass(failure: TaskFailure): boolean {
  return failure.final !== true && failure.kind !== 'cancelled' && failure.kind !== 'disk-full' && failure.kind !== 'bad-input';
}

async function once(context: AttemptsContext, open: OpenTask): Promise<AttemptResult> {
  const startedAt = context.clock.now();
  const log: string[] = [];
  const failed = async (failure: TaskFailure): Promise<AttemptResult> =>
    ({ kind: 'failed', failure: { ...failure, ...await logPath(context, log) }, ms: context.clock.now() - startedAt });
  try {
    const workbench = await context.workbenches.take();
    let left: 'nothing' | 'something' = 'something';
    try {
      const outputs = prepareOutputs(workbench.out, open.task.outputs);
      const result = await execute(context, open.task, jobOf(context, open, workbench, outputs), log);
      if (result.kind === 'failed') return await failed(result.failure);
      open.onExecuted?.();
      const changed = registeredKind(context.kinds, open.task.uses).changedFile?.();
      if (changed !== undefined) return await failed({ kind: 'bad-input', message: `${changed} was changed after the run began, so what ran may not be what the result would be recorded for`, hint: 'run again' });
      const committed = await commit(context, open, outputs, log, context.clock.now() - startedAt);
      left = isEmptied(workbench, outputs) ? 'nothing' : 'something';
      return committed;
    } finally {
      await context.workbenches.giveBack(workbench, left);
    }
  } catch (error) {
    return failed(failureOf(error));
  }
}

/** Storing an output moves it away, and the worker has seen that there was nothing else; only folders around outputs are left. */
function isEmptied({ out }: Workbench, outputs: Record<string, JobOutput>): boolean {
  return Object.values(outputs).every(({ path }) => dirname(path) === out);
}

function jobOf(context: AttemptsContext, { task, inputs, upstream }: OpenTask, { out, scratch }: Workbench, outputs: Record<string, JobOutput>): Job {
  const { kind } = registeredKind(context.kinds, task.uses);
  return {
    task: task.id,
    implementation: kind.implementation.href,
    parameters: task.parameters,
    inputs,
    outputs,
    upstream,
    outputFolder: out,
    scratch,
    environment: jobEnvironment(kind, task.parameters, task.environment, context.environment),
    cores: clamp(task.resources, context.capacity).cores,
  };
}

async function execute(context: AttemptsContext, task: Task, job: Job, log: string[]): Promise<JobResult> {
  const { timeoutMs } = task;
  const timer = timeoutMs === undefined ? undefined : startTimer(timeoutMs, context.clock);
  const result = await context.executor.execute(job, {
    signal: timer ? AbortSignal.any([context.stopping.kill, timer.expired]) : context.stopping.kill,
    onEvent(event) {
      if (event.kind === 'log') log.push(event.line);
      context.emit(event.kind === 'log'
        ? { kind: 'task-log', task: task.id, line: event.line }
        : { kind: 'task-progress', task: task.id, done: event.done, total: event.total, unit: event.unit });
    },
  });
  timer?.stop();
  if (result.kind === 'failed' && timer?.expired.aborted) {
    return { kind: 'failed', failure: { kind: 'timeout', message: `it ran longer than ${timeoutMs} ms`, hint: 'raise its `timeout`' } };
  }
  return result;
}

function startTimer(ms: number, clock: Clock): { readonly expired: AbortSignal; stop(): void } {
  const stopped = new AbortController();
  const expired = new AbortController();
  void clock.sleep(ms, stopped.signal).then(() => { if (!stopped.signal.aborted) expired.abort(); });
  return { expired: expired.signal, stop: () => { stopped.abort(); } };
}

/** In this order: objects, then the record. A crash in between leaves objects that nothing names, never half a result. */
async function commit(
  context: AttemptsContext, { task, fingerprint, preimage }: OpenTask, written: Record<string, JobOutput>, log: readonly string[], durationMs: number,
): Promise<AttemptResult> {
  const { store, actions } = context.cache;
  const outputs: Record<string, StoredObject> = {};
  for (const [name, { path }] of Object.entries(written)) outputs[name] = await store.adopt(path);
  const record: ActionRecord = {
    fingerprint, preimage, outputs, durationMs,
    log: (await putLog(context, log)).digest,
    provenance: {
      pipeline: context.pipeline.name, task: task.id, run: context.runId, host: context.host,
      finishedAt: new Date(context.clock.now()).toISOString(), node: process.version, engine: context.engine,
    },
  };
  const { kept, differing } = await actions.commit(record);
  // What such a kind writes tells of the run, so the latest is the one to keep.
  const tellsOfTheRun = registeredKind(context.kinds, task.uses).kind.readsUpstream === true;
  // An accepted result stands in until there is one that was computed.
  const standsIn = kept.accepted !== undefined;
  if (standsIn && differing.length > 0) {
    context.emit({ kind: 'warning', message: `${task.id} computes something else than the result that was accepted for it (${differing.join(', ')}); what it computes stays` });
  }
  for (const output of tellsOfTheRun || standsIn ? [] : differing) {
    context.emit({ kind: 'not-reproducible', task: task.id, output, kept: kept.outputs[output]?.digest ?? '', differing: outputs[output]?.digest ?? '' });
  }
  const staying = standsIn || !hasOutputsOf(kept, task) || differing.length > 0 && (tellsOfTheRun || !await isWhole(context, kept)) ? record : kept;
  if (staying !== kept) await actions.replace(record);
  actions.remember(context.pipeline.name, task.id, fingerprint);
  // Under its name too: a later instance that has no result yet is compared with this one.
  if (task.id !== task.name) actions.remember(context.pipeline.name, task.name, fingerprint);
  return { kind: 'committed', record: staying, bytes: bytesOf(staying), ms: durationMs };
}

/** The first result stays, unless its bytes are lost and this is all there is. */
async function isWhole({ cache }: AttemptsContext, record: ActionRecord): Promise<boolean> {
  for (const object of Object.values(record.outputs)) {
    if (await cache.store.check(object) !== 'present') return false;
  }
  return true;
}

function putLog({ cache }: AttemptsContext, lines: readonly string[]): Promise<StoredObject> {
  return cache.store.putBytes(Buffer.from(lines.map((line) => `${line}\n`).join(''), 'utf8'));
}

/** A log that cannot be stored must not hide the failure it is about. */
async function logPath(context: AttemptsContext, lines: readonly string[]): Promise<{ readonly log?: string }> {
  if (lines.length === 0) return {};
  try {
    return { log: await context.cache.store.open(await putLog(context, lines)) };
  } catch {
    return {};
  }
}
