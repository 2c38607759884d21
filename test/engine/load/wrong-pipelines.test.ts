import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parseAssignments } from '../../../src/cli/assignments.js';
import { refusalOf } from '../../../src/cli/load.js';
import { readPipelineFile } from '../../../src/cli/pipeline-file.js';
import { Refusal, type Shell } from '../../../src/cli/shell.js';
import { openCache } from '../../../src/engine/cache/open-cache.js';
import { loadPipeline } from '../../../src/engine/load/load-pipeline.js';
import type { LoadOptions } from '../../../src/engine/pipeline.js';
import { makePlan } from '../../../src/engine/planner.js';
import type { TaskKinds } from '../../../src/engine/task-kind.js';
import { exec } from '../../../src/tasks/exec/kind.js';
import { kinds as testKinds } from './kinds.js';

// A catalogue to be read in a row: each file is a mistake that people make, and beside it stands what the command line says.
// After a deliberate change of wording: UPDATE_GOLDEN=1 npx vitest run test/engine/load/wrong-pipelines.test.ts, then read the diff.
const folder = fileURLToPath(new URL('wrong-pipelines/', import.meta.url));
const names = readdirSync(folder).filter((file) => file.endsWith('.yaml')).map((file) => file.replace('.yaml', ''));

const kinds: TaskKinds = new Map([...testKinds, ['exec', { kind: exec, codeDigest: '0'.repeat(64) }]]);
const stderr = { isTTY: false } as NodeJS.WriteStream;
const shell: Shell = { directory: folder, environment: {}, stdout: stderr, stderr, now: () => 0 };
const cacheDirectory = mkdtempSync(join(tmpdir(), 'pipelines-wrong-'));

afterAll(() => { rmSync(cacheDirectory, { recursive: true, force: true }); });

/** What the command line says about a file. A first line such as `# --profile smoke` holds its options. */
async function saidAbout(name: string): Promise<string> {
  try {
    const { file, text } = await readPipelineFile(`${name}.yaml`, shell);
    const loaded = loadPipeline(file, text, kinds, await optionsIn(text));
    if (loaded.kind === 'invalid') throw refusalOf(loaded.diagnostics, text, shell);
    const cache = await openCache(cacheDirectory);
    try {
      const planned = await makePlan(loaded.pipeline, {
        kinds, cache, capacity: { cores: 1, memory: 2 ** 30, gpus: 0 }, selection: {}, environment: {}, machine: { nodeMajor: 20, arch: 'x64', device: 'cpu' },
      });
      if (planned.kind === 'invalid') throw refusalOf(planned.diagnostics, text, shell);
    } finally {
      await cache.close();
    }
  } catch (error) {
    if (error instanceof Refusal) return `${error.message}\n`;
    throw error;
  }
  return 'nothing is wrong\n';
}

async function optionsIn(text: string): Promise<LoadOptions> {
  const words = /^# (-.*)/.exec(text)?.[1]?.split(' ') ?? [];
  const after = (option: string): string[] => words.flatMap((word, index) => (word === option ? words[index + 1] ?? [] : []));
  const [profile] = after('--profile');
  return { ...(profile === undefined ? {} : { profile }), params: await parseAssignments('-p', after('-p')) };
}

describe('pain 9: what is said about a wrong pipeline', () => {
  it.each(names)('%s', async (name) => {
    const said = await saidAbout(name);
    const golden = join(folder, `${name}.txt`);
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, said);
    expect(said).toBe(readFileSync(golden, 'utf8'));
  });

  it('covers at least eighty mistakes', () => {
    expect(names.length).toBeGreaterThanOrEqual(80);
  });
});

describe('every message about a wrong pipeline', () => {
  const messages = readdirSync(folder).filter((file) => file.endsWith('.txt')).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8').trimEnd().split('\n\n').map((message) => ({ name: file.replace('.txt', ''), message, lines: message.split('\n') })));

  it('names the file, and the place unless the mistake is the whole file\'s or the command line\'s', () => {
    const placeless = messages.filter(({ name, message }) => !message.startsWith(`${name}.yaml:`));
    for (const { name, message } of placeless) expect(message).toMatch(new RegExp(`^${name}\\.yaml error (-p |--profile |the file is empty|this file is UTF-16)`));
  });

  it('shows the line with the place underlined', () => {
    for (const { name, lines: [head = '', shown = '', underline = ''] } of messages) {
      const place = /\.yaml:(\d+):(\d+) error /.exec(head);
      if (place === null) continue;
      expect(shown, name).toMatch(new RegExp(`^ *${place[1] ?? ''} │ `));
      expect(underline, name).toMatch(/^ +│ +\^+/);
    }
  });

  it('says how to mend it', () => {
    for (const { lines } of messages) {
      const hint = lines.filter((line) => line.startsWith('  ') && !line.includes('│'));
      // Where the message says what must be there, that is enough.
      if (hint.length === 0) expect(lines[0]).toMatch(/ must be (at |more |less |one of |a whole number|a number|a list|true or false)/);
    }
  });

  it('fits a window of a hundred columns, but for the message itself', () => {
    for (const { lines: [head = '', ...others] } of messages) {
      expect(head.length).toBeLessThanOrEqual(140);
      for (const line of others) if (!line.includes('`')) expect(line.length).toBeLessThanOrEqual(100);
    }
  });

  it('has no stack, nothing undefined, and no word of the engine\'s own', () => {
    for (const { message } of messages) expect(message).not.toMatch(/\n\s+at |undefined|\bNaN\b|\[object|ajv|[Aa]dditional propert|JSON pointer|lone surrogate|\bspan\b|implicit map|flow (map|seq)|fingerprint|canonical/);
  });

  it('is said once', () => {
    expect(new Set(messages.map(({ message }) => message)).size).toBe(messages.length);
  });
});
