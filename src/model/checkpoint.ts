/** A point of a training run on disk: everything from which the run continues bit for bit. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelConfig } from './config.js';
import { assertModelConfig, parameterShapes } from './config.js';
import type { RandomState } from './random.js';
import type { StoredTensor } from './safetensors.js';
import { decodeSafetensors, encodeSafetensors } from './safetensors.js';
import type { TrainingState } from './trainer.js';
import type { Weights } from './weights.js';
import { parameterOf, zeroWeights } from './weights.js';

const format = 'pipelines/checkpoint/v1';
const files = { model: 'model.safetensors', optimizer: 'optimizer.safetensors', index: 'checkpoint.json' };

/** What `checkpoint.json` holds besides the format's name. */
export interface CheckpointIndex {
  readonly config: ModelConfig;
  /** Steps taken over the whole run, all segments together. */
  readonly step: number;
  /** Updates the optimizer has made; differs from `step` when a run starts with fresh moments. */
  readonly optimizerStep: number;
  /** The state of the run's random generator, where the order of the data is not a function of the cursor alone. */
  readonly random?: RandomState;
  /** Where the run is in its data: a JSON value in the data loader's own terms. */
  readonly cursor: unknown;
  readonly tokensSeen: number;
}

/** A checkpoint without moments holds weights only. */
export interface Checkpoint extends CheckpointIndex, TrainingState {}

export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

export async function writeCheckpoint(directory: string, checkpoint: Checkpoint): Promise<void> {
  const { weights, firstMoments, secondMoments, ...index } = checkpoint;
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, files.model), encodeSafetensors(stored(index.config, weights)));
  if (firstMoments !== undefined && secondMoments !== undefined) {
    const both = new Map([...stored(index.config, firstMoments, 'm.'), ...stored(index.config, secondMoments, 'v.')]);
    await writeFile(join(directory, files.optimizer), encodeSafetensors(both));
  }
  await writeFile(join(directory, files.index), `${JSON.stringify({ format, ...index }, null, 2)}\n`);
}

/**
 * @param optimizer whether to read the moments; a checkpoint without them is then an error
 * @throws {CheckpointError} when the directory holds no complete checkpoint
 */
export async function readCheckpoint(directory: string, { optimizer }: { readonly optimizer: boolean }): Promise<Checkpoint> {
  const index = await readCheckpointIndex(directory);
  const weights = loaded(index.config, await readTensors(directory, files.model));
  if (!optimizer) return { ...index, weights };
  const tensors = await readTensors(directory, files.optimizer);
  return { ...index, weights, firstMoments: loaded(index.config, tensors, 'm.'), secondMoments: loaded(index.config, tensors, 'v.') };
}

/** @throws {CheckpointError} when there is no index or it is not of this format */
export async function readCheckpointIndex(directory: string): Promise<CheckpointIndex> {
  const text = await readFile(join(directory, files.index), 'utf8').catch((cause: unknown) => {
    throw new CheckpointError(`${directory} has no ${files.index}`, { cause });
  });
  const { format: found, ...index } = JSON.parse(text) as CheckpointIndex & { format?: unknown };
  if (found !== format) throw new CheckpointError(`${directory}/${files.index} has format ${String(found)}, expected ${format}`);
  assertModelConfig(index.config);
  return index;
}

/** An optimizer that has made no update: what a run starts with, on new weights or on another run's. */
export function freshOptimizer(config: ModelConfig): Required<Omit<TrainingState, 'weights'>> {
  return { firstMoments: zeroWeights(config), secondMoments: zeroWeights(config), optimizerStep: 0 };
}

async function readTensors(directory: string, file: string): Promise<Map<string, StoredTensor>> {
  const bytes = await readFile(join(directory, file)).catch((cause: unknown) => {
    throw new CheckpointError(`${directory} has no ${file}`, { cause });
  });
  return decodeSafetensors(bytes);
}

function stored(config: ModelConfig, weights: Weights, prefix = ''): Map<string, StoredTensor> {
  return new Map([...parameterShapes(config)].map(([name, shape]) => [prefix + name, { shape, data: parameterOf(weights, name, shape) }]));
}

function loaded(config: ModelConfig, tensors: ReadonlyMap<string, StoredTensor>, prefix = ''): Weights {
  return new Map([...parameterShapes(config)].map(([name, shape]) => {
    const tensor = tensors.get(prefix + name);
    if (tensor === undefined || tensor.shape.join() !== shape.join()) {
      throw new CheckpointError(`tensor ${prefix}${name} should have shape [${shape.join(', ')}], found ${tensor === undefined ? 'none' : `[${tensor.shape.join(', ')}]`}`);
    }
    return [name, tensor.data];
  }));
}
