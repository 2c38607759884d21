import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Preimage } from '../../src/engine/action-record.js';
import { canonicalJson, digestOf, fingerprintOf, preimageOf, runtimeOf, type PreimageParts } from '../../src/engine/fingerprint.js';
import type { Json, JsonObject } from '../../src/engine/json.js';
import { withDefaults, withoutDefaults } from '../../src/engine/parameter-defaults.js';
import type { RegisteredKind } from '../../src/engine/task-kind.js';

const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['steps'],
  properties: {
    steps: { type: 'integer' },
    rate: { type: 'number', default: 0.001 },
    layers: { type: 'array', items: { type: 'object', properties: { width: { type: 'integer', default: 64 }, name: { type: 'string' } } }, default: [] },
    optimizer: {
      type: 'object',
      default: {},
      properties: { beta: { type: 'number', default: 0.9 }, decay: { type: ['number', 'null'], default: null } },
    },
  },
} as const;

describe('canonical JSON', () => {
  it('follows RFC 8785', () => {
    expect(canonicalJson({ b: [1e21, 1.0, -0, null], a: 'é\n' })).toBe('{"a":"é\\n","b":[1e+21,1,0,null]}');
  });

  it.each([NaN, Infinity, undefined])('refuses %s', (value) => {
    expect(() => canonicalJson(value)).toThrow();
  });
});

describe('fingerprint', () => {
  it('is the sha256 of a tagged canonical preimage', () => {
    const preimage = preimageOf(parts());
    expect(fingerprintOf(preimage)).toBe(digestOf(`pipelines/fingerprint/v1\n${canonicalJson(preimage)}`));
    // Computed with Python's hashlib and json. Changes only together with the format, for every cache depends on it.
    expect(fingerprintOf(preimage)).toBe('a3c42f0cfbde0e05e0c32c5302fe267b176016b7761e5da8bab06a65e73cc496');
  });

  it('does not depend on the order of keys', () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), json()), (parameters) => {
      const preimage = preimageOf(parts({ parameters }));
      expect(fingerprintOf(reversed(preimage) as unknown as Preimage)).toBe(fingerprintOf(preimage));
    }));
  });

  it('changes with every leaf', () => {
    const inputs = { corpus: { digest: 'd1' }, share: { value: 0.1 }, all: [{ digest: 'd2', labels: { language: 'php' } }] };
    const preimage = preimageOf(parts({ inputs, outputs: { out: 'out.txt' }, environment: { LANG: null }, runtime: { node: '20' } }));
    const changed = leavesOf(preimage as unknown as Json).map((path) => fingerprintOf(withLeaf(preimage as unknown as Json, path) as unknown as Preimage));
    expect(changed.length).toBeGreaterThan(10);
    expect(new Set([...changed, fingerprintOf(preimage)]).size).toBe(changed.length + 1);
  });

  it('changes with any parameter', () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), json()), fc.dictionary(fc.string(), json()), (one, other) => {
      const same = canonicalJson(one) === canonicalJson(other);
      expect(fingerprintOf(preimageOf(parts({ parameters: one }))) === fingerprintOf(preimageOf(parts({ parameters: other })))).toBe(same);
    }));
  });

  it('tells an absent environment variable from an empty one, and a value from a digest', () => {
    const variants = [
      parts({ environment: {} }), parts({ environment: { A: null } }), parts({ environment: { A: '' } }),
      parts({ inputs: { a: { digest: 'x' } } }), parts({ inputs: { a: { value: 'x' } } }), parts({ inputs: { a: [] } }),
    ];
    expect(new Set(variants.map((variant) => fingerprintOf(preimageOf(variant)))).size).toBe(variants.length);
  });

  it('changes with the order and the labels of a fan-in', () => {
    const [php, go] = [{ digest: 'd', labels: { language: 'php' } }, { digest: 'd', labels: { language: 'go' } }];
    const variants = [[php, go], [go, php], [php]].map((all) => fingerprintOf(preimageOf(parts({ inputs: { all } }))));
    expect(new Set(variants).size).toBe(3);
  });

  it('does not change when a parameter is spelt out as its default, at any depth', () => {
    const short = { steps: 10, layers: [{ name: 'a' }] };
    const spelt = { steps: 10, rate: 0.001, layers: [{ name: 'a', width: 64 }], optimizer: { decay: null, beta: 0.9 } };
    expect(preimageOf(parts({ parameters: spelt })).parameters).toEqual(short);
    expect(fingerprintOf(preimageOf(parts({ parameters: spelt })))).toBe(fingerprintOf(preimageOf(parts({ parameters: short }))));
  });

  it('does not change when a kind gains an optional parameter', () => {
    const grown = structuredClone(SCHEMA) as unknown as RegisteredKind['kind']['parameters'];
    Object.assign(grown.properties, { warmup: { type: 'integer', default: 100 } });
    const before = preimageOf(parts({ parameters: { steps: 10 } }));
    const after = preimageOf({ ...parts({ parameters: { steps: 10, warmup: 100 } }), kind: registered(grown) });
    expect(fingerprintOf(after)).toBe(fingerprintOf(before));
  });

  it('keeps a parameter that differs from its default only in part', () => {
    const parameters = { steps: 10, optimizer: { beta: 0.95, decay: null } };
    expect(preimageOf(parts({ parameters })).parameters).toEqual({ steps: 10, optimizer: { beta: 0.95 } });
  });

  it('leaves the parts as they were', () => {
    const given = parts({ parameters: { steps: 10, optimizer: { beta: 0.9, decay: 1 } } });
    const copy = structuredClone(given.parameters);
    preimageOf(given);
    expect(given.parameters).toEqual(copy);
  });
});

