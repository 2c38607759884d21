/** Everything but the colours. */
export const layout = `
:root {
  --serif: Charter, 'Bitstream Charter', 'Iowan Old Style', 'Source Serif 4', 'Palatino Linotype', Georgia, ui-serif, serif;
  --sans: Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif;
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; scroll-padding-top: 64px; }
body { margin: 0; background: var(--surface); color: var(--ink); font: 16px/1.6 var(--sans); }
main, header.masthead, footer, nav.contents ul { max-width: 928px; margin: 0 auto; padding: 0 24px; }
a { color: inherit; text-decoration-color: var(--strong); text-underline-offset: 3px; }
a:hover { text-decoration-color: currentColor; }
:focus-visible { outline: 2px solid var(--python); outline-offset: 2px; border-radius: 3px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 12px; top: 12px; padding: 6px 12px; background: var(--card); z-index: 3; }
.mark { flex: none; width: 0.85em; height: 0.85em; fill: none; stroke: currentColor; stroke-width: 2.3; stroke-linecap: round; stroke-linejoin: round; vertical-align: -0.06em; }
code { font: 0.9em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }

header.masthead { display: grid; grid-template-columns: 1fr auto; gap: 36px 48px; padding-top: 56px; padding-bottom: 40px; }
header.masthead > .source, header.masthead > .facts { grid-column: 1 / -1; }
.kicker { margin: 0 0 12px; color: var(--muted); font-size: 13px; letter-spacing: 0.03em; }
h1 { margin: 0; font: 600 clamp(32px, 5.6vw, 52px)/1.06 var(--serif); letter-spacing: -0.018em; text-wrap: balance; }
.lede { margin: 26px 0 0; font-size: 18px; color: var(--muted); }
.score { display: flex; flex-wrap: wrap; gap: 12px 30px; margin: 8px 0 0; padding: 0; list-style: none; }
.score b { display: block; font: 600 44px/1.1 var(--serif); font-variant-numeric: tabular-nums lining-nums; color: var(--verdict); }
.score span { display: flex; align-items: center; gap: 6px; font-size: 14px; color: var(--verdict); }

.tower { align-self: end; }
.tower ol { list-style: none; margin: 0; padding: 0; }
.tower li > ol { display: flex; justify-content: center; }
.brick { display: flex; align-items: center; justify-content: center; gap: 4px; width: min(42px, (100vw - 64px) / 7); height: 30px; margin: 1px; border-radius: 3px; font-size: 11px; font-variant-numeric: tabular-nums; text-decoration: none; color: var(--verdict); background: color-mix(in srgb, var(--verdict) 13%, var(--surface)); border: 1px solid color-mix(in srgb, var(--verdict) 42%, transparent); }
.brick.not-tested { background: transparent; border-style: dashed; }
.brick:hover, .brick:focus-visible { background: var(--verdict); color: var(--surface); }
.ground { height: 0; margin: 3px -14px 0; border-top: 2px solid var(--strong); }

.source { margin: 0; padding: 13px 18px; border-left: 3px solid var(--inconclusive); background: var(--card); border-radius: 0 8px 8px 0; font-size: 15px; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(250px, 1fr)); gap: 18px 32px; margin: 0; }
.facts dt { font-size: 13px; color: var(--muted); }
.facts dd { margin: 0; font-size: 14px; line-height: 1.45; color: var(--muted); }
.facts strong { display: block; font: 600 20px/1.3 var(--serif); color: var(--ink); overflow-wrap: anywhere; }

nav.contents { position: sticky; top: 0; z-index: 2; background: color-mix(in srgb, var(--surface) 94%, transparent); backdrop-filter: blur(6px); border-block: 1px solid var(--rule); }
nav.contents ul { display: flex; justify-content: space-between; gap: 2px 13px; list-style: none; overflow-x: auto; scrollbar-width: none; padding-top: 9px; padding-bottom: 9px; font-size: 12.5px; white-space: nowrap; }
nav.contents a { display: block; padding: 2px 0; text-decoration: none; color: var(--muted); } nav.contents a:hover { color: var(--ink); text-decoration: underline; }

section { margin: 84px 0 0; }
section:first-child { margin-top: 48px; }
section > h2 { margin: 0; font: 600 clamp(24px, 3.6vw, 30px)/1.2 var(--serif); letter-spacing: -0.01em; text-wrap: balance; }
.number { display: block; margin-bottom: 6px; font: 500 13px/1.4 var(--sans); letter-spacing: 0.02em; color: var(--muted); }
.chips { display: flex; flex-wrap: wrap; gap: 6px; margin: 12px 0 0; padding: 0; list-style: none; }
.chip { display: inline-flex; align-items: center; gap: 5px; padding: 1px 9px; border-radius: 99px; border: 1px solid color-mix(in srgb, var(--verdict) 45%, transparent); color: var(--verdict); font-size: 13px; font-variant-numeric: tabular-nums; text-decoration: none; }
.chip:hover { background: color-mix(in srgb, var(--verdict) 14%, transparent); }
.beside { display: grid; grid-template-columns: 1fr 1fr; gap: 16px 40px; margin: 20px 0 0; }
.beside.pictured { grid-template-columns: 250px minmax(0, 1fr); }
.beside .shown { margin-top: 8px; }
.beside h3 { margin: 0 0 4px; font: 600 13px/1.5 var(--sans); color: var(--muted); }
.beside p:not(.download) { margin: 0 0 6px; font-size: 15px; line-height: 1.55; }
.beside .paper p:not(.download) { max-width: 640px; font-family: var(--serif); font-style: italic; font-size: 17px; line-height: 1.5; }
.missing, .absent { color: var(--muted); }
.note { max-width: 680px; margin: 18px 0 0; font-size: 14px; line-height: 1.5; color: var(--muted); }

.filter { display: flex; flex-wrap: wrap; gap: 8px; margin: 22px 0 0; padding: 0; border: 0; font-size: 14px; }
.filter legend { float: left; margin: 5px 6px 0 0; padding: 0; color: var(--muted); }
.filter label { position: relative; cursor: pointer; }
.filter input { position: absolute; inset: 0; margin: 0; opacity: 0; cursor: pointer; }
.filter span { display: flex; align-items: center; gap: 6px; padding: 4px 13px; border: 1px solid var(--rule); border-radius: 99px; color: var(--verdict, var(--ink)); }
.filter b { font-weight: 500; color: var(--muted); font-variant-numeric: tabular-nums; }
.filter input:checked + span { border-color: currentColor; background: color-mix(in srgb, currentColor 9%, transparent); }
.filter input:focus-visible + span { outline: 2px solid var(--python); outline-offset: 2px; }
.claims:has([value='confirmed']:checked) .claim:not(.confirmed), .claims:has([value='refuted']:checked) .claim:not(.refuted),
.claims:has([value='inconclusive']:checked) .claim:not(.inconclusive), .claims:has([value='not-tested']:checked) .claim:not(.not-tested) { display: none; }
.claim-list { margin: 18px 0 0; padding: 0; list-style: none; border-top: 1px solid var(--rule); }
.claim { display: grid; grid-template-columns: 116px minmax(0, 1fr) 204px; gap: 4px 22px; padding: 16px 0; border-bottom: 1px solid var(--rule); break-inside: avoid; }
.claim:target { background: color-mix(in srgb, var(--verdict) 8%, transparent); box-shadow: 0 0 0 10px color-mix(in srgb, var(--verdict) 8%, transparent); }
.claim p { margin: 0; font-size: 14px; line-height: 1.5; }
.claim .verdict { display: flex; align-items: baseline; gap: 7px; font-weight: 600; line-height: 1.6; color: var(--verdict); }
.claim h3 { margin: 0; font: 500 16px/1.45 var(--sans); }
.claim .id { color: var(--muted); font-variant-numeric: tabular-nums; margin-right: 3px; }
.claim .place { margin-top: 3px; color: var(--muted); font-size: 13px; }
.claim .place { display: flex; flex-wrap: wrap; gap: 0 14px; line-height: 24px; }
.claim .each, .parts b { color: var(--verdict); } .claim .each .mark, .parts .mark { margin-right: 5px; }
.claim details { margin-top: 2px; font-size: 13px; } .claim details p { margin: 6px 0 0; } .claim .test { color: var(--muted); }
.parts { margin: 6px 0 0; padding: 0; list-style: none; font-size: 14px; line-height: 1.5; overflow-wrap: anywhere; } .parts li { margin: 4px 0 0; }
.effect { font-variant-numeric: tabular-nums; } .effect strong { font-size: 16px; font-weight: 600; }
.effect .range, .effect .what, .claim .absent { color: var(--muted); font-size: 13px; line-height: 1.4; }
.interval { display: block; width: 100%; max-width: 190px; height: 22px; margin: 1px 0; overflow: visible; fill: none; }
.interval .base { stroke: var(--rule); } .interval .zero { stroke: var(--strong); stroke-dasharray: 2 2; }
.interval .bar { stroke: var(--verdict); stroke-width: 2; } .interval circle { fill: var(--verdict); }

.grid-head { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 20px; margin: 34px 0 0; }
.grid-head h3 { flex-basis: 100%; margin: 0; font: 600 16px/1.4 var(--sans); }
.key { display: inline-flex; align-items: center; gap: 7px; font-size: 13px; color: var(--muted); }
.key i { flex: none; width: 20px; height: 0; border-top: 3px solid var(--c); }
.key i.dash { border-top: 2px dashed var(--c); }
.key i.dot { width: 9px; height: 9px; border: 0; border-radius: 50%; background: var(--c); }
.key i.ring { width: 11px; height: 11px; border: 2px solid var(--c); border-radius: 50%; }
.key i.band { height: 12px; border: 0; background: var(--c); opacity: 0.3; border-radius: 2px; }
.grid { display: grid; gap: 26px 36px; margin: 14px 0 0; }
.columns-2 { grid-template-columns: repeat(2, minmax(0, 1fr)); } .columns-3 { grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 24px 20px; }
.columns-1 { grid-template-columns: minmax(0, 1fr); }
figure { margin: 0; break-inside: avoid; min-width: 0; }
figcaption { display: flex; align-items: center; gap: 8px; font-weight: 600; font-size: 14.5px; line-height: 1.4; }
figcaption i { flex: none; width: 9px; height: 9px; border-radius: 2px; background: var(--c); }
.empty .missing { margin: 10px 0 0; padding: 18px; border: 1px dashed var(--rule); border-radius: 8px; font-size: 14px; }

.chart { display: block; width: 100%; height: auto; margin-top: 2px; font: 11.5px var(--sans); overflow: visible; fill: currentColor; text-anchor: middle; --plot-background: var(--surface); }
.chart text { fill: var(--muted); white-space: pre; }
.chart .bar-name text { fill: var(--surface); paint-order: stroke; }
.chart [data-mark$='grid'] { stroke: var(--ink); stroke-opacity: 0.1; }
.stop > rect { fill: transparent; }
.tip { visibility: hidden; pointer-events: none; }
.stop:hover .tip { visibility: visible; }
.tip > path { stroke: var(--ink); stroke-opacity: 0.35; }
.tip > circle { stroke: var(--surface); stroke-width: 1.4; }
.tip > rect { fill: var(--card); stroke: var(--rule); }
.chart .tip text { fill: var(--ink); font-size: 11.5px; text-anchor: start; } .tip tspan { font-weight: 600; } .chart .tip .at { fill: var(--muted); }
.narrow { display: none; }

details { font-size: 14px; }
summary { cursor: pointer; color: var(--muted); width: fit-content; padding: 2px 0; } summary:hover { color: var(--ink); }
.numbers { margin: 20px 0 0; }
.scroll { overflow: auto; max-height: 420px; margin-top: 14px; border: 1px solid var(--rule); border-radius: 8px; background: var(--card); }
.shown { margin-top: 24px; } .across { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums; }
caption { padding: 0 0 6px; text-align: left; font-size: 13px; font-weight: 600; color: var(--muted); } .scroll caption { padding: 10px 12px 4px; }
th, td { padding: 6px 10px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--rule); }
.shown th:first-child, .shown td:first-child { padding-left: 0; } .shown th:last-child, .shown td:last-child { padding-right: 0; }
thead th { font-weight: 500; color: var(--muted); vertical-align: bottom; white-space: normal; border-bottom-color: var(--strong); }
.scroll thead th { position: sticky; top: 0; background: var(--card); white-space: nowrap; }
th:first-child, td:first-child, .text { text-align: left; } tbody th { font-weight: 500; }
td.text { white-space: normal; overflow-wrap: anywhere; }
tr.total > * { font-weight: 650; border-bottom: 0; }
.shown .download, .download { margin: 6px 0 0; font-size: 12.5px; color: var(--muted); }
footer { padding-top: 64px; padding-bottom: 64px; color: var(--muted); font-size: 14px; }

@media (max-width: 760px) {
  header.masthead { grid-template-columns: minmax(0, 1fr); padding-top: 36px; gap: 28px; }
  .tower { justify-self: center; }
  .claim { grid-template-columns: minmax(0, 1fr); }
  .beside, .beside.pictured, .columns-2, .columns-3 { grid-template-columns: minmax(0, 1fr); }
  .facts { grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); }
}
@media (max-width: 560px) {
  main, header.masthead, footer, nav.contents ul { padding-left: 18px; padding-right: 18px; }
  section { margin-top: 64px; }
  .score { justify-content: space-between; gap: 6px 8px; } .score b { font-size: 34px; } .score span { font-size: 12.5px; gap: 4px; }
}
@media screen and (max-width: 560px) { .wide { display: none; } .narrow { display: block; } .columns-2 .chart { font-size: 13px; } }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print {
  @page { margin: 16mm; }
  body { font-size: 10pt; }
  nav.contents, .filter, .download, .hover, .skip, .numbers, .claim summary { display: none; }
  .claim details::details-content { content-visibility: visible; height: auto; }
  main, header.masthead, footer { max-width: none; padding-left: 0; padding-right: 0; }
  header.masthead { padding-top: 0; }
  section { margin-top: 30pt; } section > h2, .beside, .grid-head { break-after: avoid; }
  .across { overflow: visible; } th, td { white-space: normal; }
}
`;
