import { csv, type Cell } from '../formats/csv.js';
import type { Table } from './figure.js';
import { escape } from './html.js';
import { withMinus } from './text.js';

export function tableHtml({ caption, columns, rows }: Table): string {
  const layouts = columns.map((column, index) => layoutOf(column, rows.map((row) => row[index] ?? null)));
  const head = columns.map((column, index) => `<th scope="col"${layouts[index]?.isText === true ? ' class="text"' : ''}>${escape(column)}</th>`).join('');
  const lines = rows.map((row) => `<tr${row[0] === 'Average' ? ' class="total"' : ''}>${columns.map((_, index) => cellHtml(row[index] ?? null, layouts[index] as Layout, index === 0)).join('')}</tr>`);
  return `<table><caption>${escape(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${lines.join('\n')}</tbody></table>`;
}

/** The CSV itself is in the link, so the page needs no other file. */
export function downloadHtml({ name, caption, columns, rows }: Table): string {
  const data = encodeURIComponent(csv(columns, rows)).replaceAll('%2C', ',');
  return `<p class="download"><a download="${escape(name)}.csv" href="data:text/csv;charset=utf-8,${data}"><span class="hidden">Download ${escape(caption)}: </span>${escape(name)}.csv</a></p>`;
}

/** Letters of the longest text that is set like a number, such as a range: right-aligned, on one line. */
const longestNumber = 18;

interface Layout { readonly isText: boolean; readonly decimals: number }

/** A column of numbers gets the decimals that give its largest one three significant digits, or as many as its numbers have; percentages get one. */
function layoutOf(column: string, cells: readonly Cell[]): Layout {
  const numbers = cells.filter((cell): cell is number => typeof cell === 'number');
  const largest = Math.max(...numbers.map(Math.abs), 0.001);
  const wanted = /\((%|points)\)/.test(column) ? 1 : Math.min(3, Math.max(0, 2 - Math.floor(Math.log10(largest))));
  const had = Math.max(0, ...numbers.map((value) => String(Number(value.toFixed(4))).split('.')[1]?.length ?? 0));
  return { isText: numbers.length === 0 && cells.some((cell) => typeof cell === 'string' && cell.length > longestNumber), decimals: Math.min(wanted, had) };
}

function cellHtml(value: Cell, { isText, decimals }: Layout, isHeader: boolean): string {
  if (value === null) return '<td class="absent">–</td>';
  const shown = typeof value === 'string' ? escape(value) : withMinus(value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));
  if (isHeader) return `<th scope="row"${isText ? ' class="text"' : ''}>${shown}</th>`;
  return `<td${isText ? ' class="text"' : ''}>${shown}</td>`;
}
