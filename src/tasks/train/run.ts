import type { RunTask } from '../../engine/task-kind.js';
import { freshOptimizer, readCheckpoint } from '../../model/checkpoint.js';
import { runSegment, type SegmentParameters } from './run-segment.js';

/** A segment of a continual run. The first keeps only the weights of `from`; later ones continue its whole state. */
export const run: RunTask = async (context) => {
  const parameters = context.parameters as unknown as SegmentParameters;
  const isFirst = parameters.start === 0;
  const from = await readCheckpoint(context.input('from').path, { optimizer: !isFirst });
  const state = isFirst
    ? { ...from, ...freshOptimizer(from.config), step: 0, cursor: { epoch: 0, window: 0 }, tokensSeen: 0 }
    : from;
  await runSegment(context, parameters, state);
};
