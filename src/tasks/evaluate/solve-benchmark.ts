import type { Tokenizer } from '../../corpus/tokenizer.js';
import type { Language } from '../../languages/language.js';
import type { Problem } from '../../languages/problem.js';
import { cutAtStop, type VerdictName } from '../../languages/verdict.js';
import { cachedVerdict } from '../../languages/verdict-cache.js';
import type { Checkpoint } from '../../model/checkpoint.js';
import { greedyDecode } from '../../model/decode.js';
import type { Benchmark } from './benchmark.js';

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

interface Solver {
  readonly model: Checkpoint;
  readonly tokenizer: Tokenizer;
  readonly maxNewTokens: number;
}

/** Completes every problem by greedy decoding, 0-shot (methods 4.4), and runs its tests in the embedded interpreter. */
export async function solveBenchmark({ language, problems, prompts }: Benchmark, solver: Solver): Promise<BenchmarkResult> {
  const completions = await complete(prompts, solver);
  const solved = problems.map((problem, index) => judge(problem, completions[index] as string, language));
  const passed = solved.filter((problem) => problem.passed).length;
  return { language: language.name, problems: solved, passed, total: solved.length, passRate: passed / solved.length };
}

/** A prompt that fills the context leaves no room for a completion: it counts as failed, not as an error. */
async function complete(prompts: readonly Int32Array[], { model: { config, weights }, tokenizer, maxNewTokens }: Solver): Promise<string[]> {
  const fits = (prompt: Int32Array) => prompt.length < config.context;
  const completions = await greedyDecode({ config, weights, prompts: prompts.filter(fits), maxNewTokens, stopTokens: [tokenizer.endOfText] });
  const texts = (await tokenizer.decodeBatch(completions)).values();
  return prompts.map((prompt) => (fits(prompt) ? texts.next().value ?? '' : ''));
}

function judge(problem: Problem, completion: string, language: Language): SolvedProblem {
  const { passed, verdict: name } = cachedVerdict(problem, completion, language);
  const { task_id, concept, covered } = problem;
  return { task_id, concept, covered, passed, verdict: name, completion: cutAtStop(completion, problem.stop) };
}
