import { TaskError, type RunTask } from '../../engine/task-kind.js';
import { readCheckpoint, writeCheckpoint, type Checkpoint } from '../../model/checkpoint.js';

export const run: RunTask = async (context) => {
  const { at } = context.parameters as { at: 'last' | 'first' | number };
  const checkpoints = await Promise.all(context.inputs('checkpoints').map(({ path }) => readCheckpoint(path, { optimizer: false })));
  await writeCheckpoint(context.output('model'), choose(checkpoints.sort((a, b) => a.step - b.step), at));
};

function choose(checkpoints: readonly Checkpoint[], at: 'last' | 'first' | number): Checkpoint {
  const chosen = typeof at === 'number' ? checkpoints.find(({ step }) => step === at) : checkpoints.at(at === 'last' ? -1 : 0);
  if (chosen === undefined) {
    throw new TaskError(`the run has no checkpoint at step ${at}`, `it has them at ${checkpoints.map(({ step }) => step).join(', ')}; add the step to \`also\` of the run`);
  }
  return chosen;
}
