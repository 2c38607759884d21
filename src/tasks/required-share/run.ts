import { writeFile } from 'node:fs/promises';
import { TaskError, type RunTask } from '../../engine/task-kind.js';
import { readEvaluation, readEvaluations } from '../formats/evaluation.js';
import { numberLabel, textLabel } from '../formats/labels.js';
import { requiredProblems, shareOfCheckpoint } from './share.js';

export const run: RunTask = async (context) => {
  const dominant = await readEvaluation(context.input('dominant').path);
  const monolingual = await readEvaluation(context.input('monolingual').path);
  const checkpoints = await readEvaluations(context.inputs('evaluations'));
  const stranger = checkpoints.find(({ evaluation }) => evaluation.total > 0 && evaluation.language !== monolingual.language);
  if (stranger !== undefined) {
    throw new TaskError(`the evaluations are of ${stranger.evaluation.language}, but the monolingual model is of ${monolingual.language}`);
  }

  const problems = requiredProblems(dominant, monolingual, checkpoints.map(({ evaluation }) => evaluation));
  const anyRun = [dominant, monolingual].every(({ total }) => total > 0) && checkpoints.some(({ evaluation }) => evaluation.total > 0);
  if (anyRun && problems.common.size === 0) {
    throw new TaskError('the evaluations have no problem number in common', 'translations of a problem share the number in their task_id, e.g. World/17');
  }
  const curve = checkpoints.map(({ evaluation, labels }) => ({
    seed: textLabel(labels, 'seed'),
    step: numberLabel(labels, 'step'),
    ...shareOfCheckpoint(problems, dominant, evaluation),
  })).sort((a, b) => (a.seed ?? '').localeCompare(b.seed ?? '') || (a.step ?? 0) - (b.step ?? 0));

  await writeFile(context.output('share'), `${JSON.stringify({
    dominant: dominant.language,
    target: monolingual.language,
    problems: problems.common.size,
    required: [...problems.required].sort((a, b) => a - b),
    curve,
  }, null, 1)}\n`);
};
