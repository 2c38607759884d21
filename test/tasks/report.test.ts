import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/engine/json.js';
import type { UpstreamTask } from '../../src/engine/task-kind.js';
import type { Measurements } from '../../src/tasks/collect-measurements/measurements.js';
import type { ClaimRow, ControlRow } from '../../src/tasks/compare-claims/rows.js';
import { report as kind } from '../../src/tasks/report/kind.js';
import { run } from '../../src/tasks/report/run.js';
import { coursesOf } from '../../src/tasks/report/tower.js';
import { sampleClaims, sampleControls, sampleMeasurements, sampleUpstream, writeSample } from './report-sample.js';
import { removeRigs, runTask, temporaryFolder } from './task-rig.js';

afterAll(removeRigs);

interface Element { readonly id: string; readonly textContent: string; getAttribute(name: string): string | null; querySelectorAll(selector: string): Iterable<Element> }

interface Rendered {
  readonly html: string;
  readonly data: string;
  readonly summary: { figures: { id: string; measured: string[] | null; reason?: string; files?: string[] }[]; claims: ClaimRow[] | null; source: string; metric: string };
  all(selector: string): Element[];
}

interface Given {
  readonly claims?: readonly ClaimRow[];
  readonly controls?: readonly ControlRow[];
  readonly upstream?: readonly UpstreamTask[];
  readonly parameters?: JsonObject;
}

async function render(measured: Measurements, { claims, controls, upstream = [], parameters = {} }: Given = {}): Promise<Rendered> {
  const inputs = writeSample(temporaryFolder(), measured, { ...(claims === undefined ? {} : { claims }), ...(controls === undefined ? {} : { controls }) });
  const { output } = await runTask(kind, run, { inputs, upstream, parameters });
  const html = await readFile(output('report'), 'utf8');
  const { document } = parseHTML(html) as unknown as { document: Element };
  return {
    html, data: output('data'), all: (selector) => [...document.querySelectorAll(selector)],
    summary: JSON.parse(await readFile(join(output('data'), 'figures.json'), 'utf8')) as Rendered['summary'],
  };
}

const inOrder = ['figure-1', 'table-1', 'figure-2', 'figure-3', 'figure-4', 'figure-5', 'figure-6', 'figure-7', 'table-2', 'figure-8', 'figure-9', 'exposure-controls', 'null-controls'];

