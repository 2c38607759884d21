import { disk, Killed, type Fault } from './file-system.js';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredObject } from '../../../src/engine/action-record.js';
import type { EventBody } from '../../../src/engine/event.js';
import { dag, digestOf, edit, edited, expectedOf, type Dag, type Edit } from './dags.js';
import { bury, Project } from './project.js';
import { pseudoRandom } from './random.js';

/** How many random pipelines; each goes through up to five edits. */
const DAGS = Number(process.env['PIPELINES_DAGS'] ?? 100);

/** How often each was met. */
const met = { struck: 0, executed: 0, cached: 0, cutOff: 0, repaired: 0, waited: 0 };

/** What befalls the cache before a run, and what the run itself meets. */
interface Step {
  readonly edit: Edit;
  readonly damage: readonly { readonly place: number; readonly way: 'flip' | 'truncate' | 'delete' }[];
  readonly fate: 'alone' | 'two-at-once' | 'killed' | 'killed-torn' | 'power-cut';
  /** The call at which it is killed; beyond the last one it is not. */
  readonly at: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  edit,
  damage: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(fc.record({ place: fc.nat(500), way: fc.constantFrom('flip' as const, 'truncate' as const, 'delete' as const) }), { minLength: 1, maxLength: 3 }) }),
  fate: fc.constantFrom('alone', 'alone', 'two-at-once', 'killed', 'killed-torn', 'power-cut'),
  at: fc.integer({ min: 1, max: 150 }),
});

describe('any pipeline, whatever is edited, killed and corrupted between its runs', () => {
  it(`pains 2, 3, 11, 12: gives what a build from scratch gives, and never runs a task whose preimage did not change (${DAGS} pipelines)`, { timeout: 60_000 + 2_000 * DAGS }, async () => {
    await fc.assert(fc.asyncProperty(dag, fc.array(step, { minLength: 1, maxLength: 5 }), async (first, steps) => {
      const history = new History();
      try {
        await history.step(first, { edit: { kind: 'none' }, damage: [], fate: 'alone', at: 0 });
        let current = first;
        for (const [index, next] of steps.entries()) {
          current = edited(current, next.edit, index);
          await history.step(current, next);
        }
        await history.end(current);
      } finally {
        history.project.remove();
      }
    }), { numRuns: DAGS, endOnFailure: true });
    // That it went well must not be because nothing happened.
    if (DAGS >= 50) expect(Object.values(met).filter((count) => count === 0), JSON.stringify(met)).toEqual([]);
  });
});

/** A project, and what its cache must hold by our own account. */
class History {
  readonly project = new Project();
  #damaged = false;
  /** Keys with a result. Of an unsure one, the run that made it was killed, or an object or the record was damaged. */
  readonly #known = new Map<string, 'sure' | 'unsure'>();
  /** The digests of all that belongs to the result of a key. */
  /** The outputs of each key as a build in an empty cache gives them. */
  readonly #clean = new Map<string, Readonly<Record<string, StoredObject>>>();
  readonly #objects = new Map<string, ReadonlySet<string>>();

  async step(now: Dag, { damage, fate, at }: Step): Promise<void> {
    this.project.writeFiles(now);
    for (const { place, way } of damage) this.#damage(place, way);
    if (fate === 'killed' || fate === 'killed-torn') await this.#killed(now, { kind: 'kill', at, torn: fate === 'killed-torn' });
    if (fate === 'power-cut') await this.#killed(now, { kind: 'power-cut', at, random: pseudoRandom(at) });
    await this.#run(now, fate === 'two-at-once' ? 2 : 1);
  }

  /** What no task has read since it was damaged is found by hashing all. */
  async end(now: Dag): Promise<void> {
    await this.project.withCache(async ({ store }) => {
      const { corrupt } = await store.verify();
      for (const digest of corrupt) {
        this.#doubt((objects) => objects.has(digest));
        await store.quarantine(digest);
      }
    });
    await this.#run(now, 1);
    const expected = expectedOf(now);
    for (const [task, { written }] of expected) expect(this.project.published(task, Object.keys(written)), task).toEqual(written);
    await this.project.withCache(async ({ store }) => { expect((await store.verify()).corrupt).toEqual([]); });
  }

  async #killed(now: Dag, fault: Fault): Promise<void> {
    const events: EventBody[] = [];
    disk.arm(this.project.folder, fault);
    await this.project.withCache((cache) => this.project.run(now, cache, events)).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    await disk.disarm();
    const { struck } = disk;
    if (struck) met.struck += 1;
    bury(this.project.cacheFolder, fault.kind);
    this.#noteRun(now, events, fault.kind === 'kill' || !struck ? 'sure' : 'unsure');
    if (fault.kind === 'power-cut' && struck) this.#doubt(() => true);
    // What was damaged is missing until a run has made it again.
    else if (!this.#damaged) this.project.expectNoDanglingLinks();
  }

