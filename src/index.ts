// The library: what docs/api.md documents, and nothing else.
//
// A user's own kind imports `defineTask` and `TaskError` from here in every worker thread, so what is heavy loads when it is called.
import type { Cache } from './engine/store.js';
import type { CacheOptions } from './engine/cache/open-cache.js';
import type { OwnKindResult } from './engine/own-kinds/load-own-kind.js';
import type { Executor } from './engine/run/executor.js';
import type { PiscinaExecutorOptions } from './engine/run/piscina-executor.js';
import type { RunResult } from './engine/run/run-plan.js';
import type { TaskKinds } from './engine/task-kind.js';
import type { Invalid, LoadedPipeline, LoadPipelineOptions } from './library/load-pipeline.js';
import type { PlannedPipeline, PlanPipelineOptions, UnusableCache } from './library/plan.js';
import type { RunPipelineOptions } from './library/run.js';

export { defineTask } from './engine/own-kinds/definition.js';
export { TaskError } from './engine/task-kind.js';
export { renderDiagnostics } from './engine/diagnostic.js';
export { createInProcessExecutor } from './engine/run/in-process-executor.js';

/**
 * Reads, validates and expands a pipeline file. Loads the task kinds that it names by a path (`uses: ./my-task.js`), so
 * their modules run. A file that cannot be read is a diagnostic, too.
 * @param file relative to the working directory
 */
export async function loadPipeline(file: string, options?: LoadPipelineOptions): Promise<LoadedPipeline | Invalid> {
  return (await import('./library/load-pipeline.js')).loadPipeline(file, options);
}

/**
 * The same for a text at hand.
 * @param file as diagnostics should name it; paths in the text start at its folder
 */
export async function loadPipelineText(file: string, text: string, options?: LoadPipelineOptions): Promise<LoadedPipeline | Invalid> {
  return (await import('./library/load-pipeline.js')).loadPipelineText(file, text, options);
}

/** Says of every task whether it is cached, will run or may run, and why. Runs nothing, and copies the user's files into the cache. */
export async function plan(loaded: LoadedPipeline, options?: PlanPipelineOptions): Promise<PlannedPipeline | Invalid | UnusableCache> {
  return (await import('./library/plan.js')).plan(loaded, options);
}

/**
 * Runs a plan. Resolves when nothing runs any more, with the outcome; never rejects because of a task: `failures` says
 * which failed, and why. Everything that finished stays cached.
 */
export async function run(planned: PlannedPipeline, options?: RunPipelineOptions): Promise<RunResult> {
  return (await import('./library/run.js')).run(planned, options);
}

/**
 * Path of an output after a run, for reading only: a file whose name ends as declared, or a folder.
 * @param task its id, such as `count` or `count(language=php)`
 * @returns undefined when the run has no result of the task, or the task no such output
 */
export async function outputOf(planned: PlannedPipeline, result: RunResult, task: string, output: string): Promise<string | undefined> {
  return (await import('./library/run.js')).outputOf(planned, result, task, output);
}

/**
 * One task kind from a file, as `uses: ./my-task.js` loads it: to look at, or to give it a name of your own in the `kinds`
 * of `loadPipeline`. Runs the module.
 */
export async function loadTaskKind(file: string): Promise<OwnKindResult> {
  return (await import('./library/load-task-kind.js')).loadTaskKind(file);
}

/** The task kinds that come with this package. */
export async function registeredKinds(): Promise<TaskKinds> {
  return (await import('./tasks/registry.js')).registeredKinds();
}

/**
 * Opens a cache directory, which is made when it is not there, and removes what dead processes left in it.
 * @throws {Error} when it cannot be used
 */
export async function openCache(directory: string, options?: CacheOptions): Promise<Cache> {
  return (await import('./engine/cache/open-cache.js')).openCache(directory, options);
}

/** Worker threads for several runs: they stay warm in between. `run` makes and closes its own unless it is given one. */
export async function createWorkerExecutor(options: PiscinaExecutorOptions): Promise<Executor> {
  return (await import('./engine/run/piscina-executor.js')).createPiscinaExecutor(options);
}

export type { ActionRecord, Digest, Preimage, StoredObject } from './engine/action-record.js';
export type { CacheOptions } from './engine/cache/open-cache.js';
export type { Event, EventBody, RunOutcome, TaskFailure } from './engine/event.js';
export type { Json, JsonObject, JsonScalar } from './engine/json.js';
export type { InputDeclaration, OutputDeclaration, ParametersOf, TaskDefinition } from './engine/own-kinds/definition.js';
export type { KindMistake } from './engine/own-kinds/kind-from-definition.js';
export type { OwnKindResult } from './engine/own-kinds/load-own-kind.js';
export type { Diagnostic, Pipeline, Position, Task } from './engine/pipeline.js';
export type { Plan, PlanStep, Selection } from './engine/plan.js';
export type { Reason } from './engine/reason.js';
export type { Executor } from './engine/run/executor.js';
export type { PiscinaExecutorOptions as WorkerExecutorOptions } from './engine/run/piscina-executor.js';
export type { RunResult, RunSummary } from './engine/run/run-plan.js';
export type { ActionCache, Cache, ContentStore } from './engine/store.js';
export type {
  Expansion, InputArtifact, InputPort, OutputPort, ParameterSchema, RegisteredKind, Resources, RunTask, Segment, TaskContext, TaskKind, TaskKinds, UpstreamTask,
} from './engine/task-kind.js';
export type { Invalid, LoadedPipeline, LoadPipelineOptions } from './library/load-pipeline.js';
export type { PlannedPipeline, PlanPipelineOptions, UnusableCache } from './library/plan.js';
export type { RunPipelineOptions } from './library/run.js';
