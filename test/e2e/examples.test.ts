import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const pipelines = join(repository, 'dist', 'cli', 'main.js');

const tables = {
  shortest3: 'word,caterpillar,loomings\nthe,3,5\nmyself,2,1\nsee,2,1\ncan,1,1\nhave,1,1\nthen,1,1',
  shortest4: 'word,caterpillar,loomings\nmyself,2,1\nhave,1,1\nthen,1,1\n',
};

describe('examples/', () => {
  let folder = '';
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'pipelines-examples-')); });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const wordCount = (examples: string) => execa(process.execPath, [
    pipelines, 'run', 'word-count.yaml', '--cache-dir', join(folder, 'cache'), '--artifacts-dir', join(folder, 'artifacts'),
  ], { cwd: join(examples, 'word-count') });

  it('word-count runs in a clone, and a second time from the cache', async () => {
    expect((await wordCount(join(repository, 'examples'))).stdout).toMatch(/5 executed, 0 cached, 0 failed/);
    const { stdout } = await execa('cat', [join(folder, 'artifacts', 'word-count', 'compare', 'common-words.csv')], { stripFinalNewline: false });
    expect(stdout).toBe(tables.shortest4);
    expect((await wordCount(join(repository, 'examples'))).stdout).toMatch(/0 executed, 5 cached, 0 failed/);
  });

  it('both run where the package is installed', async () => {
    await mkdir(join(folder, 'node_modules'));
    await symlink(repository, join(folder, 'node_modules', 'pipelines'));
    await cp(join(repository, 'examples'), join(folder, 'examples'), { recursive: true });
    expect((await wordCount(join(folder, 'examples'))).stdout).toMatch(/5 executed/);
    const { stdout } = await execa(process.execPath, ['run-word-count.js', join(folder, 'cache'), join(folder, 'artifacts')], { cwd: join(folder, 'examples', 'library') });
    // What the run above cut into words is cached; the counts are not, since it counts shorter ones.
    expect(stdout).toContain('words(text=loomings): cached\ncount(text=caterpillar): will-run');
    expect(stdout).toContain('succeeded: 3 executed, 2 cached');
    expect(stdout.endsWith(tables.shortest3)).toBe(true);
  });
});
