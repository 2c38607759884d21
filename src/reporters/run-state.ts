import type { Event, TaskFailure } from '../engine/event.js';

/** How many of a task's last log lines are shown when it fails, and how much of each. */
const remembered = 10;
const rememberedLength = 1_000;
/** Seconds over which the rate is taken. */
const rateWindow = 10;

export interface RunningTask {
  readonly task: string;
  readonly startedAt: number;
  readonly attempt: number;
  readonly estimateMs: number | null;
  progress?: { readonly done: number; readonly total: number; readonly unit: string };
  /** Set while another process computes the same task. */
  holder?: string;
}

export interface FailedTask {
  readonly task: string;
  readonly failure: TaskFailure;
  readonly ms: number;
  /** The last lines of its log. */
  readonly log: readonly string[];
}

/** What the events so far say about a run: the part that the live and the plain reporter share. */
export class RunState {
  pipeline = '';
  tasks = 0;
  /** How many the plan said will or may run. */
  toRun = 0;
  cores = 0;
  estimateMs: number | null = null;
  startedAt = 0;
  executed = 0;
  cached = 0;
  failed = 0;
  skipped = 0;
  draining = false;
  readonly running = new Map<string, RunningTask>();
  readonly failures: FailedTask[] = [];
  /** Attempts begun so far; before the first one, cached tasks are those that the plan already knew of. */
  started = 0;
  private readonly logs = new Map<string, string[]>();
  /** Over finished tasks with an estimate: how long they took, and how long they were expected to. */
  private actualMs = 0;
  private expectedMs = 0;
  /** Tasks that were executed, by the second in which they ended, for the last few seconds. */
  private readonly endedInSecond = new Map<number, number>();

  apply(event: Event): void {
    switch (event.kind) {
      case 'run-started':
        this.pipeline = event.pipeline;
        this.tasks = event.tasks;
        this.toRun = event.toRun;
        this.cores = event.cores;
        this.estimateMs = event.estimateMs;
        this.startedAt = event.at;
        return;
      case 'task-cached':
        this.cached += 1;
        this.forget(event.task);
        return;
      case 'task-started':
        this.started += 1;
        this.running.set(event.task, { task: event.task, startedAt: event.at, attempt: event.attempt, estimateMs: event.estimateMs });
        return;
      case 'task-progress': {
        const task = this.running.get(event.task);
        if (task) task.progress = { done: event.done, total: event.total, unit: event.unit };
        return;
      }
      case 'task-log':
        this.remember(event.task, event.line);
        return;
      case 'task-waiting':
        this.running.set(event.task, { task: event.task, startedAt: event.at, attempt: 1, estimateMs: null, holder: event.holder });
        return;
      case 'task-retried':
        this.forget(event.task);
        return;
      case 'task-finished':
        this.executed += 1;
        this.countEnd(event.at);
        this.learn(this.running.get(event.task)?.estimateMs ?? null, event.ms);
        this.forget(event.task);
        return;
      case 'task-failed':
        this.failed += 1;
        this.failures.push({ task: event.task, failure: event.failure, ms: event.ms, log: this.logs.get(event.task) ?? [] });
        this.forget(event.task);
        return;
      case 'task-skipped':
        this.skipped += 1;
        this.forget(event.task);
        return;
      case 'draining':
        this.draining = true;
        return;
      case 'run-finished':
        this.running.clear();
        return;
      case 'store-repaired':
      case 'not-reproducible':
      case 'warning':
        return;
    }
  }

  /** Tasks that need no more attention. */
  get done(): number {
    return this.executed + this.cached + this.failed + this.skipped;
  }

  /**
   * Milliseconds until the run is over, as far as one can tell; null while nothing is known.
   * Early on the plan's critical path counts (at the pace of the tasks so far), towards the end the rate so far.
   */
  msLeft(now: number): number | null {
    if (this.done >= this.tasks) return null;
    const elapsed = now - this.startedAt;
    const share = this.shareDone();
    const byRate = share > 0 ? (elapsed * (1 - share)) / share : null;
    if (this.estimateMs === null) return share >= 0.05 ? byRate : null;
    const pace = this.expectedMs > 0 ? this.actualMs / this.expectedMs : 1;
    const byPlan = Math.max(0, this.estimateMs * pace - elapsed);
    return byRate === null ? byPlan : (1 - share) * byPlan + share * byRate;
  }

  /** Tasks executed a second, lately; null before there is anything to go by. */
  rate(now: number): number | null {
    const second = Math.floor(now / 1000);
    let ended = 0;
    for (const [at, tasks] of this.endedInSecond) if (at > second - rateWindow && at <= second) ended += tasks;
    const seconds = Math.min(rateWindow, (now - this.startedAt) / 1000);
    return ended === 0 || seconds < 1 ? null : ended / seconds;
  }

  /** The last line that a running task wrote. */
  lastLine(task: string): string | undefined {
    return this.logs.get(task)?.at(-1);
  }

  /** Of the tasks to run, counting the finished part of the running ones. */
  private shareDone(): number {
    if (this.toRun === 0) return 0;
    const knownCached = this.tasks - this.toRun;
    let done = Math.max(0, this.done - knownCached);
    for (const { progress } of this.running.values()) {
      if (progress && progress.total > 0) done += Math.min(1, progress.done / progress.total);
    }
    return Math.min(1, done / this.toRun);
  }

  private learn(estimateMs: number | null, ms: number): void {
    if (estimateMs === null) return;
    this.actualMs += ms;
    this.expectedMs += estimateMs;
  }

  private countEnd(at: number): void {
    const second = Math.floor(at / 1000);
    this.endedInSecond.set(second, (this.endedInSecond.get(second) ?? 0) + 1);
    // Seconds come in order, so the first is the oldest.
    const [oldest] = this.endedInSecond.keys();
    if (this.endedInSecond.size > rateWindow && oldest !== undefined) this.endedInSecond.delete(oldest);
  }

  private remember(task: string, line: string): void {
    const lines = this.logs.get(task) ?? [];
    lines.push(line.slice(0, rememberedLength));
    if (lines.length > remembered) lines.shift();
    this.logs.set(task, lines);
  }

  private forget(task: string): void {
    this.running.delete(task);
    this.logs.delete(task);
  }
}
