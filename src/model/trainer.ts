import * as tf from '@tensorflow/tfjs-core';
import type { AdamWOptions } from './adamw.js';
import { biasCorrections, defaultAdamW } from './adamw.js';
import type { ModelConfig } from './config.js';
import { assertModelConfig, parameterCount } from './config.js';
import type { ParameterChunk } from './parameter-chunks.js';
import { chunkOf, parameterChunks } from './parameter-chunks.js';
import type { Elements } from './session.js';
import { compiledGraph } from './session.js';
import type { TensorSpecification } from './tracing/trace.js';
import { trace } from './tracing/trace.js';
import { trainingStep } from './training-step.js';
import type { Weights } from './weights.js';
import { flattenWeights, unflattenWeights } from './weights.js';

export interface TrainerOptions {
  readonly config: ModelConfig;
  /** Sequences in a batch. */
  readonly batch: number;
  /** Tokens in a sequence: the context unless said otherwise. */
  readonly length?: number;
  readonly optimizer?: Partial<AdamWOptions>;
  /** `traced`: one native graph (the default). `eager`: op by op on a TensorFlow.js backend. */
  readonly executor?: 'traced' | 'eager';
  /** The TensorFlow.js backend of the eager executor, `cpu` unless said otherwise. */
  readonly backend?: string;
  /** Parallelism comes from tasks side by side; one thread keeps the order of every sum, and so every bit. */
  readonly threads?: 1;
}

/** Everything that training continues from, besides the data. */
export interface TrainingState {
  readonly weights: Weights;
  /** AdamW's moments, shaped like the weights; absent where only the weights were kept. */
  readonly firstMoments?: Weights;
  readonly secondMoments?: Weights;
  /** Updates made so far. */
  readonly optimizerStep: number;
}

export interface StepResult {
  /** Mean natural-log cross entropy of the batch before the update. */
  readonly loss: number;
  /** Global norm of the gradient before clipping. */
  readonly gradientNorm: number;
}

/** One model in training. Steps are taken one at a time; equal states and batches give equal bits. */
export interface Trainer {
  /** @throws {RangeError} when the moments are missing (see `freshOptimizer`) or a tensor has the wrong size */
  load(state: TrainingState): void;
  /** @param inputs targets  [batch * length], row by row; targets are the tokens that follow the inputs */
  step(inputs: Int32Array, targets: Int32Array, learningRate: number): Promise<StepResult>;
  /** A copy of the state as it is now. */
  state(): Promise<TrainingState>;
}

