import { failureText, noticeText } from './event-text.js';
import { colorsFor } from './format.js';
import type { Output, Reporter } from './reporter.js';
import { RunState } from './run-state.js';

/** Says only what went wrong, on the error stream. */
export function quietReporter(output: Output, { color }: { readonly color: boolean }): Reporter {
  const colors = colorsFor(color);
  const state = new RunState();
  return {
    report(event) {
      state.apply(event);
      const failed = event.kind === 'task-failed' ? state.failures.at(-1) : undefined;
      const text = failed ? failureText(failed, colors) : noticeText(event, colors);
      if (text) output.write(`${text}\n`);
    },
    close: () => undefined,
  };
}
