import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { eventSchema } from '../../src/engine/event-schema.js';
import type { Event } from '../../src/engine/event.js';
import type { Json } from '../../src/engine/json.js';
import type { Reason } from '../../src/engine/reason.js';
import { jsonReporter } from '../../src/reporters/json.js';
import { makeRig, pipelineOf } from '../engine/run/rig.js';
import { recorder } from './events.js';

/** The published schema lets fields be added; here none may be that it does not tell of. */
function closed(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== 'object') return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return 'properties' in schema ? { ...inner, additionalProperties: false } : inner;
}

const validate = new Ajv2020({ allErrors: false, strict: true, allowUnionTypes: true }).compile(closed(eventSchema) as object);

const failure = { kind: 'task-error', message: 'exit code 3', hint: 'is it there?', final: true, stack: 'at x', log: 'runs/1/a.log' } as const;

/** One of every kind, with every field. That the kinds are all there is checked by the compiler. */
const events: { readonly [K in Event['kind']]: Extract<Event, { kind: K }> } = {
  'run-started': { at: 1, kind: 'run-started', run: '01J', pipeline: 'p', file: '/p.yaml', tasks: 2, toRun: 1, estimateMs: null, cores: 2, params: { size: 3 } },
  'task-cached': { at: 1, kind: 'task-cached', task: 'a' },
  'task-started': { at: 1, kind: 'task-started', task: 'a', attempt: 1, reason: { kind: 'never-run' }, estimateMs: 1.5 },
  'task-progress': { at: 1, kind: 'task-progress', task: 'a', done: 1, total: 2, unit: 'steps' },
  'task-log': { at: 1, kind: 'task-log', task: 'a', line: 'x' },
  'task-waiting': { at: 1, kind: 'task-waiting', task: 'a', holder: 'pid 1' },
  'task-retried': { at: 1, kind: 'task-retried', task: 'a', attempt: 1, failure },
  'task-finished': { at: 1, kind: 'task-finished', task: 'a', ms: 1, bytes: 1 },
  'task-failed': { at: 1, kind: 'task-failed', task: 'a', failure, ms: 1 },
  'task-skipped': { at: 1, kind: 'task-skipped', task: 'a', because: 'upstream-failed', upstream: 'b' },
  'store-repaired': { at: 1, kind: 'store-repaired', task: 'a', output: 'o', digest: 'd', problem: 'corrupt' },
  'not-reproducible': { at: 1, kind: 'not-reproducible', task: 'a', output: 'o', kept: 'd', differing: 'e' },
  warning: { at: 1, kind: 'warning', message: 'x' },
  draining: { at: 1, kind: 'draining' },
  'run-finished': { at: 1, kind: 'run-finished', outcome: 'succeeded', ms: 1, executed: 1, cached: 1, failed: 0, skipped: 0 },
};

const reasons: { readonly [K in Reason['kind']]: Extract<Reason, { kind: K }> } = {
  'never-run': { kind: 'never-run' },
  'parameter-changed': { kind: 'parameter-changed', pointer: '/a', before: undefined, after: [1], position: { line: 1, column: 2 } },
  'input-changed': { kind: 'input-changed', input: 'i', upstream: 'u', before: 'x', after: 'y' },
  'code-changed': { kind: 'code-changed' },
  'kind-version-changed': { kind: 'kind-version-changed', before: 1, after: 2 },
  'environment-changed': { kind: 'environment-changed', variable: 'HOME' },
  'runtime-changed': { kind: 'runtime-changed', before: '20', after: '22' },
  'outputs-changed': { kind: 'outputs-changed' },
  'output-missing': { kind: 'output-missing', output: 'o' },
  forced: { kind: 'forced' },
  'upstream-runs': { kind: 'upstream-runs', upstream: 'u' },
};

function linesFor(told: readonly Event[]): unknown[] {
  const output = recorder();
  const reporter = jsonReporter(output);
  for (const event of told) reporter.report(event);
  return output.lines().map((line) => JSON.parse(line) as unknown);
}

describe('JSON lines', () => {
  it.each(linesFor(Object.values(events)))('are as their schema says: %o', (line) => {
    expect(validate(line), JSON.stringify(validate.errors?.at(-1))).toBe(true);
  });

  it.each(linesFor(Object.values(reasons).map((reason): Event => ({ ...events['task-started'], reason }))))('give reasons as their schema says: %o', (line) => {
    expect(validate(line), JSON.stringify(validate.errors?.at(-1))).toBe(true);
  });

  it.each([{ at: 1, kind: 'task-cached' }, { at: 1, kind: 'nonsense' }, { kind: 'draining' }, { at: 1, kind: 'task-finished', task: 'a', ms: '1', bytes: 1 }])('are not just anything: %o', (line) => {
    expect(validate(line)).toBe(false);
  });

  it('of a real run with a failure, a retry and cached tasks are as their schema says', async () => {
    const rig = await makeRig();
    const told: Event[] = [];
    const emit = (event: Omit<Event, 'at'>): void => { told.push({ ...event, at: 1 } as Event); };
    const specs = [{ id: 'a', with: { text: 'x' } }, { id: 'b', from: ['a'] }, { id: 'c', uses: 'misbehave', with: { way: 'fail' }, attempts: 2 }, { id: 'd', from: ['c'] }];
    await rig.run(pipelineOf(specs), { emit, keepGoing: true });
    await rig.run(pipelineOf(specs), { emit, keepGoing: true });
    const kinds = new Set(told.map(({ kind }) => kind));
    for (const kind of ['run-started', 'task-started', 'task-finished', 'task-retried', 'task-failed', 'task-skipped', 'task-cached', 'run-finished'] as const) expect(kinds).toContain(kind);
    for (const line of linesFor(told)) expect(validate(line), JSON.stringify([line, validate.errors?.at(-1)])).toBe(true);
  });
});
