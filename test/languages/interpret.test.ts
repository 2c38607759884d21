import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpret } from '../../src/languages/interpret.js';
import type { Json, Outcome } from '../../src/languages/interpret.js';
import type { Language } from '../../src/languages/language.js';
import { isSyntaxProblem, parse } from '../../src/languages/parse.js';
import { php } from '../../src/languages/php.js';
import { python } from '../../src/languages/python.js';
import { testsOf } from '../../src/languages/problem.js';
import { functionName } from '../../src/languages/program.js';
import { seeded } from '../../src/languages/random.js';
import { render } from '../../src/languages/render.js';
import { neighboursOf } from '../../src/languages/rewrite.js';
import { programs } from './programs.js';
import { isInstalled, runForReal } from './toolchains.js';
import { smallWorld } from './worlds.js';

const world = smallWorld(140);

describe.each([python, php])('interpret $name', (language) => {
  const installed = isInstalled(language);

  it.skipIf(!installed)(`agrees with the real ${language.name} on the concepts and on their neighbours${installed ? '' : ' (skipped: it is not installed)'}`, () => {
    const cases = world.concepts.flatMap(({ name, program }) => {
      const random = seeded('sample', name);
      return [program, random.pick(neighboursOf(program))].map((text) => ({ program: text, calls: testsOf(program, random).map((test) => test.arguments) }));
    });
    const real = runForReal(cases.map(({ program, calls }) => ({ text: render(program, language), entryPoint: functionName(program), calls })), language);
    expect(cases.length).toBeGreaterThanOrEqual(280);
    cases.forEach(({ program, calls }, index) => {
      expect({ text: render(program, language), outcome: { kind: 'ran', calls: calls.map((values) => summary(interpret(program, values, language))) } })
        .toEqual({ text: render(program, language), outcome: real[index] });
    });
  });

  it.skipIf(!installed)(`agrees with the real ${language.name} on random programs${installed ? '' : ' (skipped: it is not installed)'}`, () => {
    const calls: Json[][] = [[[3, 1, 2], 'abc', 7, true], [[], '', 0, false]];
    const sample = fc.sample(programs, { numRuns: 600, seed: 5 });
    const real = runForReal(sample.map((program) => ({ text: render(program, language), entryPoint: functionName(program), calls })), language);
    sample.forEach((program, index) => {
      expect({ text: render(program, language), outcome: { kind: 'ran', calls: calls.map((values) => summary(interpret(program, values, language))) } })
        .toEqual({ text: render(program, language), outcome: real[index] });
    });
  });

  it('gives every concept the result that its tests expect, so all languages agree', () => {
    for (const { name, program } of world.concepts) {
      for (const test of testsOf(program, seeded('tests', name))) {
        expect(interpret(program, test.arguments, language)).toEqual({ kind: 'value', value: test.expected });
      }
    }
  });

  it('stops when its fuel is gone, and no handler catches that', () => {
    const [{ program }] = world.concepts.filter(({ family }) => family === 'try') as [typeof world.concepts[number]];
    expect(interpret(program, [[1, 2, 3]], language, 2)).toMatchObject({ kind: 'out-of-fuel' });
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

  it('in the functions they have', () => {
    expect(evaluated('count(xs)', python)).toMatchObject({ kind: 'runtime-error' });
    expect(evaluated('len($xs)', php)).toMatchObject({ kind: 'runtime-error' });
  });
});

/** An outcome in the words of the toolchains. */
function summary(outcome: Outcome): { value: Json } | 'error' | 'other' {
  switch (outcome.kind) {
    case 'value': return { value: outcome.value };
    case 'other-value': return 'other';
    case 'runtime-error': case 'out-of-fuel': return 'error';
  }
}
