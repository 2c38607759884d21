import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpret } from '../../src/languages/interpret.js';
import type { Outcome } from '../../src/languages/interpret.js';
import { isExpressible } from '../../src/languages/expressible.js';
import type { Language } from '../../src/languages/language.js';
import { languages } from '../../src/languages/languages.js';
import { isSyntaxProblem, parse } from '../../src/languages/parse.js';
import { php } from '../../src/languages/php.js';
import { python } from '../../src/languages/python.js';
import { agrees, testsOf } from '../../src/languages/problem.js';
import { functionName, resultType } from '../../src/languages/program.js';
import type { Program } from '../../src/languages/program.js';
import { seeded } from '../../src/languages/random.js';
import { render } from '../../src/languages/render.js';
import { neighboursOf } from '../../src/languages/rewrite.js';
import { programs } from './programs.js';
import type { RealCall, RealOutcome, RealProgram, RealResult } from './toolchains/toolchain.js';
import { missing, runForReal } from './toolchains/toolchains.js';
import { smallWorld } from './worlds.js';

const world = smallWorld(144);

describe.each([...languages])('interpret $name', (language) => {
  const expressible = world.concepts.filter(({ program }) => isExpressible(program, language));
  const absent = missing(language);
  const note = absent === undefined ? '' : ` (skipped: ${absent})`;

  it.skipIf(absent !== undefined)(`agrees with the real ${language.name} on the concepts and on their neighbours${note}`, () => {
    const cases = expressible.flatMap(({ name, program }) => {
      const random = seeded('sample', name);
      return [program, random.pick([...neighboursOf(program).filter((other) => isExpressible(other, language)), program])].map((text) => ({ program: text, calls: testsOf(program, random) as readonly RealCall[] }));
    });
    const real = runForReal(cases.map(({ program, calls }) => realProgram(program, calls, language)), language);
    expect(cases.length).toBe(2 * expressible.length);
    cases.forEach(({ program, calls }, index) => {
      expect({ text: render(program, language), outcome: embedded(program, calls, language) })
        .toEqual({ text: render(program, language), outcome: real[index] });
    });
  });

  it.skipIf(absent !== undefined)(`agrees with the real ${language.name} on random programs${note}`, () => {
    const calls: RealCall[] = [{ arguments: [[3, 1, 2], 'abc', 7, true] }, { arguments: [[], '', 0, false] }];
    const sample = fc.sample(programs.filter((program) => isExpressible(program, language)), { numRuns: 600, seed: 5 });
    const real = runForReal(sample.map((program) => realProgram(program, calls, language)), language);
    sample.forEach((program, index) => {
      expect({ text: render(program, language), outcome: embedded(program, calls, language) })
        .toEqual({ text: render(program, language), outcome: real[index] });
    });
  });

  it('gives every concept the result that its tests expect, so all languages agree', () => {
    for (const { name, program } of expressible) {
      const read = parse(render(program, language), language, program.parameters.map(({ type }) => type));
      if (isSyntaxProblem(read)) throw new Error(read.message);
      for (const test of testsOf(program, seeded('tests', name))) {
        expect(agrees(interpret(read, test.arguments, language, test), test)).toBe(true);
      }
    }
  });

  it('stops when its fuel is gone, and no handler catches that', () => {
    const [{ program }] = world.concepts.filter(({ family }) => family === 'try') as [typeof world.concepts[number]];
    expect(interpret(program, [[1, 2, 3]], language, { fuel: 2 })).toMatchObject({ kind: 'out-of-fuel' });
  });

  it('does not change its arguments', () => {
    const [{ program }] = world.concepts.filter(({ family }) => family === 'append') as [typeof world.concepts[number]];
    const values = [[1, 2, 3]];
    interpret(program, values, language);
    expect(values).toEqual([[1, 2, 3]]);
  });
});

