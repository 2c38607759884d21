import type { MessagePort } from 'node:worker_threads';
import type { Job, JobEvent, JobResult } from './executor.js';
import { runJob } from './run-job.js';

/** What the pool sends to a worker thread. */
export interface WorkerJob {
  readonly job: Job;
  /** To the executor: `started`, then job events. From it: `abort`. */
  readonly port: MessagePort;
}

export type WorkerMessage = JobEvent | { readonly kind: 'started' };

/** Entry point of the pool's threads. Modules and their caches (sessions, tokenizers) stay loaded from task to task. */
// piscina finds its handler as the export named in its options.
export async function handleJob({ job, port }: WorkerJob): Promise<JobResult> {
  const controller = new AbortController();
  const send = (message: WorkerMessage): void => { port.postMessage(message); };
  port.on('message', () => { controller.abort(); });
  send({ kind: 'started' });
  const restore = captureOutput((line) => { send({ kind: 'log', line }); });
  try {
    return await runJob(job, controller.signal, send);
  } finally {
    restore();
    port.close();
  }
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
