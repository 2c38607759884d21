import { html, type TemplateResult } from 'lit-html';
import type { StateCounts, TaskState } from './task-state.js';
import { number, wordOf } from './words.js';

/** From what is settled to what is to come. */
const order = ['executed', 'cached', 'failed', 'skipped', 'running', 'waiting'] as const satisfies readonly TaskState[];

/** A bar whose parts are the shares of the states. */
export function segments(counts: StateCounts): TemplateResult {
  const present = order.filter((state) => counts[state] > 0);
  return html`<span class="segments" role="img" aria-label=${present.length === 0 ? 'no tasks' : countsText(counts)}>${present.map((state) =>
    html`<span class=${state} .style=${`flex-grow: ${counts[state]}`}></span>`)}</span>`;
}

/** `12 executed, 3 running` */
export function countsText(counts: StateCounts): string {
  return order.filter((state) => counts[state] > 0).map((state) => `${number(counts[state])} ${wordOf(state)}`).join(', ');
}
