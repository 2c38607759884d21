import { chmodSync, readlinkSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EventBody } from '../../../src/engine/event.js';
import { Memos } from '../../../src/engine/memo/memos.js';
import type { Surroundings } from '../../../src/engine/memo/plan-memo.js';
import type { Plan } from '../../../src/engine/plan.js';
import { systemClock } from '../../../src/engine/run/clock.js';
import { runPlan } from '../../../src/engine/run/run-plan.js';
import { kindsOf, machine, makeRig, pipelineOf, capacity, type Rig } from '../run/rig.js';

interface Project extends Rig {
  readonly source: string;
  readonly link: string;
  recall(change?: Partial<Surroundings>): Promise<Plan | undefined>;
  /** Runs what was recalled. */
  rerun(plan: Plan): Promise<readonly EventBody[]>;
}

/** A pipeline that has run: a file of the user's, a task that reads it and a variable, a folder, and one that reads both. */
async function project(text = 'name: rig'): Promise<Project> {
  const rig = await makeRig();
  const source = join(rig.folder, 'source.txt');
  writeFileSync(source, 'one');
  const pipeline = pipelineOf([{ id: 'a', from: [source], environment: ['WHO'] }, { id: 't', uses: 'tree', from: [source] }, { id: 'b', from: ['a'] }]);
  const artifactsDirectory = join(rig.folder, 'artifacts');
  const memos = new Memos(rig.cache.directory, { file: 'rig.yaml', text, kinds: kindsOf(), options: {} });
  const surroundings = { environment: { WHO: 'me' }, machine, artifactsDirectory };
  const plan = await rig.plan(pipeline, {}, { environment: { WHO: 'me' } });
  const { summary } = await rig.run(pipeline, { environment: { WHO: 'me' } });
  await memos.save(plan, summary, rig.cache, surroundings);
  return {
    ...rig, source, link: join(artifactsDirectory, 'rig', 'b', 'text.txt'),
    recall: (change) => memos.plan(pipeline, rig.cache, { ...surroundings, ...change }),
    async rerun(recalled) {
      const events: EventBody[] = [];
      await runPlan(recalled, {
        kinds: kindsOf(), cache: rig.cache, capacity, machine, clock: systemClock, runId: 'again', engine: 'test', environment: {}, artifactsDirectory,
        executor: { execute: () => { throw new Error('something ran'); }, close: () => Promise.resolve() },
        signal: new AbortController().signal, killSignal: new AbortController().signal, emit: (event) => { events.push(event); },
      });
      return events;
    },
  };
}

describe('memos', () => {
  it('recall a plan in which all is cached, with the whole record behind each task', async () => {
    const { recall, cache } = await project();
    const plan = await recall();
    expect(plan?.steps.map(({ kind }) => kind)).toEqual(['cached', 'cached', 'cached']);
    for (const step of plan?.steps ?? []) {
      if (step.kind !== 'cached') continue;
      const { fingerprint, outputs, durationMs, preimage, log, provenance } = step.record;
      expect({ fingerprint, outputs, durationMs, preimage, log, provenance }).toEqual(await cache.actions.lookup(step.fingerprint));
    }
  });

  it('have a run of such a plan tell what any run tells', async () => {
    const { recall, rerun } = await project();
    const plan = await recall();
    expect(plan && (await rerun(plan)).map((event) => ('task' in event ? `${event.kind} ${event.task}` : event.kind)))
      .toEqual(['run-started', 'task-cached a', 'task-cached t', 'task-cached b', 'run-finished']);
  });

  it('recall nothing of another text', async () => {
    const { cache } = await project();
    const other = new Memos(cache.directory, { file: 'rig.yaml', text: 'name: other', kinds: kindsOf(), options: {} });
    expect(other.pipeline()).toBeUndefined();
  });

  const changes: Record<string, (project: Project) => unknown> = {
    'the content of a file of the user\'s': ({ source }) => { writeFileSync(source, 'two'); },
    'the absence of a file of the user\'s': ({ source }) => { unlinkSync(source); },
    'a lost link': ({ link }) => { unlinkSync(link); },
    'a link that leads elsewhere': ({ link, source }) => { unlinkSync(link); writeFileSync(link, source); },
    'a lost object': ({ link }) => { rmSync(resolve(dirname(link), readlinkSync(link))); },
    'a cut object': ({ link }) => {
      const object = resolve(dirname(link), readlinkSync(link));
      chmodSync(object, 0o644);
      truncateSync(object, 1);
    },
    'a result of other parameters since': ({ cache }) => { cache.actions.remember('rig', 'a', 'f'.repeat(64)); },
    'a damaged memo': ({ cache }) => { rmSync(join(cache.directory, 'plans'), { recursive: true }); },
  };
  it.each(Object.entries(changes))('recall no plan after %s', async (_, change) => {
    const rig = await project();
    change(rig);
    expect(await rig.recall()).toBeUndefined();
  });

  it('recall no plan with another variable, machine or artifacts directory', async () => {
    const { recall, folder } = await project();
    expect(await recall({ environment: { WHO: 'you' } })).toBeUndefined();
    expect(await recall({ environment: {} })).toBeUndefined();
    expect(await recall({ machine: { ...machine, nodeMajor: 99 } })).toBeUndefined();
    expect(await recall({ artifactsDirectory: join(folder, 'elsewhere') })).toBeUndefined();
    expect(await recall()).toBeDefined();
  });

  it('keep nothing of a run that left something to do', async () => {
    const rig = await makeRig();
    const pipeline = pipelineOf([{ id: 'a' }, { id: 'b', from: ['a'] }]);
    const memos = new Memos(rig.cache.directory, { file: 'rig.yaml', text: '', kinds: kindsOf(), options: {} });
    const surroundings = { environment: {}, machine, artifactsDirectory: join(rig.folder, 'artifacts') };
    const selection = { only: ['a'] };
    const plan = await rig.plan(pipeline, selection);
    await memos.save(plan, (await rig.run(pipeline, { selection })).summary, rig.cache, surroundings);
    expect(await memos.plan(pipeline, rig.cache, surroundings)).toBeUndefined();
  });

  it('forget the oldest of many', async () => {
    const { cache } = await project();
    const rig = await makeRig();
    const pipeline = pipelineOf([{ id: 'a' }]);
    const surroundings = { environment: {}, machine, artifactsDirectory: join(rig.folder, 'artifacts') };
    const plan = await rig.plan(pipeline);
    const { summary } = await rig.run(pipeline);
    const memosOf = (text: string): Memos => new Memos(cache.directory, { file: 'rig.yaml', text, kinds: kindsOf(), options: {} });
    for (let number = 0; number < 20; number += 1) await memosOf(String(number)).save(plan, summary, rig.cache, surroundings);
    expect(memosOf('0').pipeline()).toBeUndefined();
    expect(memosOf('19').pipeline()).toEqual(expect.objectContaining({ name: 'rig' }));
  });
});
