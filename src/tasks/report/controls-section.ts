import type { ControlRow } from '../compare-claims/rows.js';
import { effectHtml } from './effect.js';
import type { Figure } from './figure.js';
import { escape } from './html.js';
import { markSvg, outcomeNames, verdictOfOutcome } from './verdicts.js';

/** Experiments in which the effect must not appear, or must survive: each with what was expected and what came. */
export function controlsSection(controls: readonly ControlRow[], figures: readonly Figure[]): string {
  if (controls.length === 0) return '';
  return `<section id="controls" class="claims">
<h2><span class="number">Controls</span>Where the effect must vanish, and where it must survive</h2>
<p class="note">The paper has no controls. A probe that shows the effect where there can be none measures something else.</p>
<ul class="claim-list">
${controls.map((control) => controlHtml(control, figures)).join('\n')}
</ul>
</section>
`;
}

function controlHtml({ id, control, expectation, verdict, effect, interval, reason, figure }: ControlRow, figures: readonly Figure[]): string {
  const shown = verdictOfOutcome[verdict];
  const place = figures.find((one) => one.id === figure);
  const link = place === undefined ? '' : `<a href="#${escape(figure)}">${escape(place.number)}</a>`;
  return `<li id="control-${escape(id)}" class="claim ${shown}">
<p class="verdict">${markSvg(shown)}${outcomeNames[verdict]}</p>
<div class="said"><h3>${escape(control)}</h3>
<p class="place"><span>Expected: ${escape(expectation)}</span> ${link}</p>
<details><summary>Why<span class="hidden"> ${escape(control)} is ${outcomeNames[verdict].toLowerCase()}</span></summary><p>${escape(reason)}</p></details></div>
<div class="effect">${effectHtml(effect, interval)}</div>
</li>`;
}
