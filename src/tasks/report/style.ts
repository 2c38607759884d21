/** The page's whole style: light, dark and print from one set of variables; no font or file is fetched. */
export const style = `
:root {
  color-scheme: light dark;
  --surface: #fbfaf7; --card: #ffffff; --ink: #1c1e22; --muted: #63666d; --rule: #e5e1d7; --grid: #1c1e22;
  --dominant: #2767ad; --target: #c94f23; --third: #1d7d66; --fourth: #80519f;
  --yes: #1d7d4f; --no: #b3382c; --inconclusive: #97690a; --none: #63666d;
  --serif: ui-serif, Charter, 'Bitstream Charter', 'Iowan Old Style', 'Palatino Linotype', Georgia, serif;
  --sans: system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --surface: #131519; --card: #1a1d22; --ink: #e9e6e0; --muted: #9da0a7; --rule: #2d3138; --grid: #e9e6e0;
    --dominant: #7fb4f1; --target: #f2916a; --third: #5fc7a8; --fourth: #c6a0e3;
    --yes: #63cf96; --no: #f08c80; --inconclusive: #e2b558; --none: #9da0a7;
  }
}
@media print {
  :root {
    color-scheme: light;
    --surface: #fff; --card: #fff; --ink: #000; --muted: #444; --rule: #bbb; --grid: #000;
    --dominant: #1f5c9e; --target: #b8441b; --third: #17705b; --fourth: #6f4390;
    --yes: #136b41; --no: #9c2d22; --inconclusive: #7d5708; --none: #444;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body { margin: 0; background: var(--surface); color: var(--ink); font: 16px/1.6 var(--sans); }
main, header.masthead, footer { max-width: 780px; margin: 0 auto; padding: 0 24px; }
a { color: inherit; text-decoration-color: var(--muted); text-underline-offset: 3px; }
a:hover { text-decoration-color: currentColor; }
:focus-visible { outline: 2px solid var(--dominant); outline-offset: 3px; border-radius: 3px; }

header.masthead { padding-top: 64px; }
.kicker { margin: 0 0 10px; color: var(--muted); font-size: 13px; letter-spacing: 0.04em; }
h1 { margin: 0; font: 600 clamp(30px, 6vw, 46px)/1.1 var(--serif); letter-spacing: -0.015em; text-wrap: balance; }
.source { margin: 22px 0 0; padding: 14px 18px; border-left: 3px solid var(--inconclusive); background: var(--card); border-radius: 0 8px 8px 0; }
.source strong { font-weight: 650; }

.verdicts { list-style: none; margin: 36px 0 0; padding: 0; border-top: 1px solid var(--rule); }
.verdict { display: grid; grid-template-columns: 144px 1fr; gap: 4px 20px; padding: 18px 0; border-bottom: 1px solid var(--rule); break-inside: avoid; }
.answer { display: flex; align-items: baseline; gap: 8px; font-weight: 650; color: var(--none); font-size: 15px; line-height: 1.5; }
.answer svg { flex: none; width: 13px; height: 13px; transform: translateY(1px); }
.answer.yes { color: var(--yes); } .answer.no { color: var(--no); } .answer.inconclusive { color: var(--inconclusive); }
.verdict h2 { margin: 0; font: 600 18px/1.35 var(--serif); }
.verdict p { margin: 4px 0 0; color: var(--muted); font-size: 15px; }

nav { margin: 36px 0 0; font-size: 14px; color: var(--muted); }
nav ul { display: flex; flex-wrap: wrap; gap: 6px 18px; margin: 0; padding: 0; list-style: none; }
nav a { text-decoration: none; } nav a:hover { text-decoration: underline; }

section { margin: 88px 0 0; scroll-margin-top: 24px; }
section > h2 { margin: 0; font: 600 clamp(23px, 4vw, 28px)/1.2 var(--serif); letter-spacing: -0.01em; text-wrap: balance; }
.number { display: block; margin-bottom: 6px; font: 500 13px/1.4 var(--sans); letter-spacing: 0.02em; color: var(--muted); }
.beside { display: grid; grid-template-columns: 1fr 1fr; gap: 16px 36px; margin: 20px 0 0; }
.beside h3 { margin: 0 0 4px; font: 650 13px/1.5 var(--sans); color: var(--muted); }
.beside p { margin: 0 0 6px; font-size: 15px; line-height: 1.55; }
.beside .paper p { font-family: var(--serif); font-style: italic; font-size: 16px; line-height: 1.5; }
.missing { color: var(--muted); }
figure { margin: 32px 0 0; break-inside: avoid; }
figcaption { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 18px; }
figcaption strong { font-weight: 650; font-size: 15px; margin-right: 4px; }
.key { display: inline-flex; align-items: center; gap: 7px; font-size: 13px; color: var(--muted); }
.key i { flex: none; display: inline-block; width: 20px; height: 0; border-top: 3px solid var(--c); }
.key i.dash { border-top-style: dashed; border-top-width: 2px; }
.key i.dot { width: 9px; height: 9px; border: 0; border-radius: 50%; background: var(--c); }
.key i.band { height: 12px; border: 0; background: var(--c); opacity: 0.3; border-radius: 2px; }
.note { margin: 14px 0 0; font-size: 14px; line-height: 1.5; color: var(--muted); }

.chart { display: block; width: 100%; height: auto; margin-top: 8px; font: 12px var(--sans); overflow: visible; --plot-background: var(--surface); }
.chart text { fill: var(--muted); white-space: pre; }
.chart [aria-label$='grid'] { stroke: var(--grid); stroke-opacity: 0.1; }
.narrow { display: none; }
@media screen and (max-width: 560px) { .wide { display: none; } .narrow { display: block; } }

details { margin: 14px 0 0; font-size: 14px; }
summary { cursor: pointer; color: var(--muted); width: fit-content; padding: 4px 0; }
summary:hover { color: var(--ink); }
.tables { padding: 4px 0 8px; }
.table-head { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 4px 16px; margin: 14px 0 6px; font-size: 13px; }
.table-head code { color: var(--muted); }
.scroll { overflow: auto; max-height: 420px; border: 1px solid var(--rule); border-radius: 8px; background: var(--card); }
.scroll.open { max-height: none; margin-top: 24px; }
table { width: 100%; border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 12px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--rule); }
tr:last-child > td { border-bottom: 0; }
th { position: sticky; top: 0; background: var(--card); font-weight: 600; color: var(--muted); }
th:first-child, td:first-child, .text { text-align: left; }
td.text { white-space: normal; overflow-wrap: break-word; }
tr.total td { font-weight: 650; }
.absent { color: var(--muted); }
code { font: 0.92em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
footer { padding-top: 64px; padding-bottom: 64px; color: var(--muted); font-size: 14px; }

@media (max-width: 560px) {
  main, header.masthead, footer { padding-left: 18px; padding-right: 18px; }
  header.masthead { padding-top: 36px; }
  .verdict { grid-template-columns: 1fr; }
  .beside { grid-template-columns: 1fr; }
  section { margin-top: 64px; }
  th, td { padding: 6px 10px; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print {
  body { font-size: 10.5pt; }
  nav, summary, .table-head a { display: none; }
  main, header.masthead, footer { max-width: none; padding-left: 0; padding-right: 0; }
  header.masthead { padding-top: 0; }
  section { margin-top: 32pt; }
  section > h2, .beside { break-after: avoid; }
  .scroll { overflow: visible; max-height: none; }
}
`;