describe('parameter-defaults', () => {
  it('fills in exactly what was left out', () => {
    const filled = fc.record({
      steps: fc.integer(),
      rate: fc.constantFrom(0.001, 0.002),
      layers: fc.array(fc.record({ width: fc.constantFrom(64, 128), name: fc.string() })),
      optimizer: fc.record({ beta: fc.constantFrom(0.9, 0.95), decay: fc.constantFrom(null, 0.1) }),
    });
    const schema = SCHEMA as unknown as RegisteredKind['kind']['parameters'];
    fc.assert(fc.property(filled, (parameters) => {
      expect(withDefaults(schema, withoutDefaults(schema, parameters))).toEqual(parameters);
    }));
  });
});

describe('runtime', () => {
  const machine = { nodeMajor: 20, arch: 'x64', device: 'cpu' };
  it('enters as far as a kind is sensitive to it', () => {
    expect(runtimeOf('portable', machine)).toEqual({});
    expect(runtimeOf('runtime', machine)).toEqual({ node: '20', arch: 'x64' });
    expect(runtimeOf('device', machine)).toEqual({ node: '20', arch: 'x64', device: 'cpu' });
  });
});

function registered(parameters = SCHEMA as unknown as RegisteredKind['kind']['parameters']): RegisteredKind {
  return {
    kind: {
      name: 'train', version: 3, summary: '', parameters, inputs: {}, outputs: {}, resources: { cores: 1, memory: 0 },
      sensitivity: 'portable', implementation: new URL('file:///none'),
    },
    codeDigest: 'c'.repeat(64),
  };
}

function parts(change: Partial<Omit<PreimageParts, 'kind'>> = {}): PreimageParts {
  return { kind: registered(), parameters: { steps: 10 }, inputs: {}, environment: {}, runtime: {}, ...change };
}

function json(): fc.Arbitrary<Json> {
  return fc.jsonValue() as fc.Arbitrary<Json>;
}

function reversed(value: unknown): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value as Json;
  return Object.fromEntries(Object.entries(value).reverse().map(([key, inner]) => [key, reversed(inner)]));
}

function leavesOf(value: Json, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner as Json, [...path, key]));
}

function withLeaf(value: Json, [key, ...rest]: readonly string[]): Json {
  if (key === undefined) return 'something else';
  const copy = structuredClone(value) as JsonObject;
  copy[key] = withLeaf(copy[key] as Json, rest);
  return copy;
}
