/** The shape of a GPT-2 (methods.md 5.1): pre-LN blocks, learned positions, tied embedding, feed-forward width 4 x `width`. */
export interface ModelConfig {
  readonly layers: number;
  /** Width of the residual stream, d. A multiple of `heads`. */
  readonly width: number;
  readonly heads: number;
  /** Longest sequence in tokens: the number of learned positions. */
  readonly context: number;
  readonly vocabulary: number;
}

/**
 * Every parameter's name and shape, with Hugging Face's GPT-2 names and layouts (matrices are [in, out]),
 * in the one order that checkpoints, initialisation and the flat parameter vector share.
 */
export function parameterShapes(config: ModelConfig): ReadonlyMap<string, readonly number[]> {
  const { layers, width: d, context, vocabulary } = config;
  const shapes = new Map<string, readonly number[]>([['wte.weight', [vocabulary, d]], ['wpe.weight', [context, d]]]);
  for (let layer = 0; layer < layers; layer++) {
    const block = `h.${String(layer)}`;
    shapes.set(`${block}.ln_1.weight`, [d]).set(`${block}.ln_1.bias`, [d]);
    shapes.set(`${block}.attn.c_attn.weight`, [d, 3 * d]).set(`${block}.attn.c_attn.bias`, [3 * d]);
    shapes.set(`${block}.attn.c_proj.weight`, [d, d]).set(`${block}.attn.c_proj.bias`, [d]);
    shapes.set(`${block}.ln_2.weight`, [d]).set(`${block}.ln_2.bias`, [d]);
    shapes.set(`${block}.mlp.c_fc.weight`, [d, 4 * d]).set(`${block}.mlp.c_fc.bias`, [4 * d]);
    shapes.set(`${block}.mlp.c_proj.weight`, [4 * d, d]).set(`${block}.mlp.c_proj.bias`, [d]);
  }
  return shapes.set('ln_f.weight', [d]).set('ln_f.bias', [d]);
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dimension) => size * dimension, 1);
}

/** L(12 d^2 + 13 d) + V d + T d + 2 d (methods.md 5.1). */
export function parameterCount(config: ModelConfig): number {
  return [...parameterShapes(config).values()].reduce((count, shape) => count + sizeOf(shape), 0);
}

/** @throws {RangeError} for a configuration that no GPT-2 can have */
export function assertModelConfig(config: ModelConfig): void {
  for (const [name, value] of Object.entries(config)) {
    if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`model config: ${name} must be a positive integer, got ${String(value)}`);
  }
  if (config.width % config.heads !== 0) {
    throw new RangeError(`model config: width ${String(config.width)} is not a multiple of heads ${String(config.heads)}`);
  }
}
