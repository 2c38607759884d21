import { writeFile } from 'node:fs/promises';
import type { RunTask, TaskContext } from '../../engine/task-kind.js';
import { loadTokenizer } from '../../corpus/tokenizer.js';
import { readCheckpoint, type Checkpoint } from '../../model/checkpoint.js';
import type { Evaluation } from '../formats/evaluation.js';
import { readBenchmark } from './benchmark.js';
import { measureHeldOut, type HeldOutResult } from './held-out.js';
import { solveBenchmark, type BenchmarkResult } from './solve-benchmark.js';

interface Parameters { readonly maxNewTokens: number; readonly heldOutTokens: number; readonly batch: number }

export const run: RunTask = async (context) => {
  const parameters = context.parameters as unknown as Parameters;
  const model = await readCheckpoint(context.input('model').path, { optimizer: false });
  const benchmark = await benchmarkResult(context, model, parameters);
  const heldOut = await heldOutResults(context, model, parameters);
  const [firstRead] = Object.keys(heldOut);
  const evaluation: Evaluation = { ...benchmark, language: benchmark.language ?? firstRead ?? 'none', heldOut: firstRead === undefined ? null : heldOut };
  await writeFile(context.output('result'), `${JSON.stringify(evaluation, null, 1)}\n`);
};

type NoBenchmark = Omit<BenchmarkResult, 'language'> & { readonly language: null };

async function benchmarkResult(context: TaskContext, model: Checkpoint, { maxNewTokens }: Parameters): Promise<BenchmarkResult | NoBenchmark> {
  if (!context.inputNames.includes('benchmark')) return { language: null, problems: [], passed: 0, total: 0, passRate: null, reason: 'no benchmark was given' };
  const tokenizer = context.input('tokenizer').path;
  const benchmark = await readBenchmark({ benchmark: context.input('benchmark').path, tokenizer, syntax: context.inputs('syntax').map(({ path }) => path) });
  return solveBenchmark(benchmark, { model, tokenizer: await loadTokenizer(tokenizer), maxNewTokens });
}

async function heldOutResults(context: TaskContext, model: Checkpoint, { heldOutTokens, batch }: Parameters): Promise<Record<string, HeldOutResult>> {
  const results: Record<string, HeldOutResult> = {};
  for (const { path } of context.inputs('heldout')) {
    context.signal.throwIfAborted();
    const { language, result } = await measureHeldOut({ corpus: path, tokenizer: context.input('tokenizer').path, limit: heldOutTokens }, model, batch);
    results[language] = result;
  }
  return results;
}
