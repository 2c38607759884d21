/** Forward passes over whole sequences, traced: what the probes and the evaluation read from a model. */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from './config.js';
import { assertModelConfig, parameterShapes } from './config.js';
import type { Forward, Parameters } from './gpt2.js';
import { crossEntropy, forward, readOut } from './gpt2.js';
import type { CompiledGraph, Elements } from './session.js';
import { compiledGraph } from './session.js';
import type { TensorSpecification } from './tracing/trace.js';
import { trace } from './tracing/trace.js';
import type { Weights } from './weights.js';
import { parameterOf } from './weights.js';

/**
 * `logits` [B, T, V]; `hidden` the residual stream after each block, [L, B, T, d]; `activations` the feed-forward
 * neurons after the GELU, [L, B, T, 4d]; `loss` the mean natural-log cross entropy, [1] (needs targets).
 */
export type ForwardOutput = 'logits' | 'hidden' | 'activations' | 'loss';

export interface ForwardOptions<Output extends ForwardOutput> {
  readonly config: ModelConfig;
  /** Sequences, B. */
  readonly batch: number;
  /** Tokens in a sequence, T. */
  readonly length: number;
  readonly outputs: readonly Output[];
}

export interface ForwardPass<Output extends ForwardOutput> {
  /** @param tokens targets  [B, T] row by row; targets only for the loss */
  run(weights: Weights, tokens: Int32Array, targets?: Int32Array): Promise<Record<Output, Float32Array>>;
}

export async function createForward<Output extends ForwardOutput>(options: ForwardOptions<Output>): Promise<ForwardPass<Output>> {
  const { config, batch, length, outputs } = options;
  const extra: Record<string, TensorSpecification> = outputs.some((output) => output === 'loss') ? { targets: { shape: [batch, length], type: 'int32' } } : {};
  const compiled = await compiledForward(`forward ${outputs.join()}`, { config, batch, length, extra }, (pass, tensor) => {
    const emit: Record<ForwardOutput, () => Tensor> = {
      logits: () => pass.logits,
      hidden: () => tf.concat([...pass.hidden]),
      activations: () => tf.concat([...pass.activations]),
      loss: () => tf.reshape(crossEntropy(pass.logits, tensor('targets')), [1]),
    };
    return Object.fromEntries(outputs.map((output) => [output, emit[output]()]));
  });
  return {
    run: async (weights, tokens, targets) =>
      await compiled.run({ ...parameterInputs(config, weights), tokens, ...(targets && { targets }) }) as Record<Output, Float32Array>,
  };
}

export interface TokenStream {
  readonly config: ModelConfig;
  readonly weights: Weights;
  /** Concatenated documents; cut into sequences of `length` tokens, what is left over at the end is not read. */
  readonly tokens: ArrayLike<number>;
  /** Tokens in a sequence; the context unless said otherwise. */
  readonly length?: number;
  /** Sequences run at once; 16 unless said otherwise. */
  readonly batch?: number;
}

/** Mean natural-log cross entropy of the stream, and over how many predictions; null where there is none. */
export async function meanLoss({ config, weights, tokens, length = config.context, batch = 16 }: TokenStream): Promise<{ loss: number | null; tokens: number }> {
  let total = 0;
  let predicted = 0;
  for (const { start, sequences } of chunks(tokens.length - 1, length, batch)) {
    const size = sequences * length;
    const pass = await createForward({ config, batch: sequences, length, outputs: ['loss'] });
    const { loss } = await pass.run(weights, window(tokens, start, size), window(tokens, start + 1, size));
    total += (loss[0] ?? Number.NaN) * size;
    predicted += size;
  }
  return { loss: predicted === 0 ? null : total / predicted, tokens: predicted };
}

export interface ActivationCounts {
  /** For each layer and feed-forward neuron, [4d] each: at how many positions its activation was above 0. */
  readonly counts: readonly Int32Array[];
  /** Positions counted, the n of LAPE. */
  readonly tokens: number;
}

/** The counters of LAPE (methods.md 2.1): activation after the non-linearity > 0, summed over all positions. */
export async function positiveActivationCounts({ config, weights, tokens, length = config.context, batch = 16 }: TokenStream): Promise<ActivationCounts> {
  const neurons = 4 * config.width;
  const counts = Array.from({ length: config.layers }, () => new Int32Array(neurons));
  let counted = 0;
  for (const { start, sequences } of chunks(tokens.length, length, batch)) {
    const compiled = await compiledForward('positive activations', { config, batch: sequences, length }, ({ activations }) => ({
      counts: tf.concat(activations.map((activation) => tf.sum(tf.cast(tf.greater(activation, 0), 'int32'), 0))),
    }));
    const result = await compiled.run({ ...parameterInputs(config, weights), tokens: window(tokens, start, sequences * length) });
    counts.forEach((layer, index) => {
      for (let neuron = 0; neuron < neurons; neuron++) layer[neuron] = (layer[neuron] ?? 0) + (result['counts']?.[index * neurons + neuron] ?? 0);
    });
    counted += sequences * length;
  }
  return { counts, tokens: counted };
}

