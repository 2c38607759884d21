import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { kinds, registeredKinds } from '../../src/tasks/registry.js';

describe('the registry of task kinds', () => {
  it('lists each kind once, sorted', () => {
    const names = kinds.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)].sort());
  });

  it('says to build when the digests of the code are missing', () => {
    expect(() => registeredKinds()).toThrow('run npm run build');
  });

  describe.each(kinds.map((kind) => ({ name: kind.name, kind })))('$name', ({ kind }) => {
    it('has its implementation beside its declaration', () => {
      expect(existsSync(fileURLToPath(kind.implementation).replace(/\.js$/, '.ts'))).toBe(true);
    });

    it('declares parameters that are a strict JSON Schema, with a default for each optional one', () => {
      new Ajv2020({ strict: true, allowUnionTypes: true, useDefaults: true, allErrors: true }).compile(kind.parameters);
      const required = kind.parameters.required ?? [];
      const withoutDefault = Object.entries(kind.parameters.properties).filter(([name, schema]) => !required.includes(name) && !('default' in schema));
      expect(withoutDefault.map(([name]) => name)).toEqual([]);
    });
  });
});
