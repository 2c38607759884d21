import { html, type TemplateResult } from 'lit-html';
import { createRef, ref } from 'lit-html/directives/ref.js';
import type { OpenTask } from './open-run.js';
import type { TaskRow } from './run-model.js';
import { number } from './words.js';

const logRef = createRef<HTMLElement>();
/** A reader this near to the end, in pixels, wants to see what comes. */
const near = 40;

/** A task's log as it is written; it follows the end unless the reader has scrolled away from it. */
export function logView({ log, dropped, logState }: OpenTask, row: TaskRow | undefined, whole: string | undefined): TemplateResult {
  const element = logRef.value;
  const follows = !element || element.scrollHeight - element.scrollTop - element.clientHeight < near;
  if (follows) requestAnimationFrame(() => { if (logRef.value) logRef.value.scrollTop = logRef.value.scrollHeight; });
  const isToCome = row?.state === 'running' || row?.state === 'waiting';
  const empty = isToCome ? 'nothing yet' : logState === 'connecting' ? 'reading…' : 'it said nothing';
  return html`<div class="log-head"><h3 id="log-title">Log</h3>${dropped > 0 ? html`<span class="quiet">${number(dropped)} earlier lines are not shown</span>` : ''}
      ${whole === undefined ? '' : html`<a href=${whole} download="task.log">whole log</a>`}</div>
    <pre class="log" role="log" tabindex="0" aria-labelledby="log-title" ${ref(logRef)}>${log.length === 0 ? html`<span class="quiet">${empty}</span>` : log.join('\n')}</pre>`;
}
