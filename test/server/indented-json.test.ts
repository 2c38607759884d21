import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indentedJson } from '../../src/server/indented-json.js';

describe('indented-json', () => {
  it('is what JSON.stringify would write', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => { expect(indentedJson(JSON.stringify(value))).toBe(`${JSON.stringify(value, null, 2)}\n`); }));
  });

  it('keeps every digit of a number', () => {
    expect(indentedJson('{"big":12345678901234567890,"far":1e400}')).toBe('{\n  "big": 12345678901234567890,\n  "far": 1e400\n}\n');
  });

  it.each(['{"a": [1,', '"open', '}}', 'not json'])('shows %j, which is none', (text) => {
    expect(indentedJson(text).replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
  });
});
