import { once } from 'node:events';
import { chmod, readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { probeSandbox } from '../../src/tasks/exec/sandbox.js';
import { processesWith } from '../tasks/exec/processes.js';
import { Rig, withEvents, type EndedRun } from './rig.js';

const available = await probeSandbox();
const unavailable = available.kind === 'works' ? undefined : available.reason;
const sandboxed = unavailable === undefined ? ['auto', 'none'] : ['none'];

/** A number that no other process sleeps for. */
const mark = (): string => `86${Math.floor(Math.random() * 1e7)}`;
const logOf = (run: EndedRun, task = 'only'): string[] => run.events.flatMap((event) => (event.kind === 'task-log' && event.task === task ? [event.line] : []));
const failureOf = (run: EndedRun, task = 'only') => run.events.flatMap((event) => (event.kind === 'task-failed' && event.task === task ? [event.failure] : []))[0];

describe('a pipeline of shell commands', () => {
  let rig: Rig;
  beforeEach(async () => { rig = await Rig.create(); });
  afterEach(() => rig.remove());

  /** A pipeline of one task that runs a script. */
  async function script(run: string, settings = '', parameters: Record<string, unknown> = {}): Promise<void> {
    await rig.write('one.yaml', `\
name: one
tasks:
  only:
    uses: exec
    with: ${JSON.stringify({ run, ...parameters })}
    outputs: { x: x.txt }
${settings}`);
  }

  describe.skipIf(unavailable)(`in the sandbox${unavailable === undefined ? '' : ` (skipped: ${unavailable})`}`, () => {
    it('pain 13: an undeclared read is an error that names the file, not a stale cache', async () => {
      await rig.write('data.csv', 'one\n');
      await script(`wc -l < ${rig.path('data.csv')} > $OUTPUT_X`);
      const undeclared = await rig.run('one.yaml');
      expect(undeclared).toMatchObject({ exitCode: 1, executed: [] });
      expect(failureOf(undeclared)?.hint).toBe(`${rig.path('data.csv')} exists but is not declared: add it under \`inputs\`, and use $INPUT_<NAME>`);

      await script('wc -l < $INPUT_DATA > $OUTPUT_X', '    inputs: { data: ./data.csv }\n');
      expect(await rig.run('one.yaml')).toMatchObject({ exitCode: 0, executed: ['only'] });
      await rig.write('data.csv', 'one\ntwo\n');
      expect(await rig.run('one.yaml')).toMatchObject({ exitCode: 0, executed: ['only'] });
      expect((await rig.read('artifacts', 'one', 'only', 'x.txt')).trim()).toBe('2');
    });

    it('pain 13: nor does a command write what is not declared', async () => {
      await script(`echo 1 > $OUTPUT_X; echo stray > ${rig.path('stray.txt')}`);
      const run = await rig.run('one.yaml');
      expect(run.exitCode).toBe(1);
      expect(failureOf(run)?.hint).toContain('may write only to its outputs');
      expect(rig.exists('stray.txt')).toBe(false);
    });

    it('has no network but its own, unless it asks for it', async () => {
      const server = createServer((_, response) => { response.end('answered'); }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const request = `node -e "require('http').get('http://127.0.0.1:${port}', (answer) => answer.pipe(process.stdout))" > $OUTPUT_X`;
      const task = (parameters: Record<string, unknown>) => ({ uses: 'exec', with: parameters, outputs: { x: 'x.txt' } });
      await rig.write('net.yaml', JSON.stringify({ name: 'net', tasks: {
        off: task({ run: request }),
        on: task({ run: request, network: true }),
        name: task({ run: 'node -e "require(\'dns\').lookup(\'example.org\', (error) => { throw error })"' }),
      } }));
      const run = await rig.run('net.yaml', '--keep-going');
      server.close();
      expect(run).toMatchObject({ exitCode: 1, executed: ['on'] });
      expect(await rig.read('artifacts', 'net', 'on', 'x.txt')).toBe('answered');
      expect(logOf(run, 'off').join('\n')).toContain('ECONNREFUSED');
      expect(failureOf(run, 'name')?.hint).toContain('network: true');
    });

    it('ends a daemon that left its process group and its session', async () => {
      const seconds = mark();
      await script(`setsid sleep ${seconds} > /dev/null 2>&1 & echo 1 > $OUTPUT_X`);
      expect((await rig.run('one.yaml')).exitCode).toBe(0);
      await expect.poll(() => processesWith(seconds)).toEqual([]);
    });
  });

  it('runs without a sandbox where there is none, and says why; refuses where one is required', async () => {
    await rig.write('bin/bwrap', '#!/bin/sh\necho "bwrap: setting up uid map: Permission denied" >&2; exit 1\n');
    await script('echo 1 > $OUTPUT_X');
    await chmod(rig.path('bin', 'bwrap'), 0o755);
    const path = { PATH: `${rig.path('bin')}:${process.env['PATH'] ?? ''}` };
    const start = (...args: readonly string[]): Promise<EndedRun> => rig.pipelines(['run', 'one.yaml', '--reporter', 'json', ...args], path).then(withEvents);
    const automatic = await start();
    expect(automatic.exitCode).toBe(0);
    expect(logOf(automatic)[0]).toBe('not in a sandbox: bubblewrap does not work here (bwrap: setting up uid map: Permission denied)');
    // Whether there was a sandbox is no part of the result's key.
    expect(await rig.run('one.yaml')).toMatchObject({ executed: [], cached: ['only'] });
    await script('echo 1 > $OUTPUT_X', '', { sandbox: 'required' });
    const required = await start();
    expect(required.exitCode).toBe(1);
    expect(failureOf(required)?.message).toContain('the sandbox is required');
  });

  it.each(sandboxed)('pain 14: a timeout ends one command with all that it started, and nothing else (sandbox: %s)', async (sandbox) => {
    const slow = mark();
    await rig.write('two.yaml', `\
name: two
tasks:
  slow:
    uses: exec
    with: { run: 'sleep ${slow} | cat; sleep ${slow}', sandbox: ${sandbox} }
    outputs: { x: x.txt }
    timeout: 1s
  beside:
    uses: exec
    with: { run: 'sleep 2; echo 1 > $OUTPUT_X', sandbox: ${sandbox} }
    outputs: { x: x.txt }
`);
    const run = await rig.run('two.yaml', '-j', '2', '--keep-going');
    expect(run).toMatchObject({ exitCode: 1, executed: ['beside'] });
    expect(failureOf(run, 'slow')).toMatchObject({ kind: 'timeout' });
    expect(processesWith(slow)).toEqual([]);
  });

  it.each(sandboxed)('leaves no orphan when pipelines itself is killed with -9 (sandbox: %s)', async (sandbox) => {
    const seconds = mark();
    await script(`sleep ${seconds} | sleep ${seconds} | cat; echo 1 > $OUTPUT_X`, '', { sandbox });
    const started = rig.start(['run', 'one.yaml']);
    await expect.poll(() => processesWith(seconds).filter((line) => line.startsWith('sleep')).length, { timeout: 20_000 }).toBe(2);
    started.kill('SIGKILL');
    expect((await started.ended).signal).toBe('SIGKILL');
    await expect.poll(() => processesWith(seconds)).toEqual([]);
  });

  it('shows a secret to the command, and to no log, record, message or fingerprint', async () => {
    await script('echo "token: $TOKEN"; echo ${#TOKEN} > $OUTPUT_X; test ${#TOKEN} = 20', '', { secrets: ['TOKEN'] });
    const start = (token: string): Promise<EndedRun> => rig.pipelines(['run', 'one.yaml', '--reporter', 'json'], { TOKEN: token }).then(withEvents);
    const failed = await start('short-secret');
    expect(failureOf(failed)?.message).toContain('token: ***');
    const passed = await start('secret-of-20-letters');
    expect(passed).toMatchObject({ exitCode: 0, executed: ['only'] });
    expect(logOf(passed)).toContain('token: ***');
    // Another value is no reason to run again.
    expect(await start('another-secret')).toMatchObject({ cached: ['only'] });
    expect(failed.stdout + passed.stdout).not.toMatch(/short-secret|secret-of-20/);
    expect(await filesWith(rig.directory, /short-secret|secret-of-20|another-secret/)).toEqual([]);
  });

  it('retries only the exit codes that are worth it', async () => {
    const task = (code: number) => ({ uses: 'exec', with: { run: `exit ${code}`, retryExitCodes: [75] }, outputs: { x: 'x.txt' }, retry: { attempts: 2 } });
    await rig.write('again.yaml', JSON.stringify({ name: 'again', tasks: { worth: task(75), vain: task(76) } }));
    const run = await rig.run('again.yaml', '--keep-going');
    const attempts = (id: string): number => run.events.filter((event) => event.kind === 'task-started' && event.task === id).length;
    expect([attempts('worth'), attempts('vain')]).toEqual([2, 1]);
  });

  it('survives 100 MB on one line and bytes that are no text', async () => {
    await script(String.raw`printf 'a\377b\n'; head -c 100000000 /dev/zero | tr '\0' x; echo; echo 1 > $OUTPUT_X`);
    const run = await rig.run('one.yaml');
    expect(run).toMatchObject({ exitCode: 0, executed: ['only'] });
    expect(logOf(run).slice(-2)).toEqual(['a\uFFFDb', expect.stringMatching(/^x{8192} \.\.\. \(99991808 more characters\)$/)]);
  });
});

/** Files below a folder whose bytes match. */
async function filesWith(folder: string, pattern: RegExp): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found = await Promise.all(paths.map(async (path) => pattern.test(await readFile(path, 'latin1'))));
  return paths.filter((_, index) => found[index]);
}
