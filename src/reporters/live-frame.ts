import { columnsOf } from '../engine/columns.js';
import { bar, count, fit, padded, roughDuration, unicodeGlyphs, type Colors, type Glyphs } from './format.js';
import type { Group, Outlook } from './outlook.js';
import type { FailedTask, RunningTask, RunState } from './run-state.js';

/** However tall the terminal is, the moving part stays a part of it. */
const tallest = 20;
const failuresShown = 3;
const namesShown = 8;
/** A run of so many tasks is told in numbers and groups, too; a smaller one is clear without. */
const largeRun = 20;

export interface FrameOptions {
  readonly now: number;
  /** Columns and rows of the terminal. */
  readonly width: number;
  readonly height: number;
  readonly colors: Colors;
  readonly glyphs?: Glyphs;
  /** What is to come; without it, only what happened is told. */
  readonly outlook?: Outlook | undefined;
}

type Frame = Required<Omit<FrameOptions, 'outlook'>> & Pick<FrameOptions, 'outlook'>;

/** The moving part of the live display: never wider than the terminal, and short enough that all of it is seen. */
export function liveFrame(state: RunState, options: FrameOptions): readonly string[] {
  const frame: Frame = { glyphs: unicodeGlyphs, ...options };
  // The terminal library keeps the line below for the cursor.
  const height = Math.max(1, Math.min(frame.height - 2, tallest));
  const header = [overallLine(state, frame), ...drainingLine(state, frame)];
  const running = [...state.running.values()].sort((a, b) => a.startedAt - b.startedAt);
  let left = height - header.length;
  const isLarge = state.tasks > largeRun;

  /** What fits beside a few running tasks. */
  const optional = (lines: readonly string[]): readonly string[] => {
    if (lines.length > left - Math.min(3, running.length)) return [];
    left -= lines.length;
    return lines;
  };
  const counts = isLarge ? optional([countsLine(state, frame)]) : [];
  const failures = optional(failureLines(state.failures, height < 10 ? 1 : failuresShown, frame));
  const groups = isLarge && frame.outlook !== undefined ? optional(groupLines(frame.outlook.groups, frame)) : [];
  const next = isLarge && frame.outlook !== undefined ? optional(nextLine(frame.outlook, frame)) : [];
  const shown = [...failures, ...header, ...counts, ...runningLines(running, left, state, frame), ...groups, ...next];
  return shown.slice(0, height);
}

/** `babel-tower ████░░░░ 45/156  36 cached  1m 12s, about 8m left` */
function overallLine(state: RunState, { now, width, colors, glyphs }: Frame): string {
  const left = state.msLeft(now);
  const share = state.tasks === 0 ? 0 : Math.floor((100 * state.done) / state.tasks);
  const isLarge = state.tasks > largeRun;
  const facts = [
    `${number(state.done)}/${number(state.tasks)}`,
    ...(isLarge ? [`${share}%`] : []),
    ...(!isLarge && state.cached > 0 ? [`${state.cached} cached`] : []),
    ...(!isLarge && state.failed > 0 ? [`${state.failed} failed`] : []),
    roughDuration(now - state.startedAt) + (left === null || state.draining ? '' : `, about ${roughDuration(left)} left`),
  ].join('  ');
  const name = fit(state.pipeline, 24, glyphs);
  const room = width - columnsOf(name) - facts.length - 2;
  if (room < 8) return fit(`${name} ${facts}`, width, glyphs);
  return `${colors.bold(name)} ${colors.green(bar(state.done, state.tasks, Math.min(30, room), glyphs))} ${facts}`;
}

/** `  812 executed at 14/s  5,000 cached (86%)  2 failed  312 ready  3,870 waiting` */
function countsLine(state: RunState, { now, width, colors, glyphs, outlook }: Frame): string {
  const rate = state.rate(now);
  const facts = [
    `${number(state.executed)} executed${rate === null ? '' : ` at ${rateText(rate)}`}`,
    ...(state.cached > 0 ? [`${number(state.cached)} cached (${Math.floor((100 * state.cached) / Math.max(1, state.done))}%)`] : []),
    ...(state.failed > 0 ? [colors.red(`${number(state.failed)} failed`)] : []),
    ...(state.skipped > 0 ? [`${number(state.skipped)} skipped`] : []),
    `${number(state.running.size)} running`,
    ...(outlook === undefined ? [] : [`${number(outlook.ready)} ready`, `${number(outlook.waiting)} waiting`]),
  ];
  const line = `  ${facts.join('  ')}`;
  return columnsOf(colorless(line)) <= width ? line : fit(colorless(line), width, glyphs);
}

function drainingLine({ draining }: RunState, { width, colors, glyphs }: Frame): readonly string[] {
  return draining ? [colors.yellow(fit('stopping: running tasks finish, nothing new starts; Ctrl-C again kills them', width, glyphs))] : [];
}

