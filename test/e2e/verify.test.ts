import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Rig } from './rig.js';

describe('pipelines verify', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await Rig.create();
    await rig.write('draws.yaml', `\
name: draws
tasks:
  steady:
    uses: exec
    with: { run: 'echo 1 > $OUTPUT_X' }
    outputs: { x: x.txt }
  metric:
    uses: exec
    inputs: { x: steady.x }
    with: { run: 'date +"{\\"step\\": 1, \\"loss\\": 1%N}" > $OUTPUT_METRICS' }
    outputs: { metrics: metrics.json }
  folder:
    uses: exec
    with: { run: 'mkdir -p $OUTPUT_FOLDER; echo same > $OUTPUT_FOLDER/same.txt; date +%N > $OUTPUT_FOLDER/time.txt' }
    outputs: { folder: folder/ }
  after:
    uses: exec
    inputs: { x: metric.metrics }
    with: { run: 'cat $INPUT_X > $OUTPUT_Y' }
    outputs: { y: y.txt }
`);
    await rig.run('draws.yaml');
  });
  afterAll(() => rig.remove());

  it('pain 15: names the first metric and the first file that differ when a task is executed again', async () => {
    const metric = await rig.pipelines(['verify', 'draws.yaml', 'metric']);
    expect(metric.exitCode).toBe(1);
    expect(metric.stdout).toMatch(/^metric: not reproducible, result 2 differs from the first \(.*\)\n {2}metrics: \/loss is 1\d+ -> 1\d+$/);
    const folder = await rig.pipelines(['verify', 'draws.yaml', 'folder', '--json', '--times', '5']);
    expect(JSON.parse(folder.stdout)).toMatchObject([{ task: 'folder', kind: 'differs', results: 2, outputs: [{ name: 'folder', difference: { kind: 'bytes', file: 'time.txt' } }] }]);
    const steady = await rig.pipelines(['verify', 'draws.yaml', 'steady', '--times', '3']);
    expect(steady).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^steady: 3 results, all the same/) as string });
  });

  it('pain 15: the first result stays, and the task is known from then on not to be reproducible', async () => {
    const before = await rig.read('artifacts', 'draws', 'metric', 'metrics.json');
    await rig.pipelines(['verify', 'draws.yaml', 'metric']);
    expect(await rig.run('draws.yaml')).toMatchObject({ exitCode: 0, executed: [] });
    expect(await rig.read('artifacts', 'draws', 'metric', 'metrics.json')).toBe(before);
    expect((await rig.pipelines(['why', 'draws.yaml', 'metric'])).stdout).toContain('not reproducible');
    expect((await rig.pipelines(['cache', 'verify'])).exitCode).toBe(0);
  });

  it('needs a result to compare with', async () => {
    const refused = await rig.pipelines(['verify', 'draws.yaml', 'steady', '--cache-dir', 'other']);
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('steady has no result to compare with\nhint: run it first: pipelines run draws.yaml') as string });
  });

  it('--interrupt tells a result that kills have changed', async () => {
    const verified = await rig.pipelines(['verify', 'draws.yaml', 'metric', '--interrupt', '--times', '1']);
    expect(verified.exitCode).toBe(1);
    expect(verified.stdout).toMatch(/^1 task, 1 kill: 1 output not as without\n/);
    expect(verified.stdout).toMatch(/^ {2}metric metrics: \/loss is 1\d+ -> 1\d+$/m);
  });
});

describe('pipelines verify --interrupt, of a training run', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await Rig.create();
    await rig.write('train.yaml', `\
name: tiny
tasks:
  corpus:
    uses: generate-corpus
    with: { language: python, tokens: 4000, concepts: 12 }
  tokenizer:
    uses: train-tokenizer
    inputs: { corpora: corpus.shards }
    with: { model: word-level, pattern: lexemes, vocabularySize: 300 }
  tokenized:
    uses: tokenize-corpus
    inputs: { corpus: corpus.shards, tokenizer: tokenizer.tokenizer }
  tokens:
    uses: mix-corpora
    inputs: { corpora: tokenized.tokens }
  learn:
    uses: pretrain-from-scratch
    inputs: { tokens: tokens.tokens }
    with: { layers: 1, width: 16, heads: 2, context: 16, batch: 4, steps: 60, every: 15 }
`);
    expect((await rig.run('train.yaml')).exitCode).toBe(0);
  });
  afterAll(() => rig.remove());

  it('pain 6: killed again and again, it loses only the segment in hand and ends with the same bytes', async () => {
    const verified = await rig.pipelines(['verify', 'train.yaml', 'learn', '--interrupt', '--times', '3', '--seed', '4', '--json']);
    const outcome = JSON.parse(verified.stdout) as { tasks: string[]; kills: number; repeated: Record<string, number>; deviations: unknown[] };
    expect(outcome).toMatchObject({ kind: 'done', deviations: [], tasks: ['learn(step=15)', 'learn(step=30)', 'learn(step=45)', 'learn(step=60)'] });
    expect(outcome.kills).toBeGreaterThanOrEqual(1);
    // Each kill cost at most the one segment that was running.
    expect(Object.values(outcome.repeated).reduce((sum, times) => sum + times, 0)).toBeLessThanOrEqual(outcome.kills);
    expect(verified.exitCode).toBe(0);
    // Nothing is left behind, and the cache it was compared with is as it was.
    expect(await readdir(rig.path('cache', 'scratch'))).toEqual([]);
    expect(await rig.run('train.yaml')).toMatchObject({ exitCode: 0, executed: [] });
  });

  it('pain 12: more steps go on from the last segment', async () => {
    await rig.write('train.yaml', (await rig.read('train.yaml')).replace('steps: 60', 'steps: 90'));
    expect((await rig.run('train.yaml')).executed).toEqual(['learn(step=75)', 'learn(step=90)']);
  });
});
