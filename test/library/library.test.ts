import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openCache } from '../../src/engine/cache/open-cache.js';
import type { Event } from '../../src/engine/event.js';
import { createInProcessExecutor } from '../../src/engine/run/in-process-executor.js';
import { loadPipeline, type LoadPipelineOptions } from '../../src/library/load-pipeline.js';
import { plan, type PlanPipelineOptions } from '../../src/library/plan.js';
import { outputOf, run } from '../../src/library/run.js';
import { folderWith } from '../engine/own-kinds/rig.js';

// Only own kinds: the digests of those that come with the package are made by the build, and the tests run the sources.
const kinds = new Map();

const pipeline = `name: shout
params: { word: hello }
tasks:
  say: { uses: ./say.mjs, with: { word: '\${{ params.word }}' } }
  shout: { uses: ./shout.mjs, inputs: { text: say.text } }
`;
const say = `import { writeFile } from 'node:fs/promises';
export default {
  summary: 'Says.', parameters: { word: { type: 'string' } }, outputs: { text: 'text.txt' },
  async run({ parameters, output, log }) {
    if (parameters.word === 'oops') throw Object.assign(new Error('it is a bad word'), { name: 'TaskError', hint: 'say another' });
    log('saying ' + parameters.word);
    await writeFile(output('text'), parameters.word);
  },
};
`;
const shout = `import { readFile, writeFile } from 'node:fs/promises';
export default {
  summary: 'Shouts.', inputs: { text: 'file' }, outputs: { text: 'text.txt' },
  async run({ input, output }) { await writeFile(output('text'), (await readFile(input('text').path, 'utf8')).toUpperCase()); },
};
`;

async function project() {
  const folder = await folderWith({ 'shout.yaml': pipeline, 'say.mjs': say, 'shout.mjs': shout });
  const cache = join(folder, 'cache');
  const load = (options: LoadPipelineOptions = {}) => loadPipeline(join(folder, 'shout.yaml'), { kinds, cache, ...options });
  return {
    folder, cache, load,
    async planned(params: LoadPipelineOptions['params'] = {}, options: PlanPipelineOptions = {}) {
      const loaded = await load({ params });
      if (loaded.kind === 'invalid') throw new Error(loaded.diagnostics[0]?.message);
      const result = await plan(loaded, { cache, environment: {}, ...options });
      if (result.kind !== 'ok') throw new Error(result.kind);
      onTestFinished(() => result.close());
      return result;
    },
    options: { artifacts: join(folder, 'artifacts'), executor: createInProcessExecutor() },
  };
}

describe('the library', () => {
  it('loads, plans and runs in three calls, and then finds everything cached', async () => {
    const { planned, options } = await project();
    const first = await planned();
    expect(first.plan.steps.map(({ kind }) => kind)).toEqual(['will-run', 'may-run']);
    const events: Event[] = [];
    const result = await run(first, { ...options, onEvent: (event) => events.push(event) });
    expect(result).toMatchObject({ outcome: 'succeeded', executed: 2, failures: [] });
    expect(events.map(({ kind }) => kind)).toContain('task-log');
    expect(await readFile(await outputOf(first, result, 'shout', 'text') ?? '', 'utf8')).toBe('HELLO');
    expect(await outputOf(first, result, 'shout', 'nothing')).toBeUndefined();
    expect(await outputOf(first, result, 'constructor', 'text')).toBeUndefined();

    const second = await planned();
    expect(second.plan.steps.map(({ kind }) => kind)).toEqual(['cached', 'cached']);
    expect(await run(second, options)).toMatchObject({ outcome: 'succeeded', executed: 0, cached: 2, results: result.results });
  });

  it('leaves a record of the run, as the command line does', async () => {
    const { folder, planned, options } = await project();
    const { run: id } = await run(await planned(), options);
    const kept = (name: string): Promise<string> => readFile(join(folder, 'artifacts', 'shout', 'runs', id, name), 'utf8');
    expect(JSON.parse(await kept('run.json'))).toMatchObject({ run: id, outcome: 'succeeded' });
    expect(Object.keys(JSON.parse(await kept('results.json')) as object)).toEqual(['say', 'shout']);
  });

  it('gives back a failed task as a value', async () => {
    const { planned, options } = await project();
    expect(await run(await planned({ word: 'oops' }), options)).toMatchObject({
      outcome: 'failed', failed: 1, skipped: 1, failures: [{ task: 'say', failure: { kind: 'task-error', message: 'it is a bad word', hint: 'say another' } }],
    });
  });

  it('gives back mistakes of the file, a file that is not there, and a cache that cannot be used, as values', async () => {
    const { folder, load, planned } = await project();
    expect(await load({ params: { wrod: 1 } })).toMatchObject({ kind: 'invalid', diagnostics: [{ code: 'unknown-param' }] });
    expect(await loadPipeline(join(folder, 'none.yaml'), { kinds })).toMatchObject({ kind: 'invalid', diagnostics: [{ code: 'unreadable-file' }] });
    const loaded = await load();
    if (loaded.kind === 'invalid') throw new Error('it is valid');
    expect(await plan(loaded, { cache: join(folder, 'say.mjs') })).toMatchObject({ kind: 'unusable-cache', directory: join(folder, 'say.mjs') });
    await expect(planned({}, { selection: { only: ['nothing'] } })).rejects.toThrow('invalid');
  });

  it('stops when its signal is aborted, and keeps what finished', async () => {
    const { planned, options } = await project();
    const stop = new AbortController();
    const result = await run(await planned(), { ...options, signal: stop.signal, onEvent: (event) => { if (event.kind === 'task-finished') stop.abort(); } });
    expect(result).toMatchObject({ outcome: 'interrupted', executed: 1, skipped: 1 });
    expect((await planned()).plan.steps.map(({ kind }) => kind)).toEqual(['cached', 'will-run']);
  });

  it('closes the cache that it opened, and leaves open the one that it was given', async () => {
    const { cache, planned } = await project();
    const given = await openCache(cache);
    onTestFinished(() => given.close());
    await (await planned({}, { cache: given })).close();
    expect((await planned({}, { cache: given })).plan.steps).toHaveLength(2);
    expect((await planned({}, { cache: given })).cache).toBe(given);
    await using own = await planned();
    expect(own.cache).not.toBe(given);
  });

  it('pain 2b: code that is edited while a task runs is never recorded as what made the output', async () => {
    const { folder, planned, options } = await project();
    const result = await run(await planned(), {
      ...options,
      onEvent: (event) => { if (event.kind === 'task-log') writeFileSync(join(folder, 'say.mjs'), say.replace('parameters.word)', "parameters.word + '!')")); },
    });
    expect(result).toMatchObject({ outcome: 'failed', executed: 0, failures: [{ task: 'say', failure: { kind: 'bad-input', hint: 'run again' } }] });
    expect(result.failures[0]?.failure.message).toContain('say.mjs was changed after the run began');
  });
});
