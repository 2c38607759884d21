import { readFile } from 'node:fs/promises';
import { TaskError } from '../../engine/task-kind.js';
import type { Tokenizer } from '../../corpus/tokenizer.js';
import { languageNamed } from '../../languages/languages.js';
import type { Language } from '../../languages/language.js';
import type { Problem } from '../../languages/problem.js';
import { cutAtStop, verdict, type VerdictName } from '../../languages/verdict.js';
import type { Checkpoint } from '../../model/checkpoint.js';
import { greedyDecode } from '../../model/decode.js';

export interface SolvedProblem {
  readonly task_id: string;
  readonly concept: string;
  /** Whether the language's own corpus teaches the concept. */
  readonly covered: boolean;
  readonly passed: boolean;
  readonly verdict: VerdictName;
  readonly completion: string;
}

export interface BenchmarkResult {
  readonly language: string;
  readonly problems: readonly SolvedProblem[];
  readonly passed: number;
  readonly total: number;
  readonly passRate: number | null;
  readonly reason?: string;
}

/** Completes every problem by greedy decoding, 0-shot (methods 4.4), and runs its tests in the embedded interpreter. */
export async function solveBenchmark(
  path: string, { config, weights }: Checkpoint, tokenizer: Tokenizer, { maxNewTokens }: { maxNewTokens: number },
): Promise<BenchmarkResult> {
  const problems = parseBenchmark(await readFile(path, 'utf8'));
  const language = languageOf(problems);
  const prompts = await tokenizer.encodeBatch(problems.map(({ prompt }) => prompt));
  // A prompt that fills the context leaves no room for a completion: it counts as failed, not as an error.
  const fitting = prompts.map((prompt) => prompt.length < config.context);
  const completions = await greedyDecode({
    config, weights, maxNewTokens, stopTokens: [tokenizer.endOfText],
    prompts: prompts.filter((_, index) => fitting[index]).map((prompt) => Int32Array.from(prompt)),
  });
  const texts = (await tokenizer.decodeBatch(completions))[Symbol.iterator]();
  const solved = problems.map((problem, index) => judge(problem, fitting[index] ? texts.next().value ?? '' : '', language));
  const passed = solved.filter((problem) => problem.passed).length;
  return {
    language: language.name, problems: solved, passed, total: solved.length,
    ...(solved.length === 0 ? { passRate: null, reason: 'the benchmark has no problem' } : { passRate: passed / solved.length }),
  };
}

function judge(problem: Problem, completion: string, language: Language): SolvedProblem {
  const { passed, verdict: name } = verdict(problem, completion, language);
  const { task_id, concept, covered } = problem;
  return { task_id, concept, covered, passed, verdict: name, completion: cutAtStop(completion, problem.stop) };
}

function parseBenchmark(text: string): Problem[] {
  return text.split('\n').filter((line) => line.trim() !== '').map((line, index) => {
    try {
      return JSON.parse(line) as Problem;
    } catch (error) {
      throw new TaskError(`benchmark, line ${index + 1}: not JSON (${(error as Error).message})`);
    }
  });
}

function languageOf(problems: readonly Problem[]): Language {
  const names = [...new Set(problems.map(({ language }) => language))];
  const [name] = names;
  if (name === undefined) throw new TaskError('the benchmark has no problem');
  if (names.length > 1) throw new TaskError(`the benchmark mixes languages: ${names.join(', ')}`, 'give one benchmark a language');
  const language = languageNamed(name);
  if (language === undefined) throw new TaskError(`no verdict can be given for programs in ${name}`, 'the embedded interpreter knows python and php');
  return language;
}
