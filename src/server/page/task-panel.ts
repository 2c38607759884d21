import { html, type TemplateResult } from 'lit-html';
import { failureKindText, skippedText } from '../../reporters/event-text.js';
import { duration, roughDuration, size } from '../../reporters/numbers.js';
import { parameterName, reasonText, changeText, valueText } from '../../reporters/reason-text.js';
import type { Reason } from '../../engine/reason.js';
import type { TaskDetail, TaskDetailInput, TaskResult } from '../api.js';
import { logView } from './log-view.js';
import type { OpenRun, OpenTask } from './open-run.js';
import { linkWithin, type RunRoute } from './route.js';
import type { TaskRow } from './run-model.js';
import { clock, mark, number, wordOf } from './words.js';

/** One task: how it did and why it ran, what it was made from, what it made, and what it said. */
export function taskPanel(run: OpenRun, task: OpenTask, route: RunRoute, now: number): TemplateResult {
  const { model } = run;
  const row = model.row(task.id);
  return html`<aside class="panel" aria-labelledby="panel-title">
    <div class="panel-head"><h2 id="panel-title" tabindex="-1">${task.id}</h2><a class="close" href=${linkWithin(route, {})} aria-label="Close the details">×</a></div>
    ${row ? stateLines(row, model.now(now)) : html`<p class="quiet">No event of this run names it.</p>`}
    ${logView(task, row, task.detail?.result ? run.artifactAddress(task.detail.result.log, { download: '' }) : undefined)}
    ${task.detail ? detailParts(task.detail, run, route) : task.detail === null ? html`<p class="quiet">Nothing more is known of it: it has no result, and the pipeline file is no longer the one that ran.</p>` : html`<p class="quiet">Looking it up…</p>`}
  </aside>`;
}

function stateLines(row: TaskRow, now: number): TemplateResult {
  const { state, startedAt, ms, estimateMs, failure, skipped, progress, attempt, bytes, reason, holder } = row;
  const took = ms !== null ? `${state === 'failed' ? 'after' : 'in'} ${duration(ms)}` : state === 'running' && startedAt !== null ? `for ${roughDuration(now - startedAt)}` : '';
  const expected = estimateMs !== null && state === 'running' ? ` of about ${roughDuration(estimateMs)}` : '';
  return html`<p class="state-line"><span class="chip ${state}">${mark(state)}${wordOf(state)}</span> ${took}${expected}${attempt > 1 ? `, attempt ${attempt}` : ''}${bytes !== null ? `, ${size(bytes)}` : ''}</p>
    ${progress ? html`<label class="progress">${number(progress.done)} of ${number(progress.total)} ${progress.unit}<progress max=${progress.total} .value=${progress.done}></progress></label>` : ''}
    ${failure ? html`<div class="failure"><strong>${failureKindText(failure.kind)}</strong><pre tabindex="0" aria-label="What went wrong">${failure.message}${failure.kind === 'bug' && failure.stack ? `\n\n${failure.stack}` : ''}</pre>${failure.hint ? html`<p>Hint: ${failure.hint}</p>` : ''}</div>` : ''}
    ${skipped ? html`<p>Not run: ${skippedText(skipped)}.</p>` : ''}
    ${holder !== null && state === 'waiting' ? html`<p>${holder} is computing the same; this run waits for its result.</p>` : ''}
    ${reason ? reasonLine(reason) : ''}`;
}

/** Old and new apart, where the reason has both. */
function reasonLine(reason: Reason): TemplateResult {
  const change = changeOf(reason);
  return html`<div class="reason"><h3>Why it ran</h3>${change
    ? html`<p>${change.what}</p><p class="change"><del aria-label="before">${change.before}</del><span aria-hidden="true"> → </span><ins aria-label="after">${change.after}</ins></p>`
    : html`<p>${reasonText(reason)}</p>`}</div>`;
}

function changeOf(reason: Reason): { readonly what: string; readonly before: string; readonly after: string } | undefined {
  switch (reason.kind) {
    case 'parameter-changed': {
      const [before, after] = changeText(reason.before, reason.after);
      return { what: `parameter ${parameterName(reason.pointer)}${reason.position ? `, line ${reason.position.line} of the file` : ''}`, before, after };
    }
    case 'input-changed':
      return reason.before === undefined || reason.after === undefined ? undefined
        : { what: `input ${reason.input}, from ${reason.upstream}`, before: shortDigest(reason.before), after: shortDigest(reason.after) };
    case 'kind-version-changed':
    case 'runtime-changed':
      return { what: reason.kind === 'runtime-changed' ? 'runtime' : 'version of its kind', before: String(reason.before), after: String(reason.after) };
    default:
      return undefined;
  }
}

