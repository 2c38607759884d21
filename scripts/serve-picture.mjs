// Takes docs/serve.png: the page of a run of babel-tower's smoke profile while it goes on. C++ gets so few tokens that nothing
// can be trained on them, so that there is something to be seen of failures, too. Needs a Chromium on the PATH and the built dist/.
//   node scripts/serve-picture.mjs [docs/serve.png]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import puppeteer from 'puppeteer-core';

const picture = process.argv[2] ?? 'docs/serve.png';
const main = resolve('dist/cli/main.js');
const project = mkdtempSync(join(tmpdir(), 'pipelines-picture-'));
const pipelines = (...args) => execa(process.execPath, [main, ...args], { cwd: project, reject: false, stdin: 'ignore' });

const run = pipelines('run', 'babel-tower.yaml', '--profile', 'smoke', '--keep-going', '-p', 'languages.cpp.tokens=60');
const server = pipelines('serve', '--port', '0');
const browser = await puppeteer.launch({ executablePath: await chromium(), args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
try {
  await photograph(await addressOf(server));
} finally {
  await browser.close();
  run.kill('SIGTERM');
  server.kill('SIGINT');
  await Promise.all([run, server]);
  rmSync(project, { recursive: true, force: true, maxRetries: 5 });
}

async function chromium() {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    const { stdout, failed } = await execa('which', [name], { reject: false });
    if (!failed) return stdout;
  }
  throw new Error('no Chromium on the PATH');
}

async function addressOf({ stdout }) {
  for await (const part of stdout) {
    const found = /http:\S+/.exec(String(part));
    if (found) return found[0];
  }
  throw new Error('the server ended');
}

async function photograph(address) {
  const page = await browser.newPage();
  await page.setViewport({ width: 1400, height: 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
  await page.goto(address);
  await (await page.waitForSelector('.runs tbody a', { timeout: 60_000 })).click();
  const failed = await page.waitForSelector('.facts a.failed', { timeout: 120_000 });
  await failed.click();
  const task = await (await page.waitForSelector('.tasks tbody a')).evaluate((link) => link.textContent);
  await page.goto(page.url().replace(/\/tasks.*/, `/overview?${new URLSearchParams({ task })}`));
  // Mid-way: some hundred tasks done, two at work.
  await page.waitForFunction(() => [...document.querySelectorAll('.facts li')].some(({ textContent }) => /\d{3}\s*executed/.test(textContent ?? '')) && document.querySelector('.facts a.running'), { timeout: 120_000 });
  await page.screenshot({ path: picture });
}
