import type { Event } from '../engine/event.js';
import { failureText, noticeText, skippedText, startText, summaryText } from './event-text.js';
import { colorsFor, count, duration, roughDuration, size } from './format.js';
import { reasonText } from './reason-text.js';
import type { Output, Reporter } from './reporter.js';
import { RunState, type RunningTask } from './run-state.js';

/** Milliseconds between two lines that only say how far things are. */
const progressEvery = 10_000;

/** Milliseconds for which tasks that end alike are gathered into one line. */
const gatherFor = 1_000;
/** Names of tasks that a line lists before it only counts. */
const namesListed = 3;

export interface PlainOptions {
  readonly color: boolean;
  readonly now: () => number;
  /** A further line for an event, for a service that reads the log. */
  readonly annotate?: (event: Event) => string | undefined;
}

/**
 * One line for each start, finish and failure, for logs and CI. Tasks that the plan already knew to be cached are
 * counted, not listed; those that prove to be cached later, or are skipped, are gathered into a line as long as they come in a row.
 * While tasks run, a line every 10 s says how far they are.
 */
export function plainReporter(output: Output, { color, now, annotate = () => undefined }: PlainOptions): Reporter {
  const colors = colorsFor(color);
  const state = new RunState();
  const gathered = new Gathered();
  let timer: NodeJS.Timeout | undefined;
  let gathering: NodeJS.Timeout | undefined;

  const write = (line: string): void => void output.write(`${line}\n`);
  const tellGathered = (): void => {
    clearTimeout(gathering);
    gathering = undefined;
    const line = gathered.take();
    if (line !== undefined) write(line);
  };
  const say = (line: string): void => {
    tellGathered();
    write(line);
  };
  const gather = (word: string, task: string, why: string): void => {
    if (!gathered.continues(word, why)) tellGathered();
    gathered.add(word, task, why);
    gathering ??= setTimeout(tellGathered, gatherFor).unref();
  };

  return {
    report(event) {
      state.apply(event);
      const annotated = annotate(event);
      if (annotated !== undefined) say(annotated);
      switch (event.kind) {
        case 'run-started':
          say(startText(event));
          timer = setInterval(() => { if (state.running.size > 0) say(progressText(state, now())); }, progressEvery).unref();
          return;
        case 'task-cached':
          if (state.started > 0) gather('cached', event.task, 'same inputs as before');
          return;
        case 'task-started':
          say(`started  ${event.task}  ${reasonText(event.reason)}${event.attempt > 1 ? ` (attempt ${event.attempt})` : ''}`);
          return;
        case 'task-waiting':
          say(`waiting  ${event.task}  ${event.holder} is computing it`);
          return;
        case 'task-finished':
          say(`finished ${event.task}  ${duration(event.ms)}, ${size(event.bytes)}`);
          return;
        case 'task-failed':
          say(failureText(state.failures.at(-1) ?? { task: event.task, failure: event.failure, ms: event.ms, log: [] }, colors));
          return;
        case 'task-skipped':
          // Stopping leaves everything behind at once; only what a failure took down is news.
          if (event.because === 'upstream-failed') gather('skipped', event.task, skippedText(event));
          return;
        case 'draining':
          say(`stopping: ${count(state.running.size, 'running task')} will finish, nothing new starts; interrupt again to kill`);
          return;
        case 'run-finished':
          clearInterval(timer);
          say(summaryText(event, colors));
          return;
        case 'task-progress':
        case 'task-log':
          return;
        case 'task-retried':
        case 'store-repaired':
        case 'not-reproducible':
        case 'warning': {
          const notice = noticeText(event, colors);
          if (notice) say(notice);
          return;
        }
      }
    },
    close() {
      clearInterval(timer);
      tellGathered();
    },
  };
}

/** Tasks that ended in the same way, one after another, without doing anything. */
class Gathered {
  #word = '';
  #why = '';
  #count = 0;
  #first: string[] = [];

  continues(word: string, why: string): boolean {
    return this.#count === 0 || (this.#word === word && this.#why === why);
  }

  add(word: string, task: string, why: string): void {
    this.#word = word;
    this.#why = why;
    this.#count += 1;
    if (this.#first.length < namesListed) this.#first.push(task);
  }

  /** The line for what was gathered, which starts anew. */
  take(): string | undefined {
    if (this.#count === 0) return undefined;
    const more = this.#count - this.#first.length;
    const names = [...this.#first, ...(more > 0 ? [`and ${count(more, 'more task')}`] : [])].join(', ');
    this.#count = 0;
    this.#first = [];
    return `${this.#word.padEnd(8)} ${names}  ${this.#why}`;
  }
}

function progressText(state: RunState, now: number): string {
  const left = state.msLeft(now);
  const shown = [...state.running.values()].slice(0, 4).map((task) => runningText(task, now));
  const more = state.running.size - shown.length;
  return [
    `running  ${state.done}/${count(state.tasks, 'task')} done after ${roughDuration(now - state.startedAt)}`,
    ...(left === null ? [] : [`about ${roughDuration(left)} left`]),
    [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; '),
  ].join(', ');
}

/** `train(step=400) 380/400 steps` */
function runningText(task: RunningTask, now: number): string {
  if (task.holder) return `${task.task} waiting for ${task.holder}`;
  if (task.progress) return `${task.task} ${task.progress.done}/${task.progress.total} ${task.progress.unit}`;
  return `${task.task} ${roughDuration(now - task.startedAt)}`;
}
