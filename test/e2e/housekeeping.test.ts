import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Rig } from './rig.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

let rig: Rig;
beforeEach(async () => { rig = await Rig.create(); });
afterEach(() => rig.remove());

/** Two instances that write a large and a small file each, quickly and slowly. */
async function writePoems(): Promise<void> {
  await rig.write('sizes.yaml', `\
name: sizes
params: { seed: 1 }
tasks:
  large:
    uses: exec
    with: { run: 'yes "\${{ params.seed }}" | head -c 200000 > $OUTPUT_BYTES' }
    outputs: { bytes: bytes.txt }
  small:
    uses: exec
    inputs: { bytes: large.bytes }
    with: { run: 'sleep 0.5; wc -c < $INPUT_BYTES > $OUTPUT_COUNT; echo "\${{ params.seed }}" >> $OUTPUT_COUNT' }
    outputs: { count: count.txt }
`);
}

interface Gc {
  readonly results: readonly { readonly task: string; readonly run: string; readonly bytes: number; readonly remakeMs: number; readonly latest: boolean }[];
  readonly freedBytes: number;
  readonly remakeMs: number;
  readonly bytesAfter: number;
}

async function gc(...args: readonly string[]): Promise<Gc> {
  const ended = await rig.pipelines(['cache', 'gc', '--grace', '0s', '--json', ...args]);
  expect(ended.exitCode, ended.stderr).toBe(0);
  return JSON.parse(ended.stdout) as Gc;
}

describe('pipelines cache gc', () => {
  it('pain 7: names what it would delete, of which run, how large and how long to remake, and then deletes just that', async () => {
    await writePoems();
    for (const seed of [1, 2]) expect((await rig.run('sizes.yaml', '-p', `seed=${seed}`)).exitCode).toBe(0);
    const dry = await gc('--max-size', '250KB', '--dry-run');
    expect(dry.results).toMatchObject([{ task: 'large', latest: false }]);
    expect(dry.results[0]?.bytes).toBeGreaterThanOrEqual(200_000);
    expect(dry.results[0]?.remakeMs).toBe(dry.remakeMs);
    const said = await rig.pipelines(['gc', '--grace', '0s', '--max-size', '250KB', '--dry-run']);
    expect(said.stdout).toMatch(/^sizes: large +[0-9A-Z]{26} +20\d kB +\d+.*s +over the size$/m);
    expect(said.stdout).toMatch(/^would free 20\d kB of .*: 1 result, \d.* to remake$/m);

    expect(await gc('--max-size', '250KB')).toMatchObject({ results: dry.results, freedBytes: dry.freedBytes });
    expect((await rig.run('sizes.yaml', '-p', 'seed=2')).cached).toEqual(['large', 'small']);
    // What went is made again; what is read from it comes from the cache, since it comes out the same.
    expect(await rig.run('sizes.yaml', '-p', 'seed=1')).toMatchObject({ exitCode: 0, executed: ['large'], cached: ['small'] });
  });

  it('keeps a pipeline, a pin and the age of a use', async () => {
    await writePoems();
    for (const seed of [1, 2]) await rig.run('sizes.yaml', '-p', `seed=${seed}`);
    expect((await rig.pipelines(['cache', 'pin', 'first', 'sizes.yaml', 'large', '-p', 'seed=1'])).stdout).toBe('pinned 1 result of sizes as first\n'.trimEnd());
    expect((await gc('--max-size', '1B', '--keep-pipeline', 'sizes', '--dry-run')).results.map(({ task }) => task)).toEqual(['small']);
    expect((await gc('--max-age', '1h', '--dry-run')).results).toEqual([]);
    expect((await gc('--unreachable', '--dry-run')).results).toEqual([]);
    expect((await rig.pipelines(['cache', 'pins'])).stdout).toMatch(/^first +sizes +1 result /);
    expect(await rig.pipelines(['cache', 'unpin', 'frist'])).toMatchObject({ exitCode: 2, stderr: 'there is no pin frist\nhint: there is first' });
    expect((await rig.pipelines(['cache', 'gc', '--keep-pipeline', 'size'])).stderr).toContain('there are runs of sizes');
    expect((await rig.pipelines(['cache', 'gc', '--max-size', 'much'])).exitCode).toBe(2);
  });

  it('stat says whose the space is', async () => {
    await writePoems();
    await rig.run('sizes.yaml');
    const stat = JSON.parse((await rig.pipelines(['cache', 'stat', '--json'])).stdout) as { results: number; pipelines: object[]; kinds: object[] };
    expect(stat).toMatchObject({ results: 2, pipelines: [{ name: 'sizes', results: 2 }], kinds: [{ name: 'exec', results: 2 }] });
    expect((await rig.pipelines(['cache', 'stat'])).stdout).toMatch(/^sizes +2 results +20\d kB/m);
  });

  it('pain 11: collecting all the time beside a run costs it nothing but what was there before, and it ends with the right bytes', async () => {
    await rig.write('many.yaml', `\
name: many
params: { salt: a }
tasks:
  part:
    uses: exec
    matrix: { n: [1, 2, 3, 4, 5, 6] }
    with: { run: 'sleep 0.2; mkdir -p $OUTPUT_FOLDER; echo "\${{ matrix.n }} \${{ params.salt }}" > $OUTPUT_FOLDER/part.txt' }
    outputs: { folder: folder/ }
  all:
    uses: exec
    inputs: { folders: part.folder }
    with: { run: 'for folder in $INPUT_FOLDERS; do cat $folder/part.txt; done > $OUTPUT_ALL' }
    outputs: { all: all.txt }
`);
    // Something to collect: results of other parameters.
    expect((await rig.run('many.yaml', '-p', 'salt=old')).exitCode).toBe(0);
    const running = rig.start(['run', 'many.yaml', '--reporter', 'json']);
    let over = false;
    const ending = running.ended.finally(() => { over = true; });
    let collections = 0;
    for (; !over; collections += 1) expect((await rig.pipelines(['gc', '--grace', '0s', '--max-size', '1B'])).stderr).toBe('');
    const run = await ending;
    expect(run, run.stderr).toMatchObject({ exitCode: 0 });
    expect(collections).toBeGreaterThan(1);
    expect(run.stdout).not.toContain('store-repaired');
    expect(run.stdout).not.toContain('task-failed');
    const again = await rig.run('many.yaml');
    expect(again.exitCode).toBe(0);
    expect(await rig.read('artifacts', 'many', 'all', 'all.txt')).toBe([1, 2, 3, 4, 5, 6].map((n) => `${n} a\n`).join(''));
    expect((await rig.pipelines(['cache', 'verify'])).exitCode).toBe(0);
  });
});

