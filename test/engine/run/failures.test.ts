import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createPiscinaExecutor } from '../../../src/engine/run/piscina-executor.js';
import { buildWorker, closing, makeRig, pipelineOf, removeBundle, type TaskSpec } from './rig.js';

let worker: URL;
beforeAll(async () => { worker = await buildWorker(); return () => removeBundle(worker); });

const pool = (options: { graceMs?: number; heapMiB?: number } = {}) =>
  closing(createPiscinaExecutor({ threads: 2, environment: process.env, worker, graceMs: 100, ...options }));

const misbehaving = (way: string, more: Partial<TaskSpec> = {}): TaskSpec => ({ id: way, uses: 'misbehave', ...more, with: { way, ...more.with } });

describe('a task that fails in a worker', () => {
  const failureOf = async (spec: TaskSpec, options: { heapMiB?: number } = {}) => {
    const rig = await makeRig();
    const run = await rig.run(pipelineOf([spec, { id: 'after', with: { text: 'x' } }]), { executor: pool(options), keepGoing: true });
    expect(run.summary).toMatchObject({ outcome: 'failed', executed: 1, failed: 1 });
    return run.summary.failures[0]?.failure;
  };

  it.each([
    ['task-error', { kind: 'task-error', message: 'the corpus is empty', hint: 'collect some first' }],
    ['exit', { kind: 'worker-died', message: 'the worker exited with code 3 in the middle of the task' }],
    ['missing', { kind: 'missing-output', message: 'output "text" was not written' }],
    ['undeclared', { kind: 'task-error', message: 'it wrote extra.txt, which is no declared output' }],
  ])('%s', async (way, failure) => {
    expect(await failureOf(misbehaving(way))).toMatchObject(failure);
  });

  it('a full disk ends the run, whatever was asked for', async () => {
    const rig = await makeRig();
    const specs = [misbehaving('disk-full', { attempts: 3 }), misbehaving('sleep', { with: { ms: 100 } }), { id: 'next', from: ['sleep'] }];
    const run = await rig.run(pipelineOf(specs), { executor: pool(), keepGoing: true });
    expect(run.summary).toMatchObject({ executed: 1, failed: 1, skipped: 1, failures: [{ failure: { kind: 'disk-full' } }] });
    expect(run.of('task-retried')).toEqual([]);
  });

  it('bug: shows where it was thrown', async () => {
    const failure = await failureOf(misbehaving('bug'));
    expect(failure?.kind).toBe('bug');
    expect(failure?.stack).toContain('misbehave.mjs');
  });

  it('a stray exception ends the worker and is a bug, not a hang', async () => {
    expect(await failureOf(misbehaving('stray-throw'))).toMatchObject({ kind: 'bug', message: 'thrown by nobody' });
  });

  it('out of memory ends the worker and not the run', async () => {
    expect(await failureOf(misbehaving('heap'), { heapMiB: 24 })).toMatchObject({ kind: 'worker-died', message: 'the worker ran out of memory' });
  });

  it('a timeout ends a task that never yields', async () => {
    expect(await failureOf(misbehaving('spin', { timeoutMs: 200 }))).toMatchObject({ kind: 'timeout', message: 'it ran longer than 200 ms' });
  });

  it('a worker that cannot start is a failure, not a hang', async () => {
    const rig = await makeRig();
    const executor = closing(createPiscinaExecutor({ threads: 2, environment: process.env, worker: new URL('file:///nowhere/worker.mjs') }));
    const run = await rig.run(pipelineOf([{ id: 'a', with: { text: 'x' } }]), { executor });
    expect(run.summary.failures).toMatchObject([{ task: 'a', failure: { kind: 'bug' } }]);
  });
});

describe('a worker', () => {
  it('hands over every line of the log, console output included, and stores it', async () => {
    const rig = await makeRig();
    const run = await rig.run(pipelineOf([misbehaving('log')]), { executor: pool() });
    const lines = run.of('task-log').map(({ line }) => line);
    expect(lines).toEqual([...Array.from({ length: 1000 }, (_, line) => `line ${line}`), 'from console']);
    const log = (await rig.cache.actions.latest('rig', 'log'))?.log ?? '';
    expect((await rig.cache.store.read({ type: 'file', digest: log, bytes: 0 })).toString('utf8').trimEnd().split('\n')).toEqual(lines);
  });

  it('names the stored log in a failure', async () => {
    const rig = await makeRig();
    const run = await rig.run(pipelineOf([misbehaving('log-and-fail')]), { executor: pool() });
    expect(readFileSync(run.summary.failures[0]?.failure.log ?? '', 'utf8')).toBe('reading\n');
  });

  it('tells a task that its time is up, so that it can end its child processes', async () => {
    const rig = await makeRig();
    // The first task warms the worker up: the second one's time is then its own.
    const specs = [misbehaving('sleep', { with: { ms: 1 } }), misbehaving('until-aborted', { timeoutMs: 500, from: ['sleep'] })];
    const run = await rig.run(pipelineOf(specs), { executor: pool({ graceMs: 60_000 }) });
    expect(run.summary.failures).toMatchObject([{ failure: { kind: 'timeout' } }]);
    expect(run.of('task-log')).toMatchObject([{ line: 'ending' }]);
  });

  it('keeps the environment of the process from tasks, and native libraries to one thread', async () => {
    const rig = await makeRig();
    const executor = closing(createPiscinaExecutor({ threads: 1, environment: { ...process.env, SECRET: 'x' }, worker }));
    await rig.run(pipelineOf([misbehaving('environment')]), { executor });
    const seen = JSON.parse(readFileSync(join(rig.folder, 'artifacts', 'rig', 'environment', 'text.txt'), 'utf8')) as { process: Record<string, string> };
    expect(seen.process).not.toHaveProperty('SECRET');
    expect(seen.process).toMatchObject({ OMP_NUM_THREADS: '1', PATH: process.env['PATH'] });
  });
});

