import { bytesOf, type ActionRecord, type Digest, type StoredObject } from './action-record.js';
import { decide, reasonToRun, storedBehind, type Decision, type DecisionContext } from './decide.js';
import { Documents } from './documents.js';
import { estimateFrom, estimateRun, type History } from './estimate.js';
import type { Machine } from './fingerprint.js';
import type { Diagnostic, InputSource, Pipeline, Task } from './pipeline.js';
import type { Plan, PlanResult, PlanStep, Selection } from './plan.js';
import type { Cause } from './rerun-on.js';
import type { Capacity } from './run/ready-queue.js';
import { select, upstreamOf, withAncestors } from './selection.js';
import { snapshotPaths } from './snapshot-paths.js';
import type { Cache } from './store.js';
import type { TaskKinds } from './task-kind.js';

export interface PlanOptions {
  readonly kinds: TaskKinds;
  readonly cache: Cache;
  readonly selection?: Selection;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly machine: Machine;
  readonly capacity: Capacity;
  /** What a task with an earlier result runs again for. Default: any cause. */
  readonly rerunOn?: ReadonlySet<Cause>;
}

/** Until the history is looked at. */
const unestimated = { estimateMs: null, estimateBytes: null } as const;

/** How many tasks of one level are looked up at once: enough to overlap the disk's waits. */
const lookupsAtOnce = 64;

/**
 * Says what will run and why, in one pass down the DAG. A cached task's output digests feed the fingerprints of its
 * consumers, so a fully cached pipeline is planned without reading an artifact. Runs nothing.
 */
export async function makePlan(pipeline: Pipeline, options: PlanOptions): Promise<PlanResult> {
  const selection = select(pipeline, options.selection ?? {});
  if (selection.kind === 'invalid') return selection;
  const { selected, forced } = selection;
  const needed = withAncestors(pipeline, new Set(pipeline.tasks.map((task) => task.index).filter((index) => selected[index])));
  const snapshots = await snapshotPaths(pipeline, options.cache.store, needed);
  if (snapshots.kind === 'invalid') return snapshots;

  const context: DecisionContext = { pipeline, ...options, documents: new Documents(options.cache.store) };
  const pass = new PlanPass(context, snapshots.snapshots, forced);
  for (const level of levelsOf(pipeline, needed)) {
    for (let start = 0; start < level.length; start += lookupsAtOnce) {
      await Promise.all(level.slice(start, start + lookupsAtOnce).map((task) => pass.plan(task)));
    }
  }
  const diagnostics = [...pass.diagnostics, ...uncachedInputs(pipeline, selected, pass.steps)];
  if (diagnostics.length > 0) return { kind: 'invalid', diagnostics };
  const steps = pipeline.tasks.map(({ index }) => stepOf(pass.steps[index], selected[index] ?? false));
  return { kind: 'ok', plan: await withEstimates(pipeline, steps, snapshots.snapshots, options) };
}

class PlanPass {
  readonly steps: (PlanStep | undefined)[] = [];
  readonly diagnostics: Diagnostic[] = [];

  constructor(
    private readonly context: DecisionContext,
    private readonly snapshots: Map<string, StoredObject>,
    private readonly forced: readonly boolean[],
  ) {}

  async plan(task: Task): Promise<void> {
    this.steps[task.index] = await this.#stepOf(task);
  }

  async #stepOf(task: Task, how: 'at-first' | 'copied-again' = 'at-first'): Promise<PlanStep> {
    const forced = this.forced[task.index] ?? false;
    const running = upstreamOf(task).find((upstream) => this.steps[upstream]?.kind !== 'cached');
    if (running !== undefined) return this.#mayRun(running, forced);
    const decision = await decide(this.context, task, (source) => this.#objectOf(source));
    switch (decision.kind) {
      case 'cached':
        if (!forced) return decision;
        return { kind: 'will-run', fingerprint: decision.fingerprint, preimage: decision.record.preimage, reason: { kind: 'forced' }, ...unestimated };
      case 'kept':
        if (!forced) return { kind: 'cached', fingerprint: decision.record.fingerprint, record: decision.record, keptDespite: decision.despite };
        return { kind: 'will-run', fingerprint: decision.fingerprint, preimage: decision.preimage, reason: { kind: 'forced' }, ...unestimated };
      case 'run':
        return { kind: 'will-run', fingerprint: decision.fingerprint, preimage: decision.preimage, reason: await this.#reason(task, decision, forced), ...unestimated };
      case 'bad-input':
        this.diagnostics.push({ code: 'bad-input', message: decision.message, file: this.context.pipeline.file, position: task.position });
        return { kind: 'not-selected' };
      case 'corrupt-input':
        if (decision.source.kind === 'path' && how === 'at-first') {
          await this.#copyAgain(decision.source.path, decision.error.digest);
          return this.#stepOf(task, 'copied-again');
        }
        return this.#rerunProducer(task, decision, forced);
    }
  }

  async #reason(task: Task, decision: Extract<Decision, { kind: 'run' }>, forced: boolean) {
    if (forced) return { kind: 'forced' } as const;
    const latest = await this.context.cache.actions.latest(this.context.pipeline.name, task.id);
    return reasonToRun(this.context, task, decision, latest);
  }