  async #run(now: Dag, processes: number): Promise<void> {
    const expected = expectedOf(now);
    const missing = [...expected.values()].map(({ key }) => key).filter((key) => !this.#known.has(key));
    const unsure = new Set([...expected.values()].map(({ key }) => key).filter((key) => this.#known.get(key) === 'unsure'));
    const runs = await Promise.all(Array.from({ length: processes }, () => this.project.withCache((cache) => this.project.run(now, cache))));

    const executed = runs.flatMap(({ events }) => executedIn(events)).map((task) => expected.get(task)?.key ?? task);
    for (const { summary, events } of runs) {
      this.#count(events);
      expect(summary, JSON.stringify(summary.failures)).toMatchObject({ outcome: 'succeeded' });
      expect(events.filter(({ kind }) => kind === 'warning' || kind === 'not-reproducible' || kind === 'task-failed')).toEqual([]);
    }
    expect(executed.filter((key) => !unsure.has(key)).sort(), 'what must run, each once').toEqual([...new Set(missing)].sort());
    for (const key of executed) this.#known.set(key, 'sure');
    await this.#compareWithCleanBuild(now, expected);
  }

  /** A key has been built from scratch once; what has the same key is the same. */
  async #compareWithCleanBuild(now: Dag, expected: ReturnType<typeof expectedOf>): Promise<void> {
    if ([...expected.values()].some(({ key }) => !this.#clean.has(key))) {
      for (const [task, outputs] of await resultsFromScratch(now)) {
        const { key = '', written = {} } = expected.get(task) ?? {};
        this.#clean.set(key, outputs);
        this.#objects.set(key, new Set([...Object.values(outputs).map(({ digest }) => digest), ...Object.values(written).map(digestOf)]));
        for (const { digest, type } of Object.values(outputs)) {
          if (type === 'file') expect(digest, task).toBe(digestOf(Object.values(written).at(-1) ?? ''));
        }
      }
    }
    const results = await this.project.withCache((cache) => this.project.results(now, cache));
    for (const [task, { key }] of expected) expect(results.get(task), task).toEqual(this.#clean.get(key));
  }

  #count(events: readonly EventBody[]): void {
    const count = (kind: EventBody['kind']): number => events.filter((event) => event.kind === kind).length;
    met.executed += count('task-started');
    met.cached += count('task-cached');
    met.repaired += count('store-repaired');
    met.waited += count('task-waiting');
    const last = events.findIndex(({ kind }) => kind === 'task-started');
    if (last >= 0) met.cutOff += events.slice(last).filter(({ kind }) => kind === 'task-cached').length;
  }

  /** After a killed run: what it said was finished is. Of what else it began, nobody knows. */
  #noteRun(now: Dag, events: readonly EventBody[], finished: 'sure' | 'unsure'): void {
    const expected = expectedOf(now);
    const keyOf = (task: string): string => expected.get(task)?.key ?? '';
    for (const task of executedIn(events)) if (this.#known.get(keyOf(task)) !== 'sure') this.#known.set(keyOf(task), 'unsure');
    for (const event of events) if (event.kind === 'task-finished') this.#known.set(keyOf(event.task), finished);
  }

  #doubt(about: (objects: ReadonlySet<string>) => boolean): void {
    for (const key of this.#known.keys()) {
      const objects = this.#objects.get(key);
      if (objects === undefined || about(objects)) this.#known.set(key, 'unsure');
    }
  }

  /** Of an object: the results with it become unsure. Of a record: its own, which cannot be told from others' with the same outputs. */
  #damage(place: number, way: 'flip' | 'truncate' | 'delete'): void {
    const files = [...filesBelow(join(this.project.cacheFolder, 'objects')), ...filesBelow(join(this.project.cacheFolder, 'actions'))];
    const path = files[place % files.length];
    if (path === undefined) return;
    const text = readFileSync(path, 'latin1');
    const digest = path.split('/').slice(-2).join('');
    if (path.includes('/objects/')) this.#doubt((objects) => objects.has(digest));
    else this.#doubt((objects) => [...objects].some((one) => text.includes(one)));
    spoil(path, way);
    this.#damaged = true;
  }
}

async function resultsFromScratch(now: Dag): Promise<Awaited<ReturnType<Project['results']>>> {
  const scratch = new Project();
  try {
    scratch.writeFiles(now);
    return await scratch.withCache(async (cache) => {
      await scratch.run(now, cache);
      return scratch.results(now, cache);
    }, { durability: 'fast' });
  } finally {
    scratch.remove();
  }
}

function executedIn(events: readonly EventBody[]): string[] {
  return events.flatMap((event) => (event.kind === 'task-started' ? [event.task] : []));
}

/** A flipped bit keeps size and time. */
function spoil(path: string, way: 'flip' | 'truncate' | 'delete'): void {
  if (way === 'delete') { rmSync(path); return; }
  const { mode, atime, mtime } = statSync(path);
  chmodSync(path, 0o600);
  const bytes = readFileSync(path);
  if (way === 'truncate') truncateSync(path, Math.floor(bytes.length / 2));
  else if (bytes.length > 0) {
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    utimesSync(path, atime, mtime);
  }
  chmodSync(path, mode);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort();
}

