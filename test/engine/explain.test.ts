import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActionRecord, Preimage } from '../../src/engine/action-record.js';
import { differences, explain, type ExplainContext } from '../../src/engine/explain.js';
import { fingerprintOf } from '../../src/engine/fingerprint.js';
import type { JsonObject } from '../../src/engine/json.js';

const BASE: Preimage = {
  format: 'pipelines/fingerprint/v1',
  kind: 'train',
  version: 1,
  code: 'c1',
  parameters: { steps: 100, mix: { python: 0.1, php: 0.9 } },
  inputs: {
    corpus: { digest: 'd1' },
    share: { value: 0.25 },
    all: [{ digest: 'e1', labels: { language: 'php' } }, { digest: 'e2', labels: { language: 'go' } }],
  },
  outputs: { out: 'out.txt' },
  environment: { LANG: 'C', HOME: null },
  runtime: { node: '20', arch: 'x64' },
};

const CONTEXT: ExplainContext = {
  upstreamOf: (input, index) => `upstream of ${input} ${index}`,
  positionOf: (pointer) => ({ '/steps': { line: 3, column: 7 }, '/mix': { line: 4, column: 7 } })[pointer],
};

describe('explain', () => {
  it('says that a task without a record never ran', () => {
    expect(explain(undefined, BASE, CONTEXT)).toEqual({ kind: 'never-run' });
  });

  it('has nothing to compare when the task is of another kind now', () => {
    expect(explain(record(), { ...BASE, kind: 'train-tokenizer' }, CONTEXT)).toEqual({ kind: 'never-run' });
  });

  it('says that an output is missing when nothing has changed', () => {
    expect(explain(record(), BASE, CONTEXT)).toEqual({ kind: 'output-missing', output: 'weights' });
  });

  it('points at the line of a changed parameter', () => {
    expect(explain(record(), changed({ parameters: { ...BASE.parameters, steps: 200 } }), CONTEXT)).toEqual({
      kind: 'parameter-changed', pointer: '/steps', before: 100, after: 200, position: { line: 3, column: 7 },
    });
  });

  it('points at the nearest line above a parameter that has none of its own', () => {
    expect(explain(record(), changed({ parameters: { steps: 100, mix: { python: 0.2, php: 0.9 } } }), CONTEXT)).toEqual({
      kind: 'parameter-changed', pointer: '/mix/python', before: 0.1, after: 0.2, position: { line: 4, column: 7 },
    });
    expect(explain(record(), changed({ parameters: { ...BASE.parameters, 'a/b~c': 1 } }), CONTEXT)).toEqual({
      kind: 'parameter-changed', pointer: '/a~1b~0c', before: undefined, after: 1,
    });
  });

  it('shows the default where a parameter was or became it', () => {
    const parameters = { type: 'object', additionalProperties: false, properties: { steps: { default: 50 }, mix: {} } } as const;
    const mixOnly = { mix: { python: 0.1, php: 0.9 } };
    const context = { ...CONTEXT, parameters };
    expect(explain(record(), changed({ parameters: mixOnly }), context)).toMatchObject({ pointer: '/steps', before: 100, after: 50 });
    expect(explain({ ...record(), preimage: changed({ parameters: mixOnly }) }, BASE, context)).toMatchObject({ pointer: '/steps', before: 50, after: 100 });
  });

  it.each<[string, Partial<Preimage>, object]>([
    ['code', { code: 'c2' }, { kind: 'code-changed' }],
    ['version', { version: 2 }, { kind: 'kind-version-changed', before: 1, after: 2 }],
    ['an input', { inputs: { ...BASE.inputs, corpus: { digest: 'd2' } } },
      { kind: 'input-changed', input: 'corpus', upstream: 'upstream of corpus 0', before: 'd1', after: 'd2' }],
    ['a value', { inputs: { ...BASE.inputs, share: { value: [0.5] } } },
      { kind: 'input-changed', input: 'share', upstream: 'upstream of share 0', before: '0.25', after: '[0.5]' }],
    ['one of a fan-in', { inputs: { ...BASE.inputs, all: [{ digest: 'e1', labels: { language: 'php' } }, { digest: 'e3', labels: { language: 'go' } }] } },
      { kind: 'input-changed', input: 'all', upstream: 'upstream of all 1', before: 'e2 (language=go)', after: 'e3 (language=go)' }],
    ['one more of a fan-in', { inputs: { ...BASE.inputs, all: [...BASE.inputs['all'] as never[], { digest: 'e9', labels: {} }] } },
      { kind: 'input-changed', input: 'all', upstream: 'upstream of all 2', after: 'e9' }],
    ['an input that is new', { inputs: { ...BASE.inputs, extra: { digest: 'x' } } },
      { kind: 'input-changed', input: 'extra', upstream: 'upstream of extra 0', after: 'x' }],
    ['an input that is gone', { inputs: { share: { value: 0.25 }, all: BASE.inputs['all'] as never } },
      { kind: 'input-changed', input: 'corpus', upstream: 'upstream of corpus 0', before: 'd1' }],
    ['the environment', { environment: { LANG: 'C', HOME: '/home/ada' } }, { kind: 'environment-changed', variable: 'HOME' }],
    ['the runtime', { runtime: { node: '22', arch: 'x64' } }, { kind: 'runtime-changed', before: 'arch x64, node 20', after: 'arch x64, node 22' }],
    ['the outputs', { outputs: { out: 'other.txt' } }, { kind: 'outputs-changed' }],
  ])('names %s', (_, change, reason) => {
    expect(explain(record(), changed(change), CONTEXT)).toEqual(reason);
  });

  it('gives the deepest cause when there are several', () => {
    const all: Partial<Preimage>[] = [
      { version: 2 }, { code: 'c2' }, { parameters: {} }, { inputs: {} }, { environment: {} }, { runtime: {} }, { outputs: {} },
    ];
    const kinds = all.map((_, index) => explain(record(), changed(Object.assign({}, ...all.slice(index)) as Partial<Preimage>), CONTEXT).kind);
    expect(kinds).toEqual([
      'kind-version-changed', 'code-changed', 'parameter-changed', 'input-changed', 'environment-changed', 'runtime-changed', 'outputs-changed',
    ]);
  });
});

