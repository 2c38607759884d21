/** How a task of a run is doing, as the page shows it. */
export const taskStates = ['failed', 'running', 'waiting', 'executed', 'cached', 'skipped'] as const;

export type TaskState = (typeof taskStates)[number];

export type StateCounts = Readonly<Record<TaskState, number>>;

export function noCounts(): Record<TaskState, number> {
  return { failed: 0, running: 0, waiting: 0, executed: 0, cached: 0, skipped: 0 };
}

/** `acquire(language=php,step=20)` -> `acquire`: the task's name in the YAML. */
export function nameOf(id: string): string {
  const parenthesis = id.indexOf('(');
  return parenthesis === -1 ? id : id.slice(0, parenthesis);
}
