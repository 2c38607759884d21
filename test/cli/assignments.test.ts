import { describe, expect, it } from 'vitest';
import { parseAssignments, parsePaths } from '../../src/cli/assignments.js';
import { Refusal } from '../../src/cli/shell.js';

describe('key=value options', () => {
  it('read the value as YAML 1.2', async () => {
    expect(await parseAssignments('-p', ['steps=60', 'targets=[php, go]', 'name="60"', 'rate=1e-4', 'flag=no', 'model.width=128', 'nothing='])).toEqual({
      steps: 60, targets: ['php', 'go'], name: '60', rate: 1e-4, flag: 'no', 'model.width': 128, nothing: null,
    });
  });

  it('keep everything after the first equals sign', async () => {
    expect(await parseAssignments('-p', ['run=x=1'])).toEqual({ run: 'x=1' });
    expect(parsePaths('--input', ['words=a=b.txt'])).toEqual([{ name: 'words', path: 'a=b.txt' }]);
  });

  it('let the last of two values win', async () => {
    expect(await parseAssignments('-p', ['a=1', 'a=2'])).toEqual({ a: 2 });
  });

  it.each([['steps'], ['=60'], ['a=[1'], ['a=*nowhere']])('refuse %s', async (assignment) => {
    await expect(parseAssignments('-p', [assignment])).rejects.toThrow(Refusal);
  });

  it('treat __proto__ as a name like any other', async () => {
    const parsed = await parseAssignments('-p', ['__proto__=1']);
    expect(Object.keys(parsed)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });
});