export interface LensPrompt {
  readonly tokens: Int32Array;
  /** The position read: its next token is the one of interest. */
  readonly position: number;
  /** Sets of token ids whose probability is summed. */
  readonly sets?: readonly (readonly number[])[];
}

export interface LensReading {
  /** The most probable token after each block, [L]. */
  readonly predicted: Int32Array;
  /** For each set, the summed probability after each block, [L]. */
  readonly mass: readonly Float32Array[];
}

/**
 * The logit lens (methods.md 3.1): W_E LN_f(h_i) of the residual stream after every block, LN_f applied once, at
 * one position of each prompt. Prompts may differ in length: what follows a position cannot reach it.
 */
export async function blockLogits(
  { config, weights, prompts, batch = 16 }: { readonly config: ModelConfig; readonly weights: Weights; readonly prompts: readonly LensPrompt[]; readonly batch?: number },
): Promise<LensReading[]> {
  const readings: LensReading[] = [];
  for (let start = 0; start < prompts.length; start += batch) {
    const group = prompts.slice(start, start + batch);
    const longest = Math.max(...group.map(({ tokens }) => tokens.length));
    const length = Math.min(config.context, Math.ceil(longest / 16) * 16); // few lengths, few graphs
    readings.push(...await readGroup(config, weights, group, length));
  }
  return readings;
}

async function readGroup(config: ModelConfig, weights: Weights, prompts: readonly LensPrompt[], length: number): Promise<LensReading[]> {
  const batch = prompts.length;
  const extra: Record<string, TensorSpecification> = { rows: { shape: [batch], type: 'int32' } };
  const compiled = await compiledForward('block logits', { config, batch, length, extra }, ({ hidden }, tensor, parameters) => {
    const logits = hidden.map((state) => readOut(parameters, tf.gather(state, tensor('rows') as tf.Tensor1D)));
    return { predicted: tf.concat(logits.map((block) => tf.argMax(block, -1))), probabilities: tf.concat(logits.map((block) => tf.softmax(block))) };
  });
  const tokens = new Int32Array(batch * length);
  prompts.forEach((prompt, index) => {
    if (prompt.tokens.length > length) throw new RangeError(`a prompt of ${String(prompt.tokens.length)} tokens exceeds the context of ${String(length)}`);
    tokens.set(prompt.tokens, index * length);
  });
  const rows = Int32Array.from(prompts, ({ position }, index) => index * length + position);
  const { predicted = new Int32Array(), probabilities = new Float32Array() } = await compiled.run({ ...parameterInputs(config, weights), tokens, rows });
  return prompts.map(({ sets = [] }, index) => {
    const row = (layer: number) => layer * batch + index;
    const layers = Array.from({ length: config.layers }, (_, layer) => layer);
    const massAfter = (layer: number, ids: readonly number[]) => ids.reduce((mass, id) => mass + (probabilities[row(layer) * config.vocabulary + id] ?? 0), 0);
    return {
      predicted: Int32Array.from(layers, (layer) => predicted[row(layer)] ?? -1),
      mass: sets.map((ids) => Float32Array.from(layers, (layer) => massAfter(layer, ids))),
    };
  });
}

interface ForwardShape {
  readonly config: ModelConfig;
  readonly batch: number;
  readonly length: number;
  readonly extra?: Readonly<Record<string, TensorSpecification>>;
}

export function compiledForward(
  name: string, { config, batch, length, extra = {} }: ForwardShape,
  outputs: (pass: Forward, tensor: (name: string) => Tensor, parameters: Parameters) => Record<string, Tensor>,
): Promise<CompiledGraph> {
  assertModelConfig(config);
  const inputs: Record<string, TensorSpecification> = { ...parameterSpecifications(config), tokens: { shape: [batch, length], type: 'int32' }, ...extra };
  return compiledGraph(`${name} ${JSON.stringify([config, batch, length])}`, () => trace(inputs, (tensor) => {
    const parameters: Parameters = new Map([...parameterShapes(config).keys()].map((parameter) => [parameter, tensor(parameter)]));
    return outputs(forward(config, parameters, tensor('tokens')), tensor, parameters);
  }));
}

export function parameterSpecifications(config: ModelConfig): Record<string, TensorSpecification> {
  return Object.fromEntries([...parameterShapes(config)].map(([name, shape]) => [name, { shape, type: 'float32' }]));
}

export function parameterInputs(config: ModelConfig, weights: Weights): Record<string, Elements> {
  return Object.fromEntries([...parameterShapes(config)].map(([name, shape]) => [name, parameterOf(weights, name, shape)]));
}

function window(tokens: ArrayLike<number>, start: number, size: number): Int32Array {
  return Int32Array.from({ length: size }, (_, index) => tokens[start + index] ?? 0);
}

/** Whole sequences of the stream, `batch` at a time. */
function* chunks(tokens: number, length: number, batch: number): Generator<{ start: number; sequences: number }> {
  const whole = Math.floor(tokens / length);
  for (let sequence = 0; sequence < whole; sequence += batch) {
    yield { start: sequence * length, sequences: Math.min(batch, whole - sequence) };
  }
}
