import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { report as kind } from '../../src/tasks/report/kind.js';
import { run } from '../../src/tasks/report/run.js';
import { sampleClaims, sampleControls, sampleMeasurements, sampleUpstream, writeSample } from '../tasks/report-sample.js';
import { removeRigs, runTask, temporaryFolder } from '../tasks/task-rig.js';
import { chromium, launchBrowser, prefer, schemes, violationsOn, type Scheme } from './browser.js';

const title = chromium === null ? 'the report in a browser: skipped (chromium not found)' : 'the report in a browser';
const phone = { width: 375, height: 812 };
const desktop = { width: 1280, height: 900 };

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
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    removeRigs();
  });

  async function open(viewport: { width: number; height: number }, scheme: Scheme = 'light', bypassesPolicy = false): Promise<Page> {
    const page = await browser.newPage();
    await page.setBypassCSP(bypassesPolicy);
    await page.setViewport(viewport);
    await prefer(page, scheme);
    return page;
  }

  const visible = (selector: string) => `[...document.querySelectorAll(${JSON.stringify(selector)})].filter((element) => element.checkVisibility({ visibilityProperty: true })).length`;

  it.each(schemes.flatMap((scheme) => [['phone', phone, scheme], ['desktop', desktop, scheme]] as const))('has no violation of WCAG 2 A and AA that axe finds, on a %s (%o, %s)', async (_, viewport, scheme) => {
    const page = await open(viewport, scheme, true);
    await page.goto(url);
    // Folded tables and reasons count as well.
    await page.evaluate('document.querySelectorAll("details").forEach((details) => { details.open = true; })');
    expect(await violationsOn(page)).toEqual([]);
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
