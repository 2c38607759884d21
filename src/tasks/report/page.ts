import type { Measurements } from '../collect-measurements/measurements.js';
import type { ClaimRow, ControlRow } from '../compare-claims/rows.js';
import { claimsSection } from './claims-section.js';
import { controlsSection } from './controls-section.js';
import type { Figure } from './figure.js';
import { escape } from './html.js';
import type { Fact } from './overview.js';
import type { Provenance } from './provenance.js';
import { section, shownTable } from './sections.js';
import { style } from './style.js';
import { downloadHtml } from './table-html.js';
import { whole } from './text.js';
import { towerHtml } from './tower.js';
import { countOf, markSvg, verdictNames, verdicts } from './verdicts.js';

export interface Page {
  readonly title: string;
  readonly measured: Measurements;
  /** Null where nothing judged them. */
  readonly claims: readonly ClaimRow[] | null;
  readonly controls: readonly ControlRow[];
  readonly facts: readonly Fact[];
  readonly figures: readonly Figure[];
  readonly provenance: Provenance;
}

/** One HTML file that needs nothing else and runs no script: the content policy forbids both. */
export function renderPage({ title, measured, claims, controls, facts, figures, provenance }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(title)}: replication report</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the results</a>
<header class="masthead">
<div class="lead">
<p class="kicker">Replication report · arXiv 2412.07298</p>
<h1>${escape(title)}</h1>
${scoreHtml(claims)}
</div>
${claims === null ? '' : towerHtml(claims)}
${sourceHtml(measured)}
<dl class="facts">${facts.map(({ name, value, detail }) => `<div><dt>${escape(name)}</dt><dd><strong>${escape(value)}</strong> ${escape(detail)}</dd></div>`).join('\n')}</dl>
</header>
<nav class="contents" aria-label="Contents"><ul>${contents(figures, claims !== null, controls.length > 0)}</ul></nav>
<main id="main">
${claims === null ? '' : claimsSection(claims, figures)}${figures.filter((figure) => !isControl(figure)).map((figure) => section(figure, claims ?? [])).join('')}${controlsSection(controls, figures)}${figures.filter(isControl).map((figure) => section(figure, claims ?? [])).join('')}${provenanceHtml(provenance)}</main>
<footer>Intervals are 95 %. Bands are one standard error over seeds. A dash is a number that was not measured. This page loads nothing and runs no script; every number is in its tables, and each table is a file.</footer>
</body>
</html>
`;
}

function scoreHtml(claims: readonly ClaimRow[] | null): string {
  if (claims === null) return '<p class="lede">The claims of the paper were not judged in this run; the figures show what it measured.</p>';
  const counts = verdicts.map((verdict) => ({ verdict, count: countOf(claims, verdict) }));
  return `<p class="lede">Of the paper's ${claims.length} claims, this run finds</p>
<ul class="score">${counts.map(({ verdict, count }) => `<li class="${verdict}"><b>${count}</b><span>${markSvg(verdict)}${verdictNames[verdict].toLowerCase()}</span></li>`).join('')}</ul>`;
}

function sourceHtml({ source, metric, benchmarks }: Measurements): string {
  const measure = metric === 'passRate' ? '' : ` Performance is bits per byte of held-out text${benchmarkText(benchmarks)}.`;
  return source === 'generated'
    ? `<p class="source"><strong>These results come from a generated model world,</strong> not from GitHub code: small programs drawn from one inventory of concepts and a model small enough for a laptop. They can show whether the paper's mechanism appears, not confirm its numbers.${measure}</p>`
    : `<p class="source"><strong>These results come from real code,</strong> at a scale far below the paper's.${measure}</p>`;
}

function benchmarkText(benchmarks: Measurements['benchmarks']): string {
  if (benchmarks.length === 0) return '; no program was run, and pass rates are unknown';
  const sum = (of: 'passed' | 'total') => whole(benchmarks.reduce((total, score) => total + score[of], 0));
  return `: of ${sum('total')} benchmark problems put to its models from scratch, ${sum('passed')} were solved (Table 2)`;
}

function isControl({ number }: Figure): boolean {
  return number === 'Control';
}

function contents(figures: readonly Figure[], hasClaims: boolean, hasControls: boolean): string {
  const entries = [
    ...(hasClaims ? [{ id: 'claims', name: 'Claims' }] : []),
    ...figures.filter((figure) => !isControl(figure)).map(({ id, number }) => ({ id, name: number.replace(/ \(.*/, '') })),
    ...figures.filter(isControl).slice(0, 1).map(({ id }) => ({ id: hasControls ? 'controls' : id, name: 'Controls' })),
    { id: 'provenance', name: 'Provenance' },
  ];
  return entries.map(({ id, name }) => `<li><a href="#${id}">${escape(name)}</a></li>`).join('');
}

function provenanceHtml({ shown, tasks }: Provenance): string {
  return `<section id="provenance">
<h2><span class="number">Provenance</span>What this page was made from</h2>
<p class="note">A task's fingerprint is the digest of all that can change its result: code, parameters, inputs. The same fingerprint means the same result; <code>pipelines show</code> tells how one was made.</p>
${shown.map((table) => shownTable(table)).join('\n')}
${tasks.rows.length === 0 ? '' : downloadHtml(tasks)}
</section>
`;
}
