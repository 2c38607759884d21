import { TaskError, type RunTask, type TaskContext } from '../../engine/task-kind.js';
import { freshOptimizer, readCheckpoint, type Checkpoint } from '../../model/checkpoint.js';
import { initialWeights } from '../../model/weights.js';
import { readTokenShards } from '../../corpus/token-shards.js';
import { runSegment, type SegmentParameters } from '../train/run-segment.js';

type Parameters = SegmentParameters & { layers: number; width: number; heads: number; context: number };

/** A segment of a run from random weights: the first makes them, later ones continue the segment before. */
export const run: RunTask = async (context) => {
  const parameters = context.parameters as unknown as Parameters;
  const state = parameters.start === 0
    ? await randomModel(context, parameters)
    : await readCheckpoint(context.input('from').path, { optimizer: true });
  await runSegment(context, parameters, state);
};

async function randomModel(context: TaskContext, parameters: Parameters): Promise<Checkpoint> {
  if (parameters.width % parameters.heads !== 0) {
    throw new TaskError(`the width, ${parameters.width}, is not a multiple of the ${parameters.heads} heads`);
  }
  const { index } = await readTokenShards(context.input('tokens').path);
  const config = {
    layers: parameters.layers, width: parameters.width, heads: parameters.heads, context: parameters.context,
    vocabulary: index.vocabularySize,
  };
  return {
    config, weights: initialWeights(config, parameters.seed), ...freshOptimizer(config),
    step: 0, cursor: { epoch: 0, window: 0 }, tokensSeen: 0,
  };
}
