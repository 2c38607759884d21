/** Greedy decoding with a key/value cache, many prompts at once. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ModelConfig } from './config.js';
import { assertModelConfig, parameterShapes } from './config.js';
import { parameterInputs, parameterSpecifications } from './forward-pass.js';
import type { Parameters } from './gpt2.js';
import { parameter, readOut } from './gpt2.js';
import { gelu, layerNorm, masked } from './operations.js';
import type { PrefilledPrompt } from './prefill.js';
import { prefill } from './prefill.js';
import type { CompiledGraph, Elements } from './session.js';
import { compiledGraph } from './session.js';
import { trace } from './tracing/trace.js';
import type { Weights } from './weights.js';

export interface DecodeOptions {
  readonly config: ModelConfig;
  readonly weights: Weights;
  /** At least one token each. */
  readonly prompts: readonly Int32Array[];
  readonly maxNewTokens: number;
  /** Ends a completion; such a token is not part of it. */
  readonly stopTokens?: readonly number[];
  /** Asked after each token; the completion so far, that token included, is kept. */
  readonly stop?: (generated: readonly number[]) => boolean;
  /** Prompts decoded side by side; 32 unless said otherwise. */
  readonly batch?: number;
}

/**
 * The most probable continuation of each prompt, token by token: what argmax over a full forward pass gives.
 * A completion ends at a stop, at `maxNewTokens`, or when prompt and completion fill the context.
 * @throws {RangeError} when a prompt is empty or longer than the context
 */
export async function greedyDecode(options: DecodeOptions): Promise<Int32Array[]> {
  const { config, weights, prompts, maxNewTokens } = options;
  assertModelConfig(config);
  for (const { length } of prompts) {
    if (length < 1 || length > config.context) throw new RangeError(`a prompt has ${String(length)} tokens; the context takes 1 to ${String(config.context)}`);
  }
  const longest = Math.max(0, ...prompts.map(({ length }) => length + maxNewTokens));
  const capacity = Math.min(config.context, Math.ceil(longest / 16) * 16); // few capacities, few graphs
  const batch = Math.min(options.batch ?? 32, Math.max(1, prompts.length));
  const step = await compiledStep(config, batch, capacity);
  const parameters = parameterInputs(config, weights);
  const cache = new KeyValueCache(config, batch, capacity);

  const completions = prompts.map((): number[] => []);
  // A row takes the next prompt as soon as its own is complete, so no row waits for the longest.
  const prefilled = maxNewTokens === 0 ? [] : await prefill(config, weights, prompts, batch);
  const waiting = prefilled.map((past, index) => ({ past, index, position: past.tokens })).reverse();
  const take = (row: number) => {
    const next = waiting.pop();
    cache.clear(row);
    if (next !== undefined) cache.fill(row, next.past);
    return next;
  };
  const rows = Array.from({ length: batch }, (_, row) => take(row));
  while (rows.some((row) => row !== undefined)) {
    const tokens = Int32Array.from(rows, (row) => (row === undefined ? 0 : completions[row.index]?.at(-1) ?? prompts[row.index]?.at(-1) ?? 0));
    const positions = Int32Array.from(rows, (row) => row?.position ?? 0);
    const { next = new Int32Array(), keys = new Float32Array(), values = new Float32Array() } = await step.run({
      ...parameters, ...cache.inputs(), tokens, positions,
    });
    cache.append(positions, keys as Float32Array, values as Float32Array);
    rows.forEach((row, index) => {
      if (row === undefined) return;
      row.position += 1;
      if (accept(completions[row.index] ?? [], next[index] ?? 0, row.position, options)) rows[index] = take(index);
    });
  }
  return completions.map((completion) => Int32Array.from(completion));
}

/** Adds a token to a completion; true when the completion is finished. */
function accept(completion: number[], token: number, position: number, { config, maxNewTokens, stopTokens = [], stop }: DecodeOptions): boolean {
  if (completion.length >= maxNewTokens || stopTokens.includes(token)) return true;
  completion.push(token);
  return completion.length >= maxNewTokens || position >= config.context || stop?.(completion) === true;
}

/**
 * Keys and values of the positions behind each row, kept here and read by the graph in place: a step copies only
 * what is new. Stale entries of a row's former prompt stay masked.
 */
class KeyValueCache {
  /** For each layer [B, H, capacity, d/H]. */
  readonly #keys: Float32Array[];
  readonly #values: Float32Array[];
  /** [B, 1, capacity]: 0 where a row has a position, `masked` elsewhere. */
  readonly #mask: Float32Array;
  readonly #headWidth: number;

  constructor(private readonly config: ModelConfig, private readonly batch: number, private readonly capacity: number) {
    const size = batch * capacity * config.width;
    this.#keys = Array.from({ length: config.layers }, () => new Float32Array(size));
    this.#values = Array.from({ length: config.layers }, () => new Float32Array(size));
    this.#mask = new Float32Array(batch * capacity).fill(masked);
    this.#headWidth = config.width / config.heads;
  }

