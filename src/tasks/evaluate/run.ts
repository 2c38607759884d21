import { writeFile } from 'node:fs/promises';
import type { RunTask } from '../../engine/task-kind.js';
import { loadTokenizer } from '../../corpus/tokenizer.js';
import { readCheckpoint } from '../../model/checkpoint.js';
import type { Evaluation } from '../formats/evaluation.js';
import { measureHeldOut, type HeldOutResult } from './held-out.js';
import { solveBenchmark } from './solve-benchmark.js';

interface Parameters { readonly maxNewTokens: number; readonly heldOutTokens: number; readonly batch: number }

export const run: RunTask = async (context) => {
  const parameters = context.parameters as unknown as Parameters;
  const model = await readCheckpoint(context.input('model').path, { optimizer: false });
  const tokenizer = await loadTokenizer(context.input('tokenizer').path);
  const benchmark = context.inputNames.includes('benchmark')
    ? await solveBenchmark(context.input('benchmark').path, model, tokenizer, parameters)
    : { language: null, problems: [], passed: 0, total: 0, passRate: null, reason: 'no benchmark was given' };
  const heldOut: Record<string, HeldOutResult> = {};
  for (const { path } of context.inputs('heldout')) {
    context.signal.throwIfAborted();
    const { language, result } = await measureHeldOut(path, model, tokenizer, parameters);
    heldOut[language] = result;
  }
  const [firstRead] = Object.keys(heldOut);
  const evaluation: Evaluation = { ...benchmark, language: benchmark.language ?? firstRead ?? 'none', heldOut: firstRead === undefined ? null : heldOut };
  await writeFile(context.output('result'), `${JSON.stringify(evaluation, null, 1)}\n`);
};
