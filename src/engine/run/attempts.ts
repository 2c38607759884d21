import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionRecord, Digest, Preimage, StoredObject } from '../action-record.js';
import type { DecisionContext } from '../decide.js';
import { registeredKind } from '../decide.js';
import type { EventBody, TaskFailure } from '../event.js';
import type { Task } from '../pipeline.js';
import type { Reason } from '../reason.js';
import type { UpstreamTask } from '../task-kind.js';
import type { Clock } from './clock.js';
import type { Executor, Job, JobInput, JobOutput, JobResult } from './executor.js';
import { failureOf } from './failure.js';
import { prepareOutputs } from './job-outputs.js';
import { clamp, type Capacity } from './ready-queue.js';
import type { Stopping } from './stopping.js';

export interface AttemptsContext extends DecisionContext {
  readonly executor: Executor;
  readonly clock: Clock;
  readonly capacity: Capacity;
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
  return failure.kind !== 'cancelled' && failure.kind !== 'disk-full' && failure.kind !== 'bad-input';
}

async function once(context: AttemptsContext, open: OpenTask): Promise<AttemptResult> {
  const startedAt = context.clock.now();
  const log: string[] = [];
  const failed = async (failure: TaskFailure): Promise<AttemptResult> =>
    ({ kind: 'failed', failure: { ...failure, ...await logPath(context, log) }, ms: context.clock.now() - startedAt });
  try {
    const scratch = await context.cache.scratch();
    try {
      const outputs = prepareOutputs(join(scratch.path, 'out'), open.task.outputs);
      mkdirSync(join(scratch.path, 'scratch'));
      const job = jobOf(context, open, scratch.path, outputs);
      const result = await execute(context, open.task, job, log);
      if (result.kind === 'failed') return await failed(result.failure);
      return await commit(context, open, outputs, log, context.clock.now() - startedAt);
    } finally {
      await scratch.remove().catch((error: unknown) => { context.emit({ kind: 'warning', message: `a scratch folder is left behind: ${String(error)}` }); });
    }
  } catch (error) {
    return failed(failureOf(error));
  }
}

function jobOf(context: AttemptsContext, { task, inputs, upstream }: OpenTask, folder: string, outputs: Record<string, JobOutput>): Job {
  const declared = task.environment.flatMap((name) => {
    const value = context.environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    task: task.id,
    implementation: registeredKind(context.kinds, task.uses).kind.implementation.href,
    parameters: task.parameters,
    inputs,
    outputs,
    upstream,
    outputFolder: join(folder, 'out'),
    scratch: join(folder, 'scratch'),
    environment: Object.fromEntries(declared),
    cores: clamp(task.resources, context.capacity).cores,
  };
}

async function execute(context: AttemptsContext, task: Task, job: Job, log: string[]): Promise<JobResult> {
  const finished = new AbortController();
  const timeout = new AbortController();
  const { timeoutMs } = task;
  if (timeoutMs !== undefined) {
    void context.clock.sleep(timeoutMs, finished.signal).then(() => { if (!finished.signal.aborted) timeout.abort(); });
  }
  const result = await context.executor.execute(job, {
    signal: AbortSignal.any([context.stopping.kill, timeout.signal]),
    onEvent(event) {
      if (event.kind === 'log') log.push(event.line);
      context.emit(event.kind === 'log'
        ? { kind: 'task-log', task: task.id, line: event.line }
        : { kind: 'task-progress', task: task.id, done: event.done, total: event.total, unit: event.unit });
    },
  });
  finished.abort();
  if (result.kind === 'failed' && timeout.signal.aborted) {
    return { kind: 'failed', failure: { kind: 'timeout', message: `it ran longer than ${timeoutMs} ms`, hint: 'raise its `timeout`' } };
  }
  return result;
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
  for (const output of tellsOfTheRun ? [] : differing) {
    context.emit({ kind: 'not-reproducible', task: task.id, output, kept: kept.outputs[output]?.digest ?? '', differing: outputs[output]?.digest ?? '' });
  }
  const staying = differing.length > 0 && (tellsOfTheRun || !await isWhole(context, kept)) ? record : kept;
  if (staying !== kept) await actions.replace(record);
  await actions.remember(context.pipeline.name, task.id, fingerprint);
  // Under its name too: a later instance that has no result yet is compared with this one.
  if (task.id !== task.name) await actions.remember(context.pipeline.name, task.name, fingerprint);
  return { kind: 'committed', record: staying, bytes: bytesOf(staying), ms: durationMs };
}

/** The first result stays, unless its bytes are lost and this is all there is. */
async function isWhole({ cache }: AttemptsContext, record: ActionRecord): Promise<boolean> {
  for (const object of Object.values(record.outputs)) {
    if (await cache.store.check(object) !== 'present') return false;
  }
  return true;
}

function bytesOf(record: ActionRecord): number {
  return Object.values(record.outputs).reduce((sum, { bytes }) => sum + bytes, 0);
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
