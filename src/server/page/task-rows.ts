import type { TaskRow } from './run-model.js';
import { taskStates, type TaskState } from './task-state.js';

export const columns = ['task', 'state', 'started', 'duration', 'size'] as const;
export type Column = (typeof columns)[number];

export interface TableOrder {
  readonly column: Column | 'pipeline';
  readonly descending: boolean;
}

export interface TableFilter {
  /** Words that the id must have, in any order. */
  readonly search: string;
  readonly state: TaskState | undefined;
}

/** The rows that the filter lets through, in the order asked for; rows that are equal in it stay in the pipeline's order. */
export function tableRows(rows: Iterable<TaskRow>, { search, state }: TableFilter, { column, descending }: TableOrder, now: number): readonly TaskRow[] {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const shown = [...rows].filter((row) => (state === undefined || row.state === state) && words.every((word) => row.id.toLowerCase().includes(word)));
  if (column === 'pipeline') return descending ? shown.reverse() : shown;
  const direction = descending ? -1 : 1;
  return shown.sort((one, other) => direction * compare(valueOf(one, column, now), valueOf(other, column, now)) || one.index - other.index);
}

/** How long it took, or has been running for; null where it did not run. */
export function elapsedMs({ ms, startedAt, state }: TaskRow, now: number): number | null {
  return ms ?? (state === 'running' && startedAt !== null ? Math.max(0, now - startedAt) : null);
}

function valueOf(row: TaskRow, column: Column, now: number): string | number | null {
  switch (column) {
    case 'task':
      return row.id;
    case 'state':
      return taskStates.indexOf(row.state);
    case 'started':
      return row.startedAt;
    case 'duration':
      return elapsedMs(row, now);
    case 'size':
      return row.bytes;
  }
}

/** `seed=2` before `seed=10`. */
const asPeopleCount = new Intl.Collator('en', { numeric: true });

/** What has no value comes first, as the smallest. */
function compare(one: string | number | null, other: string | number | null): number {
  if (one === other) return 0;
  if (one === null) return -1;
  if (other === null) return 1;
  if (typeof one === 'string' && typeof other === 'string') return asPeopleCount.compare(one, other);
  return one < other ? -1 : 1;
}

/** Rows in sight of a table that is scrolled, and a few on either side. */
export function rowsInSight(scrolled: number, height: number, rowHeight: number, total: number): { readonly first: number; readonly end: number } {
  const overscan = 8;
  const first = Math.max(0, Math.min(Math.floor(scrolled / rowHeight), total) - overscan);
  return { first, end: Math.min(total, Math.ceil((scrolled + height) / rowHeight) + overscan) };
}
