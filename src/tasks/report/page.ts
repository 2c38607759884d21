import type { Figure } from './figure.js';
import { whole } from './text.js';
import { escape } from './html.js';
import type { Measurements } from './measurements.js';
import type { Provenance } from './provenance.js';
import { section, tableHtml } from './sections.js';
import { style } from './style.js';
import type { Answer, Verdict } from './verdicts.js';

export interface Page {
  readonly title: string;
  readonly source: Measurements['source'];
  readonly metric: Measurements['metric'];
  readonly benchmarks: Measurements['benchmarks'];
  readonly verdicts: readonly Verdict[];
  readonly figures: readonly Figure[];
  readonly provenance: Provenance;
}

/** One HTML file that needs nothing else: the content policy forbids every fetch. */
export function renderPage({ title, source, metric, benchmarks, verdicts, figures, provenance }: Page): string {
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
<header class="masthead">
<p class="kicker">Replication report on arXiv 2412.07298</p>
<h1>${escape(title)}</h1>
${sourceHtml(source, metric, benchmarks)}
<ul class="verdicts">
${verdicts.map(verdictHtml).join('\n')}
</ul>
<nav aria-label="Contents"><ul>${figures.map(({ id, number }) => `<li><a href="#${id}">${escape(number)}</a></li>`).join('')}<li><a href="#provenance">Provenance</a></li></ul></nav>
</header>
<main>
${figures.map(section).join('')}${provenanceHtml(provenance)}</main>
<footer>Intervals are 95 % by Student's t over seeds, or over problems where there is one seed. A dash is a number that was not measured.</footer>
</body>
</html>
`;
}

function sourceHtml(source: Page['source'], metric: Page['metric'], benchmarks: Page['benchmarks']): string {
  const measure = metric === 'passRate' ? '' : ` Performance is bits per byte of held-out text${benchmarkText(benchmarks)}.`;
  return source === 'generated'
    ? `<p class="source"><strong>These results come from a generated model world,</strong> not from GitHub code: small programs drawn from one inventory of concepts and a model small enough for a laptop. They can show whether the paper's mechanism appears, not confirm its numbers.${measure}</p>`
    : `<p class="source"><strong>These results come from real code,</strong> at a scale far below the paper's.${measure}</p>`;
}

function benchmarkText(benchmarks: Page['benchmarks']): string {
  if (benchmarks.length === 0) return '; no program was run, and pass rates are unknown';
  const sum = (of: 'passed' | 'total') => whole(benchmarks.reduce((total, score) => total + score[of], 0));
  return `: of ${sum('total')} benchmark problems put to its models from scratch, ${sum('passed')} were solved (Table 2)`;
}

/** Shapes as well as colours tell the answers apart. */
const marks: Readonly<Record<Answer, string>> = {
  yes: '<path d="M2 7.5 5.2 11 12 3"/>',
  no: '<path d="M3 3 11 11M11 3 3 11"/>',
  inconclusive: '<path d="M1.5 8.5C3.5 4.5 5.5 4.5 7 7S10.500 9.500 12.500 5.500"/>',
  'not measured': '<path d="M3 7H11"/>',
};

function verdictHtml({ question, answer, sentence }: Verdict): string {
  const icon = `<svg viewBox="0 0 14 14" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${marks[answer]}</svg>`;
  return `<li class="verdict"><div class="answer ${answer.replace(' ', '-')}">${icon}${answer.charAt(0).toUpperCase()}${answer.slice(1)}</div><div><h2>${escape(question)}</h2><p>${escape(sentence)}</p></div></li>`;
}

function provenanceHtml({ parameters, inputs, software }: Provenance): string {
  return `<section id="provenance">
<h2><span class="number">Provenance</span>What this page was made from</h2>
<p class="note">The digest of every input is in the action record of this task; the inputs and their labels were these.</p>
${[inputs, parameters, software].map((table) => `<div class="scroll open">${tableHtml(table)}</div>`).join('\n')}
</section>
`;
}
