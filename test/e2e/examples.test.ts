import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
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
    const table = await readFile(join(folder, 'artifacts', 'word-count', 'compare', 'common-words.csv'), 'utf8');
    expect(table).toBe(tables.shortest4);
    expect(await readFile(join(repository, 'examples', 'word-count', 'README.md'), 'utf8')).toContain(table);
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

  it('word-count reruns after each change what its README says', async () => {
    await mkdir(join(folder, 'node_modules'));
    await symlink(repository, join(folder, 'node_modules', 'pipelines'));
    await cp(join(repository, 'examples'), join(folder, 'examples'), { recursive: true });
    const example = join(folder, 'examples', 'word-count');
    const edit = async (name: string, change: (text: string) => string): Promise<void> => { await writeFile(join(example, name), change(await readFile(join(example, name), 'utf8'))); };
    const planned = async (...options: readonly string[]): Promise<string> =>
      (await execa(process.execPath, [pipelines, 'plan', 'word-count.yaml', '--cache-dir', join(folder, 'cache'), ...options], { cwd: example })).stdout;
    await wordCount(join(folder, 'examples'));

    await edit('count-words.js', (text) => `// Why.\n${text}`);
    await rename(join(example, 'count-words.js'), join(example, 'tally.js'));
    await edit('word-count.yaml', (text) => text.replace('count-words.js', 'tally.js'));
    expect(await planned()).toContain('nothing to do');
    expect(await planned('-p', 'shortest=5')).toMatch(/^ {2}count x 2 .*shortest 4 -> 5/m);
    await edit('texts/loomings.txt', (text) => text.replace('Ishmael', 'Ahab'));
    expect(await planned()).toMatch(/^word-count: 5 tasks, 2 cached, 1 will run, 2 may run/m);
    await edit('counting.js', (text) => text.replace('m - n', 'n - m'));
    expect(await planned()).toMatch(/^ {2}count\(text=caterpillar\) .*its code changed$/m);
  });
});
