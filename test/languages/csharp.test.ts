import { describe, expect, it } from 'vitest';
import { csharp } from '../../src/languages/csharp.js';
import { isExpressible } from '../../src/languages/expressible.js';
import { promptsOf } from '../../src/languages/identifiers.js';
import { interpret } from '../../src/languages/interpret.js';
import type { Json } from '../../src/languages/interpret.js';
import { isSyntaxProblem, parse } from '../../src/languages/parse.js';
import { render } from '../../src/languages/render.js';
import { smallWorld } from './worlds.js';

const { concepts } = smallWorld(144);

const ofList = 'static int f_g(List<int> xs)';
const ofText = 'static int f_g(string s)';

const problemIn = (body: string, header = ofList) => {
  const program = parse(`${header} {\n${body}\n}\n`, csharp);
  return isSyntaxProblem(program) ? program.message : undefined;
};

const run = (body: string, values: readonly Json[], header = ofList, input: readonly string[] = []) => {
  const program = parse(`${header} {\n${body}\n}\n`, csharp);
  return isSyntaxProblem(program) ? program : interpret(program, values, csharp, { input });
};

describe('C#', () => {
  it('expresses all of the world', () => {
    expect(concepts.filter(({ program }) => !isExpressible(program, csharp))).toEqual([]);
  });

  it('shows every identifier of A.1', () => {
    const shown = new Set(concepts.flatMap(({ program }) => promptsOf(render(program, csharp), csharp.identifiers)).map(({ identifier }) => identifier));
    expect(shown).toEqual(new Set(csharp.identifiers.map(({ identifier }) => identifier)));
  });

  it('writes the handler of an error on a line of its own, as Python does', () => {
    const { program } = concepts.find(({ family }) => family === 'try') as (typeof concepts)[number];
    expect(render(program, csharp)).toMatch(/^static int \w+\(List<int> xs\) \{\n {4}try \{\n {8}return .+;\n {4}\}\n {4}catch \{\n {8}return [0-9];\n {4}\}\n\}$/m);
  });

  it.each([
    ['the functions of the preamble as methods of a list', 'return xs.Sum() + xs.Count();'],
    ['a call as a statement, and one statement as a block', 'Count(xs); if (xs == null) return 3; else return 4;'],
    ['an end that is not reached, for a constant condition', 'if (3 > 2 || Count(xs) > 3) { return 3; }'],
    ['what comes after a return', 'return 3; return 4;'],
    ['a remainder of zero that is no constant', 'return Count(xs) % 0;'],
    ['a comparison with null', 'if (Count(xs) > null) { return 3; } return 4;'],
    ['a label', 'xs: xs.Add(3); return 3;'],
    ['a separator at the end of a number', 'return 3_;'],
    ['an assignment of an assignment', 'xs = xs = null; return 3;'],
  ])('takes %s', (_, body) => {
    expect(problemIn(body)).toBeUndefined();
  });

  it.each([
    ['return Count(xs)', ofList, 'unexpected \'}\''],
    ['return 3;\n};', ofList, 'unexpected \';\''],
    ['try return 3; catch return 4;', ofList, 'unexpected \'return\''],
    ['return Count(xs,);', ofList, 'Count is not defined'],
    ['if (Count(xs) > 3) { return 4; }', ofList, 'missing return'],
    ['xs[0]; return 3;', ofList, 'an expression is no statement'],
    ['return 3 % (1 - 1);', ofList, 'division by zero'],
    ['return 99999 * 99999;', ofList, '9999800001 is out of bounds'],
    ['return s[0] + "a";', ofText, 'string where int is needed'],
    ['return s[0] == "a";', 'static bool f_g(string s)', '== of char and string'],
    ['return x == 3;', 'static bool f_g(object x)', '== of any and int'],
    ['Console.WriteLine(null);', 'static void f_g()', 'print of null'],
    ['return null.GetType() == typeof(int);', 'static bool f_g()', 'type-of of null'],
    ['null.Add(3); return 4;', ofList, 'append of null and int'],
    ['return !null;', 'static bool f_g()', 'not of null'],
  ])('refuses %s in %s', (body, header, message) => {
    expect(problemIn(body, header)).toBe(message);
  });

  it('wraps ints, and gives a remainder the sign of the dividend', () => {
    expect(run('return (xs[0] + xs[1]) % 10;', [[2_147_483_647, 2]])).toEqual({ kind: 'value', value: -7 });
    expect(run('return xs[0] * xs[0];', [[65_537]])).toEqual({ kind: 'value', value: 131_073 });
    expect(run('return Sum(xs);', [[2_147_483_647, 1]])).toMatchObject({ kind: 'runtime-error' });
  });

  it('takes a char for an int where one is needed, and for a text beside a text', () => {
    expect(run('return s[0] * 2;', ['a'], ofText)).toEqual({ kind: 'value', value: 194 });
    expect(run('return s[0] + "a" + 1 + true;', ['b'], 'static string f_g(string s)')).toEqual({ kind: 'value', value: 'ba1True' });
    expect(run('return s.IndexOf(s[1]);', ['ab'], ofText)).toEqual({ kind: 'value', value: 1 });
  });

  it('compares lists by reference', () => {
    expect(run('return xs == xs;', [[1]], 'static bool f_g(List<int> xs)')).toEqual({ kind: 'value', value: true });
    expect(run('return xs == new List<int> {1};', [[1]], 'static bool f_g(List<int> xs)')).toEqual({ kind: 'value', value: false });
    expect(run('List<int> ys = xs; ys.Add(4); return Sum(xs);', [[1]])).toEqual({ kind: 'value', value: 5 });
  });

  it('reads null at the end of input, and fails where it is used', () => {
    expect(run('return Length(Console.ReadLine());', [], 'static int f_g()', ['abc'])).toEqual({ kind: 'value', value: 3 });
    expect(run('return Length(Console.ReadLine());', [], 'static int f_g()')).toMatchObject({ kind: 'runtime-error' });
    expect(run('return Console.ReadLine() == null;', [], 'static bool f_g()')).toEqual({ kind: 'value', value: true });
  });

  it('prints as Console.WriteLine does', () => {
    expect(run('Console.WriteLine(Count(xs) > 1); Console.WriteLine(xs); Console.WriteLine(typeof(int));', [[1, 2]], 'static void f_g(List<int> xs)'))
      .toEqual({ kind: 'value', value: null, printed: 'True\nSystem.Collections.Generic.List`1[System.Int32]\nSystem.Int32\n' });
  });
});
