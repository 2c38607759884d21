import { bar, count, fit, roughDuration, type Colors } from './format.js';
import type { FailedTask, RunningTask, RunState } from './run-state.js';

/** Lines of running tasks and of failures: with the bar, the two "more" lines and the notice of a stop, ten at most. */
const runningShown = 4;
const failuresShown = 2;

export interface FrameOptions {
  readonly now: number;
  /** Columns of the terminal. */
  readonly width: number;
  readonly colors: Colors;
}

/** The moving part of the live display: at most ten lines, none wider than the terminal. */
export function liveFrame(state: RunState, options: FrameOptions): readonly string[] {
  const tasks = [...state.running.values()].sort((a, b) => a.startedAt - b.startedAt);
  const nameWidth = Math.max(0, ...tasks.slice(0, runningShown).map((task) => task.task.length));
  const hidden = tasks.length - runningShown;
  return [
    ...failureLines(state.failures, options),
    overallLine(state, options),
    ...tasks.slice(0, runningShown).map((task) => runningLine(task, nameWidth, options)),
    ...(hidden > 0 ? [options.colors.dim(fit(`  and ${count(hidden, 'more running task')}`, options.width))] : []),
    ...(state.draining ? [options.colors.yellow(fit('stopping: running tasks finish, nothing new starts; Ctrl-C again kills them', options.width))] : []),
  ];
}

/** `babel-tower ████░░░░ 45/156  36 cached  1m 12s, about 8m left` */
function overallLine(state: RunState, { now, width, colors }: FrameOptions): string {
  const left = state.msLeft(now);
  const facts = [
    `${state.done}/${state.tasks}`,
    ...(state.cached > 0 ? [`${state.cached} cached`] : []),
    ...(state.failed > 0 ? [`${state.failed} failed`] : []),
    roughDuration(now - state.startedAt) + (left === null || state.draining ? '' : `, about ${roughDuration(left)} left`),
  ].join('  ');
  const name = fit(state.pipeline, 24);
  const room = width - name.length - facts.length - 2;
  if (room < 8) return fit(`${name} ${facts}`, width);
  return `${colors.bold(name)} ${colors.green(bar(state.done, state.tasks, Math.min(30, room)))} ${facts}`;
}

/** `  acquire(language=php,step=400) ████░░░░ 380/400 steps  12s` */
function runningLine(task: RunningTask, nameWidth: number, { now, width, colors }: FrameOptions): string {
  const elapsed = roughDuration(now - task.startedAt);
  const attempt = task.attempt > 1 ? `  attempt ${task.attempt}` : '';
  const facts = task.holder ? `waiting for ${task.holder}  ${elapsed}`
    : task.progress ? `${task.progress.done}/${task.progress.total} ${task.progress.unit}  ${elapsed}${attempt}`
      : `${elapsed}${task.estimateMs === null ? '' : ` of about ${roughDuration(task.estimateMs)}`}${attempt}`;
  const barWidth = 12;
  const share = task.holder ? null
    : task.progress ? task.progress.done / Math.max(1, task.progress.total)
      : task.estimateMs ? Math.min(0.99, (now - task.startedAt) / task.estimateMs) : null;
  const drawn = share === null ? ' '.repeat(barWidth) : bar(share, 1, barWidth);
  const nameRoom = width - 2 - barWidth - 2 - facts.length;
  if (nameRoom < 12) return fit(`  ${task.task} ${facts}`, width);
  const shownWidth = Math.min(nameWidth, nameRoom);
  return `  ${fit(task.task, shownWidth).padEnd(shownWidth)} ${colors.cyan(drawn)} ${facts}`;
}

/** The most recent failures, one line each; they are told in full when the run ends. */
function failureLines(failures: readonly FailedTask[], { width, colors }: FrameOptions): readonly string[] {
  const earlier = failures.length - failuresShown;
  return [
    ...(earlier > 0 ? [colors.red(fit(`${count(earlier, 'earlier failure')}`, width))] : []),
    ...failures.slice(-failuresShown).map(({ task, failure }) => colors.red(fit(`failed ${task}: ${failure.message}`, width))),
  ];
}
