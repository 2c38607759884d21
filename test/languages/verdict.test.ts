import { describe, expect, it } from 'vitest';
import type { Language } from '../../src/languages/language.js';
import { lexemesOf } from '../../src/languages/lexemes.js';
import { php } from '../../src/languages/php.js';
import { python } from '../../src/languages/python.js';
import { problemOf, sameJson } from '../../src/languages/problem.js';
import type { Problem } from '../../src/languages/problem.js';
import { cutAtStop, verdict } from '../../src/languages/verdict.js';
import type { VerdictName } from '../../src/languages/verdict.js';
import { mutatedCompletions } from './completions.js';
import { isInstalled, runForReal } from './toolchains.js';
import type { RealOutcome } from './toolchains.js';
import { smallWorld } from './worlds.js';

const world = smallWorld();
const problemsIn = (language: Language): Problem[] => world.concepts.map((concept, number) => problemOf(concept, number, language, [], world.seed));
const vocabulary = [...new Set([python, php].flatMap(problemsIn).flatMap(({ canonical_solution }) => lexemesOf(canonical_solution)))];

function verdictForReal(outcome: RealOutcome, problem: Problem): VerdictName {
  if (outcome.kind === 'syntax-error') return 'syntax-error';
  for (const [index, call] of outcome.calls.entries()) {
    if (call === 'error') return 'runtime-error';
    if (call === 'other' || !sameJson(call.value, problem.tests[index]?.expected ?? null)) return 'wrong-answer';
  }
  return 'passed';
}

describe.each([python, php])('verdict in $name', (language) => {
  const problems = problemsIn(language);
  const other = language === python ? php : python;

  it('passes every canonical solution', () => {
    expect(problems.map((problem) => verdict(problem, problem.canonical_solution, language).verdict)).toEqual(problems.map(() => 'passed'));
  });

  it('fails the solutions of the other problems and of the other language', () => {
    const next = (index: number) => problems[(index + 1) % problems.length] as Problem;
    problems.forEach((problem, index) => {
      expect(verdict(problem, next(index).canonical_solution, language).passed).toBe(false);
    });
    for (const [index, problem] of problemsIn(other).entries()) {
      expect(verdict(problems[index] as Problem, problem.canonical_solution, language).passed).toBe(false);
    }
  });

  it.skipIf(!isInstalled(language))(`agrees with the real ${language.name} on mutated completions${isInstalled(language) ? '' : ' (skipped: it is not installed)'}`, () => {
    const cases = mutatedCompletions(problems, vocabulary, 1500, 1);
    const real = runForReal(cases.map(({ problem, completion }) => ({
      text: problem.prompt + cutAtStop(completion, problem.stop), entryPoint: problem.entry_point, calls: problem.tests.map((test) => test.arguments),
    })), language);
    const judged = cases.map(({ problem, completion }, index) => ({ ours: verdict(problem, completion, language), theirs: verdictForReal(real[index] as RealOutcome, problem) }));
    const share = (holds: (pair: typeof judged[number]) => boolean) => judged.filter(holds).length / judged.length;

    // Never credit for what fails for real; at most one right program in a thousand is beyond what we read.
    expect(judged.filter(({ ours, theirs }) => ours.passed && theirs !== 'passed')).toEqual([]);
    expect(share(({ ours, theirs }) => !ours.passed && theirs === 'passed')).toBeLessThanOrEqual(0.001);
    expect(share(({ ours, theirs }) => ours.verdict === theirs)).toBeGreaterThan(0.985);
    // The sample has enough of each to mean something.
    for (const name of ['passed', 'wrong-answer', 'runtime-error', 'syntax-error'] as const) expect(share(({ theirs }) => theirs === name)).toBeGreaterThan(0.03);
  });

  it('bounds hostile completions', () => {
    const [problem] = problems as [Problem];
    const variable = `${language.lexical.sigil}xs`;
    const returned = (expression: string) => (language === python ? `\n    return ${expression}\n` : `\n    return ${expression};\n}\n`);
    const hostile = [
      returned('('.repeat(1500) + '1' + ')'.repeat(1500)),
      returned('['.repeat(3000)),
      returned('-'.repeat(1000) + '1'),
      returned('not '.repeat(900) + '1'),
      returned('len('.repeat(900)),
      returned('strlen('.repeat(500)),
      returned(`${variable}[0]`.repeat(800)),
      returned('9'.repeat(3000)),
      returned(Array.from({ length: 900 }, () => '9').join(' * ')),
      returned(Array.from({ length: 900 }, () => '1').join(' + ')),
      returned(`"${'a'.repeat(900)}" ${'* 9 '.repeat(300)}`),
      returned(`[1] ${'* 9 '.repeat(300)}`),
      '\n    while True: pass\n',
      language === python ? Array.from({ length: 80 }, (_, depth) => `\n${' '.repeat(4 + depth)}if 1:`).join('') : '\n    if (1) {'.repeat(300),
      '\n'.repeat(3000),
      'x'.repeat(1_000_000),
      '\u0000\ud800"\'\\',
    ];
    const started = performance.now();
    const verdicts = hostile.map((completion) => verdict(problem, completion, language));
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(verdicts.map(({ passed }) => passed)).toEqual(hostile.map(() => false));
  });

  it('takes well under a millisecond a problem', () => {
    // The fastest of some rounds: what else the machine does is not the point.
    const rounds = Array.from({ length: 10 }, () => {
      const started = performance.now();
      problems.forEach((problem) => verdict(problem, problem.canonical_solution, language));
      return (performance.now() - started) / problems.length;
    });
    expect(Math.min(...rounds)).toBeLessThan(0.5);
  });
});

describe('verdict', () => {
  const [problem] = problemsIn(python) as [Problem];
  const judged = (completion: string) => verdict(problem, completion, python);

  it('cuts a completion at the first stop string', () => {
    expect(cutAtStop('\n    return 3\n# get brick\ndef', ['\ndef', '\n#'])).toBe('\n    return 3');
    expect(judged(`${problem.canonical_solution}# get brick\ndef get_brick(`).verdict).toBe('passed');
  });

  it('names what went wrong', () => {
    expect(judged('\n    return 99\n').verdict).toBe('wrong-answer');
    expect(judged('\n    return count(xs)\n').verdict).toBe('runtime-error');
    expect(judged('\n    return len(xs\n').verdict).toBe('syntax-error');
    expect(judged(`\n    return ${'9999999 * '.repeat(9)}9\n`).verdict).toBe('out-of-fuel');
    expect(judged('').verdict).toBe('syntax-error');
  });

  it('does not take True for 1', () => {
    const one: Problem = { ...problem, tests: [{ arguments: [[1]], expected: 1 }] };
    expect(verdict(one, '\n    return True\n', python).verdict).toBe('wrong-answer');
  });
});
