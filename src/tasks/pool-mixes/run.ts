import { writeFile } from 'node:fs/promises';
import type { RunTask } from '../../engine/task-kind.js';
import { readAvailable } from '../mixes/available.js';
import type { Constraints } from '../mixes/constraints.js';
import { mixLines } from '../mixes/corpus-mix.js';
import { poolMixes } from './pool.js';
import { readSolvedMixes } from './solved-mix.js';

interface Parameters extends Constraints {
  readonly available: Readonly<Record<string, number>>;
}

export const run: RunTask = async (context) => {
  const parameters = context.parameters as unknown as Parameters;
  const mix = poolMixes(await readSolvedMixes(context.inputs('mixes')), await readAvailable(context, parameters.available), parameters);
  for (const line of [...mixLines(mix), ...mix.warnings.map(({ message }) => `warning: ${message}`)]) context.log(line);
  await writeFile(context.output('mix'), `${JSON.stringify(mix, null, 1)}\n`);
};
