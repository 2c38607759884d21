import type { Event, TaskFailure } from '../../engine/event.js';
import type { Reason } from '../../engine/reason.js';
import { RunState } from '../../reporters/run-state.js';
import { nameOf, noCounts, type StateCounts, type TaskState } from './task-state.js';
import { TimelineBars } from './timeline-bars.js';

/** One task of a run, as far as the events tell. */
export interface TaskRow {
  readonly id: string;
  readonly name: string;
  /** Its place in the pipeline, or in the order of the events where the pipeline is not known. */
  index: number;
  state: TaskState;
  attempt: number;
  /** Milliseconds since the epoch. */
  startedAt: number | null;
  endedAt: number | null;
  ms: number | null;
  bytes: number | null;
  estimateMs: number | null;
  reason: Reason | null;
  failure: TaskFailure | null;
  progress: { readonly done: number; readonly total: number; readonly unit: string } | null;
  /** Set while another process computes the same task. */
  holder: string | null;
  skipped: Extract<Event, { kind: 'task-skipped' }> | null;
}

export interface Notice {
  readonly at: number;
  readonly event: Extract<Event, { kind: 'task-retried' | 'store-repaired' | 'not-reproducible' | 'warning' }>;
}

/** A run that has been silent for longer than this and has not ended is taken for killed, as in `history`. */
const silenceMs = 60_000;
/** Milliseconds over which the rate is taken. */
const rateWindowMs = 30_000;

/** What the events so far say about a run. Adding an event costs the same however many there were. */
export class RunModel {
  readonly totals = new RunState();
  readonly bars = new TimelineBars();
  readonly notices: Notice[] = [];
  started: Extract<Event, { kind: 'run-started' }> | null = null;
  finished: Extract<Event, { kind: 'run-finished' }> | null = null;
  /** Of the latest event. */
  lastAt = 0;
  readonly #rows = new Map<string, TaskRow>();
  readonly #counts = new Map<string, Record<TaskState, number>>();
  readonly #all = noCounts();
  /** Times at which tasks finished, the oldest first. */
  readonly #finishes: number[] = [];

  /** In the order of the pipeline. */
  get rows(): Iterable<TaskRow> {
    return this.#rows.values();
  }

  get counts(): StateCounts {
    return this.#all;
  }

  /** Of a task of the YAML. */
  countsOf(name: string): StateCounts {
    return this.#counts.get(name) ?? noCounts();
  }

  row(id: string): TaskRow | undefined {
    return this.#rows.get(id);
  }

  /** The tasks of the pipeline, in its order: those that no event has named yet wait. */
  expect(ids: readonly string[]): void {
    const known = [...this.#rows.values()];
    const expected = ids.map((id) => this.#rowOf(id));
    this.#rows.clear();
    for (const row of [...expected, ...known]) this.#rows.set(row.id, row);
    [...this.#rows.values()].forEach((row, index) => { row.index = index; });
  }

  /** The time up to which the run is known to have gone on. */
  now(clock: number): number {
    if (this.finished) return this.finished.at;
    return Math.min(clock, this.lastAt + silenceMs);
  }

  isSilent(clock: number): boolean {
    return !this.finished && this.started !== null && clock - this.lastAt > silenceMs;
  }

  /** Tasks that finished a second, lately; null where nothing did. */
  rate(clock: number): number | null {
    const start = this.totals.startedAt;
    const until = this.now(clock);
    const window = this.finished ? until - start : Math.min(rateWindowMs, until - start);
    const finishes = this.finished ? this.#finishes.length : this.#finishes.length - lowerBound(this.#finishes, until - window);
    return window <= 0 || finishes === 0 ? null : (finishes * 1000) / window;
  }

  apply(event: Event): void {
    this.totals.apply(event);
    this.lastAt = Math.max(this.lastAt, event.at);
    switch (event.kind) {
      case 'run-started':
        this.started = event;
        return;
      case 'run-finished':
        this.finished = event;
        this.bars.endAll(event.at);
        return;
      case 'task-retried':
      case 'store-repaired':
      case 'not-reproducible':
      case 'warning':
        this.notices.push({ at: event.at, event });
        if (event.kind === 'task-retried') this.bars.end(event.task, event.at, 'failed');
        return;
      case 'task-log':
      case 'draining':
        return;
      default:
        this.#applyToTask(event);
    }
  }

  #applyToTask(event: Extract<Event, { kind: 'task-cached' | 'task-started' | 'task-progress' | 'task-waiting' | 'task-finished' | 'task-failed' | 'task-skipped' }>): void {
    const row = this.#rowOf(event.task);
    switch (event.kind) {
      case 'task-cached':
        this.#become(row, 'cached');
        return;
      case 'task-started':
        this.#become(row, 'running');
        Object.assign(row, { attempt: event.attempt, startedAt: row.startedAt ?? event.at, reason: event.reason, estimateMs: event.estimateMs, holder: null, progress: null });
        this.bars.begin(event.task, event.at);
        return;
      case 'task-progress':
        row.progress = { done: event.done, total: event.total, unit: event.unit };
        return;
      case 'task-waiting':
        row.holder = event.holder;
        return;
      case 'task-finished':
        this.#finishes.push(event.at);
        Object.assign(row, { ms: event.ms, bytes: event.bytes });
        this.#end(row, 'executed', event.at);
        return;
      case 'task-failed':
        Object.assign(row, { ms: event.ms, failure: event.failure });
        this.#end(row, 'failed', event.at);
        return;
      case 'task-skipped':
        row.skipped = event;
        this.#become(row, 'skipped');
    }
  }

  #end(row: TaskRow, state: 'executed' | 'failed', at: number): void {
    row.endedAt = at;
    row.progress = null;
    this.#become(row, state);
    this.bars.end(row.id, at, state);
  }

  #become(row: TaskRow, state: TaskState): void {
    this.#count(row.name, row.state, -1);
    row.state = state;
    this.#count(row.name, state, 1);
  }

  #count(name: string, state: TaskState, by: 1 | -1): void {
    const counts = this.#counts.get(name) ?? noCounts();
    this.#counts.set(name, counts);
    counts[state] += by;
    this.#all[state] += by;
  }

  #rowOf(id: string): TaskRow {
    const known = this.#rows.get(id);
    if (known) return known;
    const row: TaskRow = {
      id, name: nameOf(id), index: this.#rows.size, state: 'waiting', attempt: 0, startedAt: null, endedAt: null, ms: null, bytes: null,
      estimateMs: null, reason: null, failure: null, progress: null, holder: null, skipped: null,
    };
    this.#rows.set(id, row);
    this.#count(row.name, 'waiting', 1);
    return row;
  }
}

/** Index of the first number that is not below `value`, in a sorted list. */
function lowerBound(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
