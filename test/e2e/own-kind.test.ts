import { mkdir, rename, symlink } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Rig } from './rig.js';

const pipeline = (uses: string): string => `name: words
params: { shortest: 1 }
tasks:
  text:
    uses: exec
    with: { run: 'echo "a bee sees a bee" > $OUTPUT_TEXT' }
    outputs: { text: text.txt }
  count:
    uses: ${uses}
    inputs: { text: text.text }
    with: { shortest: '\${{ params.shortest }}' }
`;

const count = `import { readFile, writeFile } from 'node:fs/promises';
import { defineTask, TaskError } from 'pipelines';
import { wordsOf } from './words.js';

export default defineTask({
  summary: 'Counts words.',
  parameters: { shortest: { type: 'integer', minimum: 1, default: 1, description: 'Letters.' } },
  inputs: { text: 'file' },
  outputs: { count: 'count.txt' },
  async run({ input, output, parameters, log }) {
    const words = wordsOf(await readFile(input('text').path, 'utf8')).filter((word) => word.length >= parameters.shortest);
    if (words.length === 0) throw new TaskError('no word is that long', 'lower "shortest"');
    log('counted');
    await writeFile(output('count'), String(words.length));
  },
});
`;
const words = "export function wordsOf(text) {\n  return text.split(' ');\n}\n";

describe('uses: ./count.js', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.create();
    // As npm install would.
    await mkdir(rig.path('node_modules'));
    await symlink(fileURLToPath(new URL('../../', import.meta.url)), rig.path('node_modules', 'pipelines'));
    await rig.write('words.yaml', pipeline('./count.js'));
    await rig.write('count.js', count);
    await rig.write('words.js', words);
  });
  afterEach(() => rig.remove());

  it('pain 3: a comment, a reformat, a new name or a new folder of the file reruns nothing', async () => {
    const first = await rig.run('words.yaml');
    expect(first).toMatchObject({ exitCode: 0, stderr: '', executed: ['count', 'text'] });
    expect(await rig.read('artifacts', 'words', 'count', 'count.txt')).toBe('5');

    await rig.write('count.js', `// Why this is so.\n${count.replaceAll('  ', '\t')}`);
    expect((await rig.run('words.yaml')).executed).toEqual([]);
    await mkdir(rig.path('kinds'));
    await rename(rig.path('count.js'), rig.path('kinds', 'tally.js'));
    await rename(rig.path('words.js'), rig.path('kinds', 'words.js'));
    await rig.write('words.yaml', pipeline('./kinds/tally.js'));
    expect((await rig.run('words.yaml')).executed).toEqual([]);
  });

  it('pain 2f: a change of the code reruns what uses it, also in a file that it imports, and why says so', async () => {
    await rig.run('words.yaml');
    await rig.write('words.js', words.replace("split(' ')", "split(' ').slice(1)"));
    expect((await rig.pipelines(['why', 'words.yaml', 'count'])).stdout).toMatch(/code of \.\/count\.js/);
    expect((await rig.run('words.yaml')).executed).toEqual(['count']);
    expect(await rig.read('artifacts', 'words', 'count', 'count.txt')).toBe('4');
    await rig.write('words.js', words);
    expect((await rig.run('words.yaml')).cached).toEqual(['count', 'text']);
    expect(await rig.read('artifacts', 'words', 'count', 'count.txt')).toBe('5');
  });

  it('fails with the words of its TaskError, and reruns for another parameter', async () => {
    const failed = await rig.pipelines(['run', 'words.yaml', '-p', 'shortest=9']);
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout + failed.stderr).toMatch(/no word is that long[^]*lower "shortest"/);
    expect(await rig.run('words.yaml', '-p', 'shortest=2')).toMatchObject({ executed: ['count'] });
    expect(await rig.read('artifacts', 'words', 'count', 'count.txt')).toBe('3');
  });

  it('is described by tasks, run by task, and drawn by graph', async () => {
    const described = await rig.pipelines(['tasks', './count.js']);
    expect(described.stdout).toContain('./count.js: Counts words.');
    expect(described.stdout).toMatch(/^ {2}shortest +integer >= 1 +default 1 +Letters\.$/m);
    await rig.write('text.txt', 'x yy zzz');
    expect(await rig.pipelines(['task', './count.js', '--input', 'text=text.txt', '--with', 'shortest=2', '--output', 'out'])).toMatchObject({ exitCode: 0, stdout: 'count: out/count.txt' });
    expect(await rig.read('out', 'count.txt')).toBe('2');
    expect((await rig.pipelines(['graph', 'words.yaml'])).stdout).toContain('./count.js');
    expect(await rig.pipelines(['tasks', 'count.js'])).toMatchObject({ exitCode: 2, stderr: 'there is no task kind count.js\nhint: for a kind of yours, write ./count.js' });
  });

  it('is refused with exit code 2, its place in the pipeline and in the file, when it is broken', async () => {
    await rig.write('words.js', 'export function wordsOf(text) {\n  return text.split( ;\n}\n');
    const broken = await rig.pipelines(['run', 'words.yaml']);
    expect(broken.exitCode).toBe(2);
    expect(broken.stderr).toBe(`words.yaml:9:11 error ./words.js:2:22: Unexpected ";"
9 │     uses: ./count.js
  │           ^^^^^^^^^^
  line 2 is "return text.split( ;"`);
    expect((await rig.pipelines(['tasks', './count.js'])).stderr).toContain('./words.js:2:22: Unexpected ";"');
  });

  it('may be a plain object in a project that has nothing installed, and split its work into segments', async () => {
    await rig.write('steps.mjs', `import { readFileSync, writeFileSync } from 'node:fs';
export default {
  summary: 'Steps.', parameters: { steps: { type: 'integer' } },
  inputs: { before: { type: 'file', optional: true, carriedOnly: true } }, outputs: { after: 'after.txt' },
  expand: ({ steps }) => ({ axis: 'step', carry: [{ output: 'after', input: 'before' }], segments: Array.from({ length: steps }, (_, index) => ({ label: index + 1, parameters: { steps: 1 } })) }),
  run({ inputs, output }) { writeFileSync(output('after'), inputs('before').map(({ path }) => readFileSync(path, 'utf8')).join('') + 'x'); },
};
`);
    const text = (steps: number): string => `name: steps\ntasks:\n  walk: { uses: ./steps.mjs, with: { steps: ${String(steps)} } }\n`;
    await rig.write('steps.yaml', text(2));
    expect((await rig.run('steps.yaml')).executed).toEqual(['walk(step=1)', 'walk(step=2)']);
    await rig.write('steps.yaml', text(3));
    expect((await rig.run('steps.yaml')).executed).toEqual(['walk(step=3)']);
    expect(await rig.read('artifacts', 'steps', 'walk(step=3)', 'after.txt')).toBe('xxx');
  });
});
