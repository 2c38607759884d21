import { describe, expect, it } from 'vitest';
import type { Language } from '../../src/languages/language.js';
import { languages } from '../../src/languages/languages.js';
import { resultType } from '../../src/languages/program.js';
import { sameJson } from '../../src/languages/problem.js';
import type { Test } from '../../src/languages/problem.js';
import { cutAtStop, verdict } from '../../src/languages/verdict.js';
import type { VerdictName } from '../../src/languages/verdict.js';
import { completionsIn } from './completions.js';
import type { Completion } from './completions.js';
import type { RealOutcome, RealProgram } from './toolchains/toolchain.js';
import { missing, runForReal } from './toolchains/toolchains.js';
import { smallWorld } from './worlds.js';

/** Completions to compare in each language, and the seed that they and their world are drawn by. */
const count = Number(process.env['PIPELINES_AGREEMENT'] ?? 400);
const seed = Number(process.env['PIPELINES_AGREEMENT_SEED'] ?? 1);
const world = smallWorld(144, seed + 2);

describe.each([...languages])('verdict in $name', (language) => {
  const absent = missing(language);

  it.skipIf(absent !== undefined)(`agrees with the real language on ${String(count)} completions${absent === undefined ? '' : ` (skipped: ${absent})`}`, () => {
    const completions = completionsIn(language, world.concepts, languages.filter((other) => other !== language), count, seed);
    const real = runForReal(completions.map(realProgram), language);
    const judged = completions.map((completion, index) => compared(completion, real[index] as RealOutcome, language));
    const share = (holds: (pair: Compared) => boolean) => judged.filter(holds).length / judged.length;

    // Credit for what passes for real, and for nothing else. How a failure is called may differ for one
    // in a hundred: PHP's `typeof(int)` is malformed for its cast `(int)`, to us it is a function that does not exist.
    expect(judged.filter(({ ours, theirs }) => (ours === 'passed') !== (theirs === 'passed'))).toEqual([]);
    expect(judged.filter(({ ours, theirs }) => ours !== theirs).slice(Math.ceil(0.01 * count))).toEqual([]);
    // The sample has enough of each to mean something.
    for (const name of ['passed', 'wrong-answer', 'syntax-error'] as const) expect(share(({ theirs }) => theirs === name)).toBeGreaterThan(0.03);
  }, 60_000 + 200 * count);
});

interface Compared {
  readonly text: string;
  readonly ours: VerdictName;
  readonly theirs: VerdictName;
}

/** Both verdicts. Where they differ, the program is run once more on its own, so that a batch cannot be to blame. */
function compared(completion: Completion, outcome: RealOutcome, language: Language): Compared {
  const { problem } = completion;
  const ours = verdict(problem, completion.completion, language).verdict;
  const program = realProgram(completion);
  const theirs = verdictForReal(outcome, problem.tests);
  return { text: program.text, ours, theirs: ours === theirs ? theirs : verdictForReal(runForReal([program], language)[0] as RealOutcome, problem.tests) };
}

function realProgram({ concept: { program }, problem, completion }: Completion): RealProgram {
  return {
    text: problem.prompt + cutAtStop(completion, problem.stop), entryPoint: problem.entry_point, calls: problem.tests,
    parameters: program.parameters.map(({ type }) => type), result: resultType(program),
  };
}

function verdictForReal(outcome: RealOutcome, tests: readonly Test[]): VerdictName {
  if (outcome.kind === 'syntax-error') return 'syntax-error';
  for (const [index, { expected, printed }] of tests.entries()) {
    const call = outcome.calls[index] ?? 'error';
    if (call === 'error') return 'runtime-error';
    if (call === 'other' || !sameJson(call.value, expected)) return 'wrong-answer';
    if (printed !== undefined && call.printed.trimEnd() !== printed) return 'wrong-answer';
  }
  return 'passed';
}
