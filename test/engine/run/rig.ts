import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';
import { openCache } from '../../../src/engine/cache/open-cache.js';
import type { EventBody } from '../../../src/engine/event.js';
import type { Pipeline } from '../../../src/engine/pipeline.js';
import type { Plan, Selection } from '../../../src/engine/plan.js';
import { makePlan, type PlanOptions } from '../../../src/engine/planner.js';
import { systemClock } from '../../../src/engine/run/clock.js';
import type { Executor } from '../../../src/engine/run/executor.js';
import { createInProcessExecutor } from '../../../src/engine/run/in-process-executor.js';
import { runPlan, type RunOptions, type RunResult } from '../../../src/engine/run/run-plan.js';
import type { Cache } from '../../../src/engine/store.js';
import { capacity, kindsOf, machine } from './specs.js';

export { capacity, kindsOf, machine, pipelineOf, type TaskSpec } from './specs.js';

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pipelines-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A project folder with a cache, in which pipelines are planned and run. */
export interface Rig {
  readonly folder: string;
  readonly cache: Cache;
  plan(pipeline: Pipeline, selection?: Selection, options?: Partial<PlanOptions>): Promise<Plan>;
  run(pipeline: Pipeline, options?: Partial<RunOptions> & { readonly selection?: Selection }): Promise<RigRun>;
}

export interface RigRun {
  readonly summary: RunResult;
  readonly events: readonly EventBody[];
  /** Ids of the tasks of which an attempt began, in order. */
  readonly executed: readonly string[];
  of<K extends EventBody['kind']>(kind: K): readonly Extract<EventBody, { kind: K }>[];
}

export async function makeRig(folderOf?: { readonly folder: string }): Promise<Rig> {
  const folder = folderOf?.folder ?? await temporaryFolder();
  const cache = await openCache(join(folder, 'cache'), { durability: 'fast' });
  onTestFinished(() => cache.close());
  const plan: Rig['plan'] = async (pipeline, selection = {}, options = {}) => {
    const result = await makePlan(pipeline, { kinds: kindsOf(), cache, selection, environment: {}, machine, capacity, ...options });
    if (result.kind === 'invalid') throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
    return result.plan;
  };
  return {
    folder, cache, plan,
    async run(pipeline, { selection, ...options } = {}) {
      const events: EventBody[] = [];
      const { kinds = kindsOf(), environment = {}, emit, rerunOn } = options;
      const summary = await runPlan(await plan(pipeline, selection, { kinds, environment, ...(rerunOn && { rerunOn }) }), {
        executor: createInProcessExecutor(), capacity, signal: new AbortController().signal, killSignal: new AbortController().signal,
        clock: systemClock, runId: 'run', artifactsDirectory: join(folder, 'artifacts'), engine: 'test', machine, cache,
        ...options, kinds, environment,
        emit(event) { events.push(event); emit?.(event); },
      });
      return runOf(summary, events);
    },
  };
}

function runOf(summary: RunResult, events: readonly EventBody[]): RigRun {
  const of: RigRun['of'] = (kind) => events.filter((event): event is Extract<EventBody, { kind: typeof kind }> => event.kind === kind);
  return { summary, events, executed: of('task-started').map(({ task }) => task), of };
}

/** A module and what it imports as one JavaScript file: where it runs, no test runner translates TypeScript. */
export async function bundle(entry: URL): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), 'pipelines-bundle-'));
  const outfile = join(folder, 'bundle.mjs');
  await build({
    entryPoints: [fileURLToPath(entry)], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error',
    // Packages written as CommonJS ask for node's own modules by require.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  return pathToFileURL(outfile);
}

export async function removeBundle(bundled: URL): Promise<void> {
  await rm(new URL('.', bundled), { recursive: true, force: true });
}

export const buildWorker = (): Promise<URL> => bundle(new URL('../../../src/engine/run/worker.ts', import.meta.url));

export function closing<E extends Executor>(executor: E): E {
  onTestFinished(() => executor.close());
  return executor;
}
