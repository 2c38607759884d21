/**
 * Tokens per second of one training step by executor, all in one run on one thread:
 * `node bench/run.mjs training [steps]`. The traced graph is timed before and after the others, because a machine
 * that others use too is not the same machine a minute later; the time on the processor tells waiting from work.
 */
import '@tensorflow/tfjs-backend-cpu';
import * as wasm from '@tensorflow/tfjs-backend-wasm';
import { loadavg } from 'node:os';
import { freshOptimizer } from '../src/model/checkpoint.js';
import type { ModelConfig } from '../src/model/config.js';
import { parameterCount } from '../src/model/config.js';
import { seededRandom } from '../src/model/random.js';
import { createTrainer } from '../src/model/trainer.js';
import type { TrainerOptions } from '../src/model/trainer.js';
import { initialWeights } from '../src/model/weights.js';

const batch = 24;
const narrow: ModelConfig = { layers: 3, width: 64, heads: 4, context: 64, vocabulary: 256 };
const wide: ModelConfig = { ...narrow, width: 128 };
const steps = Number(process.argv[2] ?? 40);

interface Row {
  readonly executor: string;
  readonly model: string;
  readonly steps: number;
  readonly 'tokens/s': number;
  readonly 'median ms': number;
  readonly 'fastest ms': number;
  readonly 'CPU ms': number;
}

async function measure(executor: string, config: ModelConfig, count: number, how: Partial<TrainerOptions>): Promise<Row> {
  const trainer = await createTrainer({ config, batch, ...how });
  trainer.load({ weights: initialWeights(config, 1), ...freshOptimizer(config) });
  const random = seededRandom(2);
  const tokens = Int32Array.from({ length: batch * config.context + 1 }, () => random.integer(config.vocabulary));
  const step = () => trainer.step(tokens.slice(0, -1), tokens.slice(1), 1e-3);
  if (count > 1) await step(); // the first step allocates
  const times: number[] = [];
  const before = process.cpuUsage();
  for (let index = 0; index < count; index++) {
    const start = performance.now();
    await step();
    times.push(performance.now() - start);
  }
  const used = process.cpuUsage(before);
  times.sort((a, b) => a - b);
  const median = times[times.length >> 1] ?? Number.NaN;
  return {
    executor, model: `${String(config.layers)} x ${String(config.width)}, ${String(parameterCount(config))} parameters`, steps: count,
    'tokens/s': Math.round(batch * config.context / median * 1000),
    'median ms': round(median), 'fastest ms': round(times[0] ?? Number.NaN), 'CPU ms': round((used.user + used.system) / 1000 / count),
  };
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

wasm.setThreadsCount(1);
const rows: Row[] = [
  await measure('traced, onnxruntime', narrow, steps, {}),
  await measure('traced, onnxruntime', wide, steps, {}),
  await measure('eager, tfjs-wasm', narrow, 3, { executor: 'eager', backend: 'wasm' }),
  await measure('eager, tfjs cpu', narrow, 1, { executor: 'eager', backend: 'cpu' }),
  await measure('traced, onnxruntime', narrow, steps, {}),
];
console.log(`batch ${String(batch)} x ${String(narrow.context)} tokens, vocabulary ${String(narrow.vocabulary)}, one thread, Node ${process.version}, load ${loadavg().map((load) => load.toFixed(1)).join(' ')}`);
console.table(rows);
