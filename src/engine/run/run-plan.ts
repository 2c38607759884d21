import { hostname } from 'node:os';
import type { ActionRecord, Digest } from '../action-record.js';
import { Documents } from '../documents.js';
import { criticalPaths } from '../estimate.js';
import type { EventBody, RunOutcome, TaskFailure } from '../event.js';
import type { Machine } from '../fingerprint.js';
import type { Pipeline } from '../pipeline.js';
import type { Plan } from '../plan.js';
import type { Cause } from '../rerun-on.js';
import type { Cache } from '../store.js';
import type { TaskKinds } from '../task-kind.js';
import { caveatsOf } from './caveats.js';
import type { Clock } from './clock.js';
import type { Executor } from './executor.js';
import { publicationsOf } from './publish.js';
import type { Capacity } from './ready-queue.js';
import { Stopping } from './stopping.js';
import { TaskRuns, type Outcome } from './task-runs.js';
import { Workbenches } from './workbenches.js';

export interface RunOptions {
  readonly kinds: TaskKinds;
  readonly cache: Cache;
  readonly executor: Executor;
  readonly capacity: Capacity;
  /** After a failure, go on with everything that does not need the failed task. Default: running tasks finish, nothing new starts. */
  readonly keepGoing?: boolean;
  /** What a task with an earlier result runs again for, as the plan was made. Default: any cause. */
  readonly rerunOn?: ReadonlySet<Cause>;
  /** Drain: running tasks finish, nothing new starts. */
  readonly signal: AbortSignal;
  /** Running tasks are cancelled, too. */
  readonly killSignal: AbortSignal;
  emit(event: EventBody): void;
  readonly clock: Clock;
  readonly runId: string;
  /** `artifacts/`; the run publishes to `<pipeline>/` in it. */
  readonly artifactsDirectory: string;
  /** Where the values of declared environment variables come from. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly machine: Machine;
  /** Version of the engine, for provenance. */
  readonly engine: string;
}

export interface RunSummary {
  readonly run: string;
  readonly pipeline: string;
  readonly outcome: RunOutcome;
  readonly ms: number;
  readonly executed: number;
  readonly cached: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly { readonly task: string; readonly failure: TaskFailure }[];
}

export interface RunResult extends RunSummary {
  /** By task id, the record of every task whose outputs are there now. */
  readonly results: Readonly<Record<string, ActionRecord>>;
}

/** Runs what the plan says; each `may-run` task is decided again when its inputs are known. Never rejects for a task's sake. */
export async function runPlan(plan: Plan, options: RunOptions): Promise<RunResult> {
  const { pipeline, steps } = plan;
  const { clock, emit } = options;
  const startedAt = clock.now();
  emit({
    kind: 'run-started', run: options.runId, pipeline: pipeline.name, file: pipeline.file, params: pipeline.params,
    tasks: steps.filter((step) => step.kind !== 'not-selected').length,
    toRun: steps.filter((step) => step.kind === 'will-run' || step.kind === 'may-run').length,
    estimateMs: plan.estimateMs, cores: options.capacity.cores,
  });
  if (plan.publishedIn === options.artifactsDirectory) return nothingToDo(plan, options, startedAt);
  const stopping = new Stopping(options.signal, options.killSignal, () => { emit({ kind: 'draining' }); });
  const publications = publicationsOf(options.artifactsDirectory, pipeline.name, options.cache);
  const workbenches = new Workbenches(options.cache, (message) => { emit({ kind: 'warning', message }); });
  const runs = new TaskRuns(plan, {
    ...options, workbenches, pipeline, documents: new Documents(options.cache.store), host: hostname(), stopping, publications,
    priorities: criticalPaths(pipeline, steps.map((step) => ('estimateMs' in step ? step.estimateMs : 0))),
    emit: (event) => { emit(event); },
  });
  const toRead = digestsToRead(plan);
  const use = toRead && await options.cache.use(toRead);
  const outcomes = await runs.all();
  await workbenches.close();
  use?.end();
  stopping.close();

  const summary = { run: options.runId, pipeline: pipeline.name, ...summaryOf(plan, outcomes, stopping) };
  if (summary.outcome === 'succeeded' && steps.every((step) => step.kind !== 'not-selected')) {
    await runs.publishing(() => publications.removeStale(pipeline.tasks));
  }
  for (const message of caveatsOf(pipeline, outcomes)) emit({ kind: 'warning', message });
  const { outcome, executed, cached, failed, skipped } = summary;
  const ms = clock.now() - startedAt;
  emit({ kind: 'run-finished', outcome, ms, executed, cached, failed, skipped });
  return { ...summary, ms, results: resultsOf(pipeline, outcomes) };
}

/** All is cached, and all links are in place: there is only to say so. */
function nothingToDo({ pipeline, steps }: Plan, { emit, clock, runId }: RunOptions, startedAt: number): RunResult {
  const results: Record<string, ActionRecord> = {};
  for (const { id, index } of pipeline.tasks) {
    const step = steps[index];
    if (step?.kind !== 'cached') throw new Error(`"${id}" is not cached`);
    emit({ kind: 'task-cached', task: id });
    results[id] = step.record;
  }
  const counts = { outcome: 'succeeded', ms: clock.now() - startedAt, executed: 0, cached: steps.length, failed: 0, skipped: 0 } as const;
  emit({ kind: 'run-finished', ...counts });
  return { run: runId, pipeline: pipeline.name, ...counts, failures: [], results };
}

/** What tasks that run may read: cached results, and the user's files. undefined when nothing runs. */
function digestsToRead({ steps, snapshots }: Plan): Digest[] | undefined {
  if (steps.every((step) => step.kind === 'cached' || step.kind === 'not-selected')) return undefined;
  const cached = steps.flatMap((step) => ('record' in step && step.record ? [step.record.fingerprint] : []));
  return [...cached, ...[...snapshots.values()].map(({ digest }) => digest)];
}

function resultsOf({ tasks }: Pipeline, outcomes: readonly Outcome[]): Record<string, ActionRecord> {
  return Object.fromEntries(tasks.flatMap(({ id, index }) => {
    const outcome = outcomes[index];
    return outcome && 'record' in outcome && outcome.record ? [[id, outcome.record]] : [];
  }));
}

function summaryOf(plan: Plan, outcomes: readonly Outcome[], stopping: Stopping): Omit<RunSummary, 'run' | 'pipeline' | 'ms'> {
  const count = (kind: Outcome['kind']): number => outcomes.filter((outcome) => outcome.kind === kind).length;
  const failures = outcomes.flatMap((outcome, index) =>
    outcome.kind === 'failed' ? [{ task: plan.pipeline.tasks[index]?.id ?? '', failure: outcome.failure }] : []);
  const [failed, skipped] = [count('failed'), count('skipped')];
  const incomplete = failed + skipped > 0;
  return {
    outcome: !incomplete ? 'succeeded' : stopping.because === 'interrupted' ? 'interrupted' : 'failed',
    executed: count('executed'), cached: count('cached'), failed, skipped, failures,
  };
}
