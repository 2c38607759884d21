import { html, type TemplateResult } from 'lit-html';
import { reasonText } from '../../reporters/reason-text.js';
import { skippedText } from '../../reporters/event-text.js';
import { duration, size } from '../../reporters/numbers.js';
import type { OpenRun } from './open-run.js';
import { replaceRoute } from './navigate.js';
import { linkWithin, type RunRoute } from './route.js';
import type { RunModel, TaskRow } from './run-model.js';
import { scrolledTable, type TableLook } from './scrolled-table.js';
import { columns, elapsedMs, tableRows, type Column, type TableOrder } from './task-rows.js';
import { taskStates } from './task-state.js';
import { mark, number, timeOfDay, wordOf } from './words.js';

export interface TasksLook extends TableLook { order: TableOrder }

/** Every task instance, to be searched and sorted. */
export function tasksView({ model }: OpenRun, route: RunRoute, look: TasksLook, now: number, changed: () => void): TemplateResult {
  const rows = tableRows(model.rows, { search: route.search ?? '', state: route.state }, look.order, model.now(now));
  const sort = (column: Column): void => {
    look.order = nextOrder(look.order, column);
    changed();
  };
  return html`<section class="tasks" aria-labelledby="tasks-title">
    <div class="section-head"><h2 id="tasks-title">Tasks</h2>
      ${filters(model, route)}
      <span class="quiet" role="status">${number(rows.length)} shown</span></div>
    ${scrolledTable<TaskRow>({
      label: 'Tasks', columns: columns.length + 1, rows, keyOf: ({ id }) => id,
      head: html`<tr aria-rowindex="1">${columns.map((column) => heading(column, look.order, sort))}<th scope="col">why</th></tr>`,
      rowOf: (row, place) => taskRow(row, place, linkWithin(route, { task: row.id }), model.now(now), row.id === route.task),
    }, look, changed)}
  </section>`;
}

function filters(model: RunModel, route: RunRoute): TemplateResult {
  const go = (change: Pick<RunRoute, 'search' | 'state'>): void => { replaceRoute({ ...withoutFilter(route), ...change }); };
  const { search, state } = route;
  const onSearch = ({ target }: Event): void => { go({ search: (target as HTMLInputElement).value, ...(state && { state }) }); };
  const onState = ({ target }: Event): void => {
    const chosen = taskStates.find((known) => known === (target as HTMLSelectElement).value);
    go({ ...(search !== undefined && { search }), ...(chosen && { state: chosen }) });
  };
  const present = taskStates.filter((known) => model.counts[known] > 0 || known === state);
  return html`<label>Search <input type="search" .value=${search ?? ''} placeholder="words of an id" @input=${onSearch}></label>
    <label>State <select @change=${onState}><option value="" ?selected=${state === undefined}>any</option>${present.map((known) =>
      html`<option value=${known} ?selected=${state === known}>${wordOf(known)} (${number(model.counts[known])})</option>`)}</select></label>`;
}

function withoutFilter({ folder, run, view, task }: RunRoute): RunRoute {
  return { kind: 'run', folder, run, view, ...(task !== undefined && { task }) };
}

/** The third press goes back to the pipeline's order. */
function nextOrder({ column, descending }: TableOrder, pressed: Column): TableOrder {
  if (column !== pressed) return { column: pressed, descending: false };
  return descending ? { column: 'pipeline', descending: false } : { column: pressed, descending: true };
}

function heading(column: Column, order: TableOrder, sort: (column: Column) => void): TemplateResult {
  const sorted = order.column !== column ? 'none' : order.descending ? 'descending' : 'ascending';
  const arrow = { none: '', ascending: ' ↑', descending: ' ↓' }[sorted];
  return html`<th scope="col" aria-sort=${sorted} class=${isNumber(column) ? 'number' : ''}><button type="button" @click=${() => { sort(column); }}>${column}${arrow}</button></th>`;
}

function isNumber(column: Column): boolean {
  return column === 'duration' || column === 'size';
}

function taskRow(row: TaskRow, place: number, link: string, now: number, isOpen: boolean): TemplateResult {
  const ms = elapsedMs(row, now);
  return html`<tr aria-rowindex=${place} class=${isOpen ? 'open' : ''}>
    <th scope="row"><a href=${link} title=${row.id}>${row.id}</a></th>
    <td class=${row.state}>${mark(row.state)}${wordOf(row.state)}${row.attempt > 1 ? ` (attempt ${row.attempt})` : ''}</td>
    <td>${row.startedAt === null ? '' : timeOfDay(row.startedAt)}</td>
    <td class="number">${ms === null ? '' : duration(ms)}</td>
    <td class="number">${row.bytes === null ? '' : size(row.bytes)}</td>
    <td class="why" title=${whyText(row)}>${whyText(row)}</td>
  </tr>`;
}

/** What is said of a task on one line: what went wrong, what it is at, or why it ran. */
function whyText({ failure, skipped, holder, progress, reason, state }: TaskRow): string {
  if (failure) return failure.message.split('\n', 1)[0] ?? '';
  if (skipped) return skippedText(skipped);
  if (holder !== null && state === 'waiting') return `${holder} is computing it`;
  const done = progress ? `${number(progress.done)} of ${number(progress.total)} ${progress.unit}; ` : '';
  return reason ? `${done}${reasonText(reason)}` : done;
}
