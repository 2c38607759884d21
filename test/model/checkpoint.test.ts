import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshOptimizer, readCheckpoint, writeCheckpoint } from '../../src/model/checkpoint.js';
import type { Checkpoint } from '../../src/model/checkpoint.js';
import { randomFromState, seededRandom } from '../../src/model/random.js';
import type { RandomState } from '../../src/model/random.js';
import { createTrainer } from '../../src/model/trainer.js';
import type { Trainer } from '../../src/model/trainer.js';
import { initialWeights } from '../../src/model/weights.js';
import { sameBits, small } from './rig.js';

let directory: string;
beforeEach(async () => { directory = await mkdtemp(join(tmpdir(), 'checkpoint-')); });
afterEach(async () => { await rm(directory, { recursive: true }); });

const start = (): Checkpoint => ({
  config: small, weights: initialWeights(small, 1), ...freshOptimizer(small), step: 0, random: seededRandom(4).state(), cursor: { epoch: 0 }, tokensSeen: 0,
});

/** Trains on batches drawn from the checkpoint's own generator, up to `end`. */
async function trainTo(end: number, from: Checkpoint): Promise<Checkpoint> {
  const trainer: Trainer = await createTrainer({ config: small, batch: 2 });
  trainer.load(from);
  const random = randomFromState(from.random as RandomState);
  for (let step = from.step; step < end; step++) {
    const tokens = Int32Array.from({ length: 2 * small.context + 1 }, () => random.integer(small.vocabulary));
    await trainer.step(tokens.slice(0, -1), tokens.slice(1), 1e-3);
  }
  return { ...from, ...await trainer.state(), step: end, random: random.state(), tokensSeen: end * 2 * small.context };
}

describe('checkpoint', () => {
  it('resumes a run so that it ends as the uninterrupted one does, bit for bit', async () => {
    const uninterrupted = await trainTo(10, start());
    await writeCheckpoint(directory, await trainTo(4, start()));
    const resumed = await trainTo(10, await readCheckpoint(directory, { optimizer: true }));
    expect(sameBits(resumed.weights, uninterrupted.weights)).toBe(true);
    expect(sameBits(resumed.firstMoments, uninterrupted.firstMoments)).toBe(true);
    expect(sameBits(resumed.secondMoments, uninterrupted.secondMoments)).toBe(true);
    expect([resumed.random, resumed.optimizerStep, resumed.tokensSeen]).toEqual([uninterrupted.random, 10, 240]);
  });

  it('writes the same bytes for the same state', async () => {
    await writeCheckpoint(join(directory, 'a'), start());
    await writeCheckpoint(join(directory, 'b'), start());
    for (const file of ['model.safetensors', 'optimizer.safetensors', 'checkpoint.json']) {
      expect((await readFile(join(directory, 'a', file))).equals(await readFile(join(directory, 'b', file))), file).toBe(true);
    }
  });

  it('leaves the moments out of a checkpoint of weights only', async () => {
    const { firstMoments, secondMoments, ...weightsOnly } = start();
    expect(firstMoments).toBeDefined();
    expect(secondMoments).toBeDefined();
    await writeCheckpoint(directory, weightsOnly);
    expect(await readdir(directory)).toEqual(['checkpoint.json', 'model.safetensors']);
    const read = await readCheckpoint(directory, { optimizer: false });
    expect(sameBits(read.weights, weightsOnly.weights)).toBe(true);
    expect(read.firstMoments).toBeUndefined();
    await expect(readCheckpoint(directory, { optimizer: true })).rejects.toThrow('has no optimizer.safetensors');
  });

  it('states its format and keeps the cursor as it was given', async () => {
    await writeCheckpoint(directory, { ...start(), cursor: { epoch: 2, windows: [1, 2] } });
    const index = JSON.parse(await readFile(join(directory, 'checkpoint.json'), 'utf8')) as Record<string, unknown>;
    expect(index['format']).toBe('pipelines/checkpoint/v1');
    expect((await readCheckpoint(directory, { optimizer: true })).cursor).toEqual({ epoch: 2, windows: [1, 2] });
  });

  it('says what is wrong with a directory that holds no checkpoint, or another model', async () => {
    await expect(readCheckpoint(directory, { optimizer: false })).rejects.toThrow('has no checkpoint.json');
    await writeCheckpoint(directory, start());
    const file = join(directory, 'checkpoint.json');
    const index = await readFile(file, 'utf8');
    await writeFile(file, index.replace('"width": 16', '"width": 32'));
    await expect(readCheckpoint(directory, { optimizer: false })).rejects.toThrow('tensor wte.weight should have shape [19, 32], found [19, 16]');
    await writeFile(file, index.replace('checkpoint/v1', 'checkpoint/v9'));
    await expect(readCheckpoint(directory, { optimizer: false })).rejects.toThrow('format pipelines/checkpoint/v9');
  });
});
