import { describe, expect, it } from 'vitest';
import { cpp } from '../../src/languages/cpp.js';
import { interpret } from '../../src/languages/interpret.js';
import type { Json, Outcome } from '../../src/languages/interpret.js';
import { isSyntaxProblem, parse } from '../../src/languages/parse.js';

const read = (header: string, body: string) => parse(`${header} {\n    ${body}\n}\n`, cpp);

function run(header: string, body: string, ...values: Json[]): Outcome {
  const program = read(header, body);
  if (isSyntaxProblem(program)) throw new Error(program.message);
  return interpret(program, values, cpp);
}

const ofList = 'int f_g(vector<int> xs)';
const ofText = 'int f_g(string s)';

describe('C++', () => {
  it.each([
    ['implicit conversions', ofList, 'return sum(xs) > 3;', [[4]], 1],
    ['a text that is not found, as the largest size_t', ofText, 'return s.find("z") * 3;', ['abc'], -3],
    ['the remainder of that, which is none of -1', ofText, 'return s.find("z") % 4;', ['abc'], 3],
    ['unsigned comparison', ofText, 'return s.find("z") > 5;', ['abc'], 1],
    ['an item of a text, as the number of a char', ofText, 'return s[0] + 1;', ['a'], 98],
    ['pointer arithmetic', ofText, 'return s.find("xc" + 1);', ['abc'], 2],
    ['two literals that are one', ofText, 'return s.find("b" "c");', ['abc'], 1],
    ['words for operators', ofList, 'return not (xs[0] < 3) and true;', [[4]], 1],
    ['a number with a point, cut when it is returned', ofList, 'return xs[0] * .5;', [[5]], 2],
    ['an unsigned number', ofList, 'return xs[0] - 9u;', [[5]], -4],
    ['octal where it is decimal', ofList, 'return xs[000];', [[5]], 5],
    ['the last of expressions with commas', ofList, 'return (xs, 3), 4;', [[5]], 4],
    ['an empty statement before a condition', ofList, 'if (; xs[0]) return 3; return 4;', [[5]], 3],
    ['a type test', 'bool f_g(any x)', 'return x.type() == typeid(vector<int>);', [[5]], true],
    ['the type of an expression', 'bool f_g(any x)', 'return x.type() == typeid(0);', [5], true],
    ['a caught exception', ofList, 'try { return max(xs); } catch (...) { return 3; }', [[]], 3],
    ['what an iterator points at', ofList, 'return *xs.erase(xs.begin() + 1);', [[1, 2, 4]], 4],
    ['none for a list', 'optional<vector<int>> f_g(vector<int> xs)', 'return nullopt;', [[5]], null],
    ['a list that might be none', 'optional<vector<int>> f_g(vector<int> xs)', 'return xs;', [[5]], [5]],
    ['an item taken out', ofList, 'xs.erase(xs.begin() + 1); return sum(xs);', [[1, 2, 4]], 5],
  ] as const)('has %s', (_, header, body, values, value) => {
    expect(run(header, body, ...values as unknown as Json[])).toEqual({ kind: 'value', value });
  });

  it('returns from a function without a value what has none', () => {
    expect(run('void f_g(vector<int> xs)', 'return print(sum(xs) > 3);', [4])).toEqual({ kind: 'value', value: null, printed: '1\n' });
  });

  it.each([
    ['an index beyond a list', 'return xs[9];'],
    ['a remainder by zero', 'return 3 % (xs[0] - xs[0]);'],
    ['an int beyond its bounds', 'return xs[0] * 2147483647;'],
    ['an iterator beyond a list', 'xs.erase(xs.begin() + 2); return 3;'],
  ])('ends with undefined behaviour, which nothing catches: %s', (_, body) => {
    expect(run(ofList, `try { ${body} } catch (...) { return 3; }`, [4, 5])).toMatchObject({ kind: 'runtime-error' });
  });

  it.each([
    ['the sum of two literals', ofText, 'return s == "a" + "b";'],
    ['the comparison of two literals', ofText, 'return "a" == "a";'],
    ['a text plus a number', 'string f_g(string s)', 'return s + 3;'],
    ['a list where a number is needed', ofList, 'return xs;'],
    ['a condition behind an iterator', ofList, 'xs.erase(xs.begin() + 1 < 3); return 3;'],
    ['try without braces', ofList, 'try return 3; catch (...) { return 4; }'],
    ['an if without an else', ofList, 'if (xs[0] > 3) return 3;'],
    ['a handler that does not return', ofList, 'try { return max(xs); } catch (...) { }'],
    ['an int beyond its bounds', ofList, 'return 99999 * 99999;'],
    ['none where a list is needed', ofList, 'return sum(nullopt);'],
    ['names of Python', ofList, 'return len(xs);'],
  ])('refuses %s', (_, header, body) => {
    expect(read(header, body)).toMatchObject({ kind: 'syntax-error' });
  });

  it('misses no return behind a handler that is never reached', () => {
    expect(run(ofList, 'try { return size(xs); } catch (...) { }', [4])).toEqual({ kind: 'value', value: 1 });
    expect(run(ofList, 'if (xs[0] > 3 || true) { return 3; }', [4])).toEqual({ kind: 'value', value: 3 });
  });
});
