import type { JsonObject } from '../../engine/json.js';

/** How to train, as in YAML; the defaults follow nanoGPT and methods 5.1. */
export interface Hyperparameters {
  /** Sequences per step, each of the model's context length. */
  readonly batch: number;
  /** Peak learning rate. */
  readonly learningRate: number;
  readonly schedule: 'constant' | 'cosine';
  /** Steps of linear warm-up. */
  readonly warmup: number;
  /** Where the cosine ends; named explicitly, so that a longer run never changes the steps of a shorter one. */
  readonly decaySteps: number | null;
  /** Share of the peak at which the cosine ends. */
  readonly finalShare: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly clip: number;
  /** Seeds the order of the data, and the initial weights of a model trained from scratch. */
  readonly seed: number;
}

export const hyperparameterSchemas: Readonly<Record<string, JsonObject>> = {
  batch: { type: 'integer', minimum: 1, default: 24, description: 'Sequences per step, each of the model\'s context length.' },
  learningRate: { type: 'number', exclusiveMinimum: 0, default: 5e-4, description: 'Peak learning rate.' },
  schedule: { enum: ['constant', 'cosine'], default: 'constant', description: 'After the warm-up. Constant by default: a cosine\'s decay bends the loss curve that Eq. 2 reads (methods 5.1).' },
  warmup: { type: 'integer', minimum: 0, default: 50, description: 'Steps of linear warm-up.' },
  decaySteps: { type: ['integer', 'null'], minimum: 1, default: null, description: 'Step at which the cosine ends; needed with `schedule: cosine`.' },
  finalShare: { type: 'number', minimum: 0, maximum: 1, default: 0.1, description: 'Share of the peak learning rate at the end of the cosine.' },
  beta1: { type: 'number', minimum: 0, exclusiveMaximum: 1, default: 0.9, description: 'AdamW.' },
  beta2: { type: 'number', minimum: 0, exclusiveMaximum: 1, default: 0.95, description: 'AdamW.' },
  epsilon: { type: 'number', exclusiveMinimum: 0, default: 1e-8, description: 'AdamW.' },
  weightDecay: { type: 'number', minimum: 0, default: 0.1, description: 'AdamW, on matrices and embeddings only.' },
  clip: { type: 'number', exclusiveMinimum: 0, default: 1, description: 'Largest global gradient norm.' },
  seed: { type: 'integer', default: 1, description: 'Seeds the order of the data and, from scratch, the initial weights.' },
};

/** Learning rate of a step (from 1): linear warm-up, then constant or cosine (nanoGPT, `get_lr`). */
export function learningRateAt(step: number, parameters: Hyperparameters): number {
  const { learningRate, warmup, schedule, decaySteps, finalShare } = parameters;
  if (step <= warmup) return learningRate * step / warmup;
  if (schedule === 'constant') return learningRate;
  if (decaySteps === null) throw new Error('a cosine schedule without decaySteps should have been refused before');
  const progress = Math.min(1, (step - warmup) / Math.max(1, decaySteps - warmup));
  return learningRate * (finalShare + (1 - finalShare) * 0.5 * (1 + Math.cos(Math.PI * progress)));
}
