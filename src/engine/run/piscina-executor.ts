import { fileURLToPath } from 'node:url';
import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import type { TaskFailure } from '../event.js';
import type { Executor, Job, JobEvent, JobResult } from './executor.js';
import { deathOf } from './failure.js';
import type { WorkerJob, WorkerMessage } from './worker.js';

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

class Pool {
  /** Jobs that no thread has begun: they are lost when a thread cannot start, and piscina does not say so. */
  readonly #unstarted = new Set<(failure: TaskFailure) => void>();

  private constructor(private readonly options: PiscinaExecutorOptions, private readonly piscina: Piscina<WorkerJob, JobResult>) {
    piscina.on('error', (error: unknown) => {
      for (const fail of this.#unstarted) fail(deathOf(error));
    });
  }

  static async start(options: PiscinaExecutorOptions): Promise<Pool> {
    const { Piscina } = await import('piscina');
    // Native code reads the process's own environment, never a thread's copy of it.
    Object.assign(process.env, oneNativeThread);
    return new Pool(options, new Piscina<WorkerJob, JobResult>({
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
    const { port1, port2 } = new MessageChannel();
    const termination = new AbortController();
    const stopAborting = abortWithGrace(signal, port1, termination, this.options.graceMs ?? 5000);
    const unstarted = this.#untilStarted();
    const onMessage = (message: WorkerMessage): void => {
      if (message.kind === 'started') unstarted.started();
      else onEvent(message);
    };
    port1.on('message', onMessage);
    try {
      const running = this.piscina.run({ job, port: port2 }, { transferList: [port2], signal: termination.signal });
      const result = await Promise.race([running, unstarted.failed]);
      return result.kind === 'failed' && signal.aborted ? cancelled : result;
    } catch (error) {
      return signal.aborted ? cancelled : { kind: 'failed', failure: deathOf(error) };
    } finally {
      stopAborting();
      unstarted.started();
      // The result overtakes the last lines on another port: they are here already, only not handed out yet.
      for (let left = receiveMessageOnPort(port1); left; left = receiveMessageOnPort(port1)) onMessage(left.message as WorkerMessage);
      port1.close();
    }
  }

  #untilStarted(): { readonly failed: Promise<JobResult>; started(): void } {
    let fail: (failure: TaskFailure) => void = () => undefined;
    const failed = new Promise<JobResult>((resolve) => { fail = (failure) => { resolve({ kind: 'failed', failure }); }; });
    this.#unstarted.add(fail);
    return { failed, started: () => { this.#unstarted.delete(fail); } };
  }

  async close(): Promise<void> {
    await this.piscina.destroy();
  }
}

const cancelled: JobResult = { kind: 'failed', failure: { kind: 'cancelled', message: 'it was cancelled' } };

/** Asks the task to end, then terminates its thread. */
function abortWithGrace(signal: AbortSignal, port: MessagePort, termination: AbortController, graceMs: number): () => void {
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    port.postMessage('abort');
    timer = setTimeout(() => { termination.abort(); }, graceMs);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  };
}

function workerEnvironment(environment: PiscinaExecutorOptions['environment']): Record<string, string> {
  const inherited = inheritedVariables.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]] as const]));
  return { ...Object.fromEntries(inherited), ...oneNativeThread };
}
