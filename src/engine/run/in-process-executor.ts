import type { Executor } from './executor.js';
import { runJob } from './run-job.js';

/** Tasks in this thread: for a single task and for tests. It cannot end a task that ignores its signal. */
export function createInProcessExecutor(): Executor {
  return {
    execute: (job, { signal, onEvent }) => runJob(job, signal, onEvent),
    close: () => Promise.resolve(),
  };
}