describe('interpret follows each language where they differ', () => {
  const evaluated = (expression: string, language: Language): Outcome => {
    const program = parse(language === python ? `def f_g(xs):\n    return ${expression}` : `function f_g($xs) { return ${expression}; }`, language);
    if (isSyntaxProblem(program)) throw new Error(program.message);
    return interpret(program, [[1, 2]], language);
  };

  it('in the sign of a remainder', () => {
    expect(evaluated('-7 % 3', python)).toEqual({ kind: 'value', value: 2 });
    expect(evaluated('-7 % 3', php)).toEqual({ kind: 'value', value: -1 });
  });

  it('in what is missing', () => {
    expect(evaluated('xs[5]', python)).toMatchObject({ kind: 'runtime-error' });
    expect(evaluated('$xs[5]', php)).toEqual({ kind: 'value', value: null });
    expect(evaluated('ys', python)).toMatchObject({ kind: 'runtime-error' });
    expect(evaluated('$ys', php)).toEqual({ kind: 'value', value: null });
  });

  it('in the value of `or`', () => {
    expect(evaluated('0 or 5', python)).toEqual({ kind: 'value', value: 5 });
    expect(evaluated('0 || 5', php)).toEqual({ kind: 'value', value: true });
  });

  it('in what a number with a point is', () => {
    expect(evaluated('str(len(xs) * 3.)', python)).toEqual({ kind: 'value', value: '6.0' });
    expect(evaluated('xs[0.]', python)).toMatchObject({ kind: 'runtime-error' });
    expect(evaluated('strval(count($xs) * 3.)', php)).toEqual({ kind: 'value', value: '6' });
    expect(evaluated('$xs[1.] % 1.5', php)).toEqual({ kind: 'value', value: 0 });
  });

  it('in how many arguments a function takes', () => {
    expect(evaluated('max(*xs) + sum(xs, 4) + max(5, 6)', python)).toEqual({ kind: 'value', value: 15 });
    expect(evaluated('len(*xs)', python)).toMatchObject({ kind: 'runtime-error' });
    expect(evaluated('(3, 4) == [3, 4]', python)).toEqual({ kind: 'value', value: false });
    expect(evaluated('max(5, 6)', php)).toEqual({ kind: 'value', value: 6 });
    expect(evaluated('strlen("a", 3)', php)).toMatchObject({ kind: 'runtime-error' });
  });

  it('in what comes behind the function', () => {
    const after = (text: string, language: Language) => interpret(parse(text, language) as Program, [[1, 2]], language);
    expect(after('def f_g(xs):\n    return 3\nlen', python)).toEqual({ kind: 'value', value: 3 });
    expect(after('def f_g(xs):\n    return 3\nxs', python)).toMatchObject({ kind: 'runtime-error' });
    expect(after('function f_g($xs) { $xs[7] = 4; return count($xs) + array_sum($xs); } $xs;', php)).toEqual({ kind: 'value', value: 10 });
  });

  it('in the functions they have', () => {
    expect(evaluated('count(xs)', python)).toMatchObject({ kind: 'runtime-error' });
    expect(evaluated('len($xs)', php)).toMatchObject({ kind: 'runtime-error' });
  });
});

function realProgram(program: Program, calls: readonly RealCall[], language: Language): RealProgram {
  return { text: render(program, language), entryPoint: functionName(program), parameters: program.parameters.map(({ type }) => type), result: resultType(program), calls };
}

/** What our reader and interpreter make of a program, in the words of the toolchains. */
function embedded(program: Program, calls: readonly RealCall[], language: Language): RealOutcome {
  const read = parse(render(program, language), language, program.parameters.map(({ type }) => type));
  if (isSyntaxProblem(read)) return { kind: 'syntax-error' };
  return { kind: 'ran', calls: calls.map((call) => summary(interpret(read, call.arguments, language, call))) };
}

/** An outcome in the words of the toolchains. */
function summary(outcome: Outcome): RealResult {
  switch (outcome.kind) {
    case 'value': return { value: outcome.value, printed: outcome.printed ?? '' };
    case 'other-value': return 'other';
    case 'runtime-error': case 'out-of-fuel': return 'error';
  }
}
