import type { Expansion, OutputPort } from '../../engine/task-kind.js';
import type { JsonObject } from '../../engine/json.js';

export const segmentSchemas: Readonly<Record<string, JsonObject>> = {
  steps: { type: 'integer', minimum: 1, description: 'Steps to train. Raising it continues the run from its last segment.' },
  every: { type: 'integer', minimum: 1, default: 200, description: 'Steps between checkpoints: each is the end of a segment, and a crash loses at most one segment.' },
  also: {
    type: 'array', items: { type: 'integer', minimum: 1 }, default: [],
    description: 'Further steps to checkpoint at. The new language rises within the first few per cent of a run, so early ones should be dense (methods 1.5).',
  },
};

/** Outputs of every segment. */
export const segmentOutputs: Readonly<Record<'checkpoints' | 'losses', OutputPort>> = {
  checkpoints: { type: 'tree', fileName: 'checkpoint', of: 'each', description: 'Weights, moments, step and data cursor at the end of the segment.' },
  losses: { type: 'file', fileName: 'losses.jsonl', mediaType: 'application/jsonl', of: 'each', description: 'Loss, learning rate and gradient norm of every step.' },
};

/**
 * A training run is a fold over segments: each starts from the state at which the one before it ended
 * (weights, moments, data cursor). A segment's parameters leave out the total, so that a longer run shares
 * its beginning with a shorter one.
 */
export function expandIntoSegments(parameters: JsonObject): Expansion {
  const { steps, every, also, ...rest } = parameters as JsonObject & { steps: number; every: number; also: number[] };
  const ends = checkpointSteps(steps, every, also);
  return {
    axis: 'step',
    segments: ends.map((end, index) => ({ label: end, parameters: { ...rest, start: ends[index - 1] ?? 0, end } })),
    carry: [{ output: 'checkpoints', input: 'from' }],
  };
}

/** Multiples of `every`, the steps of `also`, and the last step; ascending, none beyond `steps`. */
export function checkpointSteps(steps: number, every: number, also: readonly number[]): number[] {
  const regular = Array.from({ length: Math.floor(steps / every) }, (_, index) => (index + 1) * every);
  return [...new Set([...regular, ...also, steps])].filter((step) => step <= steps).sort((a, b) => a - b);
}