/** The three flat vectors [P]. */
interface Vectors {
  readonly parameters: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** What a step feeds besides the three vectors. */
interface Feeds {
  readonly [name: string]: Elements;
}

/** Replaces the vectors by their successors and returns the losses. */
type Execute = (vectors: Vectors, feeds: Feeds) => Promise<StepResult & { readonly vectors: Vectors }>;

export async function createTrainer(options: TrainerOptions): Promise<Trainer> {
  const { config } = options;
  assertModelConfig(config);
  const optimizer: AdamWOptions = { ...defaultAdamW, ...options.optimizer };
  const { batch, length = config.context } = options;
  const shape = [batch, length];
  const execute = options.executor === 'eager'
    ? eagerStep(config, optimizer, shape, options.backend ?? 'cpu')
    : await tracedStep(config, optimizer, shape);

  let vectors: Vectors | undefined;
  let optimizerStep = 0;
  return {
    load(state) {
      const { weights, firstMoments, secondMoments } = state;
      if (firstMoments === undefined || secondMoments === undefined) {
        throw new RangeError('the state has weights only; start the optimizer with freshOptimizer(config)');
      }
      vectors = {
        parameters: flattenWeights(config, weights),
        first: flattenWeights(config, firstMoments),
        second: flattenWeights(config, secondMoments),
      };
      optimizerStep = state.optimizerStep;
    },
    async step(inputs, targets, learningRate) {
      if (vectors === undefined) throw new Error('a trainer steps only after load()');
      if (inputs.length !== batch * length || targets.length !== inputs.length) {
        throw new RangeError(`a batch holds ${String(batch)} x ${String(length)} tokens, got ${String(inputs.length)} inputs and ${String(targets.length)} targets`);
      }
      const [firstCorrection, secondCorrection] = biasCorrections(optimizer, optimizerStep + 1);
      const result = await execute(vectors, {
        tokens: inputs,
        targets,
        learningRate: Float32Array.of(learningRate),
        firstCorrection: Float32Array.of(firstCorrection),
        secondCorrection: Float32Array.of(secondCorrection),
      });
      vectors = result.vectors;
      optimizerStep += 1;
      return { loss: result.loss, gradientNorm: result.gradientNorm };
    },
    state() {
      if (vectors === undefined) return Promise.reject(new Error('a trainer has a state only after load()'));
      return Promise.resolve({
        weights: unflattenWeights(config, vectors.parameters),
        firstMoments: unflattenWeights(config, vectors.first),
        secondMoments: unflattenWeights(config, vectors.second),
        optimizerStep,
      });
    },
  };
}

const vectorNames = ['parameters', 'first', 'second'] as const;

function stepInputs(chunks: readonly ParameterChunk[], batch: readonly number[]): Record<string, TensorSpecification> {
  const vectors = chunks.flatMap(({ size }, index) => vectorNames.map((name) => [chunkName(name, index), { shape: [size], type: 'float32' }]));
  const scalar: TensorSpecification = { shape: [], type: 'float32' };
  const tokens: TensorSpecification = { shape: batch, type: 'int32' };
  return {
    ...Object.fromEntries(vectors) as Record<string, TensorSpecification>,
    tokens, targets: tokens, learningRate: scalar, firstCorrection: scalar, secondCorrection: scalar,
  };
}

/** The vectors' chunks in place, under the names that the step has for them. */
function chunksOf(vectors: Vectors, chunks: readonly ParameterChunk[], prefix = ''): Record<string, Float32Array> {
  return Object.fromEntries(chunks.flatMap((chunk, index) => vectorNames.map((name) => [prefix + chunkName(name, index), chunkOf(vectors[name], chunk)])));
}

function chunkName(vector: string, index: number): string {
  return `${vector}.${String(index)}`;
}

const nextPrefix = 'next.';

/** `loss`, `gradientNorm` and every chunk's successor. */
function stepOn(
  config: ModelConfig, optimizer: AdamWOptions, chunks: readonly ParameterChunk[], tensor: (name: string) => tf.Tensor,
): Record<string, tf.Tensor> {
  const { loss, gradientNorm, states } = trainingStep(
    config, optimizer, chunks,
    chunks.map((_, index) => ({ parameters: tensor(chunkName('parameters', index)), first: tensor(chunkName('first', index)), second: tensor(chunkName('second', index)) })),
    tensor('tokens'), tensor('targets'),
    { learningRate: tensor('learningRate'), firstCorrection: tensor('firstCorrection'), secondCorrection: tensor('secondCorrection') },
  );
  const next = states.flatMap((state, index) => vectorNames.map((name) => [nextPrefix + chunkName(name, index), state[name]]));
  return { loss, gradientNorm, ...Object.fromEntries(next) as Record<string, tf.Tensor> };
}

/** The whole step as one graph. The vectors are written into a second set of buffers and the two sets swap roles. */
async function tracedStep(config: ModelConfig, optimizer: AdamWOptions, batch: readonly number[]): Promise<Execute> {
  const chunks = parameterChunks(config);
  const compiled = await compiledGraph(`step ${JSON.stringify([config, optimizer, batch])}`, () =>
    trace(stepInputs(chunks, batch), (tensor) => stepOn(config, optimizer, chunks, tensor)));
  let spare = emptyVectors(config);
  return async (vectors, feeds) => {
    const next = spare;
    const results = await compiled.run({ ...chunksOf(vectors, chunks), ...feeds }, chunksOf(next, chunks, nextPrefix));
    spare = vectors;
    return { loss: scalarOf(results, 'loss'), gradientNorm: scalarOf(results, 'gradientNorm'), vectors: next };
  };
}

function emptyVectors(config: ModelConfig): Vectors {
  const count = parameterCount(config);
  return { parameters: new Float32Array(count), first: new Float32Array(count), second: new Float32Array(count) };
}

function scalarOf(results: Readonly<Record<string, Elements>>, name: string): number {
  const [value] = results[name] ?? [];
  if (value === undefined) throw new Error(`the step gave no ${name}`);
  return value;
}

function eagerStep(config: ModelConfig, optimizer: AdamWOptions, batch: readonly number[], backend: string): Execute {
  const chunks = parameterChunks(config);
  const specifications = stepInputs(chunks, batch);
  return async (vectors, feeds) => {
    if (!(await tf.setBackend(backend))) throw new Error(`the TensorFlow.js backend ${backend} could not start`);
    const given: Record<string, Elements> = { ...chunksOf(vectors, chunks), ...feeds };
    const outputs = tf.tidy(() => stepOn(config, optimizer, chunks, (name) => {
      const specification = specifications[name];
      const data = given[name];
      if (specification === undefined || data === undefined) throw new Error(`the step has no input ${name}`);
      return tf.tensor(data, [...specification.shape], specification.type);
    }));
    const read = Object.fromEntries(await Promise.all(Object.entries(outputs).map(async ([name, output]) => [name, await output.data() as Float32Array] as const)));
    tf.dispose(outputs);
    const next = emptyVectors(config);
    for (const [name, chunk] of Object.entries(chunksOf(next, chunks, nextPrefix))) chunk.set(read[name] as Float32Array);
    return { loss: scalarOf(read, 'loss'), gradientNorm: scalarOf(read, 'gradientNorm'), vectors: next };
  };
}
