import type { JsonObject } from '../../engine/json.js';

/** The parameters of Eq. 2, for the kinds that estimate a proportion from losses. */
export const proportionSchemas: Readonly<Record<'initWindow' | 'final' | 'finalWindow' | 'smoothing', JsonObject>> = {
  initWindow: {
    type: 'array', items: { type: 'integer', minimum: 0 }, minItems: 2, maxItems: 2, default: [90, 100],
    description: 'First and last step of the initial loss. The paper\'s 90-100 is for 50,000 steps: set it for a short run, after its warm-up.',
  },
  final: { enum: ['min', 'minSmoothed'], default: 'min', description: 'Final loss: the lowest, or the lowest of the moving average (less biased by batch noise).' },
  finalWindow: { type: 'integer', minimum: 1, default: 25, description: 'Steps averaged for minSmoothed.' },
  smoothing: { type: 'integer', minimum: 1, default: 1, description: 'Steps a loss is averaged over before it becomes a proportion; 1 is the raw loss.' },
};
