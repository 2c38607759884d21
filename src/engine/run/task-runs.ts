import type { ActionRecord, Digest, StoredObject } from '../action-record.js';
import { damagedOutputs, decide, nameOfSource, reasonToRun, registeredKind, storedBehind, type DamagedOutput, type Decision, type ObjectOf } from '../decide.js';
import type { TaskFailure } from '../event.js';
import type { Difference } from '../explain.js';
import type { InputSource, Task } from '../pipeline.js';
import type { Plan, PlanStep } from '../plan.js';
import type { Reason } from '../reason.js';
import { hasOutputsOf } from '../rerun-on.js';
import { sourcesOf, upstreamOf, withAncestors } from '../selection.js';
import { CorruptObjectError } from '../store.js';
import type { UpstreamTask } from '../task-kind.js';
import { attempt, type AttemptsContext } from './attempts.js';
import { failureOf } from './failure.js';
import { openInputs, type CorruptInput } from './open-inputs.js';
import type { Publications } from './publish.js';
import { Slots } from './slots.js';

export interface TaskRunsContext extends AttemptsContext {
  readonly publications: Publications;
  readonly keepGoing?: boolean;
  /** Per task: the longest path from its start to the end of the pipeline, milliseconds. */
  readonly priorities: readonly number[];
}

/** How a task ended. */
export type Outcome =
  | { readonly kind: 'executed'; readonly record: ActionRecord }
  | { readonly kind: 'cached'; readonly record: ActionRecord; readonly keptDespite?: readonly Difference[] }
  | { readonly kind: 'failed'; readonly failure: TaskFailure }
  | { readonly kind: 'skipped'; readonly because: 'upstream-failed' | 'interrupted' | 'stopped'; readonly upstream?: string }
  | { readonly kind: 'not-selected'; readonly record?: ActionRecord };

/** One turn of a task either ends it, or sends it back to wait for its inputs (or for whom `after` waits) and decide again. */
type Turn = Outcome | { readonly kind: 'again'; readonly after?: Promise<void> };

/** A decision to run: as looked up, or against a cached result because the user said so. */
interface ToRun extends Omit<Extract<Decision, { kind: 'run' }>, 'kind'> {
  readonly forced: boolean;
  readonly how: 'as-planned' | 'repair';
  readonly objectOf: ObjectOf;
}

/** How often a producer runs again for damaged outputs: a disk that corrupts what it has just been given is beyond repair. */
const repairLimit = 2;

/** While the disk stores results, others may run; beyond this many they wait for it. */
const commitsAtOnce = 64;

/**
 * The tasks of a run, each a coroutine: it waits for the outcomes of those it reads from, decides, waits for a slot and
 * a lease, and runs. A damaged object replaces its producer's outcome by that of another run of it.
 */
export class TaskRuns {
  readonly #outcomes: Promise<Outcome>[] = [];
  /** What `#outcomes` settled to; undefined while a task has not ended. */
  readonly #settled: (Outcome | undefined)[] = [];
  readonly #snapshots: Map<string, StoredObject>;
  /** Per producer or path: how often it was repaired. */
  readonly #repairs = new Map<string, number>();
  /** The user's files that are being copied again. */
  readonly #copying = new Map<string, Promise<void>>();
  readonly #ownLeases = new Set<Digest>();
  readonly #slots: Slots;
  /** Tasks that have run and whose results are being stored. */
  #committing = 0;
  /** Links that are being made. */
  readonly #linking = new Set<Promise<void>>();

  constructor(private readonly plan: Plan, private readonly context: TaskRunsContext) {
    this.#snapshots = new Map(plan.snapshots);
    this.#slots = new Slots(context.capacity, context.stopping.signal);
  }

