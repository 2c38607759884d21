import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { StoredObject } from '../../../src/engine/action-record.js';
import { openCache, type CacheOptions } from '../../../src/engine/cache/open-cache.js';
import { ownerName, thisProcess } from '../../../src/engine/cache/process-identity.js';
import { renderDiagnostics } from '../../../src/engine/diagnostic.js';
import type { EventBody } from '../../../src/engine/event.js';
import { loadPipeline } from '../../../src/engine/load/load-pipeline.js';
import { makePlan } from '../../../src/engine/planner.js';
import type { Plan } from '../../../src/engine/plan.js';
import { systemClock } from '../../../src/engine/run/clock.js';
import { createInProcessExecutor } from '../../../src/engine/run/in-process-executor.js';
import { runPlan, type RunSummary } from '../../../src/engine/run/run-plan.js';
import type { Cache } from '../../../src/engine/store.js';
import { kindsOf, yamlOf, type Dag, type Written } from './dags.js';
import type { Fault } from './file-system.js';

const capacity = { cores: 2, memory: 2 ** 30, gpus: 0 };
const machine = { nodeMajor: 20, arch: 'x64', device: 'cpu' };

/** Thousands of projects are made here, and flushing is taken account of by the fault layer. */
const MEMORY = '/dev/shm';

export interface Ran {
  readonly summary: RunSummary;
  readonly events: readonly EventBody[];
}

/** A folder with the user's files, a cache and artifacts, in which DAGs are planned and run through the public interface. */
export class Project {
  readonly folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'pipelines-faults-'));
  readonly cacheFolder = join(this.folder, 'cache');
  readonly artifacts = join(this.folder, 'artifacts');

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  writeFiles({ files }: Dag): void {
    files.forEach((content, index) => {
      const path = join(this.folder, `file-${index}.txt`);
      if (!existsSync(path) || readFileSync(path, 'utf8') !== content) writeFileSync(path, content);
    });
  }

  /** As a process does from start to end; the cache is closed whatever happens. */
  async withCache<T>(work: (cache: Cache) => Promise<T>, options: CacheOptions = {}): Promise<T> {
    const cache = await openCache(this.cacheFolder, options);
    try {
      return await work(cache);
    } finally {
      await cache.close();
    }
  }

  async plan(dag: Dag, cache: Cache): Promise<Plan> {
    const kinds = kindsOf(dag);
    const text = yamlOf(dag);
    const loaded = loadPipeline(join(this.folder, 'dag.yaml'), text, kinds);
    if (loaded.kind === 'invalid') throw new Error(renderDiagnostics(loaded.diagnostics, text, { color: false }));
    const planned = await makePlan(loaded.pipeline, { kinds, cache, environment: {}, machine, capacity });
    if (planned.kind === 'invalid') throw new Error(planned.diagnostics.map(({ message }) => message).join('\n'));
    return planned.plan;
  }

  /** @param events filled as they come, so that those of a killed run are known */
  async run(dag: Dag, cache: Cache, events: EventBody[] = []): Promise<Ran> {
    const plan = await this.plan(dag, cache);
    const never = new AbortController().signal;
    const summary = await runPlan(plan, {
      kinds: kindsOf(dag), cache, capacity, machine, environment: {}, executor: createInProcessExecutor(), clock: systemClock,
      signal: never, killSignal: never, runId: 'run', engine: 'test', artifactsDirectory: this.artifacts,
      emit(event) { events.push(event); },
    });
    return { summary, events };
  }

  /** The digests of every task's outputs, all of which are there. */
  async results(dag: Dag, cache: Cache): Promise<ReadonlyMap<string, Readonly<Record<string, StoredObject>>>> {
    const { pipeline, steps } = await this.plan(dag, cache);
    return new Map(steps.map((step, index) => {
      const { id = '' } = pipeline.tasks[index] ?? {};
      if (step.kind !== 'cached') throw new Error(`${id} is not cached after the run: ${JSON.stringify(step)}`);
      return [id, step.record.outputs];
    }));
  }

  /** What a person finds in the folder of a task's artifacts; undefined for a link that leads nowhere. */
  published(task: string, paths: readonly string[]): Written {
    return Object.fromEntries(paths.map((path) => [path, readFileSync(join(this.artifacts, 'dag', task, path), 'utf8')]));
  }

  /** What of it is there leads somewhere. */
  expectNoDanglingLinks(): void {
    if (!existsSync(this.artifacts)) return;
    for (const entry of readdirSync(this.artifacts, { recursive: true, withFileTypes: true })) {
      if (entry.isSymbolicLink()) expect(existsSync(join(entry.parentPath, entry.name)), `${entry.parentPath}/${entry.name} leads somewhere`).toBe(true);
    }
  }
}

/**
 * After a death that this process only played: what it left behind is renamed to that of a process which is dead indeed
 * (of an earlier boot, after a power cut), so that the next one does with it what it would do.
 */
export function bury(cacheFolder: string, fault: Fault['kind']): void {
  const self = ownerName(thisProcess());
  const dead = ownerName({ ...thisProcess(), pid: 2 ** 22 + 1, ...(fault === 'power-cut' && { boot: '00000000' }) });
  for (const folder of ['tmp', 'scratch', 'journal', 'uses'].map((name) => join(cacheFolder, name)).filter((path) => existsSync(path))) {
    for (const name of readdirSync(folder)) {
      if (name.startsWith(self)) renameSync(join(folder, name), join(folder, dead + name.slice(self.length)));
    }
  }
  const leases = join(cacheFolder, 'leases');
  for (const path of existsSync(leases) ? readdirSync(leases).map((name) => join(leases, name)) : []) {
    writeFileSync(path, readFileSync(path, 'utf8').replace(`"pid":${process.pid}`, `"pid":${2 ** 22 + 1}`));
  }
}
