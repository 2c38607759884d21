import { html, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { duration } from '../../reporters/numbers.js';
import type { RunEntry, RunList } from '../api.js';
import { segments } from './segments.js';
import { linkTo } from './route.js';
import { clock, mark, number, wordOf } from './words.js';

/** Older ones are in the artifacts directory, and `history` lists them. */
const shown = 300;

/** Every run in the artifacts directory, the newest first. */
export function runsView(list: RunList | undefined): TemplateResult {
  return html`<section class="runs" aria-labelledby="runs-title">
    <h1 id="runs-title">Runs</h1>
    ${list === undefined ? html`<p class="quiet">Looking for runs…</p>` : list.runs.length === 0
      ? html`<p class="quiet">Nothing has run here yet. <code>pipelines run FILE</code> records each run, and it appears here by itself.</p>`
      : runsTable(list.runs)}
  </section>`;
}

function runsTable(runs: readonly RunEntry[]): TemplateResult {
  return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="runs-title"><table class="grid">
    <thead><tr><th scope="col">run</th><th scope="col">outcome</th><th scope="col">started</th><th scope="col" class="number">took</th>
      <th scope="col">tasks</th><th scope="col" class="number">executed</th><th scope="col" class="number">cached</th>
      <th scope="col" class="number">failed</th><th scope="col" class="number">skipped</th></tr></thead>
    <tbody>${repeat(runs.slice(0, shown), ({ folder, run }) => `${folder}/${run}`, runRow)}</tbody>
  </table></div>
  ${runs.length > shown ? html`<p class="quiet">and ${number(runs.length - shown)} older runs: <code>pipelines history</code> lists them</p>` : ''}`;
}

function runRow(entry: RunEntry): TemplateResult {
  const { folder, run, pipeline, outcome, startedAt, ms, executed, cached, failed, skipped } = entry;
  return html`<tr>
    <th scope="row"><a href=${linkTo({ kind: 'run', folder, run, view: 'overview' })}><strong>${pipeline}</strong> <span class="id">${run}</span></a></th>
    <td><span class="chip ${outcome}">${mark(outcome)}${wordOf(outcome)}</span></td>
    <td>${startedAt === undefined ? '' : clock(startedAt)}</td>
    <td class="number">${outcome === 'running' ? '' : duration(ms)}</td>
    <td>${segments({ failed, running: 0, waiting: 0, executed, cached, skipped })}</td>
    <td class="number">${number(executed)}</td><td class="number">${number(cached)}</td>
    <td class="number ${failed > 0 ? 'failed' : ''}">${number(failed)}</td><td class="number">${number(skipped)}</td>
  </tr>`;
}
