import type { ClaimRow, PartRow } from '../compare-claims/rows.js';
import { languageName } from '../formats/language-name.js';
import { effectHtml } from './effect.js';
import type { Figure } from './figure.js';
import { escape } from './html.js';
import { countOf, markSvg, verdictNames, verdicts } from './verdicts.js';

/** Every claim with its verdict, effect and interval. The radio buttons filter the list through the style sheet alone. */
export function claimsSection(claims: readonly ClaimRow[], figures: readonly Figure[]): string {
  return `<section id="claims" class="claims">
<h2><span class="number">Claims</span>What the paper says, and what this run says of it</h2>
<fieldset class="filter"><legend>Show</legend>
${filter('all', 'All', claims.length)}
${verdicts.map((verdict) => filter(verdict, `${markSvg(verdict)}${verdictNames[verdict]}`, countOf(claims, verdict))).join('\n')}
</fieldset>
<ol class="claim-list">
${claims.map((claim) => claimHtml(claim, figures)).join('\n')}
</ol>
</section>
`;
}

function filter(value: string, label: string, count: number): string {
  return `<label class="${value}"><input type="radio" name="verdict" value="${value}"${value === 'all' ? ' checked' : ''}><span>${label} <b>${count}</b></span></label>`;
}

function claimHtml({ id, claim, section, verdict, effect, interval, reason, figure, test, command, perLanguage }: ClaimRow, figures: readonly Figure[]): string {
  const place = figures.find((one) => one.id === figure);
  const link = place === undefined ? '' : `<a href="#${escape(figure)}">${escape(place.number)}</a>`;
  const why = perLanguage.length === 0 ? `<p>${escape(reason)}</p>` : `<ul class="parts">${perLanguage.map(partHtml).join('')}</ul>`;
  const run = command === undefined ? '' : `<p>Would test it: <code>${escape(command)}</code></p>`;
  return `<li id="claim-${id}" class="claim ${verdict}">
<p class="verdict">${markSvg(verdict)}${verdictNames[verdict]}</p>
<div class="said"><h3><span class="id">${id}</span> ${escape(claim)}</h3>
<p class="place"><span>Section ${escape(section)}</span>${link}${perLanguage.filter(({ isClaimed }) => isClaimed).map(eachHtml).join('')}</p>
<details><summary>Why<span class="hidden"> claim ${id} is ${verdictNames[verdict].toLowerCase()}</span></summary>${why}<p class="test">Test: ${escape(test)}</p>${run}</details></div>
<div class="effect">${effectHtml(effect, interval)}</div>
</li>`;
}

function eachHtml({ name, verdict }: PartRow): string {
  return ` <span class="each ${verdict}">${markSvg(verdict)}<span class="hidden">${verdictNames[verdict]}: </span>${escape(languageName(name))}</span>`;
}

function partHtml({ name, verdict, reason, isClaimed }: PartRow): string {
  return `<li><b class="${verdict}">${markSvg(verdict)}${escape(languageName(name))}</b>${isClaimed ? '' : ' (not part of the claim)'}: ${escape(reason)}.</li>`;
}
