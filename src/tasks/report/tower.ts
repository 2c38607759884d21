import type { ClaimRow } from '../compare-claims/rows.js';
import { escape } from './html.js';
import { markSvg, verdictNames } from './verdicts.js';

/**
 * A tower with a brick a claim, each a link to its claim, from the ground up: 28 claims fill seven courses of seven to one.
 * The courses come in the order of the page, top first, so that the list reads from the last claim to the first.
 */
export function towerHtml(claims: readonly ClaimRow[]): string {
  const rows = coursesOf(claims).reverse().map((course) => `<li><ol>${course.map(brick).join('')}</ol></li>`);
  return `<nav class="tower" aria-label="Claims"><ol>${rows.join('\n')}</ol><div class="ground" aria-hidden="true"></div></nav>`;
}

function brick({ id, claim, verdict }: ClaimRow): string {
  return `<li><a class="brick ${verdict}" href="#claim-${id}" title="${id}. ${escape(claim)}: ${verdictNames[verdict].toLowerCase()}">${markSvg(verdict)}<span>${id}</span><span class="hidden">: ${verdictNames[verdict].toLowerCase()}</span></a></li>`;
}

/** From the ground: each course one shorter than the one below, the lowest as short as it can be. */
export function coursesOf<T>(items: readonly T[]): T[][] {
  let length = 0;
  while (length * (length + 1) / 2 < items.length) length++;
  const courses: T[][] = [];
  for (let start = 0; start < items.length; start += length--) courses.push(items.slice(start, start + length));
  return courses;
}
