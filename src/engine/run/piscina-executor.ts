import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { BroadcastChannel } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import type { TaskFailure } from '../event.js';
import type { Executor, Job, JobEvent, JobResult } from './executor.js';
import { deathOf } from './failure.js';
import type { WorkerJob, WorkerMessage, WorkerResult } from './worker.js';

export interface PiscinaExecutorOptions {
  /** Worker threads; one task at a time in each. */
  readonly threads: number;
  /** The environment of this process: what worker threads need of it is copied. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The heap of one worker, MiB; Node's own default otherwise. */
  readonly heapMiB?: number;
  /** How long an aborted task may take to end by itself (and to end its child processes) before its thread is terminated. Default 5,000. */
  readonly graceMs?: number;
  /** Entry point of the threads. Default: the built worker beside this module. */
  readonly worker?: URL;
}

/** Native math libraries start a thread per core by default: the scheduler shares the cores out, and one thread computes the same bytes every time. */
const oneNativeThread = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1', VECLIB_MAXIMUM_THREADS: '1', TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' } as const;

/** What a thread needs to find programs, temporary folders, shared libraries and cards. Tasks see only what they declare. */
const inheritedVariables = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'CUDA_VISIBLE_DEVICES'];

/** Tasks in warm worker threads: a thread keeps its modules and sessions until it dies or a task in it is terminated. */
export function createPiscinaExecutor(options: PiscinaExecutorOptions): Executor {
  // Started by the first task: a run that is all cached starts no thread, and does not even load the pool.
  let pool: Promise<Pool> | undefined;
  return {
    execute: async (job, hooks) => (await (pool ??= Pool.start(options))).execute(job, hooks),
    close: async () => { await (await pool)?.close(); },
  };
}

/** A job from when it is handed to the pool to when all that it said has arrived. */
interface Running {
  onEvent(event: JobEvent): void;
  /** It is lost when no thread can start, and piscina does not say so. */
  readonly lost: (failure: TaskFailure) => void;
  started: boolean;
  /** Messages so far, and whom to tell when there are as many as were sent. */
  received: number;
  awaited?: { readonly count: number; arrived(): void };
}

class Pool {
  readonly #running = new Map<number, Running>();
  readonly #aborts: BroadcastChannel;
  #count = 0;

  private constructor(private readonly options: PiscinaExecutorOptions, private readonly piscina: Piscina<WorkerJob, WorkerResult>) {
    pools += 1;
    this.#aborts = new BroadcastChannel(`pipelines-aborts-${process.pid}-${pools}`);
    this.#aborts.unref();
    piscina.on('message', (message: WorkerMessage) => { this.#receive(message); });
    piscina.on('error', (error: unknown) => {
      for (const job of this.#running.values()) if (!job.started) job.lost(deathOf(error));
    });
  }

  static async start(options: PiscinaExecutorOptions): Promise<Pool> {
    const { Piscina } = await import('piscina');
    // Native code reads the process's own environment, never a thread's copy of it.
    Object.assign(process.env, oneNativeThread);
    return new Pool(options, new Piscina<WorkerJob, WorkerResult>({
      filename: fileURLToPath(options.worker ?? new URL('./worker.js', import.meta.url)),
      name: 'handleJob',
      minThreads: 0,
      maxThreads: options.threads,
      concurrentTasksPerWorker: 1,
      idleTimeout: Infinity,
      recordTiming: false,
      env: workerEnvironment(options.environment),
      ...(options.heapMiB === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: options.heapMiB } }),
    }));
  }

  async execute(job: Job, { signal, onEvent }: { readonly signal: AbortSignal; onEvent(event: JobEvent): void }): Promise<JobResult> {
    if (signal.aborted) return cancelled;
    const id = this.#count += 1;
    const termination = new EventEmitter();
    const stopAborting = this.#abortWithGrace(id, signal, termination);
    let lost: Running['lost'] = () => undefined;
    const lostOnes = new Promise<WorkerResult>((resolve) => { lost = (failure) => { resolve({ result: { kind: 'failed', failure }, sent: 0 }); }; });
    const running: Running = { onEvent, lost, started: false, received: 0 };
    this.#running.set(id, running);
    try {
      const { result, sent } = await Promise.race([this.piscina.run({ job, id, aborts: this.#aborts.name }, { signal: termination }), lostOnes]);
      if (running.received < sent) await new Promise<void>((arrived) => { running.awaited = { count: sent, arrived }; });
      return result.kind === 'failed' && signal.aborted ? cancelled : result;
    } catch (error) {
      return signal.aborted ? cancelled : { kind: 'failed', failure: deathOf(error) };
    } finally {
      stopAborting();
      this.#running.delete(id);
    }
  }

  #receive({ id, event }: WorkerMessage): void {
    const job = this.#running.get(id);
    if (!job) return;
    job.received += 1;
    if (event.kind === 'started') job.started = true;
    else job.onEvent(event);
    if (job.awaited && job.received >= job.awaited.count) job.awaited.arrived();
  }

  /** Asks the task to end, then terminates its thread. */
  #abortWithGrace(id: number, signal: AbortSignal, termination: EventEmitter): () => void {
    let timer: NodeJS.Timeout | undefined;
    const onAbort = (): void => {
      this.#aborts.postMessage(id);
      timer = setTimeout(() => { termination.emit('abort'); }, this.options.graceMs ?? 5000);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    return () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
  }

  async close(): Promise<void> {
    await this.piscina.destroy();
    this.#aborts.close();
  }
}

/** Pools of this process so far. */
let pools = 0;

const cancelled: JobResult = { kind: 'failed', failure: { kind: 'cancelled', message: 'it was cancelled' } };

function workerEnvironment(environment: PiscinaExecutorOptions['environment']): Record<string, string> {
  const inherited = inheritedVariables.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]] as const]));
  return { ...Object.fromEntries(inherited), ...oneNativeThread };
}