function runningLines(running: readonly RunningTask[], room: number, state: RunState, frame: Frame): readonly string[] {
  const { width, colors, glyphs } = frame;
  const shown = running.slice(0, running.length <= room ? room : Math.max(0, room - 1));
  const hidden = running.length - shown.length;
  const nameWidth = Math.max(0, ...shown.map((task) => columnsOf(task.task)));
  return [
    ...shown.map((task) => runningLine(task, nameWidth, state, frame)),
    ...(hidden > 0 && room > 0 ? [colors.dim(fit(`  and ${count(hidden, 'more running task')}`, width, glyphs))] : []),
  ];
}

/** `  acquire(language=php,step=400) ████░░░░ 380/400 steps  12s  31 wait  loss 2.31` */
function runningLine(task: RunningTask, nameWidth: number, state: RunState, { now, width, colors, glyphs, outlook }: Frame): string {
  const elapsed = roughDuration(now - task.startedAt);
  const ofAbout = task.estimateMs === null ? '' : ` of about ${roughDuration(task.estimateMs)}`;
  const heldUp = outlook?.heldUp(task.task) ?? 0;
  const facts = [
    ...(task.holder ? [`waiting for ${task.holder}`, elapsed] : task.progress ? [`${number(task.progress.done)}/${number(task.progress.total)} ${task.progress.unit}`, elapsed] : [elapsed + ofAbout]),
    ...(task.attempt > 1 ? [`attempt ${task.attempt}`] : []),
    ...(heldUp > 1 ? [`${number(heldUp)} wait`] : []),
  ].join('  ');
  const barWidth = 12;
  const share = task.holder ? null
    : task.progress ? task.progress.done / Math.max(1, task.progress.total)
      : task.estimateMs ? Math.min(0.99, (now - task.startedAt) / task.estimateMs) : null;
  const drawn = share === null ? ' '.repeat(barWidth) : bar(share, 1, barWidth, glyphs);
  const nameRoom = width - 2 - barWidth - 2 - columnsOf(facts);
  if (nameRoom < 12) return fit(`  ${task.task} ${facts}`, width, glyphs);
  const shownWidth = Math.min(nameWidth, nameRoom);
  const line = state.lastLine(task.task)?.trim() ?? '';
  const room = nameRoom - shownWidth - 2;
  const log = line === '' || room < 12 ? '' : `  ${colors.dim(fit(line, room, glyphs))}`;
  return `  ${padded(fit(task.task, shownWidth, glyphs), shownWidth)} ${colors.cyan(drawn)} ${fit(facts, width, glyphs)}${log}`;
}

/** The most recent failures, one line each; they are told in full when the run ends. */
function failureLines(failures: readonly FailedTask[], room: number, { width, colors, glyphs }: Frame): readonly string[] {
  const shown = failures.length <= room ? room : Math.max(1, room - 1);
  const earlier = failures.length - shown;
  return [
    ...(earlier > 0 && room > 1 ? [colors.red(fit(count(earlier, 'earlier failure'), width, glyphs))] : []),
    ...failures.slice(-shown).map(({ task, failure }) => colors.red(fit(`failed ${task}: ${failure.message.split('\n', 1).join('')}`, width, glyphs))),
  ];
}

/** `  evaluate 812/1,200  acquire 40/60  and 3 more groups`: what is under way, then what is to come. */
function groupLines(groups: readonly Group[], { width, colors, glyphs }: Frame): readonly string[] {
  const open = groups.filter(({ done, tasks }) => done < tasks);
  const underWay = open.filter(({ done, running }) => done > 0 || running > 0);
  const ordered = [...underWay, ...open.filter((group) => !underWay.includes(group))];
  if (ordered.length === 0) return [];
  const texts = ordered.map(({ name, done, tasks, failed }) => `${name} ${number(done)}/${number(tasks)}${failed > 0 ? ` (${number(failed)} failed)` : ''}`);
  return [colors.dim(asManyAsFit('  ', texts, '  ', 'group', width, glyphs))];
}

/** `  next: evaluate(step=300), evaluate(step=400), and 310 more tasks` */
function nextLine(outlook: Outlook, { width, colors, glyphs }: Frame): readonly string[] {
  if (outlook.ready === 0) return [];
  const names = outlook.next(namesShown);
  return [colors.dim(asManyAsFit('  next: ', names, ', ', 'task', width, glyphs, outlook.ready - names.length))];
}

function asManyAsFit(start: string, texts: readonly string[], between: string, noun: string, width: number, glyphs: Glyphs, beyond = 0): string {
  for (let shown = texts.length; shown > 0; shown -= 1) {
    const hidden = texts.length - shown + beyond;
    const line = start + [...texts.slice(0, shown), ...(hidden > 0 ? [`and ${count(hidden, `more ${noun}`)}`] : [])].join(between);
    if (columnsOf(line) <= width) return line;
  }
  return fit(start + texts.join(between), width, glyphs);
}

/** Tasks a second, or a minute where they are slow. */
function rateText(rate: number): string {
  if (rate >= 1) return `${number(Math.round(rate))}/s`;
  return `${number(Math.max(1, Math.round(rate * 60)))}/min`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

function colorless(text: string): string {
  return text.replaceAll(/\u001b\[[\d;]*m/g, '');
}
