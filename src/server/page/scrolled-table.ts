import { html, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { rowsInSight } from './task-rows.js';

export const rowHeight = 34;

/** How far a table is scrolled, and how high it is. */
export interface TableLook { scrolled: number; height: number }

export interface ScrolledTable<Row> {
  readonly label: string;
  readonly head: TemplateResult;
  readonly columns: number;
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** A `tr` that carries the attribute given: its place among all rows. */
  readonly rowOf: (row: Row, place: number) => TemplateResult;
}

/** A table of which only the rows in sight are in the document, so that a hundred thousand scroll as well as ten. */
export function scrolledTable<Row>({ label, head, columns, rows, keyOf, rowOf }: ScrolledTable<Row>, look: TableLook, changed: () => void): TemplateResult {
  const { first, end } = rowsInSight(look.scrolled, look.height, rowHeight, rows.length);
  const onScroll = ({ currentTarget }: Event): void => {
    const { scrollTop, clientHeight } = currentTarget as HTMLElement;
    [look.scrolled, look.height] = [scrollTop, clientHeight];
    changed();
  };
  const spacer = (count: number): TemplateResult | '' => (count === 0 ? '' : html`<tr class="spacer" aria-hidden="true"><td colspan=${columns} .style=${`height: ${count * rowHeight}px`}></td></tr>`);
  return html`<div class="scroll rows" tabindex="0" role="region" aria-label=${label} @scroll=${onScroll}>
    <table class="grid" aria-rowcount=${rows.length + 1}>
      <thead>${head}</thead>
      <tbody>${spacer(first)}${repeat(rows.slice(first, end), keyOf, (row, index) => rowOf(row, first + index + 2))}${spacer(rows.length - end)}</tbody>
    </table></div>`;
}
