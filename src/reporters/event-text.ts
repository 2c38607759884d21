import type { Event, TaskFailure } from '../engine/event.js';
import type { Colors } from './format.js';
import { count, duration, roughDuration } from './numbers.js';
import type { FailedTask } from './run-state.js';

type RunStarted = Extract<Event, { kind: 'run-started' }>;
type RunFinished = Extract<Event, { kind: 'run-finished' }>;
type Skipped = Extract<Event, { kind: 'task-skipped' }>;

/** `babel-tower: 156 tasks, 36 cached, 120 to run on 2 cores, about 9m` */
export function startText(event: RunStarted): string {
  const parts = [count(event.tasks, 'task'), `${(event.tasks - event.toRun).toLocaleString('en-US')} cached`];
  if (event.toRun > 0) parts.push(`${event.toRun.toLocaleString('en-US')} to run on ${count(event.cores, 'core')}`);
  if (event.toRun > 0 && event.estimateMs !== null) parts.push(`about ${roughDuration(event.estimateMs)}`);
  return `${event.pipeline}: ${parts.join(', ')}`;
}

/** `succeeded in 3.2s: 3 executed, 12 cached, 0 failed, 0 skipped` */
export function summaryText(event: RunFinished, colors: Colors): string {
  const paint = event.outcome === 'succeeded' ? colors.green : event.outcome === 'failed' ? colors.red : colors.yellow;
  const counts = `${event.executed} executed, ${event.cached} cached, ${event.failed} failed, ${event.skipped} skipped`;
  return `${paint(event.outcome)} in ${duration(event.ms)}: ${counts}`;
}

/** A failed task in full: what happened, what may help, the last lines it wrote and where the rest is. */
export function failureText(failed: FailedTask, colors: Colors): string {
  const { failure } = failed;
  const details = [
    ...failure.message.split('\n'),
    ...(failure.hint ? [`hint: ${failure.hint}`] : []),
    ...(failure.kind === 'bug' && failure.stack ? failure.stack.split('\n').map((line) => colors.dim(line)) : []),
    ...newLogLines(failed).map((line) => colors.dim(`| ${line}`)),
    ...(failure.log ? [`log: ${failure.log}`] : []),
  ];
  return [`${colors.red('failed')} ${colors.bold(failed.task)} after ${duration(failed.ms)} (${failureKindText(failure.kind)})`,
    ...details.map((line) => `  ${line}`)].join('\n');
}

/** The message of a failed command often quotes its output already. */
function newLogLines({ failure, log }: FailedTask): readonly string[] {
  return log.filter((line) => line.trim() !== '' && !failure.message.includes(line.trim()));
}

export function failureKindText(kind: TaskFailure['kind']): string {
  switch (kind) {
    case 'task-error':
      return 'the task reported an error';
    case 'bug':
      return 'a bug in the task kind';
    case 'timeout':
      return 'it ran past its timeout';
    case 'worker-died':
      return 'its worker died';
    case 'missing-output':
      return 'it did not write an output';
    case 'disk-full':
      return 'the disk is full';
    case 'cancelled':
      return 'it was cancelled';
    case 'bad-input':
      return 'an input could not be read';
  }
}

export function skippedText(event: Skipped): string {
  switch (event.because) {
    case 'upstream-failed':
      return event.upstream ? `${event.upstream} failed` : 'something it needs failed';
    case 'interrupted':
      return 'the run was interrupted';
    case 'stopped':
      return 'the run stopped at the first failure';
  }
}

/** What must be said aloud whatever the reporter; undefined for everything else. */
export function noticeText(event: Event, colors: Colors): string | undefined {
  switch (event.kind) {
    case 'task-retried':
      return `${colors.yellow('retrying')} ${event.task}: attempt ${event.attempt} failed: ${event.failure.message}`;
    case 'store-repaired':
      return `${colors.yellow('repairing')} ${event.task}: stored output ${event.output} is ${event.problem} (${event.digest.slice(0, 12)}), so the task runs again`;
    case 'not-reproducible':
      return `${colors.yellow('not reproducible')} ${event.task}: output ${event.output} is ${event.differing.slice(0, 12)} this time; the first result ${event.kept.slice(0, 12)} stays`;
    case 'warning':
      return `${colors.yellow('warning')} ${event.message}`;
    default:
      return undefined;
  }
}
