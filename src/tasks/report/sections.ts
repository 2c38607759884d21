import type { ClaimRow } from '../compare-claims/rows.js';
import type { Figure, LegendEntry, MeasuredFigure, Panel, PanelGrid, Table } from './figure.js';
import { escape } from './html.js';
import { downloadHtml, tableHtml } from './table-html.js';
import { markSvg, verdictNames } from './verdicts.js';

/** One figure or table: its number, its claims, the paper beside this run, the pictures and the numbers behind them. */
export function section(figure: Figure, claims: readonly ClaimRow[]): string {
  const head = `<h2><span class="number">${escape(figure.number)}</span>${escape(figure.title)}</h2>`;
  const own = claims.filter((claim) => claim.figure === figure.id);
  const chips = own.length === 0 ? '' : `<ul class="chips" aria-label="Claims about ${escape(figure.number)}">${own.map(chip).join('')}</ul>\n`;
  return `<section id="${figure.id}">\n${head}\n${chips}${beside(figure)}\n${figure.kind === 'measured' ? body(figure) : ''}</section>\n`;
}

function chip({ id, claim, verdict }: ClaimRow): string {
  return `<li><a class="chip ${verdict}" href="#claim-${id}">${markSvg(verdict)}<span class="hidden">${verdictNames[verdict]}: </span>${id}<span class="hidden">. ${escape(claim)}</span></a></li>`;
}

function beside(figure: Figure): string {
  const paper = `<div class="paper"><h3>${escape(figure.besideTitle ?? 'The paper')}</h3><p>${escape(figure.paper)}</p></div>`;
  if (figure.kind === 'missing') return `<div class="beside">${paper}<div><h3>This run</h3><p class="missing">Not measured: ${escape(figure.reason)}.</p></div></div>`;
  const words = figure.ours.map((sentence) => `<p>${escape(sentence)}</p>`).join('');
  const shown = (figure.shown ?? []).map(shownTable);
  // A picture's summary stands beside the paper's words; a section that is a table has its tables across the page.
  const isPictured = figure.grids.length > 0 && shown.length > 0;
  const ours = `${words}${isPictured ? shown.join('\n') : ''}`;
  return `<div class="beside${isPictured ? ' pictured' : ''}">${paper}${ours === '' ? '' : `<div><h3>This run</h3>${ours}</div>`}</div>
${isPictured ? '' : shown.join('\n')}`;
}

/** A table that is read at once, with its file. */
export function shownTable(table: Table): string {
  return `<div class="shown"><div class="across" role="region" aria-label="${escape(table.caption)}" tabindex="0">${tableHtml(table)}</div>${downloadHtml(table)}</div>`;
}

function body({ grids, tables, note, tablesTitle = 'The numbers behind it' }: MeasuredFigure): string {
  return [
    ...grids.map(gridHtml),
    note === undefined ? '' : `<p class="note">${escape(note)}</p>\n`,
    tables.length === 0 ? '' : folded(tables, tablesTitle),
  ].join('');
}

function gridHtml({ title, columns, legend, panels }: PanelGrid): string {
  const head = title === undefined ? '' : `<h3>${escape(title)}</h3>`;
  return `<div class="grid-head">${head}${legend.map(key).join('')}</div>\n<div class="grid columns-${columns}">${panels.map(panelHtml).join('\n')}</div>\n`;
}

function panelHtml({ title, colour, picture }: Panel): string {
  const caption = `<figcaption>${colour === undefined ? '' : `<i style="--c: ${colour}"></i>`}${escape(title)}</figcaption>`;
  if ('missing' in picture) return `<figure class="empty">${caption}<p class="missing">Not measured: ${escape(picture.missing)}.</p></figure>`;
  const { wide, narrow } = picture;
  return `<figure>${caption}${narrow === null ? wide : `<div class="wide">${wide}</div><div class="narrow">${narrow}</div>`}</figure>`;
}

function key({ label, colour, shape }: LegendEntry): string {
  return `<span class="key"><i class="${shape}" style="--c: ${colour}"></i>${escape(label)}</span>`;
}

function folded(tables: readonly Table[], title: string): string {
  const rows = tables.reduce((sum, table) => sum + table.rows.length, 0);
  const inside = tables.map((table) => `<div class="scroll" role="region" aria-label="${escape(table.caption)}" tabindex="0">${tableHtml(table)}</div>${downloadHtml(table)}`);
  return `<details class="numbers"><summary>${escape(title)}: ${tables.length} table${tables.length === 1 ? '' : 's'}, ${rows.toLocaleString('en-US')} row${rows === 1 ? '' : 's'}</summary>${inside.join('\n')}</details>\n`;
}