  /** Runs everything; resolves to one outcome a task. */
  async all(): Promise<readonly Outcome[]> {
    for (const task of this.plan.pipeline.tasks) this.#outcomes.push(this.#start(task, 'as-planned'));
    for (;;) {
      const awaited = [...this.#outcomes];
      const outcomes = await Promise.all(awaited);
      // A repair replaces an outcome that we had already awaited.
      if (awaited.some((outcome, index) => outcome !== this.#outcomes[index])) continue;
      await Promise.all(this.#linking);
      return outcomes;
    }
  }

  /** For people, so the tasks that follow need not wait for it. */
  #link(task: Task, record: ActionRecord): void {
    const linking = this.publishing(() => this.context.publications.publish(task, record, 'made')).finally(() => { this.#linking.delete(linking); });
    this.#linking.add(linking);
  }

  /** Links are a convenience: that they cannot be made is a warning. */
  async publishing(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#notLinked(error);
    }
  }

  #notLinked(error: unknown): void {
    this.context.emit({ kind: 'warning', message: `artifacts are not linked: ${(error as Error).message}` });
  }

  async #start(task: Task, how: 'as-planned' | 'repair'): Promise<Outcome> {
    let outcome: Outcome;
    try {
      outcome = await this.#run(task, how);
    } catch (error) {
      outcome = this.#failed(task, failureOf(error), 0);
    }
    this.#settled[task.index] = outcome;
    return outcome;
  }

  async #run(task: Task, how: 'as-planned' | 'repair'): Promise<Outcome> {
    const step = this.#stepOf(task);
    if (how === 'as-planned' && step.kind === 'not-selected') return step;
    for (let planned = how === 'as-planned'; ; planned = false) {
      const upstream = await this.#upstreamOutcomes(task);
      const skipped = this.#skippedBecauseOf(task, upstream);
      if (skipped) return skipped;
      const stays = planned && step.kind === 'cached' && !upstream.some((outcome) => outcome.kind === 'executed');
      const turn = await (stays ? this.#cached(task, step.record, step.keptDespite) : this.#turn(task, step, how));
      if (turn.kind !== 'again') return turn;
      if (turn.after) await this.context.stopping.unlessStopped(turn.after);
    }
  }

  /** Outcomes as they are when all have settled: a repair may replace one while another is awaited. */
  async #upstreamOutcomes(task: Task): Promise<readonly Outcome[]> {
    const upstream = upstreamOf(task);
    for (;;) {
      await Promise.all(upstream.map((index) => this.#outcomes[index]));
      const settled = upstream.flatMap((index) => this.#settled[index] ?? []);
      if (settled.length === upstream.length) return settled;
    }
  }

  async #turn(task: Task, step: PlanStep, how: 'as-planned' | 'repair'): Promise<Turn> {
    const { stopping } = this.context;
    if (stopping.because) return this.#skipped(task, { because: stopping.because });
    const objectOf = this.#objectsOf(task);
    if (!objectOf) return { kind: 'again' };
    const decision = await this.#slots.whileDeciding(() => decide(this.context, task, objectOf));
    const forced = how === 'as-planned' && isForced(step);
    switch (decision.kind) {
      case 'bad-input':
        return this.#failed(task, { kind: 'bad-input', message: decision.message }, 0);
      case 'corrupt-input':
        return this.#repair(task, { ...decision, object: objectOf(decision.source) });
      case 'cached':
        if (!forced) return this.#cached(task, decision.record);
        return this.#inSlot(task, step, { fingerprint: decision.fingerprint, preimage: decision.record.preimage, damaged: [], forced, objectOf, how });
      case 'kept':
        if (!forced) return this.#cached(task, decision.record, decision.despite);
        return this.#inSlot(task, step, { fingerprint: decision.fingerprint, preimage: decision.preimage, damaged: [], forced, objectOf, how });
      case 'run':
        return this.#inSlot(task, step, { ...decision, forced, objectOf, how });
    }
  }

  async #inSlot(task: Task, step: PlanStep, toRun: ToRun): Promise<Turn> {
    const ready = { index: task.index, priority: this.context.priorities[task.index] ?? 0, resources: task.resources };
    if (!await this.#slots.acquire(ready)) return this.#skipped(task, { because: this.context.stopping.because ?? 'stopped' });
    let held = true;
    const release = (): void => {
      if (held) this.#slots.release(ready);
      held = false;
    };
    try {
      return await this.#underLease(task, step, toRun, release);
    } finally {
      release();
    }
  }

  /** Whoever holds the lease already computes what we want: the slot is better given to another task. */
  async #underLease(task: Task, step: PlanStep, toRun: ToRun, release: () => void): Promise<Turn> {
    const { fingerprint } = toRun;
    const lease = await this.context.cache.leases.acquire(fingerprint);
    if (lease.kind === 'busy') {
      if (!this.#ownLeases.has(fingerprint)) this.context.emit({ kind: 'task-waiting', task: task.id, holder: lease.holder });
      return { kind: 'again', after: lease.released };
    }
    this.#ownLeases.add(fingerprint);
    try {
      // The last holder may have committed between our look-up and our lease.
      const record = toRun.forced ? undefined : await this.context.cache.actions.lookup(fingerprint);
      if (record && hasOutputsOf(record, task) && (await damagedOutputs(this.context.cache, record)).length === 0) return await this.#cached(task, record);
      if (toRun.how === 'as-planned') await this.#setAside(task, toRun.damaged);
      return await this.#execute(task, step, toRun, release);
    } finally {
      this.#ownLeases.delete(fingerprint);
      await lease.release();
    }
  }

  async #execute(task: Task, step: PlanStep, toRun: ToRun, release: () => void): Promise<Turn> {
    const opened = await openInputs(this.context, task, toRun.objectOf);
    if (opened.kind === 'corrupt-input') return this.#repair(task, opened);
    let committing = false;
    const result = await attempt(this.context, {
      task, fingerprint: toRun.fingerprint, preimage: toRun.preimage, inputs: opened.inputs, upstream: this.#upstreamRecords(task),
      reason: await this.#reasonOf(task, step, toRun), estimateMs: 'estimateMs' in step ? step.estimateMs : null,
      onExecuted: () => {
        committing = true;
        this.#committing += 1;
        if (this.#committing <= commitsAtOnce) release();
      },
    }).finally(() => { if (committing) this.#committing -= 1; });
    if (result.kind === 'failed') return this.#failed(task, result.failure, result.ms);
    this.context.emit({ kind: 'task-finished', task: task.id, ms: result.ms, bytes: result.bytes });
    this.#link(task, result.record);
    return { kind: 'executed', record: result.record };
  }

  /** All tasks behind this one with their records, in the order of the pipeline. */
  #upstreamRecords(task: Task): UpstreamTask[] {
    const { pipeline } = this.plan;
    if (registeredKind(this.context.kinds, task.uses).kind.readsUpstream !== true) return [];
    const behind = withAncestors(pipeline, new Set(upstreamOf(task)));
    return pipeline.tasks.filter(({ index }) => behind.has(index)).flatMap(({ index, id, name, uses }) => {
      const record = this.#recordOf(index);
      if (!record) return [];
      const { fingerprint, durationMs, provenance: { finishedAt, host, node, engine } } = record;
      return [{ id, name, kind: uses, fingerprint, durationMs, finishedAt, host, node, engine }];
    });
  }

  async #reasonOf(task: Task, step: PlanStep, toRun: ToRun): Promise<Reason> {
    if (toRun.forced) return { kind: 'forced' };
    if (toRun.damaged.length === 0 && step.kind === 'will-run' && step.fingerprint === toRun.fingerprint) return step.reason;
    return reasonToRun(this.context, task, toRun, await this.context.cache.actions.latest(this.plan.pipeline.name, task.id));
  }

  /** Sets a damaged input aside and has its producer run again; then the task has another turn. */
  #repair(task: Task, { source, object, error }: Omit<CorruptInput, 'kind'>): Turn {
    const { emit } = this.context;
    // Another consumer has found the same damage, and it is already being repaired.
    const copying = source.kind === 'path' ? this.#copying.get(source.path) : undefined;
    if (copying) return { kind: 'again', after: copying };
    if (this.#objectOf(source) !== object) return { kind: 'again' };
    const name = nameOfSource(this.plan.pipeline, source);
    if (!this.#mayRepair(name)) {
      return this.#failed(task, { kind: 'bad-input', message: `${name} was made again ${repairLimit} times, and the stored copy is ${error.problem} again`, hint: 'is the disk of the cache failing?' }, 0);
    }
    const repaired = { output: source.kind === 'path' ? source.path : source.output, digest: error.digest, problem: error.problem };
    if (source.kind === 'path') {
      emit({ kind: 'store-repaired', task: task.id, ...repaired });
      const again = this.#copyAgain(source.path, error.digest);
      this.#copying.set(source.path, again);
      return { kind: 'again', after: again };
    }
    emit({ kind: 'store-repaired', task: name, ...repaired });
    // Before anything is awaited: other consumers that find the damage now wait for the producer.
    this.#settled[source.task] = undefined;
    this.#outcomes[source.task] = this.#makeAgain(source.task, error.digest);
    return { kind: 'again' };
  }

  #mayRepair(name: string): boolean {
    const count = (this.#repairs.get(name) ?? 0) + 1;
    this.#repairs.set(name, count);
    return count <= repairLimit;
  }

  async #makeAgain(producer: number, damaged: Digest): Promise<Outcome> {
    await this.context.cache.store.quarantine(damaged);
    const task = this.plan.pipeline.tasks[producer];
    if (!task) throw new Error(`no task ${producer}`);
    return this.#start(task, 'repair');
  }

  async #copyAgain(path: string, damaged: Digest): Promise<void> {
    await this.context.cache.store.quarantine(damaged);
    this.#snapshots.set(path, await this.context.cache.store.snapshot(path));
    this.#copying.delete(path);
  }

  async #setAside(task: Task, damaged: readonly DamagedOutput[]): Promise<void> {
    for (const { output, object, problem } of damaged) {
      if (problem === 'corrupt') await this.context.cache.store.quarantine(object.digest);
      this.context.emit({ kind: 'store-repaired', task: task.id, output, digest: object.digest, problem });
    }
  }

