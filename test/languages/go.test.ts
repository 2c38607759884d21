import { describe, expect, it } from 'vitest';
import { isExpressible } from '../../src/languages/expressible.js';
import { go } from '../../src/languages/go.js';
import { promptsOf } from '../../src/languages/identifiers.js';
import { interpret } from '../../src/languages/interpret.js';
import type { Json } from '../../src/languages/interpret.js';
import { isSyntaxProblem, parse } from '../../src/languages/parse.js';
import { render } from '../../src/languages/render.js';
import { smallWorld } from './worlds.js';

const concepts = smallWorld(144).concepts.filter(({ program }) => isExpressible(program, go));
const texts = concepts.map(({ program }) => render(program, go));

const problemIn = (body: string, header = 'func f_g(xs []int) int') => {
  const program = parse(`${header} {\n${body}\n}\n`, go);
  return isSyntaxProblem(program) ? program.message : undefined;
};

const run = (body: string, values: readonly Json[], header = 'func f_g(xs []int) int') => {
  const program = parse(`${header} {\n${body}\n}\n`, go);
  return isSyntaxProblem(program) ? program : interpret(program, values, go);
};

describe('Go', () => {
  it('expresses all of the world but a caught exception and a type test', () => {
    const families = (some: readonly { family: string }[]) => new Set(some.map(({ family }) => family));
    expect([...families(smallWorld(144).concepts)].filter((family) => !families(concepts).has(family)).sort()).toEqual(['try', 'type-test']);
  });

  it('shows every identifier of A.1', () => {
    const shown = new Set(texts.flatMap((text) => promptsOf(text, go.identifiers)).map(({ identifier }) => identifier));
    expect(shown).toEqual(new Set(go.identifiers.map(({ identifier }) => identifier)));
  });

  it('writes one-line bodies as Python does', () => {
    expect(render({ words: ['get', 'tail'], parameters: [{ name: 'xs', type: 'list' }], body: [
      { kind: 'append', list: 'xs', value: { kind: 'int', value: 4 } },
      { kind: 'return', value: { kind: 'call', builtin: 'max', arguments: [{ kind: 'variable', name: 'xs' }] } },
    ] }, go)).toBe('// get tail\nfunc get_tail(xs []int) int {\n    xs = append(xs, 4)\n    return max(xs)\n}\n');
  });

  it.each([
    ['a semicolon at the end of a line, and none', 'xs = append(xs, 3);\nreturn len(xs)'],
    ['a statement in front of the closing brace', 'if true { return 3 }; return 4'],
    ['a comma after the last argument and after an index', 'return len(xs,) + xs[0,]'],
    ['a float that is an int', 'return xs[.0] + 3. + 4.00'],
    ['a zero in front of an octal digit', 'return 07'],
    ['else if', 'if xs == nil {\nreturn 3\n} else if len(xs) > 2 {\nreturn 4\n} else {\nreturn 5\n}'],
    ['nil where a list is needed', 'xs = nil\nreturn sum(nil) + index(xs, 3)'],
    ['append of nothing', 'xs = append(xs)\nreturn len(xs)'],
    ['a call of a function as a statement', 'sum(xs)\nsort.Ints(xs)\nremove(xs, 0)\nreturn 3'],
    ['a variable in a block with the name of another', 'n := 3\nif true {\nn := 4\nfmt.Println(n)\n}\nreturn n'],
  ])('takes %s', (_, body) => {
    expect(problemIn(body)).toBeUndefined();
  });

  it.each([
    ['return len(xs\n)', 'unexpected newline'],
    ['if true\n{\nreturn 3\n}\nreturn 4', 'unexpected newline'],
    ['if true {\nreturn 3\n}\nelse {\nreturn 4\n}', 'unexpected \'else\''],
    ['if true {\nreturn 3\n} else return 4', 'unexpected \'return\''],
    ['return 08', 'malformed number 08'],
    ['return 3.5', 'malformed number 3.5'],
    ['return 3\nxs = nil', 'missing return'],
    ['if true {\nreturn 3\n}', 'missing return'],
    ['return nil', 'nil where int is needed'],
    ['return len(nil)', 'list-length of nil'],
    ['if nil == nil {\nreturn 3\n}\nreturn 4', '== of nil and nil'],
    ['if xs == xs {\nreturn 3\n}\nreturn 4', '== of list and list'],
    ['if len(xs) {\nreturn 3\n}\nreturn 4', 'int where boolean is needed'],
    ['if 1 < 2 < 3 {\nreturn 3\n}\nreturn 4', '< of boolean and int'],
    ['append(xs, 3)\nreturn 3', 'an expression is no statement'],
    ['len(xs)\nreturn 3', 'an expression is no statement'],
    ['return sort.Ints(xs)', 'none where int is needed'],
    ['n := 3\nn = 4\nreturn 5', 'n is declared and not used'],
    ['xs := sum(xs)\nreturn xs', 'xs is declared twice'],
    ['n := nil\nreturn len(n)', 'none is no value'],
    ['return len(xs) % 0', 'division by zero'],
    ['return len(xs) % len("")', 'division by zero'],
    ['return xs[-1]', 'a negative index'],
  ])('refuses %j: %s', (body, message) => {
    expect(problemIn(body)).toBe(message);
  });

  it('reads a float without a fraction as the int it is', () => {
    expect(run('return xs[.0] + 3. + 4.00', [[2, 1]])).toEqual({ kind: 'value', value: 9 });
  });

  it('gives a remainder the sign of the dividend', () => {
    expect(run('return -7 % 3', [[]])).toEqual({ kind: 'value', value: -1 });
  });

  it.each(['return xs[2]', 'return max(remove(xs, 2))', 'xs = nil\nreturn xs[0]', 'xs = nil\nreturn min(xs)'])('panics in %j', (body) => {
    expect(run(body, [[1, 2]])).toMatchObject({ kind: 'runtime-error' });
  });

  it('tells nil from an empty list, but not as it prints them', () => {
    expect(run('xs = nil\nfmt.Println(xs)\nfmt.Println(nil)\nreturn xs', [[1]], 'func f_g(xs []int) []int')).toEqual({ kind: 'value', value: null, printed: '[]\n<nil>\n' });
    expect(run('return remove(xs, 0)', [[1]], 'func f_g(xs []int) []int')).toEqual({ kind: 'value', value: [] });
  });

  it('counts strings in bytes', () => {
    expect(run('return len(s) * 10 + strings.Index(s, "l")', ['él'], 'func f_g(s string) int')).toEqual({ kind: 'value', value: 32 });
  });

  it('sorts a list wherever it is held, and appends to a new one', () => {
    expect(run('ys := xs\nsort.Ints(ys)\nys = append(ys, 4)\nreturn xs[0] + len(xs)', [[3, 1]])).toEqual({ kind: 'value', value: 3 });
  });
});
