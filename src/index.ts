// What README documents for use as a library, and nothing else.
export { openCache, type CacheOptions } from './engine/cache/open-cache.js';
export { renderDiagnostics } from './engine/diagnostic.js';
export { loadPipeline } from './engine/load/load-pipeline.js';
export { makePlan, type PlanOptions } from './engine/planner.js';
export { systemClock, type Clock } from './engine/run/clock.js';
export { createPiscinaExecutor, type PiscinaExecutorOptions } from './engine/run/piscina-executor.js';
export { runPlan, type RunOptions, type RunSummary } from './engine/run/run-plan.js';
export { TaskError } from './engine/task-kind.js';
export { registeredKinds } from './tasks/registry.js';

export type { ActionRecord, Digest, Preimage, StoredObject } from './engine/action-record.js';
export type { Event, EventBody, RunOutcome, TaskFailure } from './engine/event.js';
export type { Json, JsonObject, JsonScalar } from './engine/json.js';
export type { Diagnostic, LoadOptions, LoadResult, Pipeline, Position, Task } from './engine/pipeline.js';
export type { Plan, PlanResult, PlanStep, Selection } from './engine/plan.js';
export type { Reason } from './engine/reason.js';
export type { Executor } from './engine/run/executor.js';
export type { Capacity } from './engine/run/ready-queue.js';
export type { ActionCache, Cache, ContentStore } from './engine/store.js';
export type {
  InputPort, OutputPort, ParameterSchema, RegisteredKind, Resources, RunTask, TaskContext, TaskKind, TaskKinds,
} from './engine/task-kind.js';
