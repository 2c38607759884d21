import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EventBody } from '../../../src/engine/event.js';
import { bundle, makeRig, removeBundle } from './rig.js';
import { slowPipeline } from './specs.js';

const fixtures = new URL('../../fixtures/kinds/', import.meta.url);
let child: URL;
beforeAll(async () => {
  child = await bundle(new URL('./child.ts', import.meta.url));
  return () => removeBundle(child);
});

interface Run {
  readonly process: ChildProcess;
  readonly events: EventBody[];
  readonly ended: Promise<unknown>;
}

function start(folder: string, tasks: number, ms: number, onEvent: (event: EventBody, child: ChildProcess) => void = () => undefined): Run {
  const process_ = spawn(process.execPath, [fileURLToPath(child), folder, fixtures.href, String(tasks), String(ms)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const events: EventBody[] = [];
  createInterface({ input: process_.stdout }).on('line', (line) => {
    const event = JSON.parse(line) as EventBody;
    events.push(event);
    onEvent(event, process_);
  });
  return { process: process_, events, ended: once(process_, 'close') };
}

const idsOf = (events: readonly EventBody[], kind: 'task-started' | 'task-finished' | 'task-cached' | 'task-waiting'): string[] =>
  events.flatMap((event) => (event.kind === kind ? [event.task] : []));

describe('two processes with one cache', () => {
  it('run each task once between them', async () => {
    const { folder } = await makeRig();
    const runs = [start(folder, 8, 150), start(folder, 8, 150)];
    await Promise.all(runs.map(({ ended }) => ended));
    const started = runs.flatMap(({ events }) => idsOf(events, 'task-started'));
    expect(started.toSorted()).toEqual([...new Set(started)].toSorted());
    expect(started).toHaveLength(9);
    for (const { events } of runs) expect(events.at(-1)).toMatchObject({ kind: 'run-finished', outcome: 'succeeded' });
  });
});

describe('a run after kill -9', () => {
  it('continues with what had finished, and what a waiting process needs is not held by the dead', async () => {
    const rig = await makeRig();
    let finished = 0;
    const killed = start(rig.folder, 8, 60, (event, running) => {
      if (event.kind === 'task-finished' && (finished += 1) === 3) running.kill('SIGKILL');
    });
    await killed.ended;
    const done = idsOf(killed.events, 'task-finished');
    expect(killed.events.some(({ kind }) => kind === 'run-finished')).toBe(false);

    const next = await rig.run(slowPipeline(8, 60));
    expect(next.summary.outcome).toBe('succeeded');
    for (const task of done) expect(next.executed).not.toContain(task);
    expect(next.executed.length + next.summary.cached).toBe(9);
    expect((await rig.cache.store.verify()).corrupt).toEqual([]);
  });
});
