import { disk, Killed, type Fault } from './file-system.js';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StoredObject } from '../../../src/engine/action-record.js';
import { openCache } from '../../../src/engine/cache/open-cache.js';
import type { EventBody } from '../../../src/engine/event.js';
import type { Cache } from '../../../src/engine/store.js';
import { expectedOf, withTask, type Dag } from './dags.js';
import { bury, Project } from './project.js';
import { pseudoRandom } from './random.js';
import { emptyLedger, useStore, writeInputs, type Ledger } from './store-work.js';

/** How many random calls are struck, in all. */
const POINTS = Number(process.env['PIPELINES_KILL_POINTS'] ?? 300);
const SEED = Number(process.env['PIPELINES_SEED'] ?? Date.now() % 100_000);

/** Two of each kind, one behind the other, and files of the user's. */
const small: Dag = [
  { kind: 'mix' as const, text: 0, modulo: 0, reads: [0], value: 9 },
  { kind: 'spread' as const, text: 1, modulo: 0, reads: [0, 2], value: 9 },
  { kind: 'count' as const, text: 2, modulo: 0, reads: [0, 1], value: 9 },
  { kind: 'mix' as const, text: 1, modulo: 2, reads: [1, 2], value: 0 },
].reduce<Dag>((dag, shape, index) => withTask(dag, `t${index}`, shape), { tasks: [], files: ['a', 'b'], codes: { mix: 0, spread: 0, count: 0 } });
const changed: Dag = { ...small, files: ['a', 'changed'], tasks: small.tasks.map((task) => ({ ...task, note: task.kind === 'count' ? 1 : 0 })) };

type Harm = (at: number, random: () => number) => Fault;
const deaths: readonly (readonly [string, Harm])[] = [
  ['killed', (at) => ({ kind: 'kill', at })],
  ['killed in a write', (at) => ({ kind: 'kill', at, torn: true })],
  ['cut from power', (at, random) => ({ kind: 'power-cut', at, random })],
];
const failures: readonly (readonly [string, Harm])[] = (['ENOSPC', 'EIO', 'EROFS'] as const).map((code) => [code, (from) => ({ kind: 'failing', code, from })]);

describe(`a cache struck at random calls (seed ${SEED})`, () => {
  const random = pseudoRandom(SEED);
  const share = Math.ceil(POINTS / 12);
  const timeout = { timeout: 60_000 + 500 * POINTS };

  describe.each(deaths)('of a process that is %s', (_, harm) => {
    it('pain 2: the store verifies, what was committed is whole, nothing partial is visible, and the work can be done again', timeout, async () => {
      const calls = await countCalls(useStoreIn);
      for (let point = 0; point < share; point += 1) {
        const at = 1 + Math.floor(random() * calls);
        await strike(`store, call ${at} of ${calls}`, harm(at, random), useStoreIn);
      }
    });

    it('pains 5, 12: the next run goes on with what was finished, and ends as a clean build does', timeout, async () => {
      const calls = await countCalls(run);
      for (let point = 0; point < 2 * share; point += 1) {
        const at = 1 + Math.floor(random() * calls);
        await strike(`run, call ${at} of ${calls}`, harm(at, random), run);
      }
    });
  });

  describe.each(failures)('of a disk that answers %s', (_, harm) => {
    it('the error has a name, nothing partial is visible, and all is well once the disk is', timeout, async () => {
      for (const work of [useStoreIn, run]) {
        const calls = await countCalls(work);
        for (let point = 0; point < share / 2; point += 1) {
          const at = 1 + Math.floor(random() * calls);
          await strike(`${work.name}, call ${at} of ${calls}`, harm(at, random), work);
        }
      }
    });
  });

  it('of a file system without hard links: all goes on as before', timeout, async () => {
    for (const work of [useStoreIn, run]) {
      const calls = await countCalls(work);
      for (let point = 0; point < share / 2; point += 1) {
        const at = 1 + Math.floor(random() * calls);
        const { failed } = await strike(`${work.name}, call ${at} of ${calls}`, { kind: 'refusing', calls: ['link'], code: 'EPERM', from: at }, work);
        expect(failed).toBe(false);
      }
    }
  });
});

/** What is done to a project, and what it found out about itself. */
interface Work {
  (project: Project): Promise<Done>;
}

interface Done {
  /** Named, when it did not come to its end. */
  readonly problem?: unknown;
  /** Objects that it has damaged itself. */
  readonly damaged?: ReadonlySet<string>;
  /** What must be there now. */
  check(cache: Cache): Promise<void>;
}

async function useStoreIn(project: Project): Promise<Done> {
  disk.aside(() => { writeInputs(project.folder); });
  const ledger = emptyLedger();
  const problem = await useStore(project.folder, ledger, disk).then(() => undefined, (error: unknown) => error);
  return { problem, damaged: ledger.damaged, check: (cache) => expectCommitted(cache, ledger) };
}

