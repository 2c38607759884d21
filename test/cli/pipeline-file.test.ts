import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPipelineFile, shownPath } from '../../src/cli/pipeline-file.js';
import type { Shell } from '../../src/cli/shell.js';

describe('finding a pipeline file', () => {
  let directory: string;
  let shell: Shell;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'pipelines-file-'));
    mkdirSync(join(directory, 'pipelines'));
    shell = { directory, environment: {}, stdout: process.stdout, stderr: process.stderr, now: Date.now };
  });
  afterEach(() => { rmSync(directory, { recursive: true }); });

  it('prefers the working directory to pipelines/', async () => {
    writeFileSync(join(directory, 'a.yaml'), 'here');
    writeFileSync(join(directory, 'pipelines', 'a.yaml'), 'there');
    writeFileSync(join(directory, 'pipelines', 'b.yaml'), 'there');
    expect(await readPipelineFile('a.yaml', shell)).toEqual({ file: join(directory, 'a.yaml'), text: 'here' });
    expect(await readPipelineFile('b.yaml', shell)).toEqual({ file: join(directory, 'pipelines', 'b.yaml'), text: 'there' });
    expect(await readPipelineFile(join(directory, 'a.yaml'), shell)).toMatchObject({ text: 'here' });
  });

  it('suggests the file that was meant', async () => {
    writeFileSync(join(directory, 'pipelines', 'sort.yaml'), '');
    await expect(readPipelineFile('srot.yaml', shell)).rejects.toMatchObject({ name: 'Refusal', hint: expect.stringContaining('did you mean sort.yaml?') as string });
  });

  it('does not read a folder', async () => {
    await expect(readPipelineFile('pipelines', shell)).rejects.toMatchObject({ name: 'Refusal', message: 'pipelines is not a file' });
  });

  it('shows paths as a person here would type them', () => {
    expect(shownPath(join(directory, 'pipelines', 'a.yaml'), shell)).toBe(join('pipelines', 'a.yaml'));
    expect(shownPath('/elsewhere/a.yaml', shell)).toBe('/elsewhere/a.yaml');
  });
});
