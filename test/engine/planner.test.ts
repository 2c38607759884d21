import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PlanStep } from '../../src/engine/plan.js';
import { makePlan } from '../../src/engine/planner.js';
import { capacity, kindsOf, machine, makeRig, pipelineOf, type Rig, type TaskSpec } from './run/rig.js';

const chain: readonly TaskSpec[] = [{ id: 'a', with: { text: 'one' } }, { id: 'b', from: ['a'] }, { id: 'c', from: ['b'] }];
const matrix: readonly TaskSpec[] = [
  ...[100, 200].flatMap((step) => ['php', 'go'].map((language): TaskSpec => ({ id: `evaluate(step=${step},language=${language})`, labels: { step, language }, with: { text: `${step}${language}` } }))),
  { id: 'report', from: ['evaluate(step=100,language=php)'] },
];

const kindsIn = (steps: readonly PlanStep[]): string[] => steps.map(({ kind }) => kind);
const planOf = (rig: Rig, specs: readonly TaskSpec[], selection = {}) =>
  makePlan(pipelineOf(specs), { kinds: kindsOf(), cache: rig.cache, environment: {}, machine, capacity, selection });

describe('planner', () => {
  it('plans a fresh pipeline: what is known will run, what depends on it may', async () => {
    const rig = await makeRig();
    const { steps, estimateMs } = await rig.plan(pipelineOf(chain));
    expect(steps).toMatchObject([
      { kind: 'will-run', reason: { kind: 'never-run' } },
      { kind: 'may-run', reason: { kind: 'upstream-runs', upstream: 'a' } },
      { kind: 'may-run', reason: { kind: 'upstream-runs', upstream: 'b' } },
    ]);
    expect(estimateMs).toBeNull();
  });

  it('runs nothing and changes nothing', async () => {
    const rig = await makeRig();
    await rig.plan(pipelineOf(chain));
    expect(kindsIn((await rig.plan(pipelineOf(chain))).steps)).toEqual(['will-run', 'may-run', 'may-run']);
  });

  it('finds everything cached after a run', async () => {
    const rig = await makeRig();
    await rig.run(pipelineOf(chain));
    const { steps, estimateMs } = await rig.plan(pipelineOf(chain));
    expect(kindsIn(steps)).toEqual(['cached', 'cached', 'cached']);
    expect(estimateMs).toBe(0);
  });

  it('says which parameter changed, and how long that will take', async () => {
    const rig = await makeRig();
    await rig.run(pipelineOf(chain));
    const { steps, estimateMs } = await rig.plan(pipelineOf([{ id: 'a', with: { text: 'two' } }, ...chain.slice(1)]));
    expect(steps[0]).toMatchObject({ kind: 'will-run', reason: { kind: 'parameter-changed', pointer: '/text', before: 'one', after: 'two' } });
    expect(kindsIn(steps)).toEqual(['will-run', 'may-run', 'may-run']);
    expect(estimateMs).toBeGreaterThan(0);
  });

  it('says which of the user\'s files changed', async () => {
    const rig = await makeRig();
    const path = join(rig.folder, 'data.txt');
    const specs: TaskSpec[] = [{ id: 'a', from: [path] }];
    writeFileSync(path, 'before');
    await rig.run(pipelineOf(specs));
    writeFileSync(path, 'after it');
    expect((await rig.plan(pipelineOf(specs))).steps[0]).toMatchObject({ kind: 'will-run', reason: { kind: 'input-changed', input: 'from', upstream: path } });
  });

  it('reports every missing or unsuitable file of the user at once, where its task is declared', async () => {
    const rig = await makeRig();
    mkdirSync(join(rig.folder, 'folder'));
    const result = await planOf(rig, [{ id: 'a', from: ['/nowhere/data.txt'] }, { id: 'b', from: [join(rig.folder, 'folder')] }]);
    expect(result).toMatchObject({
      kind: 'invalid',
      diagnostics: [{ code: 'missing-input', position: { line: 1, column: 1 } }, { code: 'wrong-type', position: { line: 2, column: 1 } }],
    });
  });

  it('plans the producer of a lost output, and names the output', async () => {
    const rig = await makeRig();
    await rig.run(pipelineOf(chain));
    const output = (await rig.cache.actions.latest('rig', 'b'))?.outputs['text'];
    if (output) rmSync(rig.cache.store.place(output, ''));
    expect((await rig.plan(pipelineOf(chain))).steps).toMatchObject([
      { kind: 'cached' }, { kind: 'will-run', reason: { kind: 'output-missing', output: 'text' } }, { kind: 'may-run' },
    ]);
  });
});

describe('a selection', () => {
  const selected = async (specs: readonly TaskSpec[], selection: object): Promise<string[]> => {
    const rig = await makeRig();
    const { steps, pipeline } = await rig.plan(pipelineOf(specs), selection);
    return pipeline.tasks.filter(({ index }) => steps[index]?.kind !== 'not-selected').map(({ id }) => id);
  };

  it.each([
    ['a name, meaning all its instances', 'evaluate', 4],
    ['an id', 'evaluate(step=100,language=go)', 1],
    ['a glob over ids', 'evaluate(step=100,*)', 2],
    ['coordinates in another order', 'evaluate(language=go,step=200)', 1],
    ['coordinates with the rest left open', 'evaluate(language=g*,*)', 2],
    ['a glob over names', 'eval*', 4],
  ])('takes %s', async (_, pattern, count) => {
    expect(await selected(matrix, { until: [pattern] })).toHaveLength(count);
  });

  it('until: these and what they need', async () => {
    expect(await selected(chain, { until: ['b'] })).toEqual(['a', 'b']);
  });

  it('from: these, what needs them, and what those need', async () => {
    expect(await selected([...chain, { id: 'x', with: { text: 'x' } }, { id: 'y', from: ['x', 'c'] }], { from: ['c'] })).toEqual(['a', 'b', 'c', 'x', 'y']);
  });

  it('only: these, when their inputs are cached', async () => {
    const rig = await makeRig();
    expect(await planOf(rig, chain, { only: ['b'] })).toMatchObject({ kind: 'invalid', diagnostics: [{ code: 'not-cached', message: '"b" reads "a", which is not selected and not in the cache' }] });
    await rig.run(pipelineOf(chain.slice(0, 1)));
    const run = await rig.run(pipelineOf(chain), { selection: { only: ['b'] } });
    expect(run.executed).toEqual(['b']);
    expect(run.summary).toMatchObject({ outcome: 'succeeded', executed: 1, cached: 0, skipped: 0 });
  });

  it('force: these run although they are cached', async () => {
    const rig = await makeRig();
    await rig.run(pipelineOf(chain));
    expect((await rig.plan(pipelineOf(chain), { force: ['b'] })).steps).toMatchObject([{ kind: 'cached' }, { kind: 'will-run', reason: { kind: 'forced' } }, { kind: 'may-run' }]);
  });

  it('names the nearest task for a pattern that matches none', async () => {
    const rig = await makeRig();
    expect(await planOf(rig, matrix, { until: ['evalute', 'report'], force: ['repotr'] })).toMatchObject({
      kind: 'invalid',
      diagnostics: [{ code: 'unknown-task', message: 'no task matches "evalute"', hint: 'did you mean "evaluate"?' }, { message: 'no task matches "repotr"', hint: 'did you mean "report"?' }],
    });
  });
});