  #mayRun(upstream: number, forced: boolean): PlanStep {
    const reason = forced ? { kind: 'forced' } as const : { kind: 'upstream-runs', upstream: this.context.pipeline.tasks[upstream]?.id ?? '' } as const;
    return { kind: 'may-run', reason, ...unestimated };
  }

  /** The stored copy of a file of the user's is damaged, and the file is still there. */
  async #copyAgain(path: string, damaged: Digest): Promise<void> {
    const { store } = this.context.cache;
    await store.quarantine(damaged);
    this.snapshots.set(path, await store.snapshot(path));
  }

  /** The document that a value is read from turned out damaged: its producer was taken for cached and is not. */
  #rerunProducer(task: Task, { source, error }: Extract<Decision, { kind: 'corrupt-input' }>, forced: boolean): PlanStep {
    if (source.kind === 'path') {
      this.diagnostics.push({
        code: 'corrupt-input', message: `the stored copy of ${source.path} is ${error.problem}`, file: this.context.pipeline.file,
        position: task.position, hint: 'is the disk of the cache failing?',
      });
      return { kind: 'not-selected' };
    }
    const producer = this.steps[source.task];
    if (producer?.kind === 'cached') {
      this.steps[source.task] = {
        kind: 'will-run', fingerprint: producer.fingerprint, preimage: producer.record.preimage,
        reason: { kind: 'output-missing', output: source.output }, ...unestimated,
      };
    }
    return this.#mayRun(source.task, forced);
  }

  #objectOf(source: InputSource): StoredObject {
    const object = storedBehind(source, this.snapshots, (task) => recordOf(this.steps[task]));
    if (!object) throw new Error(`planned out of order: ${JSON.stringify(source)} is not known yet`);
    return object;
  }
}

function recordOf(step: PlanStep | undefined): ActionRecord | undefined {
  return step?.kind === 'cached' ? step.record : undefined;
}

/** Tasks by the length of the longest chain above them; those of one level do not depend on each other. */
function levelsOf(pipeline: Pipeline, needed: ReadonlySet<number>): Task[][] {
  const depth: number[] = [];
  const levels: Task[][] = [];
  for (const task of pipeline.tasks) {
    if (!needed.has(task.index)) continue;
    const level = upstreamOf(task).reduce((deepest, upstream) => Math.max(deepest, (depth[upstream] ?? 0) + 1), 0);
    depth[task.index] = level;
    (levels[level] ??= []).push(task);
  }
  return levels;
}

function stepOf(step: PlanStep | undefined, selected: boolean): PlanStep {
  if (selected && step) return step;
  const record = recordOf(step);
  return record ? { kind: 'not-selected', record } : { kind: 'not-selected' };
}

/** `--only`: what the selected tasks read must be there already. */
function uncachedInputs(pipeline: Pipeline, selected: readonly boolean[], steps: readonly (PlanStep | undefined)[]): Diagnostic[] {
  return pipeline.tasks.filter((task) => selected[task.index]).flatMap((task) =>
    upstreamOf(task).filter((upstream) => !selected[upstream] && steps[upstream]?.kind !== 'cached').map((upstream) => ({
      code: 'not-cached',
      message: `"${task.id}" reads "${pipeline.tasks[upstream]?.id}", which is not selected and not in the cache`,
      file: pipeline.file,
      position: task.position,
      hint: `select it too, or use \`--until ${task.name}\``,
    })));
}

async function withEstimates(
  pipeline: Pipeline, steps: readonly PlanStep[], snapshots: ReadonlyMap<string, StoredObject>, options: PlanOptions,
): Promise<Plan> {
  if (!steps.some(runs)) return { pipeline, steps, snapshots, estimateMs: 0 };
  const histories: History[] = [];
  for (const task of pipeline.tasks) {
    const step = steps[task.index];
    const record = !step || runs(step) ? await options.cache.actions.latest(pipeline.name, task.id) : step.record;
    histories.push({ kind: task.uses, durationMs: record?.durationMs, bytes: record && bytesOf(record) });
  }
  const durations = estimateFrom(histories, 'durationMs');
  const bytes = estimateFrom(histories, 'bytes');
  const estimated = steps.map((step, index): PlanStep =>
    (runs(step) ? { ...step, estimateMs: durations[index] ?? null, estimateBytes: bytes[index] ?? null } : step));
  const ofRunning = estimated.map((step) => (runs(step) ? step.estimateMs : undefined));
  return { pipeline, steps: estimated, snapshots, estimateMs: estimateRun(pipeline, ofRunning, options.capacity) };
}

function runs(step: PlanStep): step is Extract<PlanStep, { kind: 'will-run' | 'may-run' }> {
  return step.kind === 'will-run' || step.kind === 'may-run';
}
