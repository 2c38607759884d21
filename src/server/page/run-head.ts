import { html, type TemplateResult } from 'lit-html';
import picocolors from 'picocolors';
import { noticeText } from '../../reporters/event-text.js';
import { count, duration, roughDuration } from '../../reporters/numbers.js';
import type { OpenRun } from './open-run.js';
import { linkWithin, runViews, type RunRoute } from './route.js';
import type { Notice, RunModel } from './run-model.js';
import { segments } from './segments.js';
import { taskStates } from './task-state.js';
import { clock, mark, number, rateText, timeOfDay, wordOf } from './words.js';

/** The latest ones; all of them are in the event log. */
const noticesShown = 4;
const noColors = picocolors.createColors(false);

/** What is to be said of the whole run, and the way to its views. */
export function runHead({ model, connection }: OpenRun, route: RunRoute, now: number): TemplateResult {
  const { started, totals } = model;
  const outcome = model.finished?.outcome ?? (model.isSilent(now) ? 'killed' : 'running');
  return html`<header class="run-head">
    <div class="title">
      <h1>${started?.pipeline ?? route.folder}</h1>
      <span class="chip ${outcome}">${mark(outcome)}${outcome === 'killed' ? `no event for ${roughDuration(now - model.lastAt)}: killed?` : totals.draining && outcome === 'running' ? 'stopping' : wordOf(outcome)}</span>
      <span class="quiet">run <code>${route.run}</code>${started ? html`, ${clock(started.at)}, on ${count(started.cores, 'core')}` : ''}</span>
      ${connection === 'lost' ? html`<span class="chip failed" role="status">connection lost, trying again</span>` : ''}
    </div>
    ${segments(model.counts)}
    <ul class="facts">${taskStates.filter((state) => model.counts[state] > 0).map((state) => html`<li>
      <a class=${state} href=${linkWithin(route, { view: 'tasks', state })}><strong>${mark(state)}${number(model.counts[state])}</strong> ${wordOf(state)}</a></li>`)}
      ${facts(model, now).map(([value, what]) => html`<li><strong>${value}</strong> ${what}</li>`)}
    </ul>
    ${notices(model.notices)}
    <nav aria-label="Views of the run"><ul>${runViews.map((view) => html`<li>
      <a href=${linkWithin(route, { view, ...(route.task !== undefined && { task: route.task }) })} aria-current=${view === route.view && route.output === undefined ? 'page' : 'false'}>${view}</a></li>`)}</ul></nav>
  </header>`;
}

function facts(model: RunModel, now: number): readonly (readonly [string, string])[] {
  const { totals, finished } = model;
  const settled = totals.executed + totals.cached;
  const rate = model.rate(now);
  const left = finished || model.isSilent(now) ? null : totals.msLeft(now);
  return [
    ...(settled > 0 ? [[`${Math.round((100 * totals.cached) / settled)}%`, 'from the cache'] as const] : []),
    ...(rate === null ? [] : [[rateText(rate), 'executed'] as const]),
    ...(totals.startedAt > 0 ? [finished ? [duration(finished.ms), 'in all'] as const : [roughDuration(model.now(now) - totals.startedAt), 'so far'] as const] : []),
    ...(left === null ? [] : [[`about ${roughDuration(left)}`, 'left'] as const]),
  ];
}

function notices(all: readonly Notice[]): TemplateResult | '' {
  if (all.length === 0) return '';
  const latest = all.slice(-noticesShown).toReversed();
  return html`<ul class="notices" aria-label="Notices">${latest.map(({ at, event }) => html`<li><time>${timeOfDay(at)}</time> ${noticeText(event, noColors)}</li>`)}
    ${all.length > noticesShown ? html`<li class="quiet">and ${number(all.length - noticesShown)} earlier</li>` : ''}</ul>`;
}