describe('differences', () => {
  it('lists every leaf, each with both values', () => {
    const after = changed({ code: 'c2', parameters: { steps: 100, mix: { python: 0.2 } }, environment: { LANG: 'C', HOME: null, TZ: 'UTC' } });
    expect(differences(BASE, after)).toEqual([
      { pointer: '/code', before: 'c1', after: 'c2' },
      { pointer: '/parameters/mix/php', before: 0.9, after: undefined },
      { pointer: '/parameters/mix/python', before: 0.1, after: 0.2 },
      { pointer: '/environment/TZ', before: undefined, after: 'UTC' },
    ]);
  });

  it('is empty exactly when the fingerprints are equal', () => {
    const parameters = fc.dictionary(fc.constantFrom('a', 'b'), fc.jsonValue({ maxDepth: 2 }), { noNullPrototype: true }) as fc.Arbitrary<JsonObject>;
    fc.assert(fc.property(parameters, parameters, (one, other) => {
      const [before, after] = [changed({ parameters: one }), changed({ parameters: other })];
      expect(differences(before, after).length === 0).toBe(fingerprintOf(before) === fingerprintOf(after));
    }));
  });
});

function changed(change: Partial<Preimage>): Preimage {
  return { ...BASE, ...change };
}

function record(): ActionRecord {
  return {
    fingerprint: fingerprintOf(BASE), preimage: BASE, outputs: { weights: { type: 'file', digest: 'w', bytes: 1 } }, log: 'l', durationMs: 1,
    provenance: { pipeline: 'p', task: 't', run: 'r', host: 'h', finishedAt: '', node: '', engine: '' },
  };
}
