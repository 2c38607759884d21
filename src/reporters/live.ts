import { createLogUpdate } from 'log-update';
import { failureText, noticeText, startText, summaryText } from './event-text.js';
import { colorsFor, count } from './format.js';
import { liveFrame } from './live-frame.js';
import type { Reporter } from './reporter.js';
import { RunState } from './run-state.js';

/** Milliseconds between two drawings. Events only change the state, so ten thousand of them cost one drawing. */
const redrawEvery = 100;
/** Failures told in full at the end; the rest are in the event log. */
const failuresTold = 10;

export interface LiveOptions {
  readonly color: boolean;
  readonly now: () => number;
}

/** A few lines that redraw in place, for a terminal: overall progress, what is running, and the latest failures. */
export function liveReporter(output: NodeJS.WriteStream, { color, now }: LiveOptions): Reporter {
  const colors = colorsFor(color);
  const state = new RunState();
  const screen = createLogUpdate(output);
  let timer: NodeJS.Timeout | undefined;

  const draw = (): void => screen(liveFrame(state, { now: now(), width: output.columns ?? 80, colors }).join('\n'));

  const finish = (): void => {
    if (!timer) return;
    clearInterval(timer);
    timer = undefined;
    screen.clear();
    screen.done();
  };

  return {
    report(event) {
      state.apply(event);
      const notice = noticeText(event, colors);
      if (notice) screen.persist(notice);
      if (event.kind === 'run-started') {
        output.write(`${startText(event)}\n`);
        timer = setInterval(draw, redrawEvery).unref();
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
