import type { ServerResponse } from 'node:http';

/** One message of a stream of server-sent events. */
export interface Message {
  /** What the browser sends back as `Last-Event-ID` when it connects again. */
  readonly id?: string;
  readonly data: unknown;
}

/** A proxy, or a browser that went to sleep, shows itself when a write fails. */
export const heartbeatMs = 15_000;

/**
 * Sends messages as server-sent events until there are no more (then an event `end`: the browser need not come again) or the
 * reader has gone. A reader that is slow is waited for, so nothing piles up in memory.
 */
export async function sendMessages(response: ServerResponse, messages: AsyncIterable<Message>, signal: AbortSignal, heartbeat = heartbeatMs): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
  response.write('retry: 1000\n\n');
  const timer = setInterval(() => { response.write(': heartbeat\n\n'); }, heartbeat);
  try {
    for await (const { id, data } of messages) {
      if (signal.aborted) return;
      const isTaken = response.write(`${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
      if (!isTaken) await drained(response, signal);
    }
    if (!signal.aborted) response.write('event: end\ndata: {}\n\n');
  } finally {
    clearInterval(timer);
    response.end();
  }
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    response.on('drain', done);
    signal.addEventListener('abort', done);
  });
}
