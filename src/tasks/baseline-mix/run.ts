import { writeFile } from 'node:fs/promises';
import { TaskError, type RunTask, type TaskContext } from '../../engine/task-kind.js';
import { readAvailable } from '../mixes/available.js';
import type { Available, Constraints } from '../mixes/constraints.js';
import { mixLines, type CorpusMix } from '../mixes/corpus-mix.js';
import { readMix } from '../mixes/read-mix.js';
import { baselineMix, type Baseline } from './baseline.js';
import { randomCutMix } from './random-cut.js';

interface Parameters extends Constraints {
  readonly method: Baseline['method'] | 'random-cut';
  readonly temperature: number;
  readonly uncut: readonly string[];
  readonly seed: number;
  readonly available: Readonly<Record<string, number>>;
}

export const run: RunTask = async (context) => {
  const parameters = context.parameters as unknown as Parameters;
  const mix = await chosenMix(context, parameters, await readAvailable(context, parameters.available));
  for (const line of [...mixLines(mix), ...mix.warnings.map(({ message }) => `warning: ${message}`)]) context.log(line);
  await writeFile(context.output('mix'), `${JSON.stringify(mix, null, 1)}\n`);
};

async function chosenMix(context: TaskContext, parameters: Parameters, available: Available): Promise<CorpusMix> {
  const constraints = { ...parameters, totalTokens: totalOf(context, parameters) };
  const [optimised] = context.inputs('optimised');
  const { method, temperature, uncut, seed } = parameters;
  if (method !== 'random-cut') return baselineMix({ method, temperature }, available, constraints);
  if (optimised === undefined) throw new TaskError('missing input: optimised', 'random-cut moves the cuts of a mix, such as that of pool-mixes');
  return randomCutMix({ optimised: (await readMix(optimised.path)).tokens, uncut, seed }, available, constraints);
}

function totalOf(context: TaskContext, { totalTokens }: Parameters): number | null {
  const computed = context.value('totalTokens');
  if (computed === undefined) return totalTokens;
  if (totalTokens !== null) throw new TaskError('both the parameter and the input `totalTokens` give a total', 'remove one of them');
  if (typeof computed !== 'number' || computed < 1) throw new TaskError(`input 'totalTokens' must be a number of tokens; it is ${JSON.stringify(computed)}`);
  return Math.round(computed);
}
