import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chainTasks, takeRan, writeChain } from './chain.js';
import { Rig, withEvents, type EndedRun } from './rig.js';

describe('plans that hold', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.create();
    await writeChain(rig);
  });
  afterEach(() => rig.remove());

  const apply = async (...args: readonly string[]): Promise<EndedRun> => withEvents(await rig.pipelines(['apply', 'plan.json', ...args, '--reporter', 'json']));

  it('pain 8: apply runs exactly what was planned, may-run tasks as they come out', async () => {
    await rig.run('chain.yaml');
    await takeRan(rig);
    // A word of the same length: `report` may run, and is cut off.
    const plan = await rig.pipelines(['plan', 'chain.yaml', '-p', 'word=olleh', '-o', 'plan.json']);
    expect(plan).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('1 will run, 2 may run') as string });
    expect(plan.stderr).toContain('pipelines apply plan.json');
    expect(await takeRan(rig)).toEqual([]);

    expect(await apply()).toMatchObject({ exitCode: 0, executed: ['measure', 'speak'], cached: ['beside', 'report'] });
    expect(await takeRan(rig)).toEqual(['measure', 'speak']);
  });

  it('pain 8: apply runs nothing when anything changed since, and says each change', async () => {
    await rig.run('chain.yaml');
    await takeRan(rig);
    await rig.pipelines(['plan', 'chain.yaml', '-o', 'plan.json']);
    await rig.write('chain.yaml', (await rig.read('chain.yaml')).replace('word: hello', 'word: goodbye'));
    const refused = await rig.pipelines(['apply', 'plan.json']);
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toMatch(/^nothing was run: 4 changes since the plan was made on /);
    expect(refused.stderr).toContain('  params.word: "hello" -> "goodbye"\n');
    expect(refused.stderr).toMatch(/^ {2}speak: was cached, would run now \(run .*hello.* -> .*goodbye.*\)$/m);
    expect(refused.stderr).toContain('  report: was cached, might run now (depends on measure)');
    expect(await takeRan(rig)).toEqual([]);
  });

  it('apply goes on when only a comment changed or another run was faster, and says so', async () => {
    await rig.pipelines(['plan', 'chain.yaml', '-o', 'plan.json']);
    await rig.run('chain.yaml');
    await rig.write('chain.yaml', `# a comment\n${await rig.read('chain.yaml')}`);
    const applied = await rig.pipelines(['apply', 'plan.json']);
    expect(applied.exitCode).toBe(0);
    expect(applied.stdout).toContain('chain.yaml was edited since, which changes nothing that runs\n');
    expect(applied.stdout).toContain('computed meanwhile by another run: speak, measure, report, beside\n');
  });

  it('apply keeps the selection, the profile and the parameters of the plan', async () => {
    await rig.pipelines(['plan', 'chain.yaml', '-p', 'word=goodbye', '--until', 'measure', '-o', 'plan.json']);
    expect(await apply()).toMatchObject({ exitCode: 0, executed: ['measure', 'speak'] });
    expect(await rig.read('artifacts', 'chain', 'speak', 'text.txt')).toBe('goodbye\n');
  });

  it('apply refuses what is no plan', async () => {
    await rig.write('plan.json', '{"format": "something else"}');
    const refused = await rig.pipelines(['apply', 'plan.json']);
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toContain('plan.json is not a plan that can be applied: its format is "something else"');
    expect((await rig.pipelines(['apply', 'nowhere.json'])).exitCode).toBe(2);
  });

  it('pain 2b: an input that is edited while the task reads it is never recorded as what made the output', async () => {
    await rig.write('words.txt', 'before');
    await rig.write('slow.yaml', `\
name: slow
tasks:
  copy:
    uses: exec
    inputs: { words: ./words.txt }
    with: { sandbox: none, run: 'touch ${rig.path('copying')}; sleep 0.5; cat $INPUT_WORDS > $OUTPUT_COPY' }
    outputs: { copy: copy.txt }
`);
    await rig.pipelines(['plan', 'slow.yaml', '-o', 'plan.json']);
    const applying = rig.start(['apply', 'plan.json']);
    await rig.until('copying');
    await rig.write('words.txt', 'after it');
    expect((await applying.ended).exitCode).toBe(0);
    expect(await rig.read('artifacts', 'slow', 'copy', 'copy.txt')).toBe('before');
    // The edit is a change like any other: a plan from before it no longer holds, and the next run reads it.
    const refused = await rig.pipelines(['apply', 'plan.json']);
    expect(refused).toMatchObject({ exitCode: 3, stderr: expect.stringMatching(/^ {2}words\.txt: \w{12} -> \w{12}$/m) as string });
    expect((await rig.run('slow.yaml')).executed).toEqual(['copy']);
    expect(await rig.read('artifacts', 'slow', 'copy', 'copy.txt')).toBe('after it');
  });

  it('--frozen proves that everything comes from the cache, or runs nothing and says what would', async () => {
    await rig.run('chain.yaml');
    await takeRan(rig);
    expect(await rig.run('chain.yaml', '--frozen')).toMatchObject({ exitCode: 0, executed: [], cached: chainTasks });
    const refused = await rig.pipelines(['run', 'chain.yaml', '--frozen', '-p', 'word=goodbye']);
    expect(refused).toMatchObject({ exitCode: 3, stdout: '' });
    expect(refused.stderr).toMatch(/^nothing was run: --frozen, and 1 task would run and 2 tasks might\n {2}speak .*goodbye/);
    expect(await takeRan(rig)).toEqual([]);
  });

  it('--max-time runs nothing that is predicted to take longer, or whose time nobody knows', async () => {
    const unknown = await rig.pipelines(['run', 'chain.yaml', '--max-time', '1h']);
    expect(unknown.exitCode).toBe(3);
    expect(unknown.stderr).toContain('the time is unknown, as 4 tasks (or another of the same kind) never ran:\n  speak');
    await rig.run('chain.yaml');
    const changed = ['run', 'chain.yaml', '-p', 'word=goodbye', '-q', '--max-time'];
    expect((await rig.pipelines([...changed, '1ms'])).exitCode).toBe(3);
    expect((await rig.pipelines([...changed, '1h'])).exitCode).toBe(0);
    expect((await rig.pipelines([...changed, 'soon'])).exitCode).toBe(2);
  });

  it('--rerun-on keeps results whose change is passed over, in plan, why and run', async () => {
    await rig.run('chain.yaml');
    await takeRan(rig);
    const kept = ['chain.yaml', '-p', 'word=goodbye', '--rerun-on', 'inputs,code'];
    const plan = await rig.pipelines(['plan', ...kept]);
    expect(plan.stdout).toMatch(/4 cached, 1 of them kept, 0 will run/);
    expect(plan.stdout).toMatch(/^ {2}speak +parameters\.run .*hello.* -> .*goodbye/m);
    expect((await rig.pipelines(['why', 'chain.yaml', 'speak', ...kept.slice(1)])).stdout).toContain('kept despite 1 change that --rerun-on passes over:');

    const [file = '', ...options] = kept;
    const run = await rig.run(file, ...options);
    expect(run).toMatchObject({ exitCode: 0, executed: [] });
    expect(run.events.filter(({ kind }) => kind === 'warning')).toMatchObject([{ message: '1 task keeps an earlier result despite changes that --rerun-on passes over: speak (parameters)' }]);
    expect((await rig.pipelines(['plan', 'chain.yaml', '--rerun-on', 'weather'])).exitCode).toBe(2);
    // Not recorded as the result of the other word.
    expect((await rig.run('chain.yaml', '-p', 'word=goodbye')).executed).toEqual(['measure', 'report', 'speak']);
  });

  it('accept spares a rerun with a reason that everybody sees', async () => {
    await rig.run('chain.yaml');
    await takeRan(rig);
    const changed = ['-p', 'ending=.'];
    const accept = ['accept', 'chain.yaml', 'report', '--reason', 'only punctuation', ...changed];
    expect((await rig.pipelines([...accept, '--dry-run'])).stdout).toMatch(/^would accept 1 result\n {2}report: as \w{12}, the result of \w{12}\n {4}run .*!.* -> .*\./);
    expect((await rig.run('chain.yaml', ...changed, '--frozen')).exitCode).toBe(3);
    expect((await rig.pipelines(accept)).exitCode).toBe(0);

    const run = await rig.run('chain.yaml', ...changed, '--frozen');
    expect(run).toMatchObject({ exitCode: 0, executed: [] });
    expect(run.events.filter(({ kind }) => kind === 'warning')).toMatchObject([{ message: expect.stringMatching(/^1 result was accepted as equivalent, not computed: report/) as string }]);
    expect(await takeRan(rig)).toEqual([]);
    expect((await rig.pipelines(['why', 'chain.yaml', 'report', ...changed])).stdout).toContain('only punctuation');
    expect((await rig.pipelines(['accept', '--list'])).stdout).toMatch(/^report of chain: only punctuation\n {2}by +\S+@\S+ on /);
    expect(JSON.parse((await rig.pipelines(['accept', '--list', '--json'])).stdout)).toMatchObject([{ task: 'report', reason: 'only punctuation', differences: [{ pointer: '/parameters/run' }] }]);
    expect(await rig.pipelines(accept)).toMatchObject({ exitCode: 2, stderr: 'nothing to accept: report is cached' });
    expect((await rig.pipelines(accept.filter((word) => word !== '--reason' && word !== 'only punctuation'))).stderr).toContain('accept needs a reason');
  });
});
