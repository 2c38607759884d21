import { html, type TemplateResult } from 'lit-html';
import { size } from '../../reporters/numbers.js';
import { shownBytes, type ShownAs, type TaskDetailOutput } from '../api.js';
import type { OpenRun } from './open-run.js';
import { linkWithin, type RunRoute } from './route.js';

/** An output of the open task, shown in the page where a browser can, in a frame that may do nothing. */
export function artifactView(run: OpenRun, route: RunRoute): TemplateResult {
  const { task } = run;
  const output = task?.detail?.outputs.find(({ name }) => name === route.output);
  const title = output === undefined ? route.output ?? '' : route.file ?? output.fileName;
  return html`<section class="artifact" aria-labelledby="artifact-title">
    <div class="section-head"><h2 id="artifact-title">${title}</h2><span class="quiet">of <a href=${linkWithin(route, { task: route.task ?? '' })}>${route.task}</a></span></div>
    ${task?.detail === undefined ? html`<p class="quiet">Looking it up…</p>` : output === undefined ? html`<p>This task has no such output in this run, or not yet.</p>` : content(run, route, output)}
  </section>`;
}

function content(run: OpenRun, route: RunRoute, output: TaskDetailOutput): TemplateResult {
  if (output.type === 'file') return shown(run, output, { ...output, query: {} });
  run.showTree(output.digest);
  const files = run.tree?.listing?.files;
  if (files === undefined) return html`<p class="quiet">${run.tree?.listing === null ? 'Its listing is no longer in the cache.' : 'Reading the folder…'}</p>`;
  const file = files.find(({ name }) => name === route.file);
  return html`<ul class="links files" aria-label="Files of the folder">${files.map(({ name, bytes, shownAs }) => html`<li>${shownAs === 'download'
      ? html`<a href=${run.artifactAddress(output.digest, { file: name, download: '' })} download=${name.split('/').at(-1) ?? name}>${name}</a>`
      : html`<a href=${linkWithin(route, { task: route.task ?? '', output: output.name, file: name })} aria-current=${name === route.file ? 'true' : 'false'}>${name}</a>`} <span class="quiet">${size(bytes)}</span></li>`)}</ul>
    ${file ? shown(run, output, { ...file, fileName: file.name, query: { file: file.name } }) : ''}`;
}

interface ShownFile {
  readonly fileName: string;
  readonly bytes: number;
  readonly shownAs: ShownAs;
  readonly query: Readonly<Record<string, string>>;
}

function shown(run: OpenRun, { digest }: TaskDetailOutput, { fileName, bytes, shownAs, query }: ShownFile): TemplateResult {
  const address = run.artifactAddress(digest, query);
  const isCut = shownAs === 'text' && bytes > shownBytes;
  return html`<p><a href=${run.artifactAddress(digest, { ...query, download: '' })} download=${fileName.split('/').at(-1) ?? fileName}>download</a> <span class="quiet">${size(bytes)}, ${digest.slice(0, 12)}
      ${shownAs === 'page' ? '· scripts do not run here' : isCut ? `· the first ${size(shownBytes)} are shown` : ''}</span></p>
    ${shownAs === 'download' ? html`<p>This is no file that a browser shows.</p>`
      : html`<iframe class=${shownAs} sandbox src=${address} title="${fileName}, of ${run.task?.id ?? ''}"></iframe>`}`;
}
