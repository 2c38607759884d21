import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isExpressible } from '../../src/languages/expressible.js';
import { languages } from '../../src/languages/languages.js';
import { isSyntaxProblem, maximumTextLength, parse, readProgram } from '../../src/languages/parse.js';
import { php } from '../../src/languages/php.js';
import { python } from '../../src/languages/python.js';
import { render } from '../../src/languages/render.js';
import { withParameter } from '../../src/languages/rewrite.js';
import { parameterTypes, programs } from './programs.js';
import { smallWorld } from './worlds.js';

describe.each([...languages])('render and parse in $name', (language) => {
  it('are inverse for every concept, whatever its parameter is called', () => {
    for (const { program } of smallWorld(144).concepts.filter((concept) => isExpressible(concept.program, language))) {
      for (const name of ['xs', 'ys', 'word']) {
        const renamed = withParameter(program, name);
        const types = renamed.parameters.map(({ type }) => type);
        expect(readProgram(render(renamed, language), language, types)).toMatchObject({ program: renamed });
        expect(isSyntaxProblem(parse(render(renamed, language), language, types))).toBe(false);
      }
    }
  });

  it('are inverse for any program', () => {
    fc.assert(fc.property(programs.filter((program) => isExpressible(program, language)), (program) => {
      expect(readProgram(render(program, language), language, parameterTypes)).toMatchObject({ program });
    }), { numRuns: 300 });
  });

  it('give a program or a syntax error for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      expect(parse(text, language)).toBeTypeOf('object');
    }), { numRuns: 300 });
  });

  it('refuse text that is too long', () => {
    expect(parse('x'.repeat(maximumTextLength + 1), language)).toMatchObject({ kind: 'syntax-error', offset: maximumTextLength });
  });
});

const accepts = (text: string, language = python) => !isSyntaxProblem(parse(text, language));

describe('parse Python', () => {
  it('says where a program goes wrong', () => {
    expect(parse('def get_tail(xs):\n    return len(xs) *\n', python)).toEqual({ kind: 'syntax-error', message: 'unexpected newline', offset: 38 });
  });

  it('takes an inline body, a semicolon and line breaks inside parentheses', () => {
    expect(accepts('def f_g(xs): return 3;')).toBe(true);
    expect(accepts('def f_g(xs):\n  return len(\nxs)')).toBe(true);
  });

  it('refuses a dedent that matches nothing, and an indent that opens nothing', () => {
    expect(accepts('def f_g(xs):\n    if xs:\n        return 3\n  return 4')).toBe(false);
    expect(accepts('def f_g(xs):\n    return 3\n      return 4')).toBe(false);
  });

  it('takes tuples, unpacked arguments, a comma after the last one, numbers with a point and chained assignments', () => {
    for (const statement of ['return ()', 'xs.append(3), 4', 'return max(*xs)', 'return len(xs,)', 'return 3.', 'xs = ys = 3', 'xs[0] = 4']) expect(accepts(`def f_g(xs):\n    ${statement}`)).toBe(true);
    for (const statement of ['return *xs', 'return len(,)', 'return 3.4.5', 'xs = = 3', '3 = xs']) expect(accepts(`def f_g(xs):\n    ${statement}`)).toBe(false);
  });

  it('takes statements behind the function, but no return', () => {
    expect(accepts('def f_g(xs):\n    return 3\nlen')).toBe(true);
    expect(accepts('def f_g(xs):\n    return 3\nif 3:\n    return 4')).toBe(false);
  });

  it('refuses what is PHP', () => {
    expect(accepts('def f_g(xs):\n    return len($xs)')).toBe(false);
    expect(accepts('def f_g(xs):\n    return xs && xs')).toBe(false);
  });
});

describe('parse PHP', () => {
  it('takes any layout, keywords in any case, a block of one statement, and `and`', () => {
    expect(accepts('function f_g($xs){RETURN Count($xs);}', php)).toBe(true);
    expect(accepts('function f_g($xs) { if ($xs) return 3; else return 4; }', php)).toBe(true);
    expect(accepts('function f_g($xs) { return $xs and True; }', php)).toBe(true);
  });

  it('takes assignments to places and variable variables, and a call that prints', () => {
    for (const statement of ['$xs[5] = 3;', '$$xs[] = 3;', 'echo $xs[] = 3;', 'print count($xs);', 'return max($xs, );']) expect(accepts(`function f_g($xs) { ${statement} }`, php)).toBe(true);
  });

  it('needs braces for try and its handler', () => {
    expect(accepts('function f_g($xs) { try return 3; catch (Error $e) { return 4; } }', php)).toBe(false);
    expect(accepts('function f_g($xs) { try { return 3; } catch (Error $$e) { return 4; } }', php)).toBe(false);
  });

  it('needs semicolons, sigils for parameters, and no chained comparison', () => {
    expect(accepts('function f_g($xs) { return 3 }', php)).toBe(false);
    expect(accepts('function f_g(xs) { return 3; }', php)).toBe(false);
    expect(accepts('function f_g($xs) { return 1 < 2 < 3; }', php)).toBe(false);
  });
});
