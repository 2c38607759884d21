import type { Event, EventBody, TaskFailure } from '../../src/engine/event.js';
import type { Output } from '../../src/reporters/reporter.js';

/** A run that began at 0 ms: two of four tasks to run, ten seconds expected. */
export const runStarted: Extract<Event, { kind: 'run-started' }> = {
  at: 0, kind: 'run-started', run: '01RUN', pipeline: 'babel-tower', file: '/project/babel-tower.yaml',
  tasks: 4, toRun: 2, estimateMs: 10_000, cores: 2, params: {},
};

export function at(ms: number, body: EventBody): Event {
  return { ...body, at: ms };
}

export function started(task: string, ms = 0, estimateMs: number | null = null): Event {
  return at(ms, { kind: 'task-started', task, attempt: 1, reason: { kind: 'never-run' }, estimateMs });
}

export function finished(task: string, from: number, to: number): Event {
  return at(to, { kind: 'task-finished', task, ms: to - from, bytes: 1_200_000 });
}

export function failed(task: string, ms: number, failure: Partial<TaskFailure> = {}): Event {
  return at(ms, { kind: 'task-failed', task, ms, failure: { kind: 'task-error', message: `${task} broke`, ...failure } });
}

/** Collects what a reporter writes. */
export function recorder(): Output & { readonly text: () => string; readonly lines: () => string[] } {
  let text = '';
  return {
    write: (chunk: string) => { text += chunk; },
    text: () => text,
    lines: () => text.split('\n').slice(0, -1),
  };
}
