import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeRan } from './chain.js';
import { Rig, withEvents } from './rig.js';

/** `first` is quick; `second` says that it is there and then takes its time; `third` needs both. */
async function writeSlow(rig: Rig, seconds: number): Promise<void> {
  const note = (task: string): string => `echo ${task} >> ${rig.path('ran.log')}`;
  await rig.write('slow.yaml', `\
name: slow
tasks:
  first:
    uses: exec
    with: { sandbox: none, run: '${note('first')}; echo 1 > $OUTPUT_X' }
    outputs: { x: x.txt }
  second:
    uses: exec
    inputs: { x: first.x }
    with: { sandbox: none, run: '${note('second')}; touch ${rig.path('second-is-running')}; sleep ${seconds}; echo 2 > $OUTPUT_X' }
    outputs: { x: x.txt }
  third:
    uses: exec
    inputs: { x: first.x, y: second.x }
    with: { sandbox: none, run: '${note('third')}; cat $INPUT_X $INPUT_Y > $OUTPUT_X' }
    outputs: { x: x.txt }
`);
}

describe('pipelines run, interrupted', () => {
  let rig: Rig;
  beforeEach(async () => { rig = await Rig.create(); });
  afterEach(() => rig.remove());

  it('lets the running task finish at the first SIGINT, starts nothing new and exits 130', async () => {
    await writeSlow(rig, 1);
    const process = rig.start(['run', 'slow.yaml', '--reporter', 'json']);
    await rig.until('second-is-running');
    process.kill('SIGINT');
    const ended = withEvents(await process.ended);
    expect(ended).toMatchObject({ exitCode: 130, executed: ['first', 'second'] });
    expect(ended.events.find((event) => event.kind === 'task-skipped')).toMatchObject({ task: 'third', because: 'interrupted' });

    await takeRan(rig);
    expect(await rig.run('slow.yaml')).toMatchObject({ exitCode: 0, executed: ['third'] });
    expect(await takeRan(rig)).toEqual(['third']);
  });

  it('kills the running task at the second SIGINT, and what had finished stays cached', async () => {
    await writeSlow(rig, 30);
    const startedAt = performance.now();
    const process = rig.start(['run', 'slow.yaml', '--reporter', 'json']);
    await rig.until('second-is-running');
    process.kill('SIGINT');
    await new Promise((resolve) => { setTimeout(resolve, 300); });
    process.kill('SIGINT');
    const ended = withEvents(await process.ended);
    expect(ended).toMatchObject({ exitCode: 130, executed: ['first'] });
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect((await rig.pipelines(['cache', 'verify'])).exitCode).toBe(0);
  });

  it('does not repeat finished tasks after kill -9', async () => {
    await writeSlow(rig, 2);
    const process = rig.start(['run', 'slow.yaml']);
    await rig.until('second-is-running');
    process.kill('SIGKILL');
    expect((await process.ended).signal).toBe('SIGKILL');
    expect(await takeRan(rig)).toEqual(['first', 'second']);

    expect(await rig.run('slow.yaml')).toMatchObject({ exitCode: 0, executed: ['second', 'third'], cached: ['first'] });
    expect(await takeRan(rig)).toEqual(['second', 'third']);
    expect(await rig.read('artifacts', 'slow', 'third', 'x.txt')).toBe('1\n2\n');
    expect((await rig.pipelines(['cache', 'verify'])).exitCode).toBe(0);
  });
});
