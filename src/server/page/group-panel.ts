import { html, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { duration } from '../../reporters/numbers.js';
import type { OpenRun } from './open-run.js';
import { linkWithin, type RunRoute } from './route.js';
import { countsText, segments } from './segments.js';
import { elapsedMs } from './task-rows.js';
import { noCounts, taskStates, type TaskState } from './task-state.js';
import { mark, number, wordOf } from './words.js';

/** The table of all tasks lists every one. */
const listed = 400;

/** The instances of one box of the graph, those that want attention first. */
export function groupPanel(run: OpenRun, name: string, route: RunRoute, now: number): TemplateResult {
  const node = run.drawn?.nodes.find((candidate) => candidate.name === name);
  const rows = (node?.tasks ?? []).flatMap((id) => run.model.row(id) ?? []);
  const counts = noCounts();
  for (const { state } of rows) counts[state] += 1;
  const urgency = (state: TaskState): number => taskStates.indexOf(state);
  const sorted = rows.toSorted((one, other) => urgency(one.state) - urgency(other.state) || one.index - other.index);
  return html`<aside class="panel" aria-labelledby="panel-title">
    <div class="panel-head"><h2 id="panel-title" tabindex="-1">${name}</h2><a class="close" href=${linkWithin(route, {})} aria-label="Close the list">×</a></div>
    <p>${number(rows.length)} instances${node?.uses ? html` of <code>${node.uses}</code>` : ''}: ${countsText(counts)}</p>
    ${segments(counts)}
    <ul class="instances">${repeat(sorted.slice(0, listed), ({ id }) => id, (row) => {
      const ms = elapsedMs(row, now);
      return html`<li><a href=${linkWithin(route, { task: row.id })}>${row.id}</a><span class=${row.state}>${mark(row.state)}${wordOf(row.state)}</span><span class="quiet">${ms === null ? '' : duration(ms)}</span></li>`;
    })}</ul>
    ${rows.length > listed ? html`<p><a href=${linkWithin(route, { view: 'tasks', search: node?.uses ? name : '' })}>and ${number(rows.length - listed)} more, in the table</a></p>` : ''}
  </aside>`;
}