describe('retry', () => {
  it('tries again as often as the task allows, and tells', async () => {
    const rig = await makeRig();
    const flaky = misbehaving('flaky', { attempts: 3, with: { failures: 2, counter: join(rig.folder, 'counter') } });
    const run = await rig.run(pipelineOf([flaky]), { clock: { now: Date.now, sleep: () => Promise.resolve() } });
    expect(run.of('task-retried').map(({ attempt, failure }) => [attempt, failure.message])).toEqual([[1, 'failure 1'], [2, 'failure 2']]);
    expect(run.summary).toMatchObject({ outcome: 'succeeded', executed: 1 });
  });

  it('gives up after the last attempt', async () => {
    const rig = await makeRig();
    const flaky = misbehaving('flaky', { attempts: 2, with: { failures: 5, counter: join(rig.folder, 'counter') } });
    const run = await rig.run(pipelineOf([flaky]), { clock: { now: Date.now, sleep: () => Promise.resolve() } });
    expect(run.executed).toHaveLength(2);
    expect(run.summary.failures).toMatchObject([{ failure: { message: 'failure 2' } }]);
  });
});

describe('after a failure', () => {
  const specs: readonly TaskSpec[] = [
    misbehaving('task-error'),
    { id: 'below', from: ['task-error'] },
    { id: 'further', from: ['below'] },
    misbehaving('sleep', { with: { ms: 50 } }),
    { id: 'free', from: ['sleep'] },
  ];

  it('lets running tasks finish and starts nothing new', async () => {
    const rig = await makeRig();
    const run = await rig.run(pipelineOf(specs));
    expect(run.summary).toMatchObject({ outcome: 'failed', executed: 1, failed: 1, skipped: 3 });
    expect(run.of('task-skipped')).toMatchObject([
      { task: 'below', because: 'upstream-failed', upstream: 'task-error' },
      { task: 'further', because: 'upstream-failed', upstream: 'task-error' },
      { task: 'free', because: 'stopped' },
    ]);
  });

  it('goes on with what does not need it when told to keep going', async () => {
    const rig = await makeRig();
    const run = await rig.run(pipelineOf(specs), { keepGoing: true });
    expect(run.summary).toMatchObject({ outcome: 'failed', executed: 2, failed: 1, skipped: 2 });
  });
});

describe('an interrupted run', () => {
  const specs: readonly TaskSpec[] = [misbehaving('sleep', { with: { ms: 300 } }), { id: 'next', from: ['sleep'] }];

  it('drains: what runs finishes, nothing new starts, and the next run continues', async () => {
    const rig = await makeRig();
    const drain = new AbortController();
    const run = await rig.run(pipelineOf(specs), { executor: pool(), signal: drain.signal, emit: ({ kind }) => { if (kind === 'task-started') drain.abort(); } });
    expect(run.of('draining')).toHaveLength(1);
    expect(run.summary).toMatchObject({ outcome: 'interrupted', executed: 1, skipped: 1 });
    expect((await rig.run(pipelineOf(specs))).executed).toEqual(['next']);
  });

  it('kills at the second signal', async () => {
    const rig = await makeRig();
    const drain = new AbortController();
    const kill = new AbortController();
    const spinning = [misbehaving('spin'), { id: 'next', from: ['spin'] }];
    const startedAt = Date.now();
    const run = await rig.run(pipelineOf(spinning), {
      executor: pool(), signal: drain.signal, killSignal: kill.signal,
      emit: ({ kind }) => { if (kind === 'task-started') { drain.abort(); setTimeout(() => { kill.abort(); }, 100); } },
    });
    expect(Date.now() - startedAt).toBeLessThan(10_000);
    expect(run.summary).toMatchObject({ outcome: 'interrupted', failed: 1, skipped: 1 });
    expect(run.summary.failures).toMatchObject([{ failure: { kind: 'cancelled' } }]);
  });
});
