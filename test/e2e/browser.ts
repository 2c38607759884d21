import { accessSync, constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';

/** A Chromium on the PATH; looks and accessibility can only be checked in a browser. */
export const chromium = findChromium();

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

export function launchBrowser(): Promise<Browser> {
  if (chromium === null) throw new Error('chromium not found');
  // Chromium's own sandbox does not start for root, as in a container.
  return puppeteer.launch({ executablePath: chromium, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}

export const schemes = ['light', 'dark'] as const;
export type Scheme = (typeof schemes)[number];

export function prefer(page: Page, scheme: Scheme): Promise<void> {
  return page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }, { name: 'prefers-reduced-motion', value: 'reduce' }]);
}

interface Violation { readonly id: string; readonly help: string; readonly nodes: readonly { readonly html: string }[] }

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe has against the page by WCAG 2 A and AA, in words. The page's policy must let the test's script in (`setBypassCSP`). */
export async function violationsOn(page: Page): Promise<readonly string[]> {
  if (!await page.evaluate('"axe" in window')) await page.evaluate(await readFile(axe, 'utf8'));
  const violations = await page.evaluate('axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"] }).then((results) => results.violations)') as Violation[];
  return violations.map(({ id, help, nodes }) => `${id}: ${help}, e.g. ${nodes[0]?.html.slice(0, 200) ?? ''}`);
}
