import { appendFileSync, chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActionRecord } from '../../src/engine/action-record.js';
import { openCache } from '../../src/engine/cache/open-cache.js';
import type { Cache } from '../../src/engine/store.js';
import type { TaskDetail, TreeListing } from '../../src/server/api.js';
import { startServer, type RunningServer } from '../../src/server/server.js';
import { inTime, linesOf, removeTemporaryFolders, runFinished, runId, runStarted, startedAt, temporaryFolder, writeRun } from './recorded.js';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

const events = inTime(
  runStarted(2),
  { kind: 'task-started', task: 'page', attempt: 1, reason: { kind: 'never-run' }, estimateMs: null },
  { kind: 'task-progress', task: 'page', done: 1, total: 3, unit: 'steps' },
  { kind: 'task-log', task: 'page', line: 'first' },
  { kind: 'task-progress', task: 'page', done: 2, total: 3, unit: 'steps' },
  { kind: 'task-log', task: 'page', line: 'second' },
  { kind: 'task-finished', task: 'page', ms: 4, bytes: 10 },
  { kind: 'task-cached', task: 'other' },
  runFinished(1),
);

describe('server', () => {
  let cache: Cache;
  let server: RunningServer;
  let directory: string;
  let record: ActionRecord;
  const problems: unknown[] = [];
  const run = `/api/runs/chain/${runId}`;

  beforeAll(async () => {
    const artifacts = temporaryFolder();
    cache = await openCache(temporaryFolder(), { durability: 'fast' });
    const work = await cache.scratch();
    const tree = join(work.path, 'tree');
    mkdirSync(join(tree, 'deep'), { recursive: true });
    writeFileSync(join(tree, 'deep', 'figure.svg'), '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    record = {
      fingerprint: 'f'.repeat(64), durationMs: 4, log: (await cache.store.putBytes(Buffer.from('from the store\n'))).digest,
      outputs: {
        page: await cache.store.putBytes(Buffer.from('<h1>Hello</h1><script>alert(1)</script>')),
        numbers: await cache.store.putBytes(Buffer.from('{"a":[1,2]}')),
        bytes: await cache.store.putBytes(Buffer.from([0, 1, 2])),
        tree: await cache.store.adopt(tree),
      },
      preimage: { format: 'pipelines/fingerprint/v1', kind: 'exec', version: 1, code: 'c'.repeat(64), parameters: { run: 'true' }, inputs: { words: { digest: 'd'.repeat(64) } }, environment: {}, runtime: {} },
      provenance: { pipeline: 'chain', task: 'page', run: runId, host: 'here', finishedAt: '2026-01-01T00:00:00.000Z', node: 'v20', engine: '0' },
    };
    await cache.actions.commit(record);
    directory = writeRun(artifacts, events, { page: record.fingerprint });
    server = await startServer({
      host: '127.0.0.1', port: 0, artifactsDirectory: artifacts, cache, machine: 'here', now: () => startedAt + 1000, shownPath: (path) => path,
      page: new Map([['/', { mediaType: 'text/html', body: Buffer.from('<!doctype html>') }]]),
      loadPipeline: () => Promise.resolve({ kind: 'unknown', because: 'this test has no file' }),
      onProblem: (error) => { problems.push(error); },
    });
  });
  afterAll(async () => {
    await server.close();
    await cache.close();
    removeTemporaryFolders();
    expect(problems).toEqual([]);
  });

  /** As no client library would send it: the path as it is, the host as it is. */
  function ask(path: string, { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
    const { port } = new URL(server.url);
    return new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (part: string) => { body += part; })
          .on('end', () => { resolve({ status: response.statusCode ?? 0, headers: response.headers, body }); });
      }).on('error', reject).end();
    });
  }

  const dataOf = (body: string): readonly unknown[] => [...body.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data) as unknown);
  const idsOf = (body: string): readonly string[] => [...body.matchAll(/^id: (.*)$/gm)].map(([, id = '']) => id);
  const artifact = (digest: string, more = ''): string => `${run}/artifact?task=page&digest=${digest}${more}`;
  const digestOf = (output: string): string => record.outputs[output]?.digest ?? '';

  it('lists the runs', async () => {
    const { runs } = JSON.parse((await ask('/api/runs')).body) as { runs: readonly object[] };
    expect(runs).toMatchObject([{ run: runId, folder: 'chain', pipeline: 'chain', outcome: 'succeeded', executed: 1, params: { word: 'hello' } }]);
  });

  it('streams the events without logs, of progress the newest, and then says that there are no more', async () => {
    const { body, headers } = await ask(`${run}/events`);
    expect(headers['content-type']).toContain('text/event-stream');
    expect(dataOf(body)).toEqual([events.filter(({ kind }, index) => kind !== 'task-log' && index !== 2), {}]);
    expect(body).toMatch(/event: end\n/);
  });

  it('goes on after the event that the browser saw last, and from where the page says', async () => {
    const seen = Buffer.byteLength(linesOf(events.slice(0, 7)));
    for (const answer of [await ask(`${run}/events`, { headers: { 'last-event-id': String(seen) } }), await ask(`${run}/events?from=${seen}`)]) {
      expect(dataOf(answer.body)).toEqual([events.slice(7), {}]);
      expect(idsOf(answer.body)).toEqual([String(Buffer.byteLength(linesOf(events)))]);
    }
    const end = String(Buffer.byteLength(linesOf(events)));
    expect(dataOf((await ask(`${run}/events`, { headers: { 'last-event-id': end } })).body)).toEqual([{}]);
  });

  it('streams the log of one task', async () => {
    expect(dataOf((await ask(`${run}/log?task=page`)).body)).toEqual([['first', 'second'], {}]);
    expect(dataOf((await ask(`${run}/log?task=other`)).body)).toEqual([{}]);
  });

  it('tells a task from its record where the pipeline is gone', async () => {
    const detail = JSON.parse((await ask(`${run}/task?id=page`)).body) as TaskDetail;
    expect(detail).toMatchObject({ uses: 'exec', declared: null, parameters: { run: 'true' }, inputs: [{ name: 'words', from: null, digest: 'd'.repeat(64) }], result: { run: runId } });
    expect(detail.outputs.map(({ name, shownAs }) => [name, shownAs])).toContainEqual(['bytes', 'download']);
    expect((await ask(`${run}/task?id=nobody`)).status).toBe(404);
    expect(JSON.parse((await ask(`${run}/graph`)).body)).toEqual({ kind: 'unknown', because: 'this test has no file' });
  });

  it('serves an artifact without leave to run scripts, call out, or be framed elsewhere', async () => {
    const tree = digestOf('tree');
    for (const { status, headers } of [await ask(artifact(tree, '&file=deep/figure.svg')), await ask(artifact(digestOf('bytes')))]) {
      expect(status).toBe(200);
      expect(headers['content-security-policy']).toMatch(/^sandbox; default-src 'none'.*frame-ancestors 'self'$/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    }
    expect((await ask(artifact(digestOf('bytes')))).headers['content-disposition']).toMatch(/^attachment/);
    expect((await ask(artifact(tree, '&file=deep/figure.svg'))).headers['content-type']).toBe('image/svg+xml');
    expect(JSON.parse((await ask(`${run}/tree?task=page&digest=${tree}`)).body) as TreeListing).toEqual({ files: [{ name: 'deep/figure.svg', bytes: 71, shownAs: 'picture' }] });
  });

  it('serves the log that a cached task wrote in an earlier run', async () => {
    const { body, headers } = await ask(artifact(record.log));
    expect(body).toBe('from the store\n');
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  it.each([
    ['a digest of the store that is not the task\'s', () => artifact(record.fingerprint)],
    ['a path for a digest', () => artifact('..%2F..%2Fformat')],
    ['no digest', () => artifact('')],
    ['the artifact of another task', () => `${run}/artifact?task=other&digest=${digestOf('page')}`],
    ['a file that the folder does not list', () => artifact(digestOf('tree'), '&file=../../format')],
    ['a folder of the folder', () => artifact(digestOf('tree'), '&file=deep')],
    ['the folder itself as a file', () => artifact(digestOf('tree'))],
    ['a file as a folder', () => `${run}/tree?task=page&digest=${digestOf('page')}`],
    ['another folder as the pipeline', () => `/api/runs/..%2F..%2Fchain/${runId}`],
    ['another folder as the run', () => '/api/runs/chain/..%2Fruns%2Flatest'],
    ['a path through the page', () => '/../../package.json'],
    ['an encoded path through the page', () => '/%2e%2e%2f%2e%2e%2fpackage.json'],
    ['a broken encoding', () => '/api/runs/%E0%A4%A'],
    ['a view that there is not', () => `${run}/secrets`],
  ])('does not serve %s', async (_, path) => {
    const { status, body } = await ask(path());
    expect(status).toBe(404);
    expect(body).toMatch(/^(there is|this task|this run)/);
  });

  it('answers no name that may have been pointed here, and tells it nothing', async () => {
    const { status, body, headers } = await ask('/api/runs', { headers: { host: 'evil.example' } });
    expect(status).toBe(403);
    expect(body).not.toContain('chain');
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('does not take %s', async (method) => {
    const { status, headers } = await ask('/api/runs', { method });
    expect(status).toBe(405);
    expect(headers['allow']).toBe('GET, HEAD');
  });

  it('lets the page load nothing from elsewhere', async () => {
    const { headers } = await ask('/');
    expect(headers['content-security-policy']).toMatch(/^default-src 'self';.*frame-ancestors 'none'/);
    expect(JSON.stringify(headers)).not.toContain('unsafe');
  });

  it('says when an object of the store is damaged, and goes on', async () => {
    const digest = digestOf('numbers');
    expect((await ask(artifact(digest, '&download'))).body).toBe('{"a":[1,2]}');
    const blob = join(cache.directory, 'objects', digest.slice(0, 2), digest.slice(2));
    expect(readdirSync(join(cache.directory, 'objects', digest.slice(0, 2)))).toContain(digest.slice(2));
    chmodSync(blob, 0o644);
    appendFileSync(blob, 'x');
    const { status, body } = await ask(artifact(digest, '&download'));
    expect([status, body]).toEqual([404, expect.stringContaining('corrupt')]);
  });

  it('follows a run that goes on', async () => {
    const text = linesOf(events);
    writeFileSync(join(directory, 'events.jsonl'), linesOf(events.slice(0, 8)));
    const following = ask(`${run}/events`);
    setTimeout(() => { appendFileSync(join(directory, 'events.jsonl'), linesOf(events.slice(8))); }, 200);
    const { body } = await following;
    expect(dataOf(body).slice(-2)).toEqual([events.slice(8), {}]);
    expect(idsOf(body).at(-1)).toBe(String(Buffer.byteLength(text)));
  });
});