  inputs(): Record<string, Elements> {
    const layers = this.#keys.flatMap((keys, layer) => [[`keys.${String(layer)}`, keys], [`values.${String(layer)}`, this.#values[layer]]]);
    return { ...Object.fromEntries(layers) as Record<string, Elements>, mask: this.#mask };
  }

  /** @param keys values  [L, B, H, d/H], what the step computed at each row's position */
  append(positions: Int32Array, keys: Float32Array, values: Float32Array): void {
    const perLayer = this.batch * this.config.width;
    this.#keys.forEach((cached, layer) => { this.#scatter(cached, keys, layer * perLayer, positions); });
    this.#values.forEach((cached, layer) => { this.#scatter(cached, values, layer * perLayer, positions); });
    positions.forEach((position, row) => { this.#mask[row * this.capacity + position] = 0; });
  }

  clear(row: number): void {
    this.#mask.fill(masked, row * this.capacity, (row + 1) * this.capacity);
  }

  /** Puts a prompt behind the row. */
  fill(row: number, { keys, values, tokens }: PrefilledPrompt): void {
    const { layers, heads } = this.config;
    const size = tokens * this.#headWidth;
    for (let layer = 0; layer < layers; layer++) {
      for (let head = 0; head < heads; head++) {
        const from = (layer * heads + head) * size;
        const to = (row * heads + head) * this.capacity * this.#headWidth;
        this.#keys[layer]?.set(keys.subarray(from, from + size), to);
        this.#values[layer]?.set(values.subarray(from, from + size), to);
      }
    }
    this.#mask.fill(0, row * this.capacity, row * this.capacity + tokens);
  }

  #scatter(cached: Float32Array, fresh: Float32Array, offset: number, positions: Int32Array): void {
    const { heads } = this.config;
    const width = this.#headWidth;
    for (let row = 0; row < this.batch; row++) {
      for (let head = 0; head < heads; head++) {
        const from = offset + (row * heads + head) * width;
        const to = ((row * heads + head) * this.capacity + (positions[row] ?? 0)) * width;
        for (let index = 0; index < width; index++) cached[to + index] = fresh[from + index] ?? 0;
      }
    }
  }
}

function compiledStep(config: ModelConfig, batch: number, capacity: number): Promise<CompiledGraph> {
  const { layers, heads, width } = config;
  const cached = { shape: [batch * heads, capacity, width / heads], type: 'float32' } as const;
  const caches = Array.from({ length: layers }, (_, layer) => [[`keys.${String(layer)}`, cached], [`values.${String(layer)}`, cached]]).flat();
  const perRow = { shape: [batch], type: 'int32' } as const;
  return compiledGraph(`decode ${JSON.stringify([config, batch, capacity])}`, () => trace(
    { ...parameterSpecifications(config), ...Object.fromEntries(caches) as Record<string, typeof cached>, mask: { shape: [batch, 1, capacity], type: 'float32' }, tokens: perRow, positions: perRow },
    (tensor) => decodeStep(config, tensor),
  ));
}

/**
 * One token of each row through the model of gpt2.ts, looking back through the cache: B rows, C cached positions.
 * Gives the most probable next token [B] and the new keys and values [L*B*H, 1, d/H].
 */
function decodeStep(config: ModelConfig, tensor: (name: string) => Tensor): Record<string, Tensor> {
  const parameters: Parameters = new Map([...parameterShapes(config).keys()].map((name) => [name, tensor(name)]));
  const p = (name: string) => parameter(parameters, name);
  const norm = (input: Tensor, name: string) => layerNorm(input, p(`${name}.weight`), p(`${name}.bias`));
  const linear = (input: Tensor, name: string) => tf.fused.matMul({ a: input, b: p(`${name}.weight`), bias: p(`${name}.bias`) });
  const newKeys: Tensor[] = [];
  const newValues: Tensor[] = [];

  let x = tf.add(tf.gather(p('wte.weight'), tensor('tokens') as tf.Tensor1D), tf.gather(p('wpe.weight'), tensor('positions') as tf.Tensor1D)); // [B, d]
  for (let layer = 0; layer < config.layers; layer++) {
    const h = `h.${String(layer)}`;
    x = tf.add(x, linear(lookBack(linear(norm(x, `${h}.ln_1`), `${h}.attn.c_attn`), layer), `${h}.attn.c_proj`));
    x = tf.add(x, linear(gelu(linear(norm(x, `${h}.ln_2`), `${h}.mlp.c_fc`)), `${h}.mlp.c_proj`));
  }
  return { next: tf.argMax(readOut(parameters, x), -1), keys: tf.concat(newKeys), values: tf.concat(newValues) };

  /** Attention of each row's one query over its cached positions and itself. [B, 3d] -> [B, d] */
  function lookBack(qkv: Tensor, layer: number): Tensor {
    const { heads, width } = config;
    const batch = qkv.shape[0] ?? 0;
    const keys = tensor(`keys.${String(layer)}`); // [B*H, C, d/H]
    const capacity = keys.shape[1] ?? 0;
    const [q, k, v] = tf.split(tf.transpose(tf.reshape(qkv, [batch, 3, heads, width / heads]), [1, 0, 2, 3]), 3)
      .map((part) => tf.reshape(part, [batch * heads, 1, width / heads]));
    if (!q || !k || !v) throw new Error('split gave fewer than three parts');
    newKeys.push(k);
    newValues.push(v);
    const scaled = tf.mul(q, 1 / Math.sqrt(width / heads));
    const behind = tf.add(tf.reshape(tf.matMul(scaled, keys, false, true), [batch, heads, capacity]), tensor('mask'));
    const self = tf.sum(tf.mul(scaled, k), -1, true); // [B*H, 1, 1]
    const weights = tf.softmax(tf.concat([tf.reshape(behind, [batch * heads, 1, capacity]), self], -1));
    const [toBehind, toSelf] = tf.split(weights, [capacity, 1], -1);
    if (!toBehind || !toSelf) throw new Error('split gave fewer than two parts');
    const mixed = tf.add(tf.matMul(toBehind, tensor(`values.${String(layer)}`)), tf.mul(toSelf, v));
    return tf.reshape(mixed, [batch, width]);
  }
}
