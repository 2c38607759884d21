import { writeFile } from 'node:fs/promises';
import { TaskError, type TaskContext } from '../../engine/task-kind.js';
import { writeCheckpoint, type Checkpoint } from '../../model/checkpoint.js';
import { createTrainer } from '../../model/trainer.js';
import { readTokenShards } from '../../corpus/token-shards.js';
import { BatchReader, type Cursor } from './batches.js';
import { learningRateAt, type Hyperparameters } from './hyperparameters.js';

/** What `expandIntoSegments` makes of a run's parameters. */
export interface SegmentParameters extends Hyperparameters {
  /** Steps already done when the segment begins. */
  readonly start: number;
  /** Step at which it ends. */
  readonly end: number;
}

interface StepLog { readonly step: number; readonly loss: number; readonly learningRate: number; readonly gradientNorm: number }

/** Trains from `state` to the end of the segment and writes both outputs. */
export async function runSegment(context: TaskContext, parameters: SegmentParameters, state: Checkpoint): Promise<void> {
  const { batch, start, end, seed } = parameters;
  if (parameters.schedule === 'cosine' && parameters.decaySteps === null) {
    throw new TaskError('`schedule: cosine` needs `decaySteps`', 'name the step at which the cosine ends; it is not taken from `steps`, so that a longer run continues a shorter one');
  }
  const { tokens, index } = await readTokenShards(context.input('tokens').path);
  if (index.vocabularySize > state.config.vocabulary) {
    throw new TaskError(`the token shards use a vocabulary of ${index.vocabularySize}, the model has ${state.config.vocabulary}`, 'use the same tokenizer for the model and the data');
  }
  if (tokens.length < 2 * state.config.context + 1) {
    throw new TaskError(`${tokens.length} tokens are too few to train with a context of ${state.config.context}`);
  }
  const reader = new BatchReader(tokens, state.config.context, seed, state.cursor as Cursor);
  const trainer = await createTrainer({
    config: state.config, batch, executor: 'traced', threads: 1,
    optimizer: { beta1: parameters.beta1, beta2: parameters.beta2, epsilon: parameters.epsilon, weightDecay: parameters.weightDecay, clip: parameters.clip },
  });
  trainer.load(state);

  const log: StepLog[] = [];
  for (let step = start + 1; step <= end; step += 1) {
    context.signal.throwIfAborted();
    const learningRate = learningRateAt(step, parameters);
    const { inputs, targets } = reader.next(batch);
    const { loss, gradientNorm } = await trainer.step(inputs, targets, learningRate);
    if (!Number.isFinite(loss)) throw new TaskError(`the loss became ${loss} at step ${step}`, 'lower `learningRate` or raise `warmup`');
    log.push({ step, loss, learningRate, gradientNorm });
    if (step % 10 === 0 || step === end) context.progress(step - start, end - start, 'steps');
  }

  await writeFile(context.output('losses'), log.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await writeCheckpoint(context.output('checkpoints'), {
    ...await trainer.state(),
    config: state.config,
    step: end,
    cursor: reader.position(),
    tokensSeen: state.tokensSeen + (end - start) * batch * state.config.context,
  });
}
