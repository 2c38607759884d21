import { appendFileSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ownerName, thisProcess } from '../../../src/engine/cache/process-identity.js';
import { readResults, readRun } from '../../../src/engine/runs/recorded-run.js';
import { runEvents } from '../../../src/engine/runs/run-events.js';
import { runResults } from '../../../src/engine/runs/run-results.js';
import { taskResults } from '../../../src/engine/runs/task-results.js';
import { pipelineOf } from '../run/rig.js';
import { makeRecordingRig } from './rig.js';

const chain = (text: string) => ({ ...pipelineOf([{ id: 'a', with: { text } }, { id: 'b(x=1)', labels: { x: 1 }, from: ['a'] }]), params: { text } });
const now = Date.now();

describe('a recorded run', () => {
  it('tells when it began, with what parameters, and how it ended', async () => {
    const rig = await makeRecordingRig();
    await rig.record('01A', chain('one'));
    expect(await readRun(rig.recorded('01A'), now)).toEqual({
      run: '01A', pipeline: 'rig', file: '/pipelines/rig.yaml', params: { text: 'one' }, startedAt: 1_010,
      outcome: 'succeeded', ms: expect.any(Number) as number, executed: 2, cached: 0, failed: 0, skipped: 0,
    });
    expect([...readResults(rig.recorded('01A').directory)?.keys() ?? []]).toEqual(['a', 'b(x=1)']);
  });

  it('pain 6: tells of a killed run what it had done by then, its torn last line aside', async () => {
    const rig = await makeRecordingRig();
    await rig.record('01A', chain('one'));
    const { directory } = rig.recorded('01A');
    for (const file of ['run.json', 'results.json']) rmSync(join(directory, file));
    const events = readFileSync(join(directory, 'events.jsonl'), 'utf8');
    truncateSync(join(directory, 'events.jsonl'), events.indexOf('"task":"b(x=1)"') + 5);
    // Its process lives, however long it has been silent.
    utimesSync(join(directory, 'events.jsonl'), 1, 1);
    expect(await readRun(rig.recorded('01A'), now)).toMatchObject({ outcome: 'running', executed: 1 });
    writeFileSync(join(directory, 'owner'), ownerName({ ...thisProcess(), startTime: '1' }));
    expect(await readRun(rig.recorded('01A'), now)).toMatchObject({ outcome: 'killed', executed: 1, cached: 0, params: { text: 'one' } });
    expect(readResults(directory)).toBeUndefined();

    const results = await runResults(rig.recorded('01A'), rig.cache.actions);
    expect(results.complete).toBe(false);
    expect([...results.fingerprints.keys()].sort()).toEqual(['a', 'b(x=1)']);
  });

  it('goes by its silence where its process cannot be seen', async () => {
    const rig = await makeRecordingRig();
    await rig.record('01A', chain('one'));
    const { directory } = rig.recorded('01A');
    rmSync(join(directory, 'run.json'));
    truncateSync(join(directory, 'events.jsonl'), readFileSync(join(directory, 'events.jsonl'), 'utf8').indexOf('"task":"b(x=1)"') + 5);
    writeFileSync(join(directory, 'owner'), ownerName({ ...thisProcess(), machine: '00000000' }));
    expect(await readRun(rig.recorded('01A'), now)).toMatchObject({ outcome: 'running' });
    utimesSync(join(directory, 'events.jsonl'), 1, 1);
    expect(await readRun(rig.recorded('01A'), now)).toMatchObject({ outcome: 'killed' });
  });

  it('believes the last event of a run that was killed before its summary', async () => {
    const rig = await makeRecordingRig();
    await rig.record('01A', chain('one'));
    rmSync(join(rig.recorded('01A').directory, 'run.json'));
    expect(await readRun(rig.recorded('01A'), now)).toMatchObject({ outcome: 'succeeded', executed: 2 });
  });

  it('passes over what is no event, and survives the loss of the first one', async () => {
    const rig = await makeRecordingRig();
    await rig.record('01A', chain('one'));
    const { directory } = rig.recorded('01A');
    truncateSync(join(directory, 'events.jsonl'), 0);
    appendFileSync(join(directory, 'events.jsonl'), '{"at":1,"ki\n\nnull\n[]\n{"at":2,"kind":"task-cached","task":"a"}\n{"at":3');
    const events = [];
    for await (const event of runEvents(directory)) events.push(event);
    expect(events).toEqual([{ at: 2, kind: 'task-cached', task: 'a' }]);
    expect(await readRun(rig.recorded('01A'), now)).toMatchObject({ pipeline: 'rig', file: undefined, params: {}, startedAt: undefined, outcome: 'succeeded' });
  });
});

describe('the results of a task', () => {
  it('say when, with what fingerprint, how long and why, in each run', async () => {
    const rig = await makeRecordingRig();
    await rig.record('01A', chain('one'));
    await rig.record('01B', chain('two'));
    const [first] = await taskResults(rig.recorded('01A'), 'a');
    const [second] = await taskResults(rig.recorded('01B'), 'a');
    expect(first).toMatchObject({ run: '01A', task: 'a', outcome: 'executed', attempts: 1, reason: { kind: 'never-run' }, failures: [] });
    expect(second).toMatchObject({ reason: { kind: 'parameter-changed', pointer: '/text', before: 'one', after: 'two' } });
    expect(first?.fingerprint).not.toBe(second?.fingerprint);
    expect((await rig.cache.actions.lookup(second?.fingerprint ?? ''))?.durationMs).toBe(second?.ms);
  });

  it('are found by name, id and coordinates', async () => {
    const rig = await makeRecordingRig();
    await rig.record('01A', chain('one'));
    const tasks = async (pattern: string) => (await taskResults(rig.recorded('01A'), pattern)).map(({ task }) => task);
    expect(await tasks('b')).toEqual(['b(x=1)']);
    expect(await tasks('b(x=1)')).toEqual(['b(x=1)']);
    expect(await tasks('?(x=*)')).toEqual(['b(x=1)']);
    expect(await tasks('*')).toEqual(['a', 'b(x=1)']);
    expect(await tasks('c')).toEqual([]);
  });

  it('keep the failure of every attempt', async () => {
    const rig = await makeRecordingRig();
    await rig.record('01A', pipelineOf([{ id: 'a', uses: 'misbehave', attempts: 2, with: { way: 'log-and-fail' } }]));
    const [result] = await taskResults(rig.recorded('01A'), 'a');
    expect(result).toMatchObject({ outcome: 'failed', attempts: 2, fingerprint: undefined });
    expect(result?.failures.map(({ message }) => message)).toEqual(['unreadable', 'unreadable']);
  });
});
