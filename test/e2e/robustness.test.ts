import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canMount } from '../engine/cache/rig.js';
import { takeRan } from './chain.js';
import { Rig, withEvents } from './rig.js';

/** How often a run is killed. */
const KILLS = Number(process.env['PIPELINES_REAL_KILLS'] ?? 10);
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** Two tasks, two that read them, one that reads all: each notes that it ran, takes a moment and writes what the round determines. */
async function writeRound(rig: Rig): Promise<void> {
  const task = (name: string, reads: readonly string[]): string => `\
  ${name}:
    uses: exec
    inputs: { ${reads.map((read) => `${read}: ${read}.x`).join(', ')} }
    with: { sandbox: none, run: 'echo ${name} >> ${rig.path('ran.log')}; sleep 0.1; (echo ${name} \${{ params.round }}; cat ${reads.map((read) => `$INPUT_${read.toUpperCase()}`).join(' ')} /dev/null) > $OUTPUT_X' }
    outputs: { x: x.txt }
`;
  await rig.write('round.yaml', `name: round\nparams: { round: 0 }\ntasks:\n${task('a', [])}${task('b', [])}${task('c', ['a', 'b'])}${task('d', ['b'])}${task('e', ['a', 'b', 'c', 'd'])}`);
}

function contentOf(round: number): string {
  const [a, b] = [`a ${round}\n`, `b ${round}\n`];
  return `e ${round}\n${a}${b}c ${round}\n${a}${b}d ${round}\n${b}`;
}

const tasks = ['a', 'b', 'c', 'd', 'e'];

describe('pipelines run, killed at any moment', () => {
  let rig: Rig;
  beforeEach(async () => { rig = await Rig.create(); });
  afterEach(() => rig.remove());

  it(`pains 2a, 6, 12: goes on with what was finished, and gives what an undisturbed run gives (${KILLS} times kill -9)`, { timeout: 60_000 + 20_000 * KILLS }, async () => {
    await writeRound(rig);
    const startedAt = performance.now();
    await rig.run('round.yaml', '-p', 'round=-1');
    const usualMs = performance.now() - startedAt;
    let [killed, finishedBefore] = [0, 0];
    for (let round = 0; round < KILLS; round += 1) {
      const running = rig.start(['run', 'round.yaml', '-p', `round=${round}`, '--reporter', 'json']);
      // Every other time not before something is finished: else, on a slow machine, all kills may come too early to tell.
      if (round % 2 === 1) await running.says(/"kind":"task-finished"/);
      await sleep(Math.random() * (round % 2 === 1 ? 100 : usualMs));
      running.kill('SIGKILL');
      const { signal, stdout } = await running.ended;
      if (signal === 'SIGKILL') killed += 1;
      const finished = stdout.split('\n').filter((line) => line.endsWith('}')).flatMap((line) => {
        const event = JSON.parse(line) as { kind: string; task: string };
        return event.kind === 'task-finished' ? [event.task] : [];
      });
      finishedBefore += finished.length;

      const { exitCode, executed, cached } = await rig.run('round.yaml', '-p', `round=${round}`);
      expect({ exitCode, tasks: [...executed, ...cached].sort() }).toEqual({ exitCode: 0, tasks });
      expect(executed.filter((task) => finished.includes(task))).toEqual([]);
      expect(await rig.read('artifacts', 'round', 'e', 'x.txt')).toBe(contentOf(round));
    }
    expect((await rig.pipelines(['cache', 'verify'])).exitCode).toBe(0);
    expect(killed).toBeGreaterThan(KILLS / 3);
    if (KILLS >= 10) expect(finishedBefore).toBeGreaterThan(0);
  });
});

describe('several processes on one cache', () => {
  let rig: Rig;
  beforeEach(async () => { rig = await Rig.create(); });
  afterEach(() => rig.remove());

  it.each([2, 8])('pain 5: %i run the same pipeline at once, each task runs once between them, and all have the same results', async (processes) => {
    await writeRound(rig);
    const runs = await Promise.all(Array.from({ length: processes }, (_, number) =>
      rig.start(['run', 'round.yaml', '--artifacts-dir', `artifacts-${number}`, '--reporter', 'json']).ended));
    const ended = runs.map(withEvents);
    expect(ended.map(({ exitCode }) => exitCode)).toEqual(Array.from({ length: processes }, () => 0));
    expect(await takeRan(rig)).toEqual(tasks);
    expect(ended.flatMap(({ executed }) => executed).sort()).toEqual(tasks);
    for (const number of ended.keys()) expect(await rig.read(`artifacts-${number}`, 'round', 'e', 'x.txt')).toBe(contentOf(0));
    expect((await rig.pipelines(['cache', 'verify'])).exitCode).toBe(0);
  });
});

describe.skipIf(!canMount)('a disk that cannot be written (skipped where mount namespaces are not allowed)', () => {
  let rig: Rig;
  beforeEach(async () => { rig = await Rig.create(); });
  afterEach(() => rig.remove());

  /** `mount` and then the command line, in a mount namespace of their own. */
  const inNamespace = (mount: string, ...args: readonly string[]) =>
    execa('unshare', ['-rm', 'sh', '-c', `${mount} && shift 1 && exec "$@"`, 'sh', rig.path('cache'), process.execPath, main, ...args], { cwd: rig.directory, reject: false, stdin: 'ignore' });
  const readOnly = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1"';

  it('a fully cached run needs only to read the cache; anything else says that it cannot be written', async () => {
    await writeRound(rig);
    await rig.run('round.yaml');
    const cached = await inNamespace(readOnly, 'run', 'round.yaml', '--artifacts-dir', 'elsewhere', '--reporter', 'plain');
    expect(cached.stdout + cached.stderr).toContain('0 executed, 5 cached, 0 failed');
    expect(cached.exitCode).toBe(0);
    expect(await rig.read('elsewhere', 'round', 'e', 'x.txt')).toBe(contentOf(0));

    const refused = await inNamespace(readOnly, 'run', 'round.yaml', '-p', 'round=1', '--reporter', 'plain');
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain(`the cache directory ${rig.path('cache')} is read-only`);
    expect(refused.stdout + refused.stderr).not.toMatch(/\n\s+at /);
  });

  it('a full disk fails the task that fills it, by name, and nothing else', async () => {
    await rig.write('fill.yaml', `\
name: fill
tasks:
  small: { uses: exec, with: { sandbox: none, run: 'echo 1 > $OUTPUT_X' }, outputs: { x: x.txt } }
  big: { uses: exec, inputs: { x: small.x }, with: { sandbox: none, run: 'head -c 9000000 /dev/zero > $OUTPUT_X' }, outputs: { x: x.bin } }
`);
    mkdirSync(rig.path('cache'));
    const ran = await inNamespace('mount -t tmpfs -o size=2m tmpfs "$1"', 'run', 'fill.yaml', '--reporter', 'plain');
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout + ran.stderr).toMatch(/No space left on device|no space left/);
    expect(ran.stdout + ran.stderr).toContain('1 executed, 0 cached, 1 failed');
  });
});
