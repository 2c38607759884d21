import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Rig } from './rig.js';

const pipeline = `\
name: letters
params:
  word: hello
  ending: "!"
tasks:
  speak:
    uses: exec
    inputs: { names: ./names.txt }
    with:
      run: 'echo "saying \${{ params.word }}"; (echo "\${{ params.word }}"; cat $INPUT_NAMES) > $OUTPUT_TEXT'
    outputs: { text: text.txt }
  measure:
    uses: exec
    inputs: { text: speak.text }
    with:
      run: 'printf "{\\"bytes\\": %d}" $(wc -c < $INPUT_TEXT) > $OUTPUT_SIZE'
    outputs: { size: size.json }
  report:
    uses: exec
    inputs: { size: measure.size, bytes: 'measure.size#/bytes' }
    with:
      run: 'cat $INPUT_SIZE > $OUTPUT_PAGE; echo "\${{ params.ending }}" >> $OUTPUT_PAGE'
    outputs: { page: page.html }
  clock:
    uses: exec
    with: { run: 'date +%s%N > $OUTPUT_TIME' }
    outputs: { time: time.txt }
  shaky:
    uses: exec
    with: { run: 'echo about to fail; test -e steady; echo 1 > $OUTPUT_X' }
    outputs: { x: x.txt }
`;

interface Lineage {
  readonly actions: readonly { readonly provenance: { readonly task: string } }[];
  readonly artifacts: readonly { readonly path?: string }[];
}

