import { BroadcastChannel, parentPort } from 'node:worker_threads';
import type { Job, JobEvent, JobResult } from './executor.js';
import { runJob } from './run-job.js';

/** What the pool sends to a worker thread. */
export interface WorkerJob {
  readonly job: Job;
  /** Told apart from every other job of the pool. */
  readonly id: number;
  /** Name of the channel on which the executor tells all threads the id of a job that is to end. */
  readonly aborts: string;
}

/** What a thread says meanwhile. */
export interface WorkerMessage {
  readonly id: number;
  readonly event: JobEvent | { readonly kind: 'started' };
}

export interface WorkerResult {
  readonly result: JobResult;
  /** How many messages were sent: the result may overtake them. */
  readonly sent: number;
}

/** The job in this thread. Opening a channel for each would take longer than a small job does. */
let current: { readonly id: number; readonly controller: AbortController } | undefined;
let listening: BroadcastChannel | undefined;

/** Entry point of the pool's threads. Modules and their caches (sessions, tokenizers) stay loaded from task to task. */
// piscina finds its handler as the export named in its options.
export async function handleJob({ job, id, aborts }: WorkerJob): Promise<WorkerResult> {
  const controller = new AbortController();
  current = { id, controller };
  listening ??= listenFor(aborts);
  let sent = 0;
  const send = (event: WorkerMessage['event']): void => {
    sent += 1;
    parentPort?.postMessage({ id, event } satisfies WorkerMessage);
  };
  send({ kind: 'started' });
  const restore = captureOutput((line) => { send({ kind: 'log', line }); });
  let result: JobResult;
  try {
    result = await runJob(job, controller.signal, send);
  } finally {
    restore();
    current = undefined;
  }
  return { result, sent };
}

function listenFor(aborts: string): BroadcastChannel {
  const channel = new BroadcastChannel(aborts);
  channel.onmessage = (message: unknown) => {
    if ((message as { readonly data?: unknown }).data === current?.id) current?.controller.abort();
  };
  // It keeps no thread alive.
  channel.unref();
  return channel;
}

/** `console.log` in a task or a library of its is a line of its log; on the real stdout it would break the reporters. */
function captureOutput(onLine: (line: string) => void): () => void {
  const captured = [process.stdout, process.stderr].map((stream) => {
    const { write } = stream;
    let rest = '';
    stream.write = ((chunk: string | Uint8Array) => {
      const lines = (rest + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'))).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(onLine);
      return true;
    }) as typeof stream.write;
    return () => {
      stream.write = write;
      if (rest !== '') onLine(rest);
    };
  });
  return () => { captured.forEach((restore) => { restore(); }); };
}
