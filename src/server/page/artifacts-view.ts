import { html, type TemplateResult } from 'lit-html';
import type { TaskGroup } from '../api.js';
import type { OpenRun } from './open-run.js';
import { replaceRoute } from './navigate.js';
import { linkWithin, type RunRoute } from './route.js';
import { scrolledTable, type TableLook } from './scrolled-table.js';
import { mark, number, wordOf } from './words.js';
import { nameOf, type TaskState } from './task-state.js';

interface ListedArtifact {
  readonly task: string;
  readonly state: TaskState;
  readonly uses: string;
  readonly output: TaskGroup['outputs'][number];
}

/** Every output of every task that is there, to be searched. */
export function artifactsView(run: OpenRun, route: RunRoute, look: TableLook, changed: () => void): TemplateResult {
  const { graph } = run;
  if (graph === undefined) return html`<section class="artifacts"><h2>Artifacts</h2><p class="quiet">Reading the pipeline…</p></section>`;
  if (graph.kind === 'unknown') return html`<section class="artifacts"><h2>Artifacts</h2><p>${graph.because}, so the names of the outputs are not known. A task's details list what it made.</p></section>`;
  const rows = artifactsOf(run, graph.groups, route.search ?? '');
  const onSearch = ({ target }: Event): void => { replaceRoute({ ...route, search: (target as HTMLInputElement).value }); };
  return html`<section class="artifacts" aria-labelledby="artifacts-title">
    <div class="section-head"><h2 id="artifacts-title">Artifacts</h2>
      <label>Search <input type="search" .value=${route.search ?? ''} placeholder="report html" @input=${onSearch}></label>
      <span class="quiet" role="status">${number(rows.length)} shown</span></div>
    ${scrolledTable<ListedArtifact>({
      label: 'Artifacts', columns: 4, rows, keyOf: ({ task, output }) => `${task} ${output.name}`,
      head: html`<tr aria-rowindex="1"><th scope="col">artifact</th><th scope="col">task</th><th scope="col">state</th><th scope="col">kind</th></tr>`,
      rowOf: ({ task, state, uses, output: { name, fileName, type } }, place) => html`<tr aria-rowindex=${place}>
        <th scope="row"><a href=${linkWithin(route, { task, output: name })}>${fileName}${type === 'tree' ? '/' : ''}</a></th>
        <td><a href=${linkWithin(route, { task })}>${task}</a></td><td class=${state}>${mark(state)}${wordOf(state)}</td><td>${uses}</td></tr>`,
    }, look, changed)}
  </section>`;
}

function artifactsOf({ model }: OpenRun, groups: readonly TaskGroup[], search: string): readonly ListedArtifact[] {
  const byName = new Map(groups.map((group) => [group.name, group]));
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== '');
  return [...model.rows].filter(({ state }) => state === 'executed' || state === 'cached').flatMap(({ id, state }) => {
    const group = byName.get(nameOf(id));
    return (group?.outputs ?? []).filter(({ fileName }) => words.every((word) => `${id} ${fileName}`.toLowerCase().includes(word)))
      .map((output): ListedArtifact => ({ task: id, state, uses: group?.uses ?? '', output }));
  });
}
