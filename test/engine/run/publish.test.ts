import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folderName } from '../../../src/engine/run/publish.js';

describe('the folder of a task', () => {
  it.each([
    ['evaluate(step=100,language=php)', 'evaluate(step=100,language=php)'],
    ['a/b', 'a%2Fb'],
    ['..', '%2E%2E'],
    ['runs', '%72uns'],
    ['c(language=c#)', 'c(language=c#)'],
  ])('%s is %s', (id, folder) => { expect(folderName(id)).toBe(folder); });

  it('is one short path segment, and another for another task', () => {
    const id = fc.oneof(fc.string({ minLength: 1, maxLength: 300 }), fc.stringMatching(/^[a./%\\ ]{1,6}$/));
    fc.assert(fc.property(id, id, (one, other) => {
      const name = folderName(one);
      expect(name).not.toMatch(/[/\\\u0000]|^\.{1,2}$/);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
      if (one !== other) expect(folderName(other)).not.toBe(name);
    }));
  });
});