describe('pipelines doctor', () => {
  it('finds this machine fit, with a remedy for whatever is missing', async () => {
    const started = performance.now();
    const doctor = await rig.pipelines(['doctor', '--json']);
    expect(doctor.exitCode, doctor.stdout).toBe(0);
    // Three seconds where nothing else runs; tests share the machine.
    expect(performance.now() - started).toBeLessThan(30_000);
    const { healthy, findings } = JSON.parse(doctor.stdout) as { healthy: boolean; findings: { area: string; name: string; state: string; found: string | null; reason?: string; remedy?: string }[] };
    expect(healthy).toBe(true);
    expect([...new Set(findings.map(({ area }) => area))]).toEqual(['machine', 'cache', 'compute', 'toolchains', 'sandbox', 'terminal']);
    for (const finding of findings) if (finding.found === null) expect(finding.reason, finding.name).toEqual(expect.any(String));
    expect(findings.find(({ name }) => name === 'Node')?.found).toContain(process.versions.node);
    expect(rig.exists('cache')).toBe(false);
  });

  it('ends with 1 when a cache cannot be used, and says what to do', async () => {
    await rig.write('cache/format', '99\n');
    const doctor = await rig.pipelines(['doctor']);
    expect(doctor.exitCode).toBe(1);
    expect(doctor.stdout).toMatch(/problem +format +99: this version reads format 1\n +-> choose another with --cache-dir/);
    expect(doctor.stdout).toContain('1 in the way of a run');
  });
});

