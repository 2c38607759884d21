import { describe, expect, it } from 'vitest';
import { isExpressible } from '../../src/languages/expressible.js';
import type { Language } from '../../src/languages/language.js';
import { languages } from '../../src/languages/languages.js';
import { parse } from '../../src/languages/parse.js';
import { python } from '../../src/languages/python.js';
import { problemOf } from '../../src/languages/problem.js';
import type { Problem } from '../../src/languages/problem.js';
import { cachedVerdict } from '../../src/languages/verdict-cache.js';
import { cutAtStop, verdict } from '../../src/languages/verdict.js';
import { smallWorld } from './worlds.js';

const world = smallWorld();
const problemsIn = (language: Language): Problem[] => world.concepts.flatMap((concept, number) => (isExpressible(concept.program, language) ? [problemOf(concept, number, language, [], world.seed)] : []));
describe.each([...languages])('verdict in $name', (language) => {
  const problems = problemsIn(language);
  const elsewhere = languages.filter((other) => other !== language).flatMap(problemsIn);

  it('passes every canonical solution', () => {
    expect(problems.map((problem) => verdict(problem, problem.canonical_solution, language).verdict)).toEqual(problems.map(() => 'passed'));
  });

  it('fails the solutions of the other problems and of the other language', () => {
    const next = (index: number) => problems[(index + 1) % problems.length] as Problem;
    problems.forEach((problem, index) => {
      expect(verdict(problem, next(index).canonical_solution, language).passed).toBe(false);
    });
    for (const problem of problems) {
      // But what reads as the same program is right: Go takes the semicolon of `return xs[0] < 3;`.
      const read = (completion: string) => JSON.stringify(parse(problem.prompt + completion, language));
      const sameConcept = elsewhere.filter(({ task_id, canonical_solution }) => task_id === problem.task_id && read(canonical_solution) !== read(problem.canonical_solution));
      for (const { canonical_solution } of sameConcept) expect(verdict(problem, canonical_solution, language).passed).toBe(false);
    }
  });

  it('bounds hostile completions', () => {
    const [problem] = problems as [Problem];
    const variable = `${language.lexical.sigil}xs`;
    const returned = (expression: string) => `\n    ${(language.statements.return ?? '').replace('{value}', () => expression)}\n${language.block.close}\n`;
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

describe('cached verdict', () => {
  const [problem, other] = problemsIn(python) as [Problem, Problem];

  it('is the verdict, given once for the same completion up to its end and the same tests', () => {
    const first = cachedVerdict(problem, `${problem.canonical_solution}# get tail`, python);
    expect(first).toEqual(verdict(problem, problem.canonical_solution, python));
    expect(cachedVerdict({ ...problem }, `${problem.canonical_solution}# get brick`, python)).toBe(first);
    expect(cachedVerdict(other, problem.canonical_solution, python).passed).toBe(false);
    expect(cachedVerdict({ ...problem, tests: other.tests }, problem.canonical_solution, python)).not.toBe(first);
    expect(cachedVerdict(problem, problem.canonical_solution, { ...python })).not.toBe(first);
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

  it('compares what is printed where a test expects it, but for white space at its end', () => {
    const prints: Problem = { ...problem, tests: [{ arguments: [[1]], expected: null, printed: '3' }] };
    expect(verdict(prints, '\n    print(3)\n', python).verdict).toBe('passed');
    expect(verdict(prints, '\n    print(4)\n', python)).toMatchObject({ verdict: 'wrong-answer', detail: '[[1]] gives null and prints "4\\n" instead of gives null and prints "3"' });
    expect(verdict(prints, '\n    return None\n', python).verdict).toBe('wrong-answer');
  });

  it('gives a program its lines of input, and no more', () => {
    const reads: Problem = { ...problem, tests: [{ arguments: [[1]], input: ['abc'], expected: 3 }] };
    expect(verdict(reads, '\n    return len(input())\n', python).verdict).toBe('passed');
    expect(verdict(reads, '\n    input()\n    return len(input())\n', python).verdict).toBe('runtime-error');
  });

  it('does not take True for 1', () => {
    const one: Problem = { ...problem, tests: [{ arguments: [[1]], expected: 1 }] };
    expect(verdict(one, '\n    return True\n', python).verdict).toBe('wrong-answer');
  });
});