/** Four runs: the first, another parameter, another file (up to `measure`), and one that fails. */
describe('reasons', () => {
  let rig: Rig;
  const runs: string[] = [];
  const record = async (...args: readonly string[]): Promise<void> => {
    const [begin] = (await rig.run('letters.yaml', ...args)).events;
    if (begin?.kind !== 'run-started') throw new Error('a run begins with run-started');
    runs.push(begin.run);
  };
  const told = async (...args: readonly string[]): Promise<string> => {
    const ended = await rig.pipelines(args);
    expect(ended.stderr).toBe('');
    expect(ended.exitCode).toBe(0);
    return ended.stdout;
  };

  beforeAll(async () => {
    rig = await Rig.create();
    await rig.write('letters.yaml', pipeline);
    await rig.write('names.txt', 'ada\n');
    await record('--until', 'report', 'clock');
    await record('--until', 'report', 'clock', '-p', 'word=hey');
    await rig.write('names.txt', 'ada and bob\n');
    await record('--until', 'measure', '-p', 'word=hey');
    await record('--until', 'shaky');
  });
  afterAll(() => rig.remove());

  it('pain 8: plan says what would run, why, because of what, how long and how much', async () => {
    const plan = await told('plan', 'letters.yaml', '--until', 'report', '-p', 'word=goodbye');
    expect(plan).toMatch(/^letters: 5 tasks, 0 cached, 1 will run, 2 may run, 2 not selected, about \d\S* on \d+ cores?, about \d+ B$/m);
    expect(plan).toMatch(/^ {2}speak +\d\S*, \d+ B +run .*hey.* -> .*goodbye.* \(line 10\)$/m);
    expect(plan).toMatch(/^ {2}report +\d\S*, \d+ B +depends on measure, because of speak$/m);
    expect(plan).toMatch(/^longest chain: speak -> measure -> report, /m);
    const json = JSON.parse(await told('plan', 'letters.yaml', '--until', 'report', '-p', 'word=goodbye', '--json')) as { readonly tasks: readonly { readonly id: string; readonly root?: string; readonly estimateBytes?: number }[] };
    expect(json.tasks.find(({ id }) => id === 'report')).toMatchObject({ root: 'speak', estimateBytes: expect.any(Number) as number });
  });

  it('pain 1: why follows a changed input up to the file that changed, with the line that names it', async () => {
    const why = await told('why', 'letters.yaml', 'report', '-p', 'word=hey');
    expect(why).toContain(`report will run: 2 changes since run ${runs[1]}`);
    expect(why).toMatch(/^ {2}input bytes +\d+ -> \d+ +measure\.size#\/bytes$/m);
    expect(why).toMatch(/^ {2}root cause: names\.txt has changed, letters\.yaml:8:\d+\n {4}report <- measure <- speak$/m);
  });

  it('pain 1: why follows it up to the parameter that another run changed', async () => {
    const why = await told('why', 'letters.yaml', 'measure', '-p', 'word=hey', '--against', runs[0] ?? '');
    expect(why).toMatch(/^measure is cached$/m);
    expect(why).toMatch(/^ {2}root cause: speak has changed: run .*hello.* -> .*hey.*, letters\.yaml:10:\d+; its result is of run /m);
    const json = JSON.parse(await told('why', 'letters.yaml', 'measure', '-p', 'word=hey', '--json')) as object;
    expect(json).toMatchObject([{ task: 'measure', step: 'cached', result: { provenance: { run: runs[2] } } }]);
  });

  it('pain 10: a result of another pipeline is taken, and why says whose it is', async () => {
    await rig.write('others.yaml', pipeline.replace('name: letters', 'name: others').replaceAll('speak', 'say'));
    const run = await rig.run('others.yaml', '--until', 'measure', '-p', 'word=hey');
    expect(run.executed).toEqual([]);
    const why = await told('why', 'others.yaml', 'say', '-p', 'word=hey');
    expect(why).toMatch(new RegExp(`^ {2}computed by run ${runs[2]} on .* UTC, in .* as speak of letters$`, 'm'));
    expect(why).toMatch(/^ {4}names +[0-9a-f]{12} +names\.txt$/m);
  });

  it('history lists the runs with what changed between them, and the results of a task', async () => {
    const history = await told('history', 'letters');
    expect(history.split('\n').slice(1, 5).map((line) => line.split(' ')[0])).toEqual(runs.toReversed());
    expect(history).toMatch(new RegExp(`^${runs[1]} .* succeeded .* word "hello" -> "hey"$`, 'm'));
    expect(history).toMatch(new RegExp(`^${runs[3]} .* failed .* 1 failed .*$`, 'm'));
    const results = await told('history', 'letters.yaml', '--task', 'measure');
    expect(results.trimEnd().split('\n')).toHaveLength(4);
    expect(results).toMatch(/ executed .* input text changed, from speak$/m);
    expect(JSON.parse(await told('history', '--task', 'shaky', '--json'))).toMatchObject([{ outcome: 'failed', failures: [{ kind: 'task-error' }] }]);
  });

  it('diff compares parameters, results, numbers and durations', async () => {
    const diff = await told('diff', runs[0] ?? '', runs[1] ?? '', '--pipeline', 'letters');
    expect(diff).toContain('1 task with the same result, 3 with another, 0 added, 0 removed');
    expect(diff).toContain('\nparameters\n  word  "hello" -> "hey"\n');
    expect(diff).toMatch(/^ {2}measure +input text changed, from speak +size [0-9a-f]{12} 13 B -> [0-9a-f]{12} 12 B$/m);
    expect(diff).toMatch(/^ {2}measure\.size +bytes +10 -> 8 +-2 \(-20\.0%\)$/m);
    expect(diff).toMatch(/^durations(\n {2}(speak|measure|report) .* -> .*){3}$/m);
    expect(JSON.parse(await told('diff', 'latest~3', 'latest~2', '--pipeline', 'letters', '--json'))).toMatchObject({ same: 1, changed: [{ task: 'speak' }, { task: 'measure' }, { task: 'report' }] });
  });

  it('log writes the log alone to stdout, of a result or of a failed attempt', async () => {
    expect(await rig.pipelines(['log', 'speak', runs[0] ?? ''])).toMatchObject({ exitCode: 0, stdout: 'saying hello' });
    expect(await rig.pipelines(['log', 'speak', '--pipeline', 'letters'])).toMatchObject({ exitCode: 0, stdout: 'saying hey' });
    const failed = await rig.pipelines(['log', 'shaky']);
    expect(failed.stdout).toBe('about to fail');
    expect(failed.stderr).toContain('attempt 1 failed (task-error)');
    expect((await rig.pipelines(['log', 'nobody'])).exitCode).toBe(2);
  });

  it('log --follow writes each line of a run that is going on, and ends with the task', async () => {
    await rig.write('slow.yaml', "name: slow\ntasks:\n  count: { uses: exec, with: { run: 'for n in 1 2 3 4; do echo $n; sleep 0.3; done; touch $OUTPUT_X' }, outputs: { x: x.txt } }\n  after: { uses: exec, inputs: { x: count.x }, with: { run: 'sleep 2; touch $OUTPUT_Y' }, outputs: { y: y.txt } }\n");
    const run = rig.start(['run', 'slow.yaml', '--quiet']);
    await rig.until('artifacts/slow/runs/latest/events.jsonl');
    const follow = await rig.pipelines(['log', 'count', '--follow', '--pipeline', 'slow']);
    expect(follow).toMatchObject({ exitCode: 0, stdout: '1\n2\n3\n4' });
    expect(rig.exists('artifacts', 'slow', 'runs', 'latest', 'run.json')).toBe(false);
    expect((await run.ended).exitCode).toBe(0);
  });

  it('provenance leads from a figure to the file of the user, and as an RO-Crate', async () => {
    const page = 'artifacts/letters/report/page.html';
    const text = await told('provenance', page);
    expect(text).toMatch(/^artifacts\/letters\/report\/page\.html +file .*\n {2}by report \(exec\), run /);
    expect(text).toMatch(/^ +names +file 4 B [0-9a-f]{12} yours: names\.txt, changed since$/m);
    const lineage = JSON.parse(await told('provenance', page, '--format', 'json')) as Lineage;
    expect(lineage.actions.map(({ provenance }) => provenance.task)).toEqual(['report', 'measure', 'speak']);
    expect(lineage.artifacts.map(({ path }) => path).filter((path) => path !== undefined)).toEqual([rig.path('names.txt')]);
    const crate = JSON.parse(await told('provenance', page, '--format', 'ro-crate')) as { readonly '@graph': readonly { readonly '@id': string; readonly '@type': string; readonly contentSize?: string }[] };
    const files = crate['@graph'].filter((entity) => entity['@type'] === 'File');
    expect(files).toHaveLength(4);
    for (const file of files) expect((await rig.read(...file['@id'].split('/'))).length).toBe(Number(file.contentSize));
  });

  it('provenance names the document behind a value when it is given the pipeline', async () => {
    const text = await told('provenance', 'measure.size', '--file', 'letters.yaml', '-p', 'word=hey');
    expect(text).toMatch(/^ +names +file 12 B [0-9a-f]{12} yours: names\.txt$/m);
    const refused = await rig.pipelines(['provenance', 'report.page', '--file', 'letters.yaml', '-p', 'word=hey']);
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('report has yet to run') as string });
  });

  it('pain 15: a result that came out otherwise is told by why, and shown beside the one that stays', async () => {
    const forced = await rig.run('letters.yaml', '--only', 'clock', '--force', 'clock');
    expect(forced.events.some(({ kind }) => kind === 'not-reproducible')).toBe(true);
    expect(await told('why', 'letters.yaml', 'clock')).toMatch(/^ {2}not reproducible: 1 other result of the same fingerprint/m);
    expect(await told('show', 'letters.yaml', 'clock')).toMatch(/^not reproducible: 1 other result of this fingerprint\n {2}time +[0-9a-f]{12} +20 B +by run /m);
  });

  it('show tells the result of a run that is not the latest', async () => {
    const show = await told('show', 'letters.yaml', 'speak', '--run', runs[0] ?? '');
    expect(show).toContain('echo \\"hello\\"');
    expect(show).toMatch(/^ {2}text +file +[0-9a-f]{12} +10 B +in the cache$/m);
    expect(show).toMatch(new RegExp(`^ {2}computed +by run ${runs[0]} of letters, as speak$`, 'm'));
  });
});
