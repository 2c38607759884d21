import { describe, expect, it } from 'vitest';
import { interpret } from '../../src/languages/interpret.js';
import type { Language } from '../../src/languages/language.js';
import { isSyntaxProblem, parse, readProgram } from '../../src/languages/parse.js';
import { php } from '../../src/languages/php.js';
import { pythonSemantics } from '../../src/languages/python-semantics.js';
import { render } from '../../src/languages/render.js';
import type { Typing } from '../../src/languages/typing.js';

const typing: Typing = {
  literals: { none: 'nil' },
  operators: [
    { operators: ['+', '-', '*', '%'], takes: ['int', 'int'], gives: 'int' },
    { operators: ['<', '>'], takes: ['int', 'int'], gives: 'boolean' },
    { operators: ['and', 'or'], takes: ['boolean', 'boolean'], gives: 'boolean' },
    { operators: ['+'], takes: ['string', 'string'], gives: 'string' },
  ],
  not: [{ takes: ['boolean'], gives: 'boolean' }],
  negate: [{ takes: ['int'], gives: 'int' }],
  index: [{ takes: ['list', 'int'], gives: 'int' }],
  builtins: { print: [{ takes: ['int'], gives: 'none' }] },
  conversions: [{ from: 'int', to: 'boolean', by: 'to-boolean' }, { from: 'nil', to: 'list' }],
  evaluates: ['print'],
  shadowing: true,
  unusedVariables: 'refused',
  constants: { zeroDivisor: 'refused', negativeIndex: 'refused', largest: 2 ** 31 - 1 },
};

/** A language with types before names. */
const typed: Language = {
  ...php,
  name: 'typed',
  lexical: { ...php.lexical, sigil: '', caseInsensitive: false },
  function: '{result} {name}({parameters}){body}',
  parameters: { int: 'int {0}', string: 'text {0}', list: 'list {0}', any: 'any {0}' },
  types: { int: 'int', string: 'text', boolean: 'bool', list: 'list', none: 'void' },
  statements: { ...php.statements, print: 'print({value});', declare: '{type} {target} = {value};' },
  builtins: { 'list-length': 'count({0})', sum: 'sum({0})', print: 'print({0})', 'to-boolean': 'bool({0})' },
  literals: { true: 'true', false: 'false', none: 'nil', types: {} },
  list: ['list {', '}'],
  semantics: pythonSemantics,
  typing,
};

const problemIn = (header: string, body: string) => {
  const program = parse(`${header} {\n    ${body}\n}\n`, typed);
  return isSyntaxProblem(program) ? program.message : undefined;
};

describe('type check', () => {
  it.each([
    ['int f_g(list xs)', 'return count(xs) * 3;'],
    ['int f_g(list xs)', 'if (count(xs) > 3) { return 1; } else { return 2; }'],
    ['list f_g(list xs)', 'if (count(xs)) { return nil; } return xs;'],
    ['void f_g(list xs)', 'print(sum(xs)); return;'],
    ['void f_g(list xs)', 'print(xs[0]);'],
    ['int f_g(list xs)', 'int n = 3; if (n > 2) { int n = 4; xs[] = n; } return n;'],
    ['list f_g(list xs)', 'sort(xs); return list {1, 2};'],
    ['int f_g(list xs)', 'try { return xs[0]; } catch (Error e) { return 3; }'],
  ])('takes %s { %s }', (header, body) => {
    expect(problemIn(header, body)).toBeUndefined();
  });

  it.each([
    ['int f_g(list xs)', 'return count(ys);', 'ys is not defined'],
    ['int f_g(list xs)', 'return length(xs);', 'length is not defined'],
    ['int f_g(list xs)', 'return xs;', 'list where int is needed'],
    ['int f_g(list xs)', 'return count(xs) + "a";', '+ of int and string'],
    ['int f_g(list xs)', 'return count(count(xs));', 'list-length of int'],
    ['int f_g(list xs)', 'if (count(xs) > 3) { return 1; }', 'missing return'],
    ['int f_g(list xs)', 'return;', 'return without a value'],
    ['void f_g(list xs)', 'return 3;', 'a value is returned from a function that has none'],
    ['int f_g(list xs)', 'return print(3);', 'none where int is needed'],
    ['int f_g(list xs)', 'count(xs); return 3;', 'an expression is no statement'],
    ['int f_g(list xs)', 'int n = 3; return 4;', 'n is declared and not used'],
    ['int f_g(list xs)', 'int n = 3; int n = 4; return n;', 'n is declared twice'],
    ['int f_g(list xs)', 'if (true) { int n = 3; print(n); } return n;', 'n is not defined'],
    ['int f_g(list xs)', 'xs = 3; return 4;', 'int where list is needed'],
    ['int f_g(list xs)', 'xs[] = "a"; return 4;', 'append of list and string'],
    ['int f_g(text s)', 'sort(s); return 4;', 'sort of string'],
    ['int f_g(list xs)', 'return 3 % (2 - 2);', 'division by zero'],
    ['int f_g(list xs)', 'return xs[-1];', 'a negative index'],
    ['int f_g(list xs)', 'return 99999 * 99999;', '9999800001 is out of bounds'],
    ['int f_g(list xs, int xs)', 'return 3;', 'two parameters have one name'],
  ])('refuses %s { %s }: %s', (header, body, message) => {
    expect(problemIn(header, body)).toBe(message);
  });

  it('writes out implicit conversions, so that they happen', () => {
    const program = parse('bool f_g(list xs) { return sum(xs) % 3; }', typed);
    expect(isSyntaxProblem(program)).toBe(false);
    if (!isSyntaxProblem(program)) expect(interpret(program, [[4]], typed)).toEqual({ kind: 'value', value: true });
  });

  it('reads the types that the header writes, and a block hides what it declares', () => {
    const text = '// f g\nint f_g(list xs) {\n    int n = 3;\n    if (true) {\n        int n = 4;\n        print(n);\n    }\n    return n;\n}\n';
    const read = readProgram(text, typed);
    expect(read).toMatchObject({ result: 'int', program: { parameters: [{ name: 'xs', type: 'list' }] } });
    if (isSyntaxProblem(read)) return;
    expect(render(read.program, typed)).toBe(text);
    expect(interpret(read.program, [[]], typed)).toEqual({ kind: 'value', value: 3, printed: '4\n' });
  });
});
