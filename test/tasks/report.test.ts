import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/engine/json.js';
import { report as kind } from '../../src/tasks/report/kind.js';
import { readMeasurements, type ReportParameters } from '../../src/tasks/report/read-measurements.js';
import { run } from '../../src/tasks/report/run.js';
import { verdicts, type Verdict } from '../../src/tasks/report/verdicts.js';
import { writeSample, type SampleOptions } from './report-sample.js';
import { prepareTask, removeRigs, runTask, temporaryFolder, type TaskInputs } from './task-rig.js';

afterAll(removeRigs);

interface Rendered {
  readonly html: string;
  readonly data: string;
  readonly summary: { verdicts: Verdict[]; figures: { id: string; measured: string[] | null; reason?: string; files?: string[] }[]; source: string; metric: string };
  answer(id: Verdict['id']): string | undefined;
}

async function render(inputs: TaskInputs, parameters: JsonObject = {}): Promise<Rendered> {
  const { output } = await runTask(kind, run, { parameters, inputs });
  const summary = JSON.parse(await readFile(join(output('data'), 'figures.json'), 'utf8')) as Rendered['summary'];
  return {
    html: await readFile(output('report'), 'utf8'), data: output('data'), summary,
    answer: (id) => summary.verdicts.find((verdict) => verdict.id === id)?.answer,
  };
}

/** The first screen without the pictures. */
async function judge(inputs: TaskInputs): Promise<Record<string, Verdict>> {
  const { context } = prepareTask(kind, { inputs });
  const measured = await readMeasurements(context, context.parameters as unknown as ReportParameters);
  return Object.fromEntries(verdicts(measured).map((verdict) => [verdict.id, verdict]));
}

const sample = (options: SampleOptions = {}) => render(writeSample(temporaryFolder(), options));

