import { interpret } from './interpret.js';
import type { Json, Outcome } from './interpret.js';
import type { Language } from './language.js';
import { isSyntaxProblem, parse } from './parse.js';
import { functionName } from './program.js';
import { agrees } from './problem.js';
import type { Problem, Test } from './problem.js';

/** What became of a completion: the names of evaluation.json. */
export type VerdictName = 'passed' | 'wrong-answer' | 'syntax-error' | 'runtime-error' | 'out-of-fuel';

export interface Verdict {
  readonly passed: boolean;
  readonly verdict: VerdictName;
  /** What went wrong, for people; empty for a pass. */
  readonly detail: string;
}

/**
 * Judges a completion: cuts it at the first stop string, reads prompt and completion as one function and runs the tests.
 * Takes microseconds, needs no toolchain, and gives a verdict on any text.
 */
export function verdict(problem: Pick<Problem, 'prompt' | 'entry_point' | 'tests' | 'stop'>, completion: string, language: Language): Verdict {
  const program = parse(`${problem.prompt}${cutAtStop(completion, problem.stop)}`, language);
  if (isSyntaxProblem(program)) return failed('syntax-error', program.message);
  if (functionName(program) !== problem.entry_point) return failed('runtime-error', `${problem.entry_point} is not defined`);
  for (const test of problem.tests) {
    const failure = judge(interpret(program, test.arguments, language, { input: test.input }), test);
    if (failure !== undefined) return failure;
  }
  return { passed: true, verdict: 'passed', detail: '' };
}

/** The completion up to the first of the stop strings. */
export function cutAtStop(completion: string, stops: readonly string[]): string {
  const ends = stops.map((stop) => completion.indexOf(stop)).filter((end) => end !== -1);
  return completion.slice(0, Math.min(completion.length, ...ends));
}

function judge(outcome: Outcome, test: Test): Verdict | undefined {
  switch (outcome.kind) {
    case 'value': return agrees(outcome, test) ? undefined : failed('wrong-answer', `${JSON.stringify(test.arguments)} ${shown(outcome)} instead of ${shown({ value: test.expected, printed: test.printed })}`);
    case 'other-value': return failed('wrong-answer', `${JSON.stringify(test.arguments)} gives something that is not JSON`);
    case 'runtime-error': return failed('runtime-error', outcome.message);
    case 'out-of-fuel': return failed('out-of-fuel', outcome.message);
  }
}

function shown({ value, printed }: { readonly value: Json; readonly printed?: string | undefined }): string {
  return `gives ${JSON.stringify(value)}${printed === undefined ? '' : ` and prints ${JSON.stringify(printed)}`}`;
}

function failed(name: Exclude<VerdictName, 'passed'>, detail: string): Verdict {
  return { passed: false, verdict: name, detail };
}
