import { interpret } from './interpret.js';
import type { Json } from './interpret.js';
import type { Language, LanguageName } from './language.js';
import { python } from './python.js';
import { functionName } from './program.js';
import type { Program, Type } from './program.js';
import { seeded } from './random.js';
import type { Random } from './random.js';
import { renderBody, renderHeader } from './render.js';
import { neighboursOf } from './rewrite.js';
import type { Concept } from './world.js';

/** A benchmark problem in the shape of HumanEval: complete the function so that its tests pass. */
export interface Problem {
  readonly task_id: string;
  readonly language: LanguageName;
  readonly concept: string;
  /** Whether this language's own corpus teaches the concept. */
  readonly covered: boolean;
  /** The languages whose corpus teaches it. */
  readonly shown_in: readonly LanguageName[];
  readonly prompt: string;
  readonly canonical_solution: string;
  readonly entry_point: string;
  readonly tests: readonly Test[];
  readonly stop: readonly string[];
}

export interface Test {
  readonly arguments: readonly Json[];
  readonly expected: Json;
}

export function problemOf(concept: Concept, number: number, language: Language, shownIn: readonly LanguageName[], worldSeed: number): Problem {
  return {
    task_id: `World/${String(number)}`,
    language: language.name,
    concept: concept.name,
    covered: shownIn.includes(language.name),
    shown_in: shownIn,
    prompt: renderHeader(concept.program, language),
    canonical_solution: renderBody(concept.program, language),
    entry_point: functionName(concept.program),
    tests: testsOf(concept.program, seeded('tests', worldSeed, concept.name)),
    stop: language.stop,
  };
}

const candidates = 100;
const fewestTests = 3;

/**
 * Tests that tell the program from its neighbours (rewrite.ts): of random arguments, those that catch the most
 * neighbours not yet caught, until no argument catches another one.
 */
export function testsOf(program: Program, random: Random): Test[] {
  const tests = candidateArguments(program, random).map((values): Test => ({ arguments: values, expected: expected(program, values) }));
  let uncaught = neighboursOf(program);
  const chosen: Test[] = [];
  while (tests.length > 0) {
    const counts = tests.map((test) => uncaught.filter((neighbour) => catches(test, neighbour)).length);
    const most = Math.max(...counts);
    if (most === 0 && chosen.length >= fewestTests) break;
    const [test] = tests.splice(counts.indexOf(most), 1) as [Test];
    uncaught = uncaught.filter((neighbour) => !catches(test, neighbour));
    chosen.push(test);
  }
  return chosen;
}

/** Every language agrees on what a program of the world does (its tests hold them to that), so Python's answer is the answer. */
function expected(program: Program, values: readonly Json[]): Json {
  const outcome = interpret(program, values, python);
  if (outcome.kind !== 'value') throw new Error(`${functionName(program)} fails on ${JSON.stringify(values)}: ${outcome.kind}`);
  return outcome.value;
}

function catches(test: Test, neighbour: Program): boolean {
  const outcome = interpret(neighbour, test.arguments, python);
  return outcome.kind !== 'value' || !sameJson(outcome.value, test.expected);
}

export function sameJson(left: Json, right: Json): boolean {
  return left === right || (typeof left === 'object' && JSON.stringify(left) === JSON.stringify(right));
}

function candidateArguments(program: Program, random: Random): Json[][] {
  const type = program.parameters[0]?.type ?? 'int';
  const drawn = Array.from({ length: candidates }, () => argument(type, random));
  // Only a program that catches errors may see an empty list: its largest item is an error.
  const catchesErrors = program.body.some(({ kind }) => kind === 'try');
  return [...(catchesErrors ? [[]] : []), ...drawn].map((value) => [value]);
}

const letters = 'abcdefghijklmnopqrstuvwxyz';

/**
 * Lists have at least three items, for the programs that look at the third. Ints are small and not negative,
 * and some lists hold only very small ones, so that the largest item can be on either side of any digit.
 */
function argument(type: Type, random: Random): Json {
  const many = (from: number, to: number) => Array.from({ length: random.integer(from, to) });
  switch (type) {
    case 'list': {
      const largest = random.integer(1, 20);
      return many(3, 12).map(() => random.integer(0, largest));
    }
    case 'string': return many(0, 14).map(() => letters.charAt(random.integer(0, 25))).join('');
    case 'boolean': return random.pick([true, false]);
    case 'any': return argument(random.pick(['int', 'string', 'list', 'boolean'] as const), random);
    case 'int': case 'none': case 'type': return random.integer(0, 20);
  }
}
