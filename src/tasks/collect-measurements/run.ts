import { writeFile } from 'node:fs/promises';
import type { RunTask } from '../../engine/task-kind.js';
import { collect, type CollectParameters } from './collect.js';

export const run: RunTask = async (context) => {
  const measurements = await collect(context, context.parameters as unknown as CollectParameters);
  await writeFile(context.output('measurements'), `${JSON.stringify(measurements)}\n`);
};
