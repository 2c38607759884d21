import { writeFile } from 'node:fs/promises';
import { TaskError, type RunTask } from '../../engine/task-kind.js';
import { readEvaluations, type LabelledEvaluation } from '../formats/evaluation.js';
import { numberLabel, textLabel } from '../formats/labels.js';
import { commonProblems, requiredProblems, shareOfCheckpoint, type RequiredProblems } from './share.js';

export const run: RunTask = async (context) => {
  const dominant = await readEvaluations(context.inputs('dominant'));
  const monolingual = await readEvaluations(context.inputs('monolingual'));
  const checkpoints = await readEvaluations(context.inputs('evaluations'));
  const dominantLanguage = onlyLanguage(dominant, 'evaluations of the dominant model');
  const target = onlyLanguage([...monolingual, ...checkpoints.filter(({ evaluation }) => evaluation.total > 0)], 'evaluations of the monolingual model and of the run');

  const all = [...dominant, ...monolingual, ...checkpoints];
  const common = commonProblems(all.map(({ evaluation }) => evaluation));
  const anyRun = [dominant, monolingual, checkpoints].every((list) => list.some(({ evaluation }) => evaluation.total > 0));
  if (anyRun && common.size === 0) {
    throw new TaskError('the evaluations have no problem number in common', 'translations of a problem share the number in their task_id, e.g. World/17');
  }
  const requiredBy = (models: readonly LabelledEvaluation[]): RequiredProblems => requiredProblems({
    dominant: models.map(({ evaluation }) => evaluation), monolingual: monolingual.map(({ evaluation }) => evaluation),
  }, common);
  const problems = requiredBy(dominant);
  const curve = checkpoints.map(({ evaluation, labels }) => {
    const seed = textLabel(labels, 'seed');
    // Without seed labels there is nothing to tell apart: `dominant` joined on the task's own seed, or is one for all.
    const own = seed === null ? [] : dominant.filter((model) => textLabel(model.labels, 'seed') === seed);
    return {
      seed,
      step: numberLabel(labels, 'step'),
      ...shareOfCheckpoint(problems, evaluation),
      own: own.length === 0 ? null : shareOfCheckpoint(requiredBy(own), evaluation),
    };
  }).sort((a, b) => (a.seed ?? '').localeCompare(b.seed ?? '') || (a.step ?? 0) - (b.step ?? 0));

  await writeFile(context.output('share'), `${JSON.stringify({
    dominant: dominantLanguage,
    target,
    problems: common.size,
    required: [...problems.required].sort((a, b) => a - b),
    curve,
  }, null, 1)}\n`);
};

/** @throws {TaskError} when evaluations that belong together are of several languages */
function onlyLanguage(evaluations: readonly LabelledEvaluation[], what: string): string {
  const languages = [...new Set(evaluations.map(({ evaluation }) => evaluation.language))];
  if (languages.length > 1) throw new TaskError(`the ${what} are of several languages: ${languages.join(', ')}`, 'one task a language: name the axis in its matrix');
  return languages[0] ?? 'none';
}
