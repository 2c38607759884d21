import { TaskError, type InputArtifact } from '../../engine/task-kind.js';
import { format, readJsonLines } from './json-file.js';

/** One step of `losses.jsonl`: mean natural-log cross entropy of the batch, before the update. */
export interface StepLoss {
  /** From 1, over the whole run. */
  readonly step: number;
  readonly loss: number;
}

const isStepLoss = format<StepLoss>({
  type: 'object',
  required: ['step', 'loss'],
  properties: { step: { type: 'integer', minimum: 0 }, loss: { type: 'number' } },
});

/**
 * The losses of one run from its consecutive segments, in order of step.
 * @throws {TaskError} when a step occurs twice: the segments then belong to several runs
 */
export async function readLosses(segments: readonly InputArtifact[]): Promise<StepLoss[]> {
  const lists = await Promise.all(segments.map(({ path }) => readJsonLines(path, 'losses', isStepLoss)));
  const losses = lists.flat().map(({ step, loss }) => ({ step, loss })).sort((a, b) => a.step - b.step);
  const twice = losses.find(({ step }, index) => losses[index + 1]?.step === step);
  if (twice !== undefined) {
    throw new TaskError(`step ${twice.step} occurs twice in the losses`, 'they seem to come from several runs; join on the seed, or pick one run');
  }
  return losses;
}
