import { build } from 'esbuild';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { freshOptimizer } from '../../src/model/checkpoint.js';
import { createTrainer } from '../../src/model/trainer.js';
import type { StepResult, Trainer, TrainerOptions, TrainingState } from '../../src/model/trainer.js';
import { initialWeights } from '../../src/model/weights.js';
import { randomTokens, relativeError, sameBits, small } from './rig.js';

const options: TrainerOptions = { config: small, batch: 3 };
const initial = (): TrainingState => ({ weights: initialWeights(small, 1), ...freshOptimizer(small) });

async function takeSteps(trainer: Trainer, from: number, to: number): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (let step = from; step < to; step++) {
    const tokens = randomTokens(3 * small.context + 1, small.vocabulary, step % 5);
    results.push(await trainer.step(tokens.slice(0, -1), tokens.slice(1), 3e-3));
  }
  return results;
}

async function train(steps: number, changes: Partial<TrainerOptions> = {}): Promise<{ results: StepResult[]; state: TrainingState }> {
  const trainer = await createTrainer({ ...options, ...changes });
  trainer.load(initial());
  return { results: await takeSteps(trainer, 0, steps), state: await trainer.state() };
}

function expectSameState(left: TrainingState, right: TrainingState): void {
  expect(left.optimizerStep).toBe(right.optimizerStep);
  expect(sameBits(left.weights, right.weights)).toBe(true);
  expect(sameBits(left.firstMoments, right.firstMoments)).toBe(true);
  expect(sameBits(left.secondMoments, right.secondMoments)).toBe(true);
}

/** A thread that trains until told to stop; resolves once it is under way. */
async function busyNeighbour(): Promise<{ stop: () => Promise<number> }> {
  const source = `
    const { parentPort } = require('node:worker_threads');
    const { createTrainer } = require('./src/model/trainer.ts');
    const { freshOptimizer } = require('./src/model/checkpoint.ts');
    const { initialWeights } = require('./src/model/weights.ts');
    const config = { layers: 2, width: 32, heads: 2, context: 24, vocabulary: 50 };
    let stopped = false;
    parentPort.on('message', () => { stopped = true; });
    void (async () => {
      const trainer = await createTrainer({ config, batch: 4 });
      trainer.load({ weights: initialWeights(config, 9), ...freshOptimizer(config) });
      const tokens = Int32Array.from({ length: 96 }, (_, i) => (i * 7) % 50);
      let steps = 0;
      while (!stopped) {
        await trainer.step(tokens, tokens, 1e-3);
        if (++steps === 3) parentPort.postMessage(steps);
      }
      parentPort.postMessage(steps);
      parentPort.close();
    })();`;
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: resolve(import.meta.dirname, '../..'), loader: 'ts' },
    bundle: true, write: false, platform: 'node', format: 'cjs', packages: 'external', logLevel: 'silent',
    define: { 'import.meta.url': JSON.stringify(import.meta.url) },
  });
  const worker = new Worker(outputFiles[0]?.text ?? '', { eval: true });
  await once(worker, 'message');
  return {
    stop: async () => {
      worker.postMessage('stop');
      const [steps] = await once(worker, 'message') as [number];
      await worker.terminate();
      return steps;
    },
  };
}

describe('trainer', () => {
  it('takes the steps that eager TensorFlow.js takes', async () => {
    const [traced, eager] = [await train(5), await train(5, { executor: 'eager' })];
    traced.results.forEach(({ loss, gradientNorm }, step) => {
      expect(relativeError([loss], [eager.results[step]?.loss as number])).toBeLessThan(1e-5);
      expect(relativeError([gradientNorm], [eager.results[step]?.gradientNorm as number])).toBeLessThan(1e-4);
    });
    for (const [name, values] of traced.state.weights) {
      // Adam divides a gradient by its own size: where that is rounding error alone (a key's bias), so is the update.
      if (name.endsWith('c_attn.bias')) continue;
      expect(relativeError(values, eager.state.weights.get(name) as Float32Array), name).toBeLessThan(1e-3);
    }
  });

  it('learns: five batches seen forty times each are all but known by heart', async () => {
    const { results } = await train(200);
    expect(results[0]?.loss).toBeCloseTo(Math.log(small.vocabulary), 0);
    expect(results.at(-1)?.loss).toBeLessThan(0.5 * Math.log(small.vocabulary));
  });

  it('gives the same bits twice, and while another thread trains beside it', async () => {
    const alone = await train(50);
    const again = await train(50);
    const neighbour = await busyNeighbour();
    const accompanied = await train(50);
    expect(await neighbour.stop()).toBeGreaterThan(3);
    expect(again.results).toEqual(alone.results);
    expect(accompanied.results).toEqual(alone.results);
    expectSameState(again.state, alone.state);
    expectSameState(accompanied.state, alone.state);
  });

  it('continues from a state bit for bit, in the same trainer or another', async () => {
    const whole = await train(12);
    const firstHalf = await train(7);
    const trainer = await createTrainer(options);
    trainer.load(firstHalf.state);
    const rest = await takeSteps(trainer, 7, 12);
    expect(rest).toEqual(whole.results.slice(7));
    expectSameState(await trainer.state(), whole.state);
  });

  it('hands out states that later steps do not touch', async () => {
    const trainer = await createTrainer(options);
    trainer.load(initial());
    const before = await trainer.state();
    await takeSteps(trainer, 0, 3);
    expectSameState(before, initial());
  });

  it('refuses a batch of another size, a step before loading, and weights without moments', async () => {
    const trainer = await createTrainer(options);
    await expect(trainer.step(new Int32Array(36), new Int32Array(36), 1e-3)).rejects.toThrow('only after load()');
    expect(() => { trainer.load({ weights: initialWeights(small, 1), optimizerStep: 4 }); }).toThrow('freshOptimizer');
    trainer.load(initial());
    await expect(trainer.step(new Int32Array(35), new Int32Array(35), 1e-3)).rejects.toThrow('a batch holds 3 x 12 tokens, got 35');
  });
});