describe('the report of a whole run', () => {
  const measured = sampleMeasurements();
  const claims = sampleClaims(measured);
  const controls = sampleControls(measured);
  let page: Rendered;
  beforeAll(async () => {
    page = await render(measured, { claims, controls, upstream: sampleUpstream() });
  });

  it('says first how many claims hold', () => {
    const counts = page.all('.score li').map(({ textContent }) => textContent);
    const count = (verdict: string) => claims.filter((claim) => claim.verdict === verdict).length;
    expect(counts).toEqual([`${count('confirmed')}confirmed`, `${count('refuted')}refuted`, `${count('inconclusive')}inconclusive`, `${count('not-tested')}not tested`]);
    expect(page.all('.lede')[0]?.textContent).toContain('28 claims');
  });

  it('has a brick and a row for each claim, with the same verdict', () => {
    expect(page.all('.brick')).toHaveLength(28);
    for (const { id, verdict, claim } of claims) {
      expect(page.all(`a.brick.${verdict}[href="#claim-${id}"]`), claim).toHaveLength(1);
      expect(page.all(`#claim-${id}.${verdict} h3`)[0]?.textContent).toContain(claim);
    }
  });

  it('shows each effect with its interval, each reason, and what would test what was not tested', () => {
    for (const { id, interval, effect, command, verdict } of claims) {
      expect(page.all(`#claim-${id} .interval`)).toHaveLength(effect !== null && interval !== null ? 1 : 0);
      const text = page.all(`#claim-${id} details`)[0]?.textContent ?? '';
      expect(text).toContain('Test: ');
      if (verdict === 'not-tested' && command !== undefined) expect(text).toContain(command);
    }
  });

  it('says which world it is from, what ran, how long and on what', () => {
    expect(page.all('.source')[0]?.textContent).toContain('generated model world');
    const facts = page.all('.facts')[0]?.textContent ?? '';
    for (const fact of ['12 runs', '3 seeds a language', 'Python, then PHP, C#, Go and C++', '2h 4m', '750 tasks', 'laptop', 'Node.js 20.19.0']) expect(facts).toContain(fact);
  });

  it('prints the paper\'s figures and tables in its order, then the controls', () => {
    expect(page.summary.figures.map(({ id }) => id)).toEqual(inOrder);
    expect(page.all('main section').map(({ id }) => id)).toEqual(['claims', ...inOrder.slice(0, 11), 'controls', ...inOrder.slice(11), 'provenance']);
    expect(page.summary.figures.filter((figure) => figure.measured === null)).toEqual([]);
  });

  it('draws a picture a language, and one for all in Figure 1', () => {
    const pictures = (id: string) => page.all(`#${id} figure`).length;
    expect(pictures('figure-1')).toBe(2);
    for (const id of ['figure-3', 'figure-4', 'figure-6', 'figure-7', 'figure-8']) expect(pictures(id), id).toBe(4);
    for (const id of ['figure-2', 'figure-9']) expect(pictures(id), id).toBe(8);
    expect(pictures('figure-5')).toBe(12);
    for (const language of ['PHP', 'C#', 'Go', 'C++']) expect(page.all('#figure-2 figcaption').some(({ textContent }) => textContent === language), language).toBe(true);
  });

  it('has lines with coordinates in every picture, and a name', () => {
    for (const svg of page.all('svg.chart')) {
      expect(String(svg)).not.toMatch(/NaN|Infinity|undefined/);
      expect(svg.getAttribute('aria-label')).toMatch(/\w/);
    }
    expect(page.all('#figure-7 svg.chart').every((svg) => /<path d="M[\d.]+,[\d.]+[LC]/.test(String(svg)))).toBe(true);
  });

  it('gives the pointer each value with its error, without a script', () => {
    const stops = page.all('#figure-2 figure')[0]?.querySelectorAll('.stop') ?? [];
    const texts = [...stops].map(({ textContent }) => textContent);
    expect(texts).toHaveLength(31);
    expect(texts[10]).toMatch(/^step 200PHP \d\d\.\d ± \d\.\d$/);
  });

  it('puts the paper\'s finding beside this run\'s in every section', () => {
    for (const id of inOrder.slice(0, 11)) expect(page.all(`#${id} .beside h3`).map(({ textContent }) => textContent), id).toEqual(['The paper', 'This run']);
  });

  it('sets the paper\'s Table 2 beside ours at each size and benchmark, with paired intervals', () => {
    for (const [name, theirs] of [['small-first', '32.9'], ['small-second', '46.3'], ['large-first', '44.9'], ['large-second', '64.8']] as const) {
      const table = page.all('#table-2 .shown').find(({ textContent }) => textContent.includes(`table-2-${name}.csv`));
      expect(table?.textContent, name).toContain(theirs);
      expect(table?.textContent).toMatch(/\[−?\d+\.\d, −?\d+\.\d\]/);
    }
  });

  it('gives one interval for one difference, in the table and in the claim', () => {
    const own = sampleClaims(measured, 2000).find(({ id }) => id === 25)?.perLanguage.find(({ name }) => name.startsWith('small') && name.includes('first'));
    const [low, high] = (own?.interval ?? []).map((bound) => (100 * bound).toFixed(1).replace('-', '−'));
    expect(page.all('#table-2 tr.total')[0]?.textContent).toContain(`[${low ?? ''}, ${high ?? ''}]`);
  });

  it('links each figure to its claims and each claim to its figure', () => {
    for (const { id, figure } of claims) {
      expect(page.all(`#${figure} .chip[href="#claim-${id}"]`)).toHaveLength(1);
      expect(page.all(`#claim-${id} .place a`)[0]?.getAttribute('href')).toBe(`#${figure}`);
    }
    for (const link of page.all('a[href^="#"]')) expect(page.all(link.getAttribute('href') ?? 'none'), link.getAttribute('href') ?? '').toHaveLength(1);
  });

  it('shows each control with what was expected of it', () => {
    for (const { id, expectation } of controls) expect(page.all(`#control-${id} .place`)[0]?.textContent).toContain(expectation);
  });

  it('fetches nothing: no script, no address, no external file', () => {
    expect(page.html).not.toMatch(/https?:|<script|<link|<img|@import|url\(|\ssrc=/i);
    const targets = page.all('a').map((link) => link.getAttribute('href') ?? '');
    expect(targets.filter((href) => !href.startsWith('#') && !href.startsWith('data:text/csv'))).toEqual([]);
    expect(page.html).toContain('default-src \'none\'');
  });

  it('carries the numbers of every picture as a table and as the same CSV', async () => {
    const links = page.all('a[download]').filter((link) => !link.getAttribute('download')?.startsWith('provenance-'));
    expect(links.length).toBeGreaterThan(40);
    for (const link of links) {
      const embedded = decodeURIComponent((link.getAttribute('href') ?? '').replace('data:text/csv;charset=utf-8,', ''));
      expect(embedded).toBe(await readFile(join(page.data, link.getAttribute('download') ?? ''), 'utf8'));
    }
    const files = page.summary.figures.flatMap((figure) => figure.files ?? []);
    expect(new Set(files).size).toBe(files.length);
    expect((await readdir(page.data)).sort()).toEqual([...files, 'figures.json', 'tasks.csv'].sort());
  });

  it('ends with where it came from: software, seeds, and every fingerprint', async () => {
    const provenance = page.all('#provenance')[0]?.textContent ?? '';
    for (const part of ['@observablehq/plot', 'acquisition-evaluation', '5 to 1,200 (31)', 'window']) expect(provenance).toContain(part);
    const tasks = await readFile(join(page.data, 'tasks.csv'), 'utf8');
    for (const { fingerprint } of sampleUpstream()) expect(tasks).toContain(fingerprint);
  });

  it('is the same page again from the same inputs', async () => {
    expect((await render(sampleMeasurements(), { claims, controls, upstream: sampleUpstream() })).html).toBe(page.html);
  });
});

describe('the report of less', () => {
  const little = { targets: ['php'], seeds: [1] };
  const empty = (): Measurements => Object.fromEntries(Object.entries(sampleMeasurements(little)).map(([name, value]) => [name, Array.isArray(value) && name !== 'targets' ? [] : value])) as unknown as Measurements;

  it('says of every figure why nothing was measured when nothing was', async () => {
    const { summary, html } = await render(empty());
    expect(summary.figures.every(({ measured, reason }) => measured === null && reason !== undefined)).toBe(true);
    expect(html.match(/Not measured: /g)).toHaveLength(summary.figures.length);
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('says that nothing was judged, and that it does not know the machine, where it was given neither', async () => {
    const page = await render(empty());
    expect(page.all('.lede')[0]?.textContent).toContain('were not judged');
    expect(page.all('#claims')).toHaveLength(0);
    expect(page.all('.facts')[0]?.textContent).toContain('not known');
  });

  it('draws one seed without bands or intervals', async () => {
    const page = await render(sampleMeasurements(little));
    expect(page.all('#figure-3 figure')).toHaveLength(1);
    expect(page.html).not.toMatch(/NaN|Infinity|undefined/);
    expect(page.all('#figure-2 .stop')[3]?.textContent).not.toContain('±');
  });

  it('draws bits per byte of real code, where no program was run', async () => {
    const { summary, html, all } = await render(sampleMeasurements({ ...little, isRealCode: true }));
    expect(summary).toMatchObject({ source: 'real', metric: 'bitsPerByte' });
    expect(html).toContain('These results come from real code');
    expect(html).toContain('lower is better');
    expect(html).toContain('of 2 benchmark problems put to its models from scratch, 0 were solved');
    expect(html).toContain('left-pad');
    expect(all('#figure-2 .empty')[0]?.textContent).toContain('Not measured');
    expect(html).not.toMatch(/NaN|Infinity/);
  });

  it('keeps a null with its reason out of the pictures', async () => {
    const measured = empty();
    const point = { ...sampleMeasurements(little).workingShare[0], value: null, coverage: null, reason: 'no known identifier' };
    const { summary } = await render({ ...measured, workingShare: [point as Measurements['workingShare'][number]] });
    expect(summary.figures.find(({ id }) => id === 'figure-3')).toMatchObject({ measured: null, reason: 'no known identifier' });
  });

  it('escapes what it shows', async () => {
    const { html } = await render(empty(), { parameters: { title: '<b>&"' } });
    expect(html).toContain('<h1>&lt;b&gt;&amp;&quot;</h1>');
  });
});

describe('the tower', () => {
  it('is seven courses of seven to one for the 28 claims', () => {
    expect(coursesOf(Array.from({ length: 28 }, (_, index) => index)).map((course) => course.length)).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });

  it('loses no brick, whatever their number', () => {
    for (let count = 0; count < 40; count++) expect(coursesOf(Array.from({ length: count }, (_, index) => index)).flat()).toHaveLength(count);
  });
});