describe('the report of a run that shows the effect', () => {
  let page: Rendered;
  let document: { querySelectorAll(selector: string): Iterable<{ id: string; textContent: string; getAttribute(name: string): string | null }> };
  const all = (selector: string) => [...document.querySelectorAll(selector)];
  beforeAll(async () => {
    page = await sample();
    document = (parseHTML(page.html) as { document: typeof document }).document;
  });

  it('answers yes to each question, with an interval over seeds', () => {
    expect(page.summary.verdicts.map(({ answer }) => answer)).toEqual(['yes', 'yes', 'yes', 'yes', 'yes']);
    for (const { sentence } of page.summary.verdicts) expect(sentence).toMatch(/95.% interval .* 3 seeds/);
  });

  it('says first that the world is a generated one', () => {
    expect(all('.source')[0]?.textContent).toContain('generated model world');
    expect(page.html.indexOf('generated model world')).toBeLessThan(page.html.indexOf('Did PHP rise'));
  });

  it('draws every figure, for a screen and for a phone', () => {
    const drawn = ['figure-1', 'figure-2', 'figure-3', 'figure-4', 'figure-5', 'figures-6-7', 'figure-8', 'figure-9'];
    for (const id of drawn) {
      expect(all(`#${id} .wide svg`).length, id).toBeGreaterThan(0);
      expect(all(`#${id} .narrow svg`)).toHaveLength(all(`#${id} .wide svg`).length);
    }
    expect(page.summary.figures.map(({ id }) => id).sort()).toEqual([...drawn, 'table-1', 'table-2'].sort());
  });

  it('has lines with coordinates in every picture', () => {
    for (const svg of all('svg.chart')) {
      const text = String(svg);
      expect(text).not.toMatch(/NaN|Infinity|undefined/);
      expect(text).toMatch(/<path d="M[\d.]+,[\d.]+[LC]/);
    }
  });

  it('puts the paper\'s finding beside this run\'s in every section', () => {
    const sections = all('section').filter(({ id }) => id !== 'provenance');
    for (const { id } of sections) expect(all(`#${id} .beside h3`).map(({ textContent }) => textContent)).toEqual(['The paper', 'This run']);
  });

  it('fetches nothing: no script, no address, no external file', () => {
    expect(page.html).not.toMatch(/https?:|<script|<link|<img|@import|url\(|\ssrc=/i);
    const targets = all('a').map((link) => link.getAttribute('href') ?? '');
    expect(targets.filter((href) => !href.startsWith('#') && !href.startsWith('data:text/csv'))).toEqual([]);
    expect(page.html).toContain('default-src \'none\'');
  });

  it('points each link of the contents to a section', () => {
    for (const link of all('nav a')) expect(all(link.getAttribute('href') ?? 'none')).toHaveLength(1);
  });

  it('carries the numbers of every picture as a table and as the same CSV', async () => {
    const links = all('a[download]');
    expect(links.length).toBeGreaterThan(10);
    for (const link of links) {
      const embedded = decodeURIComponent((link.getAttribute('href') ?? '').replace('data:text/csv;charset=utf-8,', ''));
      expect(embedded).toBe(await readFile(join(page.data, link.getAttribute('download') ?? ''), 'utf8'));
    }
    const files = page.summary.figures.flatMap((figure) => figure.files ?? []);
    expect((await readdir(page.data)).sort()).toEqual([...files, 'figures.json'].sort());
  });

  it('adapts to light, dark, phones and paper', () => {
    for (const query of ['prefers-color-scheme: dark', 'max-width: 560px', '@media print', 'prefers-reduced-motion']) expect(page.html).toContain(query);
  });

  it('tells where it came from', () => {
    const provenance = all('#provenance')[0]?.textContent ?? '';
    for (const part of ['acquisition', 'seed 1, 2, 3; step 5 to 1200 (31)', '"window"'.replaceAll('"', ''), '@observablehq/plot']) expect(provenance).toContain(part);
  });

  it('is the same page again from the same inputs', async () => {
    expect((await sample()).html).toBe(page.html);
  });
});

describe('verdicts', () => {
  const acquisitionOnly = { only: ['acquisition'] };
  const forMix = { only: ['acquisition', 'mix', 'sweep'] };
  const rising = (step: number) => 0.1 + 0.5 * step / 1200;

  it('say no to a curve that only rises', async () => {
    const inputs = writeSample(temporaryFolder(), { ...acquisitionOnly, performance: rising, noise: 0.005 });
    expect((await judge(inputs))['rise-and-fall']).toMatchObject({ answer: 'no' });
  });

  it('do not take the peaks of pure noise for a rise and fall', async () => {
    const inputs = writeSample(temporaryFolder(), { ...acquisitionOnly, performance: () => 0.35, noise: 0.04 });
    expect((await judge(inputs))['rise-and-fall']?.answer).not.toBe('yes');
  });

  it('stay inconclusive with one seed, however large the drop', async () => {
    const verdict = (await judge(writeSample(temporaryFolder(), { ...acquisitionOnly, seeds: [1] })))['rise-and-fall'];
    expect(verdict).toMatchObject({ answer: 'inconclusive' });
    expect(verdict?.sentence).toContain('one seed');
  });

  it('are the opposite when the required share rises', async () => {
    const inputs = writeSample(temporaryFolder(), { only: ['acquisition', 'requiredShare'] });
    for (const { path } of inputs['requiredShare'] ?? []) {
      const document = JSON.parse(await readFile(path, 'utf8')) as { curve: { share: number | null }[] };
      const curve = document.curve.map((point) => ({ ...point, share: point.share === null ? null : 1 - point.share }));
      await writeFile(path, JSON.stringify({ ...document, curve }));
    }
    expect((await judge(inputs))['required-share']).toMatchObject({ answer: 'no' });
  });

  it('compare the solved mix with the nearest run of the sweep, and say so', async () => {
    const verdict = (await judge(writeSample(temporaryFolder(), forMix)))['solved-mix'];
    expect(verdict?.sentence).toMatch(/the sweep's nearest to the solved [\d,]+\) against all 400,000/);
  });

  it('compare the solved mix\'s own run where it is given', async () => {
    const inputs = writeSample(temporaryFolder(), forMix);
    const solved = (inputs['sweep'] ?? []).filter(({ labels }) => labels['budget'] === 20_000);
    const verdict = (await judge({ ...inputs, solved }))['solved-mix'];
    expect(verdict?.sentence).toContain('(the solved mix)');
  });

  it('compare it with the run on the new language alone where both are given, seed by seed', async () => {
    const inputs = writeSample(temporaryFolder(), { only: ['acquisition', 'mix'] });
    // The peak of each seed's own run, as a solved mix that holds it would end.
    const solved = (inputs['acquisition'] ?? []).filter(({ labels }) => labels['step'] === 400);
    const verdict = (await judge({ ...inputs, solved }))['solved-mix'];
    expect(verdict?.sentence).toContain('against all of PHP with a trace of Python');
    expect(verdict?.sentence).toContain('3 seeds');
  });

  it('compare nothing when the solved mix keeps the whole corpus', async () => {
    const inputs = writeSample(temporaryFolder(), forMix);
    const path = inputs['mix']?.[0]?.path ?? '';
    const document = JSON.parse(await readFile(path, 'utf8')) as JsonObject;
    await writeFile(path, JSON.stringify({ ...document, nUse: 400_000 }));
    const verdict = (await judge(inputs))['solved-mix'];
    expect(verdict).toMatchObject({ answer: 'not measured' });
    expect(verdict?.sentence).toContain('keeps all of PHP');
  });

  it('judge each new language on its own', async () => {
    const php = writeSample(temporaryFolder(), acquisitionOnly);
    const go = writeSample(temporaryFolder(), { ...acquisitionOnly, performance: rising, noise: 0.005 });
    for (const { path } of go['acquisition'] ?? []) await writeFile(path, (await readFile(path, 'utf8')).replace('"language":"php"', '"language":"go"'));
    const { context } = prepareTask(kind, { inputs: { acquisition: [...php['acquisition'] ?? [], ...go['acquisition'] ?? []] } });
    const measured = await readMeasurements(context, context.parameters as unknown as ReportParameters);
    const rises = verdicts(measured).filter(({ id }) => id === 'rise-and-fall').map(({ language, answer }) => [language, answer]);
    expect(rises).toEqual([['php', 'yes'], ['go', 'no']]);
  });
});

describe('the report of less', () => {
  it('says of every figure that nothing was measured when nothing is given', async () => {
    const { summary, html } = await render({});
    expect(summary.figures.every(({ measured, reason }) => measured === null && reason !== undefined)).toBe(true);
    expect(summary.verdicts.every(({ answer }) => answer === 'not measured')).toBe(true);
    expect(html.match(/Not measured \(/g)).toHaveLength(summary.figures.length);
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('draws what is there when a probe is missing', async () => {
    const { summary } = await sample({ only: ['acquisition', 'requiredShare'] });
    const missing = summary.figures.filter(({ measured }) => measured === null).map(({ id }) => id);
    expect(missing).not.toContain('figure-2');
    expect(missing).toContain('figure-3');
  });

  it('draws bits per byte of real code, where no program was run', async () => {
    const { summary, html, answer } = await sample({ isRealCode: true });
    expect(summary).toMatchObject({ source: 'real', metric: 'bitsPerByte' });
    expect(html).toContain('These results come from real code');
    expect(html).toContain('lower is better');
    expect(answer('rise-and-fall')).toBe('yes');
    expect(answer('required-share')).toBe('not measured');
    expect(html).toContain('left-pad');
    expect(html).not.toMatch(/NaN|Infinity/);
  });

  it('stays with bits per byte when only the models from scratch met a benchmark, and says how many problems they solved', async () => {
    const inputs = writeSample(temporaryFolder(), { isRealCode: true });
    const { path } = inputs['scratchOriginal']?.[0] ?? { path: '' };
    const evaluation = JSON.parse(await readFile(path, 'utf8')) as JsonObject;
    const problems = [{ task_id: 'World/1', passed: false }, { task_id: 'World/2', passed: false }];
    await writeFile(path, JSON.stringify({ ...evaluation, problems, passed: 0, total: 2, passRate: 0 }));
    const { summary, html } = await render(inputs);
    expect(summary).toMatchObject({ metric: 'bitsPerByte' });
    expect(html).toContain('of 2 benchmark problems put to its models from scratch, 0 were solved');
  });

  it('keeps a null with its reason out of the pictures', async () => {
    const inputs = writeSample(temporaryFolder(), { only: ['workingLanguage'] });
    for (const { path } of inputs['workingLanguage'] ?? []) await writeFile(path, JSON.stringify({ target: 'php', workingShare: null, coverage: null, reason: 'no known identifier' }));
    const { summary } = await render(inputs);
    expect(summary.figures.find(({ id }) => id === 'figure-3')).toMatchObject({ measured: null, reason: 'no known identifier' });
  });

  it('escapes what it shows', async () => {
    const { html } = await render({}, { title: '<b>&"' });
    expect(html).toContain('<h1>&lt;b&gt;&amp;&quot;</h1>');
  });
});
