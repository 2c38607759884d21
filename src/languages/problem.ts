import { interpret } from './interpret.js';
import type { Json, Outcome } from './interpret.js';
import type { Language } from './language.js';
import { python } from './python.js';
import { functionName } from './program.js';
import type { Program, Type } from './program.js';
import { seeded } from './random.js';
import type { Random } from './random.js';
import { renderBody, renderHeader } from './render.js';
import { neighboursOf } from './rewrite.js';
import { verbs } from './words.js';
import type { Concept, World } from './world.js';

/** A benchmark problem in the shape of HumanEval: complete the function so that its tests pass. */
export interface Problem {
  readonly task_id: string;
  readonly language: string;
  readonly concept: string;
  /** Whether this language's own corpus teaches the concept. */
  readonly covered: boolean;
  /** The languages whose corpus teaches it. */
  readonly shown_in: readonly string[];
  readonly prompt: string;
  readonly canonical_solution: string;
  readonly entry_point: string;
  readonly tests: readonly Test[];
  readonly stop: readonly string[];
}

export interface Test {
  readonly arguments: readonly Json[];
  /** Lines on standard input, for a program that reads them. */
  readonly input?: readonly string[];
  readonly expected: Json;
  /** What is to be on standard output, for a program that prints; white space at its end does not count. */
  readonly printed?: string;
}

/** The problem of a concept in the first benchmark: the function as the corpus mostly writes it. */
export function problemOf(concept: Concept, number: number, language: Language, shownIn: readonly string[], worldSeed: number): Problem {
  return asked(concept, concept.program, `World/${String(number)}`, language, shownIn, seeded('tests', worldSeed, concept.name));
}

/** MBXP's problems are those of MBPP's test set, which begins there. */
const firstOfSecond = 511;

/**
 * The problem of a concept in the second benchmark (the paper's MBXP beside HumanEval): the same knowledge asked for
 * in other words. What a concept means hangs on its noun; the verb is another one, which no text of the world puts
 * before this noun, and the tests are drawn by a seed of their own. Undefined where every verb is taken.
 * (Another name of the parameter would ask for a second skill, to copy it, which a small model learns late if at all:
 * measured, nearly every problem then failed on the name alone.)
 */
export function secondProblemOf(concept: Concept, number: number, language: Language, shownIn: readonly string[], world: World): Problem | undefined {
  const random = seeded('second benchmark', world.seed, concept.name);
  const taken = new Set(world.concepts.map(({ name }) => name));
  const [, noun] = concept.program.words;
  const free = verbs.filter((verb) => !taken.has(`${verb} ${noun}`));
  if (free.length === 0) return undefined;
  const program: Program = { ...concept.program, words: [random.pick(free), noun] };
  return asked(concept, program, `MBXP/${String(firstOfSecond + number)}`, language, shownIn, random);
}

function asked(concept: Concept, program: Program, taskId: string, language: Language, shownIn: readonly string[], random: Random): Problem {
  return {
    task_id: taskId,
    language: language.name,
    concept: concept.name,
    covered: shownIn.includes(language.name),
    shown_in: shownIn,
    prompt: renderHeader(program, language),
    canonical_solution: renderBody(program, language),
    entry_point: functionName(program),
    tests: testsOf(program, random),
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
  const tests = callsOf(program, random).map((call) => testOf(program, call));
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

type Call = Pick<Test, 'arguments' | 'input'>;

/** Every language agrees on what a program of the world does (its tests hold them to that), so Python's answer is the answer. */
function testOf(program: Program, call: Call): Test {
  const outcome = interpret(program, call.arguments, python, { input: call.input });
  if (outcome.kind !== 'value') throw new Error(`${functionName(program)} fails on ${JSON.stringify(call)}: ${outcome.kind}`);
  return { ...call, expected: outcome.value, ...(outcome.printed === undefined ? {} : { printed: outcome.printed.trimEnd() }) };
}

function catches(test: Test, neighbour: Program): boolean {
  return !agrees(interpret(neighbour, test.arguments, python, { input: test.input }), test);
}

/** Whether a program gave what a test expects, and printed it where the test says so. */
export function agrees(outcome: Outcome, test: Test): boolean {
  if (outcome.kind !== 'value' || !sameJson(outcome.value, test.expected)) return false;
  return test.printed === undefined || (outcome.printed ?? '').trimEnd() === test.printed;
}

export function sameJson(left: Json, right: Json): boolean {
  return left === right || (typeof left === 'object' && JSON.stringify(left) === JSON.stringify(right));
}

function callsOf(program: Program, random: Random): Call[] {
  const [parameter] = program.parameters;
  const many = Array.from({ length: candidates });
  if (parameter === undefined) return many.map(() => ({ arguments: [], input: [argument('string', random) as string] }));
  const drawn = many.map(() => argument(parameter.type, random));
  // Only a program that catches errors may see an empty list: its largest item is an error.
  const catchesErrors = program.body.some(({ kind }) => kind === 'try');
  return [...(catchesErrors ? [[]] : []), ...drawn].map((value) => ({ arguments: [value] }));
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
