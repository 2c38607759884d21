import { writeFile } from 'node:fs/promises';
import { TaskError, type RunTask } from '../../engine/task-kind.js';
import { readLosses } from '../formats/losses.js';
import { describeFailure, estimateProportion, type ProportionOptions } from './proportion.js';

export const run: RunTask = async (context) => {
  const options = context.parameters as unknown as ProportionOptions;
  const result = estimateProportion(await readLosses(context.inputs('losses')), options);
  if (result.kind !== 'ok') {
    const { message, hint } = describeFailure(result, options);
    throw new TaskError(message, hint);
  }
  const { alpha, beta, proportion } = result;
  await writeFile(context.output('proportion'), `${JSON.stringify({ alpha, beta, proportion })}\n`);
};