/** Sixty-four digits say nothing to people; twelve tell them apart. */
function shortDigest(text: string): string {
  return text.replaceAll(/[0-9a-f]{64}/g, (digest) => digest.slice(0, 12));
}

function detailParts(detail: TaskDetail, run: OpenRun, route: RunRoute): TemplateResult {
  return html`${outputs(detail, run, route)}
    ${parameters(detail)}
    ${inputs(detail, route)}
    ${detail.readers.length === 0 ? '' : html`<details><summary>Read by ${number(detail.readers.length + detail.moreReaders)}</summary><ul class="links">${detail.readers.map((id) => html`<li>${taskLink(id, route)}</li>`)}${more(detail.moreReaders)}</ul></details>`}
    ${detail.result ? result(detail, detail.result) : ''}`;
}

function taskLink(id: string, route: RunRoute): TemplateResult {
  return html`<a href=${linkWithin(route, { task: id })}>${id}</a>`;
}

function more(hidden: number): TemplateResult | '' {
  return hidden === 0 ? '' : html`<li class="quiet">and ${number(hidden)} more</li>`;
}

function outputs({ id, outputs: all }: TaskDetail, run: OpenRun, route: RunRoute): TemplateResult | '' {
  if (all.length === 0) return '';
  return html`<h3>Outputs</h3><ul class="links">${all.map(({ name, fileName, type, digest, bytes, shownAs }) => html`<li>${type === 'file' && shownAs === 'download'
    ? html`<a href=${run.artifactAddress(digest, { download: '' })} download=${fileName}>${fileName}</a>`
    : html`<a href=${linkWithin(route, { task: id, output: name })}>${fileName}${type === 'tree' ? '/' : ''}</a>`} <span class="quiet">${size(bytes)} · ${digest.slice(0, 12)}</span></li>`)}</ul>`;
}

function parameters({ parameters: all }: TaskDetail): TemplateResult | '' {
  const entries = Object.entries(all);
  if (entries.length === 0) return '';
  return html`<details open><summary>Parameters</summary><dl class="pairs">${entries.map(([name, value]) => html`<dt>${name}</dt><dd><code>${valueText(value)}</code></dd>`)}</dl></details>`;
}

function inputs({ inputs: all, moreInputs }: TaskDetail, route: RunRoute): TemplateResult | '' {
  if (all.length === 0) return '';
  return html`<details open><summary>Inputs, ${number(all.length + moreInputs)}</summary><ul class="links">${all.map((input) => html`<li>${input.name}: ${origin(input, route)}
    <span class="quiet">${input.digest !== null ? input.digest.slice(0, 12) : input.value !== null ? valueText(input.value) : ''}</span></li>`)}${more(moreInputs)}</ul></details>`;
}

function origin({ from, pointer }: TaskDetailInput, route: RunRoute): TemplateResult {
  const selected = pointer === null ? '' : `#${pointer}`;
  if (from === null) return html`${selected}`;
  if ('path' in from) return html`<code>${from.path}${selected}</code>`;
  return html`<a href=${linkWithin(route, { task: from.task })}>${from.task}</a>.${from.output}${selected}`;
}

function result({ declared, uses }: TaskDetail, { run, task, pipeline, finishedAt, durationMs, host, node, engine, fingerprint }: TaskResult): TemplateResult {
  return html`<details><summary>Where the result comes from</summary><dl class="pairs">
    <dt>kind</dt><dd>${uses}</dd>
    ${declared === null ? '' : html`<dt>declared</dt><dd><code>${declared}</code></dd>`}
    <dt>computed by</dt><dd>run <code>${run}</code> of ${pipeline}, as ${task}, in ${duration(durationMs)}</dd>
    <dt>finished</dt><dd>${clock(Date.parse(finishedAt))}</dd>
    <dt>on</dt><dd>${host}, Node ${node}, pipelines ${engine}</dd>
    <dt>fingerprint</dt><dd><code>${fingerprint}</code></dd></dl></details>`;
}
