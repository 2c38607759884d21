import { describe, expect, it } from 'vitest';
import { changeOf, explanationText } from '../../src/cli/why-text.js';
import type { ActionRecord } from '../../src/engine/action-record.js';
import type { WhyContext } from '../../src/engine/why/explanation.js';
import { pipeline, plan, reads, task } from './pipelines.js';

const a = '1'.repeat(64);
const b = '2'.repeat(64);
const train = task(1, 'train', {
  inputs: { ...reads(0), share: { type: 'value', many: false, sources: [{ kind: 'path', path: '/project/mix.json', pointer: '/php', labels: {} }] } },
  parameterPositions: new Map([['/rate', { line: 9, column: 14 }], ['/sizes', { line: 10, column: 14 }]]),
  parameterOrigins: new Map([['/rate', 'params.rate']]),
});
const places = { pipeline: pipeline(task(0, 'corpus'), train), shown: (path: string) => path.replace('/project/', '') };

describe('a change of a fingerprint, told', () => {
  it('of a parameter: its line and the parameter of the pipeline that it comes from', () => {
    expect(changeOf({ pointer: '/parameters/rate', before: 1, after: 2 }, train, places)).toEqual({ what: 'rate', before: '1', after: '2', from: 'demo.yaml:9:14, from params.rate' });
  });

  it('of a leaf inside a parameter: the line of the nearest value that is written in the file', () => {
    expect(changeOf({ pointer: '/parameters/sizes/3', before: undefined, after: 4 }, train, places)).toEqual({ what: 'sizes.3', before: '(default)', after: '4', from: 'demo.yaml:10:14' });
  });

  it('of an input: the output of the task, or the path and the place in the document', () => {
    expect(changeOf({ pointer: '/inputs/data/digest', before: a, after: b }, train, places)).toEqual({ what: 'input data', before: '111111111111', after: '222222222222', from: 'corpus.out' });
    expect(changeOf({ pointer: '/inputs/share/value', before: 0.1, after: 0.2 }, train, places)).toEqual({ what: 'input share', before: '0.1', after: '0.2', from: 'mix.json#/php' });
  });

  it('of an input that came or went', () => {
    expect(changeOf({ pointer: '/inputs/gone', before: { digest: a }, after: undefined }, train, places)).toEqual({ what: 'input gone', before: '111111111111', after: '(none)', from: 'no longer an input' });
  });

  it('of the code and the environment', () => {
    expect(changeOf({ pointer: '/code', before: a, after: b }, train, places)).toMatchObject({ what: 'code of exec', from: 'another version of the task kind' });
    expect(changeOf({ pointer: '/environment/HF_HOME', before: null, after: '/data' }, train, places)).toMatchObject({ what: 'environment variable HF_HOME', before: 'null', after: '"/data"' });
  });
});

describe('a cached result, told', () => {
  const record: ActionRecord = {
    fingerprint: a, outputs: {}, log: b, durationMs: 3_200,
    preimage: { format: 'pipelines/fingerprint/v1', kind: 'exec', version: 1, code: a, parameters: {}, inputs: { data: { digest: b } }, environment: {}, runtime: {} },
    provenance: { pipeline: 'demo', task: 'train', run: '01A', host: 'h', finishedAt: '2026-05-03T10:22:33.000Z', node: 'v20', engine: '0' },
    accepted: { reason: 'only a log message', by: 'ada@host', at: '2026-05-04T08:00:00.000Z', from: b, differences: [] },
  };
  const step = { kind: 'cached', fingerprint: a, record } as const;
  const context = {
    plan: plan(places.pipeline, [{ ...step, record: { ...record, provenance: { ...record.provenance, run: '01Z' } } }, step]),
    cache: { actions: { differing: () => Promise.resolve([record, record]) } },
  } as unknown as WhyContext;

  it('says which run computed it, from what, who accepted it, and that it is not reproducible', async () => {
    expect(await explanationText({ kind: 'cached', task: train, step }, { context, places })).toBe(`\
train is cached
  computed by run 01A on 2026-05-03 10:22 UTC, in 3.2s
  accepted in place of a new result by ada@host on 2026-05-04 08:00 UTC: only a log message
  the result is of fingerprint 222222222222
  not reproducible: 2 other results of the same fingerprint; "pipelines show" lists them
  from
    data   222222222222  corpus.out, of run 01Z on 2026-05-03 10:22 UTC
    share  (none)        mix.json
  fingerprint 111111111111
`);
  });
});