describe('pipelines init', () => {
  it('writes a pipeline that runs, is cached, and reruns what one parameter changes', async () => {
    const init = await rig.pipelines(['init', 'my-project']);
    expect(init).toMatchObject({ exitCode: 0, stderr: '' });
    expect(init.stdout).toMatch(/^ {2}cd my-project\n {2}pipelines run first\.yaml /m);
    const inProject = (...args: readonly string[]) => execa(process.execPath, [main, ...args], { cwd: rig.path('my-project'), reject: false, env: { HOME: rig.directory } });
    const run = await inProject('run', 'first.yaml');
    expect(run.stdout).toMatch(/^succeeded in .*: 5 executed, 0 cached/m);
    expect(await rig.read('my-project', 'artifacts', 'first', 'compare', 'report.txt')).toMatch(/^ +5 the\t +3 the\n/);
    expect((await inProject('run', 'first.yaml')).stdout).toMatch(/0 executed, 5 cached/);
    expect((await inProject('plan', 'first.yaml', '-p', 'top=3')).stdout).toMatch(/^first: 5 tasks, 2 cached, 2 will run, 1 may run/m);
    expect(await rig.read('my-project', '.gitignore')).toBe('cache/\nartifacts/\n');
    expect(JSON.parse(await rig.read('my-project', 'pipeline.schema.json'))).toMatchObject({ title: 'Pipeline' });
  });

  it('writes over nothing, and adds to a .gitignore only what is missing', async () => {
    await rig.write('first.yaml', 'mine');
    expect(await rig.pipelines(['init'])).toMatchObject({ exitCode: 2, stderr: 'first.yaml is there already\nhint: name another folder: pipelines init my-project' });
    expect([await rig.read('first.yaml'), rig.exists('texts')]).toEqual(['mine', false]);
    await rig.write('other/.gitignore', 'node_modules\n/cache/');
    await rig.pipelines(['init', 'other']);
    expect(await rig.read('other', '.gitignore')).toBe('node_modules\n/cache/\nartifacts/\n');
  });
});

describe('pipelines completion', () => {
  const hasShell = (name: string): boolean => spawnSync(name, ['-c', 'true']).status === 0;

  /** What a person who types these words and a tab is offered. */
  async function offered(...words: readonly string[]): Promise<readonly string[]> {
    const script = 'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pipelines 2>/dev/null; printf "%s\\n" "${COMPREPLY[@]}"';
    const { stdout } = await execa('bash', ['-c', script, 'completion.bash', 'pipelines', ...words], { cwd: rig.directory, env: { PATH: `${rig.path('bin')}${delimiter}${process.env['PATH'] ?? ''}` } });
    return stdout.split('\n').filter((line) => line !== '');
  }

  async function installed(): Promise<void> {
    mkdirSync(rig.path('bin'));
    writeFileSync(rig.path('bin', 'pipelines'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`, { mode: 0o755 });
    await rig.write('completion.bash', (await rig.pipelines(['completion', 'bash'])).stdout);
  }

  it.skipIf(!hasShell('bash'))('offers bash verbs, options, choices and what is in the project', async () => {
    await installed();
    await writePoems();
    await rig.write('with-profile.yaml', 'name: p\nprofiles: { smoke: { a: 1 } }\nparams: { a: 2, b: 3 }\ntasks: { t: { uses: exec } }\n');
    expect(await offered('ru')).toEqual(['run']);
    expect(await offered('cache', 'p')).toEqual(['pin', 'pins']);
    expect(await offered('cache', 'gc', '--max')).toEqual(['--max-age', '--max-size']);
    expect(await offered('run', 'sizes.yaml', '--reporter', '')).toEqual(['live', 'plain', 'json']);
    expect(await offered('run', 'siz')).toContain('sizes.yaml');
    expect(await offered('run', 'babel')).toContain('babel-tower.yaml');
    expect(await offered('why', 'sizes.yaml', '')).toEqual(['large', 'small']);
    expect(await offered('run', 'sizes.yaml', '--only', 'l')).toEqual(['large']);
    expect(await offered('why', '--profile', 'smoke', 'with-profile.yaml', '')).toEqual(['t']);
    expect(await offered('run', 'with-profile.yaml', '--profile', '')).toEqual(['smoke']);
    expect(await offered('run', 'with-profile.yaml', '-p', '')).toEqual(['a=', 'b=']);
    expect(await offered('tasks', 'train')).toEqual(['train', 'train-tokenizer']);
    rmSync(rig.path('sizes.yaml'));
    expect(await offered('why', 'sizes.yaml', '')).toEqual([]);
  });

  it.each(['bash', 'zsh', 'fish'] as const)('writes a script that %s can read', async (shell) => {
    const { stdout, exitCode } = await rig.pipelines(['completion', shell]);
    expect([exitCode, stdout.includes('babel-tower'), stdout.includes('__complete')]).toEqual([0, false, true]);
    if (!hasShell(shell)) return;
    await rig.write('script', stdout);
    expect(spawnSync(shell, ['-n', rig.path('script')], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});

it.each([['cache', 'gc'], ['gc'], ['cache', 'stat'], ['cache', 'pin'], ['cache', 'unpin'], ['cache', 'pins'], ['doctor'], ['init'], ['completion']])('shows an example in the help of %s %s', async (...verb) => {
  const help = await rig.pipelines([...verb, '--help']);
  expect(help.exitCode).toBe(0);
  expect(help.stdout).toContain(`Example:\n  pipelines ${verb.join(' ')}`);
});
