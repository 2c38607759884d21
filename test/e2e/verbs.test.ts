import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { writeChain } from './chain.js';
import { Rig } from './rig.js';

describe('pipelines verbs', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.create();
    await writeChain(rig);
  });
  afterEach(() => rig.remove());

  it('prints its version', async () => {
    expect(await rig.pipelines(['--version'])).toMatchObject({ exitCode: 0, stdout: manifest.version });
  });

  it.each([['run'], ['plan'], ['why'], ['show'], ['history'], ['diff'], ['log'], ['provenance'], ['graph'], ['schema'], ['tasks'], ['task'], ['cache', 'verify']])('shows an example in the help of %s', async (...verb) => {
    const help = await rig.pipelines([...verb, '--help']);
    expect(help.exitCode).toBe(0);
    expect(help.stdout).toContain(`Example:\n  pipelines ${verb.join(' ')}`);
  });

  it('run ends with a summary and the path of the report', async () => {
    const run = await rig.pipelines(['run', 'chain.yaml']);
    expect(run.stdout).toMatch(/^succeeded in .*: 4 executed, 0 cached, 0 failed, 0 skipped$/m);
    expect(run.stdout.trimEnd().split('\n').at(-1)).toBe('report: artifacts/chain/report/report.html');
    expect(await rig.read('artifacts', 'chain', 'report', 'report.html')).toContain('<p>');
  });

  it('run writes no colour to a pipe, and with --quiet nothing at all', async () => {
    const run = await rig.pipelines(['run', 'chain.yaml', '--reporter', 'plain']);
    expect(run.stdout).not.toContain('\u001b[');
    expect(await rig.pipelines(['run', 'chain.yaml', '--quiet'])).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
  });

  it('run keeps the events that reporters saw beside the artifacts', async () => {
    const run = await rig.run('chain.yaml');
    const [begin] = run.events;
    if (begin?.kind !== 'run-started') throw new Error('a run begins with run-started');
    const log = await rig.read('artifacts', 'chain', 'runs', begin.run, 'events.jsonl');
    expect(log.trim()).toBe(run.stdout.trim());
  });

  it('run finds a pipeline in pipelines/, and keeps its cache where it is told', async () => {
    await rig.write('pipelines/other.yaml', "name: other\ntasks:\n  a: { uses: exec, with: { run: 'echo 1 > $OUTPUT_X' }, outputs: { x: x.txt } }\n");
    const run = await rig.pipelines(['run', 'other.yaml', '--artifacts-dir', 'seen'], { PIPELINES_CACHE_DIR: 'kept' });
    expect(run.exitCode).toBe(0);
    expect([rig.exists('kept', 'objects'), rig.exists('cache'), rig.exists('seen', 'other', 'a', 'x.txt')]).toEqual([true, false, true]);
  });

  it('plan groups what would run by its reason', async () => {
    const plan = await rig.pipelines(['plan', 'chain.yaml']);
    expect(plan.exitCode).toBe(0);
    expect(plan.stdout).toMatch(/^chain: 4 tasks, 0 cached, 2 will run, 2 may run, time unknown \(no history\) on \d+ cores?$/m);
    expect(plan.stdout).toMatch(/^ {2}speak +no earlier result$/m);
    expect(rig.exists('ran.log')).toBe(false);
  });

  it('show tells parameters, inputs, outputs, the log and where the result comes from', async () => {
    await rig.write('loud.yaml', "name: loud\ntasks:\n  a: { uses: exec, with: { run: 'echo heard; echo 1 > $OUTPUT_X' }, outputs: { x: x.txt } }\n");
    await rig.pipelines(['run', 'loud.yaml']);
    const show = await rig.pipelines(['show', 'loud.yaml', 'a']);
    expect(show.exitCode).toBe(0);
    expect(show.stdout).toMatch(/^state +cached$/m);
    expect(show.stdout).toMatch(/^ {2}shell +"\/bin\/sh"$/m);
    expect(show.stdout).toMatch(/^ {2}x +file +4355a46b19d3 +2 B +artifacts\/loud\/a\/x\.txt$/m);
    expect(show.stdout).toMatch(/^ {2}computed +by run \w+ of loud, as a$/m);
    expect(show.stdout).toMatch(/^log\n {2}heard$/m);
  });

  it('graph draws one node for each task of the file', async () => {
    const graph = await rig.pipelines(['graph', 'chain.yaml']);
    expect(graph.stdout).toMatch(/^flowchart LR$/m);
    expect(graph.stdout.match(/-->/g)).toHaveLength(2);
    expect((await rig.pipelines(['graph', 'chain.yaml', '--format', 'dot'])).stdout).toContain('digraph "chain" {');
  });

  it('schema writes a JSON Schema that knows the task kinds', async () => {
    const schema = await rig.pipelines(['schema']);
    expect(schema.exitCode).toBe(0);
    expect(JSON.stringify(JSON.parse(schema.stdout))).toContain('"exec"');
  });

  it('tasks lists the kinds and describes one', async () => {
    expect((await rig.pipelines(['tasks'])).stdout).toMatch(/^exec +Runs a shell command/m);
    expect((await rig.pipelines(['tasks', 'exec'])).stdout).toMatch(/^ {2}run +string +required +The command/m);
  });

  it('task runs one kind by itself', async () => {
    await rig.write('words.txt', 'b\na\n');
    const task = await rig.pipelines(['task', 'exec', '--with', 'run=sort $INPUT_WORDS > $OUTPUT_SORTED', '--input', 'words=words.txt', '--declare', 'sorted=sorted.txt', '--output', 'out']);
    expect(task).toMatchObject({ exitCode: 0 });
    expect(await rig.read('out', 'sorted.txt')).toBe('a\nb\n');
  });
});
