import { stripVTControlCharacters } from 'node:util';
import { createLogUpdate } from 'log-update';
import { columnsOf } from '../engine/columns.js';
import type { Event } from '../engine/event.js';
import type { Plan } from '../engine/plan.js';
import { failureText, noticeText, startText, summaryText } from './event-text.js';
import { asciiGlyphs, colorsFor, count, unicodeGlyphs } from './format.js';
import { liveFrame } from './live-frame.js';
import { Outlook } from './outlook.js';
import type { Reporter } from './reporter.js';
import { RunState } from './run-state.js';

/** Milliseconds between two drawings. Events only change the state, so ten thousand of them cost one drawing. */
const redrawEvery = 100;
/** Failures told in full at the end; the rest are in the event log. */
const failuresTold = 10;

export interface LiveOptions {
  readonly color: boolean;
  readonly now: () => number;
  /** Whether the terminal shows more than ASCII. */
  readonly unicode?: boolean;
  /** What the run was planned as; with it, the display tells what waits and what is next. */
  readonly plan?: Plan;
}

/** Some lines that redraw in place, for a terminal: overall progress, what is running, what is next, and the latest failures. */
export function liveReporter(output: NodeJS.WriteStream, { color, now, unicode = true, plan }: LiveOptions): Reporter {
  const colors = colorsFor(color);
  const state = new RunState();
  const screen = createLogUpdate(output);
  const outlookOf = outlookAfter(plan);
  let outlook: Outlook | undefined;
  let timer: NodeJS.Timeout | undefined;
  let drawn: readonly string[] = [];

  const draw = (): void => {
    drawn = liveFrame(state, {
      now: now(), width: output.columns ?? 80, height: output.rows ?? 24, colors, glyphs: unicode ? unicodeGlyphs : asciiGlyphs, outlook,
    });
    screen(drawn.join('\n'));
  };

  /** A terminal that became narrower has broken the drawn lines in two: erases all that they take now. */
  const redraw = (): void => {
    const width = Math.max(1, output.columns ?? 80);
    const rows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(columnsOf(stripVTControlCharacters(line)) / width)), 0);
    if (rows > drawn.length) {
      output.write(`\u001b[${rows}A\r\u001b[J`);
      screen.done();
    }
    draw();
  };

  const finish = (): void => {
    if (!timer) return;
    clearInterval(timer);
    output.off('resize', redraw);
    timer = undefined;
    screen.clear();
    screen.done();
  };

  return {
    report(event) {
      state.apply(event);
      outlook = outlookOf(event);
      const notice = noticeText(event, colors);
      if (notice) screen.persist(notice);
      if (event.kind === 'run-started') {
        output.write(`${startText(event)}\n`);
        timer = setInterval(draw, redrawEvery).unref();
        output.on('resize', redraw);
      }
      if (event.kind === 'run-finished') {
        finish();
        for (const failed of state.failures.slice(0, failuresTold)) output.write(`${failureText(failed, colors)}\n`);
        if (state.failures.length > failuresTold) output.write(`and ${count(state.failures.length - failuresTold, 'more failure')}\n`);
        output.write(`${summaryText(event, colors)}\n`);
      }
    },
    close: finish,
  };
}

/** The outlook after each event, from the first task that starts on: a run with nothing to do is over sooner than it is made. */
function outlookAfter(plan: Plan | undefined): (event: Event) => Outlook | undefined {
  let outlook: Outlook | undefined;
  let earlier: Event[] = [];
  return (event) => {
    if (plan === undefined) return undefined;
    if (outlook === undefined) {
      if ('task' in event) earlier.push(event);
      if (event.kind !== 'task-started') return undefined;
      outlook = new Outlook(plan);
      for (const past of earlier) outlook.apply(past);
      earlier = [];
      return outlook;
    }
    outlook.apply(event);
    return outlook;
  };
}
