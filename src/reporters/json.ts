import type { Output, Reporter } from './reporter.js';

/** Every event as one line of JSON, for programs. Nothing else is written to the stream. */
export function jsonReporter(output: Output): Reporter {
  return {
    report: (event) => void output.write(`${JSON.stringify(event)}\n`),
    close: () => undefined,
  };
}