async function expectCommitted(cache: Cache, ledger: Ledger): Promise<void> {
  for (const [fingerprint, candidates] of ledger.committed) {
    expect(candidates).toContainEqual(await cache.actions.lookup(fingerprint));
  }
}

/** A first run, then one of the changed pipeline. */
async function run(project: Project): Promise<Done> {
  const events: EventBody[][] = [[], []];
  let problem: unknown;
  try {
    for (const [index, dag] of [small, changed].entries()) {
      disk.aside(() => { project.writeFiles(dag); });
      const { summary } = await project.withCache((cache) => project.run(dag, cache, events[index]));
      problem ??= summary.failures[0]?.failure;
    }
  } catch (error) {
    problem = error;
  }
  return {
    problem,
    async check(cache) {
      for (const [index, dag] of [small, changed].entries()) {
        const finished = (events[index] ?? []).flatMap((event) => (event.kind === 'task-finished' ? [event.task] : []));
        if (finished.length === 0) continue;
        project.writeFiles(dag);
        const { pipeline, steps } = await project.plan(dag, cache);
        // A finished task of which something upstream was not: only that may hide it.
        for (const [place, step] of steps.entries()) {
          if (finished.includes(pipeline.tasks[place]?.id ?? '')) expect(step.kind).toMatch(/cached|may-run/);
        }
      }
    },
  };
}

async function countCalls(work: Work): Promise<number> {
  const project = new Project();
  try {
    disk.arm(project.folder, { kind: 'kill', at: Infinity });
    const { problem } = await work(project);
    expect(problem).toBeUndefined();
    await disk.disarm();
    expect(disk.calls).toBeGreaterThan(50);
    return disk.calls;
  } finally {
    project.remove();
  }
}

async function strike(what: string, fault: Fault, work: Work): Promise<{ readonly failed: boolean }> {
  const project = new Project();
  try {
    disk.arm(project.folder, fault);
    const done = await work(project);
    const { problem } = done;
    await disk.disarm();
    bury(project.cacheFolder, fault.kind);
    const dead = fault.kind === 'kill' || fault.kind === 'power-cut';
    if (problem !== undefined) expectNamed(problem, dead);
    if (!(fault.kind === 'power-cut' && disk.struck)) project.expectNoDanglingLinks();
    await expectSound(project, done, fault.kind === 'power-cut' && disk.struck);
    await expectAsClean(project, work);
    return { failed: problem !== undefined };
  } catch (error) {
    throw new Error(`${JSON.stringify(fault)} at ${what} (seed ${SEED}): ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    await disk.disarm();
    project.remove();
  }
}

/** A bug would be a stack trace in the user's face. */
function expectNamed(problem: unknown, dead: boolean): void {
  if (dead) {
    expect(problem instanceof Killed || (problem as { message?: string }).message?.includes('killed at') || (problem as { message?: string }).message?.includes('half of')).toBe(true);
    return;
  }
  if (problem instanceof Error) expect(problem.name, problem.stack).toMatch(/^(DiskFullError|ReadOnlyCacheError|DiskError)$/);
  else expect(problem).toMatchObject({ kind: expect.stringMatching(/^(disk-full|task-error)$/) as string });
}

async function expectSound(project: Project, { damaged, check }: Done, afterPowerCut: boolean): Promise<void> {
  if (!existsSync(project.cacheFolder)) return;
  const cache = await openCache(project.cacheFolder);
  try {
    const { corrupt } = await cache.store.verify();
    expect(corrupt.filter((digest) => damaged?.has(digest) !== true)).toEqual([]);
    for (const digest of corrupt) await cache.store.quarantine(digest);
    for await (const record of cache.actions.records()) {
      for (const output of Object.values(record.outputs)) await expectWhole(cache, output);
    }
    if (!afterPowerCut) await check(cache);
    for (const folder of ['tmp', 'scratch']) expect(readdirSync(join(project.cacheFolder, folder)), folder).toEqual([]);
  } finally {
    await cache.close();
  }
}

async function expectWhole(cache: Cache, output: StoredObject): Promise<void> {
  const found = await cache.store.check(output);
  // A power cut may lose a name: then it is missing, which is a miss, never torn.
  expect(found).not.toBe('corrupt');
  if (found === 'present') await cache.store.open(output);
}

async function expectAsClean(project: Project, work: Work): Promise<void> {
  const { problem } = await work(project);
  expect(problem).toBeUndefined();
  if (work !== run) return;
  const expected = expectedOf(changed);
  for (const [task, { written }] of expected) expect(project.published(task, Object.keys(written)), task).toEqual(written);
}
