import { resolve } from 'node:path';
import { ulid } from 'ulid';
import type { Event, EventBody } from '../engine/event.js';
import { systemClock } from '../engine/run/clock.js';
import { openEventLog } from '../engine/run/event-log.js';
import type { Executor } from '../engine/run/executor.js';
import { createPiscinaExecutor } from '../engine/run/piscina-executor.js';
import { runPlan, type RunResult } from '../engine/run/run-plan.js';
import type { PlannedPipeline } from './plan.js';
import { capacityOf, thisMachine, version } from './surroundings.js';

export interface RunPipelineOptions {
  /** Everything that happens, in order. Must not throw. */
  readonly onEvent?: (event: Event) => void;
  /** Folder for links to the results and the record of the run. Default: `artifacts` in the working directory. */
  readonly artifacts?: string;
  /** After a failure, go on with what does not need the failed task. */
  readonly keepGoing?: boolean;
  /** Aborted: running tasks finish, nothing new starts. */
  readonly signal?: AbortSignal;
  /** Aborted: running tasks are cancelled, too. */
  readonly killSignal?: AbortSignal;
  /** Where tasks run; it stays open. Default: worker threads, which end with the run. */
  readonly executor?: Executor;
}

/**
 * Runs a plan. Resolves when nothing runs any more, with the outcome; never rejects because of a task: `failures` says
 * which failed, and why. Everything that finished stays cached.
 * @throws {Error} when the artifacts folder cannot be written; nothing has run then
 */
export async function run(planned: Pick<PlannedPipeline, 'plan' | 'loaded' | 'cache' | 'options'>, options: RunPipelineOptions = {}): Promise<RunResult> {
  const { plan, loaded, cache, options: { jobs, rerunOn, environment = process.env } } = planned;
  const { onEvent, keepGoing = false, signal = never(), killSignal = never() } = options;
  const id = ulid();
  const artifacts = resolve(options.artifacts ?? 'artifacts');
  const emit = (body: EventBody): void => {
    const event: Event = { at: systemClock.now(), ...body };
    log.append(event);
    onEvent?.(event);
  };
  const log = openEventLog({
    artifactsDirectory: artifacts, pipeline: loaded.pipeline.name, run: id,
    onProblem: (error) => { onEvent?.({ at: systemClock.now(), kind: 'warning', message: `the event log cannot be written any more: ${error.message}` }); },
  });
  const capacity = capacityOf(jobs);
  const executor = options.executor ?? createPiscinaExecutor({ threads: capacity.cores, environment });
  try {
    const result = await runPlan(plan, {
      kinds: loaded.kinds, cache, executor, capacity, emit, keepGoing, signal: anyOf(signal, killSignal), killSignal, clock: systemClock, runId: id,
      artifactsDirectory: artifacts, environment, machine: thisMachine(), engine: version(), ...(rerunOn && { rerunOn: new Set(rerunOn) }),
    });
    log.close(result);
    await loaded.memos.save(plan, result, cache, { environment, machine: thisMachine(), artifactsDirectory: artifacts });
    return result;
  } finally {
    if (!options.executor) await executor.close();
  }
}

/**
 * Path of an output after a run, for reading only: a file whose name ends as declared, or a folder.
 * @param task its id, such as `count` or `count(language=php)`
 * @returns undefined when the run has no result of the task, or the task no such output
 * @throws {CorruptObjectError} when the stored copy is damaged; another run makes it again
 */
export async function outputOf({ loaded, cache }: PlannedPipeline, { results }: RunResult, task: string, output: string): Promise<string | undefined> {
  const record = Object.hasOwn(results, task) ? results[task] : undefined;
  const object = record?.outputs[output];
  const fileName = loaded.pipeline.tasks.find(({ id }) => id === task)?.outputs[output]?.fileName;
  return object === undefined || fileName === undefined ? undefined : cache.store.openAs(object, fileName);
}

function never(): AbortSignal {
  return new AbortController().signal;
}

/** To cancel what runs is to start nothing new. */
function anyOf(signal: AbortSignal, killSignal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, killSignal]);
}
