import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

interface Step {
  readonly command: string;
  readonly output: string;
}

/** The commands of the tour with what the README says that they print. */
function tour(): readonly Step[] {
  const section = readme.slice(readme.indexOf('## Five minutes'), readme.indexOf('## The flagship'));
  const blocks = [...section.matchAll(/^```console\n(.*?)^```$/gms)].map(([, block = '']) => block);
  return blocks.flatMap((block) => block.split(/^\$ /m).slice(1)).map((step) => {
    const [command = '', ...lines] = step.split('\n');
    return { command, output: lines.join('\n') };
  });
}

/** What differs from run to run and machine to machine: times, ids and dates of runs, and how many cores there are. */
function settled(text: string): string {
  return text
    .replaceAll(/\b[0-9A-HJKMNP-TV-Z]{26}\b/g, '<run>')
    .replaceAll(/\d{4}-\d{2}-\d{2} \d{2}:\d{2} UTC/g, '<date>')
    .replaceAll(/\b\d+(?:\.\d+)?(?:ms|s|m)\b(?: \d+(?:\.\d+)?s\b)?/g, '<time>')
    .replaceAll(/\bon \d+ cores?\b/g, 'on <cores>')
    // Columns are as wide as what is in them.
    .replaceAll(/(?<=\S) {2,}/g, '  ')
    // Which of two equally long chains is named depends on the times.
    .replaceAll(/^longest chain: .*$/gm, 'longest chain')
    .trimEnd();
}

describe('the tour in the README', () => {
  let folder = '';
  let directory = '';
  beforeAll(async () => {
    if (!existsSync(main)) throw new Error('dist/cli/main.js is missing: run `npm run build` first');
    folder = await mkdtemp(join(tmpdir(), 'pipelines-tour-'));
    directory = folder;
    mkdirSync(join(folder, 'bin'));
    // As on a machine where the package is installed: npx starts its command.
    writeFileSync(join(folder, 'bin', 'npx'), `#!/bin/sh\nshift\nexec "${process.execPath}" "${main}" "$@"\n`);
    chmodSync(join(folder, 'bin', 'npx'), 0o755);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has something to execute', () => {
    expect(tour().length).toBeGreaterThan(8);
  });

  it.each(tour())('prints word for word what it says: $command', async ({ command, output }) => {
    const change = /^cd (\S+)$/.exec(command);
    if (change?.[1] !== undefined) {
      directory = join(directory, change[1]);
      return;
    }
    const environment = { PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: folder };
    const { stdout, stderr } = await promisify(execFile)('bash', ['-o', 'pipefail', '-c', command], { cwd: directory, env: environment });
    expect(stderr).toBe('');
    expect(settled(stdout)).toBe(settled(output));
  });
});
