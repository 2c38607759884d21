import type { TaskFailure } from '../event.js';

/** What was thrown, as the failure that people are shown. */
export function failureOf(error: unknown): TaskFailure {
  if (isDiskFull(error)) return { kind: 'disk-full', message: `no space left on the disk (${messageOf(error)})`, hint: 'free some space, or run `pipelines cache gc`; what is finished stays' };
  // By name: an implementation may carry its own copy of the class (a bundle, another version of this package).
  if (error instanceof Error && error.name === 'TaskError') {
    const { hint, final } = error as Error & { readonly hint?: unknown; readonly final?: unknown };
    return { kind: 'task-error', message: error.message, ...(typeof hint === 'string' ? { hint } : {}), ...(final === true ? { final } : {}) };
  }
  if (isAboutFiles(error)) return { kind: 'task-error', message: messageOf(error) };
  return { kind: 'bug', message: messageOf(error), ...(error instanceof Error && error.stack ? { stack: error.stack } : {}) };
}

/** A worker thread that ended by itself, or was ended by Node. */
export function deathOf(error: unknown): TaskFailure {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return { kind: 'worker-died', message: 'the worker ran out of memory', hint: 'raise `resources.memory`, or give the task less to hold at once' };
  }
  const exit = /^worker exited with code: (\d+)$/.exec(messageOf(error));
  if (exit) return { kind: 'worker-died', message: `the worker exited with code ${exit[1]} in the middle of the task` };
  return failureOf(error);
}

export function isDiskFull(error: unknown): boolean {
  const { code, name } = (error ?? {}) as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' || name === 'DiskFullError';
}

/** What the cache has a name for, and a disk that fails or may not be written: nobody's bug. */
function isAboutFiles(error: unknown): boolean {
  const { code, name } = (error ?? {}) as NodeJS.ErrnoException;
  return ['UnstorableError', 'ReadOnlyCacheError', 'DiskError'].includes(name) || code === 'EIO' || code === 'EROFS';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
