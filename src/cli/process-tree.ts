import { readdirSync, readFileSync } from 'node:fs';

/** SIGKILL to a process and to all that it started, as when the power fails. What it started is known on Linux only. */
export function killTree(pid: number): void {
  const doomed = [pid, ...descendantsOf(pid)];
  // The process itself first: it must not see its children die.
  for (const each of doomed) {
    try {
      process.kill(each, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  }
}

/** Children of each of its threads, and theirs: Linux, `proc_pid_task_children(5)`. */
function descendantsOf(pid: number): number[] {
  const children = threadsOf(pid).flatMap((thread) => childrenOf(pid, thread));
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function childrenOf(pid: number, thread: string): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim().split(' ').filter((child) => child !== '').map(Number);
  } catch {
    return [];
  }
}
