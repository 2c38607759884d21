import { html, type TemplateResult } from 'lit-html';
import type { OpenRun } from './open-run.js';

/** The pipeline's parameters in this run, after profile and `-p`. */
export function parametersView({ model: { started } }: OpenRun): TemplateResult {
  const entries = Object.entries(started?.params ?? {});
  return html`<section class="parameters" aria-labelledby="parameters-title">
    <h2 id="parameters-title">Parameters</h2>
    ${started === null ? html`<p class="quiet">Waiting for the first event…</p>` : html`<p class="quiet">of <code>${started.file}</code>, after profile and <code>-p</code></p>`}
    ${started !== null && entries.length === 0 ? html`<p>It has none.</p>` : html`<dl class="pairs">${entries.map(([name, value]) => html`<dt>${name}</dt><dd><code>${JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, ' ')}</code></dd>`)}</dl>`}
  </section>`;
}
