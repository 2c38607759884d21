import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CorruptObjectError, type Cache } from '../engine/store.js';
import { isAllowedHost } from './allowed-host.js';
import { sendMessages } from './message-stream.js';
import type { PageFile } from './page-files.js';
import { answer, type Reply, type RouteContext } from './routes.js';
import { RunRecords, type LoadPipelineOfRun } from './run-records.js';
import { sendArtifact } from './send-artifact.js';
import { WatchedRuns } from './watched-runs.js';

export interface ServerOptions {
  /** Address to bind to, `127.0.0.1` unless others are to reach it. */
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly artifactsDirectory: string;
  /** Only the runs of this pipeline. */
  readonly pipeline?: string;
  readonly cache: Cache;
  readonly loadPipeline: LoadPipelineOfRun;
  /** By request path. */
  readonly page: ReadonlyMap<string, PageFile>;
  readonly shownPath: (path: string) => string;
  /** Name of this machine, by which others may reach it. */
  readonly machine: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told of what should not happen; the server goes on. */
  readonly onProblem: (error: unknown) => void;
}

export interface RunningServer {
  /** `http://127.0.0.1:4747/` */
  readonly url: string;
  /** Ends every stream. */
  close(): Promise<void>;
}

/** Of the page itself: nothing from elsewhere, nothing inline, nobody frames it. */
const pagePolicy = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

const headers = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};

/** Serves the page of the runs in an artifacts directory. Reads only. Rejects with the system's error when the address cannot be had. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { cache, artifactsDirectory, pipeline, now, shownPath } = options;
  const context: RouteContext = {
    cache, shownPath, runs: new WatchedRuns(artifactsDirectory, pipeline, now), records: new RunRecords(cache, options.loadPipeline),
  };
  const closing = new AbortController();
  const server = createServer((request, response) => {
    handle(request, response, { options, context, closing: closing.signal }).catch((error: unknown) => {
      options.onProblem(error);
      if (!response.headersSent) refuse(response, 500, 'the server ran into a bug of its own; its terminal tells more');
      else response.destroy();
    });
  });
  await listen(server, options);
  return {
    url: urlOf(server, options.host),
    close: () => new Promise((resolve) => {
      closing.abort();
      server.close(() => { resolve(); });
      server.closeAllConnections();
    }),
  };
}

interface Handling {
  readonly options: ServerOptions;
  readonly context: RouteContext;
  readonly closing: AbortSignal;
}

async function handle(request: IncomingMessage, response: ServerResponse, { options, context, closing }: Handling): Promise<void> {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('content-security-policy', pagePolicy);
  if (!isAllowedHost(request.headers.host, { bound: options.host, machine: options.machine })) return refuse(response, 403, 'this server is asked by its address only');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return refuse(response, 405, 'this server only reads');
  }
  const address = addressOf(request.url ?? '/');
  if (!address) return refuse(response, 400, 'this is no address');
  const file = options.page.get(address.pathname);
  if (file) return sendPageFile(response, file);
  const path = partsOf(address.pathname);
  if (path?.[0] !== 'api') return refuse(response, 404, 'there is nothing at this address');
  const gone = new AbortController();
  response.on('close', () => { gone.abort(); });
  const signal = AbortSignal.any([gone.signal, closing]);
  const lastEventId = request.headers['last-event-id'];
  try {
    const reply = await answer({ path, query: address.searchParams, lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined, signal }, context);
    await send(response, reply, options.cache, signal);
  } catch (error) {
    if (!(error instanceof CorruptObjectError) || response.headersSent) throw error;
    refuse(response, 404, `${error.message}: the next run of its task makes it again`);
  }
}

/** Undefined for what no browser sends. */
function addressOf(url: string): URL | undefined {
  return url.startsWith('/') && URL.canParse(url, 'http://localhost') ? new URL(url, 'http://localhost') : undefined;
}

function partsOf(pathname: string): readonly string[] | undefined {
  try {
    return pathname.split('/').filter((part) => part !== '').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

async function send(response: ServerResponse, reply: Reply, cache: Cache, signal: AbortSignal): Promise<void> {
  switch (reply.kind) {
    case 'json':
      response.setHeader('content-type', 'application/json; charset=utf-8');
      response.setHeader('cache-control', 'no-store');
      return void response.end(JSON.stringify(reply.value));
    case 'messages':
      return sendMessages(response, reply.messages, signal);
    case 'artifact':
      return sendArtifact(response, cache.store, reply.artifact, reply.asDownload);
    case 'missing':
      return refuse(response, 404, reply.message);
  }
}

function sendPageFile(response: ServerResponse, { mediaType, body }: PageFile): void {
  response.setHeader('content-type', mediaType);
  // Another version of this package may answer at the same address tomorrow.
  response.setHeader('cache-control', 'no-cache');
  response.end(body);
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${message}\n`);
}

function listen(server: Server, { host, port }: ServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`;
}
