import { accessSync, constants } from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { report as kind } from '../../src/tasks/report/kind.js';
import { run } from '../../src/tasks/report/run.js';
import { sampleClaims, sampleControls, sampleMeasurements, sampleUpstream, writeSample } from '../tasks/report-sample.js';
import { removeRigs, runTask, temporaryFolder } from '../tasks/task-rig.js';

/** A Chromium on the PATH; the report's look and accessibility can only be checked in a browser. */
function findChromium(): string | null {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const places = (process.env['PATH'] ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return places.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const chromium = findChromium();
const title = chromium === null ? 'the report in a browser: skipped (chromium not found)' : 'the report in a browser';
const phone = { width: 375, height: 812 };
const desktop = { width: 1280, height: 900 };
const schemes = ['light', 'dark'] as const;
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface Violation { readonly id: string; readonly help: string; readonly nodes: readonly { readonly html: string }[] }

describe.skipIf(chromium === null)(title, () => {
  let browser: Browser;
  let url: string;

  beforeAll(async () => {
    const measured = sampleMeasurements({ targets: ['php'], seeds: [1, 2] });
    const inputs = writeSample(temporaryFolder(), measured, { claims: sampleClaims(measured), controls: sampleControls(measured) });
    const { output } = await runTask(kind, run, { inputs, upstream: sampleUpstream() });
    // A browser tells what a file is by its name.
    const path = join(temporaryFolder(), 'report.html');
    await copyFile(output('report'), path);
    url = pathToFileURL(path).href;
    // Chromium's own sandbox does not start for root, as in a container.
    browser = await puppeteer.launch({ executablePath: chromium as string, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  });
  afterAll(async () => {
    await browser?.close();
    removeRigs();
  });

  async function open(viewport: { width: number; height: number }, scheme: typeof schemes[number] = 'light', bypassesPolicy = false): Promise<Page> {
    const page = await browser.newPage();
    await page.setBypassCSP(bypassesPolicy);
    await page.setViewport(viewport);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }, { name: 'prefers-reduced-motion', value: 'reduce' }]);
    return page;
  }

  const visible = (selector: string) => `[...document.querySelectorAll(${JSON.stringify(selector)})].filter((element) => element.checkVisibility({ visibilityProperty: true })).length`;

  it.each(schemes.flatMap((scheme) => [['phone', phone, scheme], ['desktop', desktop, scheme]] as const))('has no violation of WCAG 2 A and AA that axe finds, on a %s (%o, %s)', async (_, viewport, scheme) => {
    const page = await open(viewport, scheme, true);
    await page.goto(url);
    // Folded tables and reasons count as well.
    await page.evaluate('document.querySelectorAll("details").forEach((details) => { details.open = true; })');
    await page.evaluate(await readFile(axe, 'utf8'));
    const violations = await page.evaluate('axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"] }).then((results) => results.violations)') as Violation[];
    expect(violations.map(({ id, help, nodes }) => `${id}: ${help}, e.g. ${nodes[0]?.html.slice(0, 200) ?? ''}`)).toEqual([]);
    await page.close();
  }, 120_000);

  it.each([320, 375, 768])('does not scroll sideways at a width of %i', async (width) => {
    const page = await open({ width, height: 800 });
    await page.goto(url);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await page.close();
  });

  it('asks for nothing and breaks no policy of its own', async () => {
    const page = await open(desktop);
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(url);
    expect(requests).toEqual([url]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('shows the values under the pointer, and hides them again', async () => {
    const page = await open(desktop);
    await page.goto(url);
    const chart = await page.$('#figure-2 svg.chart');
    await chart?.scrollIntoView();
    const box = await chart?.boundingBox();
    if (!box) throw new Error('figure 2 has a picture');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    expect(await page.evaluate(visible('.tip'))).toBe(1);
    await page.mouse.move(2, 2);
    expect(await page.evaluate(visible('.tip'))).toBe(0);
    await page.close();
  });

  it('filters the claims from the keyboard', async () => {
    const page = await open(desktop);
    await page.goto(url);
    const all = await page.evaluate(visible('#claims .claim'));
    await page.focus('[name="verdict"][value="all"]');
    await page.keyboard.press('ArrowRight');
    const confirmed = await page.evaluate(visible('#claims .claim'));
    expect(all).toBe(28);
    expect(confirmed).toBe(await page.evaluate('document.querySelectorAll("#claims .claim.confirmed").length'));
    expect(confirmed).toBeLessThan(28);
    await page.close();
  });

  it('prints what a reader of paper needs: dark ink on white, every reason, no control', async () => {
    const page = await open(desktop, 'dark');
    await page.goto(url);
    await page.emulateMediaType('print');
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.evaluate(visible('nav.contents, .filter, .download, .numbers'))).toBe(0);
    expect(await page.evaluate(visible('.claim .test'))).toBe(28);
    expect(await page.evaluate(visible('svg.chart'))).toBe(await page.evaluate('document.querySelectorAll("figure svg.chart").length - document.querySelectorAll(".narrow svg").length'));
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000);
    await page.close();
  }, 120_000);
});
