import { csv, type Cell } from '../formats/csv.js';
import type { Figure, LegendEntry, MeasuredFigure, Panel, Table } from './figure.js';
import { escape } from './html.js';
import { withMinus } from './text.js';

/** One figure or table: its number, the paper beside this run, the pictures and the numbers behind them. */
export function section(figure: Figure): string {
  const head = `<h2><span class="number">${escape(figure.number)}</span>${escape(figure.title)}</h2>`;
  const ours = figure.kind === 'measured' ? figure.ours.map((sentence) => `<p>${escape(sentence)}</p>`).join('') : `<p class="missing">Not measured (${escape(figure.reason)}).</p>`;
  const beside = `<div class="beside"><div class="paper"><h3>The paper</h3><p>${escape(figure.paper)}</p></div><div><h3>This run</h3>${ours}</div></div>`;
  return `<section id="${figure.id}">\n${head}\n${beside}\n${figure.kind === 'measured' ? body(figure) : ''}</section>\n`;
}

function body({ panels, shown = [], tables, note, tablesTitle = 'The numbers behind it' }: MeasuredFigure): string {
  return [
    ...panels.map(panelHtml),
    ...shown.map((table) => `<div class="scroll open">${tableHtml(table)}</div>\n<div class="table-head">${download(table)}</div>\n`),
    note === undefined ? '' : `<p class="note">${escape(note)}</p>\n`,
    tables.length === 0 ? '' : folded(tables, tablesTitle),
  ].join('');
}

function panelHtml({ title, legend, wide, narrow }: Panel): string {
  return `<figure><figcaption><strong>${escape(title)}</strong>${legend.map(key).join('')}</figcaption>
<div class="wide">${wide}</div><div class="narrow">${narrow}</div></figure>\n`;
}

function key({ label, colour, shape }: LegendEntry): string {
  return `<span class="key"><i class="${shape}" style="--c: ${colour}"></i>${escape(label)}</span>`;
}

function folded(tables: readonly Table[], title: string): string {
  const rows = tables.reduce((sum, table) => sum + table.rows.length, 0);
  const inside = tables.map((table) => `<div class="table-head"><code>${escape(table.name)}.csv</code>${download(table)}</div><div class="scroll">${tableHtml(table)}</div>`);
  return `<details><summary>${escape(title)}, ${rows} row${rows === 1 ? '' : 's'}</summary><div class="tables">${inside.join('\n')}</div></details>\n`;
}

/** The CSV itself is in the link, so the page needs no other file. */
function download({ name, columns, rows }: Table): string {
  return `<a download="${escape(name)}.csv" href="data:text/csv;charset=utf-8,${encodeURIComponent(csv(columns, rows))}">Download CSV</a>`;
}

export function tableHtml({ columns, rows }: Table): string {
  const layouts = columns.map((_, index) => layoutOf(rows.map((row) => row[index] ?? null)));
  const head = columns.map((column, index) => `<th scope="col"${layouts[index]?.isText === true ? ' class="text"' : ''}>${escape(column)}</th>`).join('');
  const lines = rows.map((row) => `<tr${row[0] === 'Average' ? ' class="total"' : ''}>${columns.map((_, index) => cellHtml(row[index] ?? null, layouts[index] as Layout)).join('')}</tr>`);
  return `<table><thead><tr>${head}</tr></thead><tbody>${lines.join('\n')}</tbody></table>`;
}

interface Layout { readonly isText: boolean; readonly decimals: number }

/** A column of numbers gets the decimals that give its largest one four significant digits, or as many as its numbers have. */
function layoutOf(cells: readonly Cell[]): Layout {
  const numbers = cells.filter((cell): cell is number => typeof cell === 'number');
  const largest = Math.max(...numbers.map(Math.abs), 0.001);
  const wanted = Math.min(4, Math.max(0, 3 - Math.floor(Math.log10(largest))));
  const had = Math.max(0, ...numbers.map((value) => String(Number(value.toFixed(4))).split('.')[1]?.length ?? 0));
  return { isText: numbers.length === 0 && cells.some((cell) => cell !== null), decimals: Math.min(wanted, had) };
}

function cellHtml(value: Cell, { isText, decimals }: Layout): string {
  if (value === null) return '<td class="absent">–</td>';
  if (typeof value === 'string') return `<td${isText ? ' class="text"' : ''}>${escape(value)}</td>`;
  return `<td>${withMinus(value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals }))}</td>`;
}