  /** The objects behind a task's inputs as they are now, for one turn; undefined when a producer is at work again. */
  #objectsOf(task: Task): ObjectOf | undefined {
    const objects = new Map<InputSource, StoredObject>();
    for (const source of sourcesOf(task)) {
      const object = this.#objectOf(source);
      if (!object) return undefined;
      objects.set(source, object);
    }
    return (source) => {
      const object = objects.get(source);
      if (!object) throw new Error(`"${task.id}" does not read ${nameOfSource(this.plan.pipeline, source)}`);
      return object;
    };
  }

  #objectOf(source: InputSource): StoredObject | undefined {
    return storedBehind(source, this.#snapshots, (task) => this.#recordOf(task));
  }

  #recordOf(index: number): ActionRecord | undefined {
    const outcome = this.#settled[index];
    return outcome && 'record' in outcome ? outcome.record : undefined;
  }

  #stepOf(task: Task): PlanStep {
    const step = this.plan.steps[task.index];
    if (!step) throw new Error(`the plan has no step for "${task.id}"`);
    return step;
  }

  async #cached(task: Task, record: ActionRecord, keptDespite?: readonly Difference[]): Promise<Turn> {
    try {
      await this.context.publications.publish(task, record, 'cached');
    } catch (error) {
      // Only now was it hashed. Set aside, it is missing, and the task runs.
      if (error instanceof CorruptObjectError && this.#mayRepair(task.id)) {
        await this.context.cache.store.quarantine(error.digest);
        return { kind: 'again' };
      }
      this.#notLinked(error);
    }
    this.context.emit({ kind: 'task-cached', task: task.id });
    this.context.cache.actions.remember(this.plan.pipeline.name, task.id, record.fingerprint);
    return { kind: 'cached', record, ...(keptDespite && { keptDespite }) };
  }

  #failed(task: Task, failure: TaskFailure, ms: number): Outcome {
    this.context.emit({ kind: 'task-failed', task: task.id, failure, ms });
    // On a full disk every other task would fail, too.
    if (!this.context.keepGoing || failure.kind === 'disk-full') this.context.stopping.stop('stopped');
    return { kind: 'failed', failure };
  }

  #skippedBecauseOf(task: Task, upstream: readonly Outcome[]): Outcome | undefined {
    const indices = upstreamOf(task);
    for (const [place, outcome] of upstream.entries()) {
      const name = this.plan.pipeline.tasks[indices[place] ?? -1]?.id ?? '';
      if (outcome.kind === 'failed') return this.#skipped(task, { because: 'upstream-failed', upstream: name });
      if (outcome.kind === 'skipped') return this.#skipped(task, outcome);
    }
    return undefined;
  }

  #skipped(task: Task, { because, upstream }: Pick<Extract<Outcome, { kind: 'skipped' }>, 'because' | 'upstream'>): Outcome {
    const why = { because, ...(upstream === undefined ? {} : { upstream }) };
    this.context.emit({ kind: 'task-skipped', task: task.id, ...why });
    return { kind: 'skipped', ...why };
  }
}

function isForced(step: PlanStep): boolean {
  return (step.kind === 'will-run' || step.kind === 'may-run') && step.reason.kind === 'forced';
}
