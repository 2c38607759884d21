import type { ClaimRow } from '../compare-claims/rows.js';
import { escape } from './html.js';
import { decimal } from './text.js';

/** An effect with its interval, drawn and written. */
export function effectHtml(effect: ClaimRow['effect'], interval: ClaimRow['interval']): string {
  if (effect === null) return '<p class="absent">not measured</p>';
  const range = interval === null ? 'no interval' : `95\u00a0%: ${significant(interval[0])} to ${significant(interval[1])}`;
  return `<p><strong>${significant(effect.value)}</strong> ${escape(effect.unit)}</p>${interval === null ? '' : intervalSvg(effect.value, interval)}<p class="range">${range}</p><p class="what">${escape(effect.what)}</p>`;
}

/** Three significant digits, none after the point from a hundred on. */
function significant(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return `${value < 0 ? '−' : ''}${Math.round(size).toLocaleString('en-US')}`;
  return decimal(value, size >= 10 ? 1 : size >= 0.1 || size === 0 ? 2 : 3);
}

const [width, height] = [190, 22];

/** The interval on a scale that holds zero, with zero marked. */
function intervalSvg(value: number, [low, high]: readonly [number, number]): string {
  const [least, most] = [Math.min(0, low, value), Math.max(0, high, value)];
  const room = (most - least) * 0.06 || 1;
  const x = (at: number) => ((at - least + room) / (most - least + 2 * room) * width).toFixed(1);
  return `<svg class="interval" viewBox="0 0 ${width} ${height}" aria-hidden="true"><path class="base" d="M0,11H${width}"/><path class="zero" d="M${x(0)},2V20"/><path class="bar" d="M${x(low)},11H${x(high)}M${x(low)},7V15M${x(high)},7V15"/><circle cx="${x(value)}" cy="11" r="4"/></svg>`;
}
