import { chmod, mkdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeChain } from './chain.js';
import { Rig } from './rig.js';

const isRoot = process.getuid?.() === 0;

describe('pipelines, when something is wrong', () => {
  let rig: Rig;
  beforeEach(async () => { rig = await Rig.create(); });
  afterEach(() => rig.remove());

  it('exits 1 when a command fails, with the command, its exit code and what it wrote, and no stack', async () => {
    await rig.write('broken.yaml', `\
name: broken
tasks:
  break:
    uses: exec
    with: { run: 'echo about to break; echo "no such corpus" >&2; exit 3' }
    outputs: { x: x.txt }
  after:
    uses: exec
    inputs: { x: break.x }
    with: { run: 'cp $INPUT_X $OUTPUT_Y' }
    outputs: { y: y.txt }
`);
    const run = await rig.pipelines(['run', 'broken.yaml', '--reporter', 'plain']);
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toMatch(/^failed break after /m);
    expect(run.stdout).toContain('exit code 3');
    expect(run.stdout).toContain('no such corpus');
    expect(run.stdout).toMatch(/^failed in .*: 0 executed, 0 cached, 1 failed, 1 skipped$/m);
    expect(run.stdout + run.stderr).not.toMatch(/^\s+at /m);
  });

  describe('one of two independent tasks', () => {
    beforeEach(() => rig.write('half.yaml', `\
name: half
tasks:
  break: { uses: exec, with: { run: 'exit 1' }, outputs: { x: x.txt } }
  needy: { uses: exec, inputs: { x: break.x }, with: { run: 'cp $INPUT_X $OUTPUT_X' }, outputs: { x: x.txt } }
  hold: { uses: exec, with: { run: 'sleep 0.5; echo 1 > $OUTPUT_X' }, outputs: { x: x.txt } }
  later: { uses: exec, inputs: { x: hold.x }, with: { run: 'cp $INPUT_X $OUTPUT_X' }, outputs: { x: x.txt } }
`));

    it('stops the run: what runs finishes, nothing new starts', async () => {
      const run = await rig.run('half.yaml', '-j', '2');
      expect(run).toMatchObject({ exitCode: 1, executed: ['hold'] });
    });

    it('does not stop it with --keep-going: only what needs the failed task is skipped', async () => {
      const run = await rig.run('half.yaml', '-j', '2', '--keep-going');
      expect(run).toMatchObject({ exitCode: 1, executed: ['hold', 'later'] });
      expect(run.events.filter((event) => event.kind === 'task-skipped')).toMatchObject([{ task: 'needy', because: 'upstream-failed' }]);
    });
  });

  it('exits 2 for mistakes in the file, all of them at once, each with its line and a caret', async () => {
    await rig.write('wrong.yaml', `\
name: wrong
tasks:
  one:
    uses: exc
  two:
    uses: exec
    with: { run: 'true', shel: /bin/bash }
`);
    const run = await rig.pipelines(['run', 'wrong.yaml']);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('wrong.yaml:4:11');
    expect(run.stderr).toContain('wrong.yaml:7:');
    expect(run.stderr).toContain('shel');
    expect(run.stderr).toMatch(/did you mean.*exec/);
    expect(run.stderr).toMatch(/^ +│ +\^\^\^$/m);
    expect(run.stderr).not.toMatch(/^\s+at /m);
    expect(run.stdout).toBe('');
    expect(rig.exists('cache')).toBe(false);
  });

  it('exits 2 when the file is not there, and says where it looked and what is there', async () => {
    await writeChain(rig);
    const run = await rig.pipelines(['run', 'chian.yaml']);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toContain('there is no pipeline file chian.yaml');
    expect(run.stderr).toContain('did you mean chain.yaml?');
    expect(run.stderr).toContain('pipelines/chian.yaml');
  });

  it.each([
    [['run', 'chain.yaml', '--reporter', 'loud'], 'live, plain, json'],
    [['run', 'chain.yaml', '-j', 'many'], 'whole number'],
    [['run', 'chain.yaml', '-p', 'word'], 'key=value'],
    [['run', 'chain.yaml', '-p', 'word=[1'], 'not YAML'],
    [['run', 'chain.yaml', '--profile', 'smoke'], 'smoke'],
    [['run', 'chain.yaml', '-p', 'wrod=hi'], 'word'],
    [['run', 'chain.yaml', '--until', 'mesure'], 'measure'],
    [['show', 'chain.yaml', '*'], 'names 4 tasks'],
    [['tasks', 'exce'], 'did you mean exec?'],
    [['rnu', 'chain.yaml'], 'Did you mean run?'],
    [['run'], "missing required argument 'file'"],
  ])('exits 2 for %j and says what would be right', async (args, said) => {
    await writeChain(rig);
    const run = await rig.pipelines(args);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain(said);
    expect(run.stderr).not.toMatch(/^\s+at /m);
  });

  it('exits 2 when the cache directory is a file', async () => {
    await writeChain(rig);
    await rig.write('occupied', '');
    const run = await rig.pipelines(['run', 'chain.yaml', '--cache-dir', 'occupied']);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(/occupied .*not a folder/);
    expect(run.stderr).not.toMatch(/^\s+at /m);
  });

  it('exits 2 when the cache directory cannot be made', async () => {
    await writeChain(rig);
    const run = await rig.pipelines(['run', 'chain.yaml', '--cache-dir', '/dev/null/cache']);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('--cache-dir');
    expect(run.stderr).not.toMatch(/^\s+at /m);
  });

  it('exits 2 when the artifacts directory is a file', async () => {
    await writeChain(rig);
    await rig.write('occupied', '');
    const run = await rig.pipelines(['run', 'chain.yaml', '--artifacts-dir', 'occupied']);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('--artifacts-dir');
    expect(run.stderr).not.toMatch(/^\s+at /m);
  });

  it.skipIf(isRoot)(`exits 2 when the cache directory cannot be written${isRoot ? ' (skipped: root may write anywhere)' : ''}`, async () => {
    await writeChain(rig);
    await mkdir(rig.path('sealed'));
    await chmod(rig.path('sealed'), 0o555);
    const run = await rig.pipelines(['run', 'chain.yaml', '--cache-dir', 'sealed']);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('read-only');
    expect(run.stderr).not.toMatch(/^\s+at /m);
  });

  it('names the file of the user\'s that is missing, with the line that wants it', async () => {
    await rig.write('input.yaml', `\
name: input
tasks:
  copy:
    uses: exec
    inputs: { words: ./words.txt }
    with: { run: 'cp $INPUT_WORDS $OUTPUT_X' }
    outputs: { x: x.txt }
`);
    const run = await rig.pipelines(['run', 'input.yaml']);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('words.txt');
    expect(run.stderr).toContain('input.yaml:');
  });
});
