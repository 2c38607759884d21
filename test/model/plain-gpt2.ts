/** GPT-2 a second time, in plain loops over float64, sharing nothing with src/model but the parameters' names. */

export interface PlainConfig { layers: number; width: number; heads: number; vocabulary: number }
export type PlainWeights = ReadonlyMap<string, ArrayLike<number>>;
type Matrix = number[][];

export interface PlainPass { logits: Matrix; hidden: Matrix[]; activations: Matrix[] }

/** One sequence of tokens; rows are positions. */
export function plainForward(config: PlainConfig, weights: PlainWeights, tokens: ArrayLike<number>): PlainPass {
  const { layers, width, heads, vocabulary } = config;
  const get = (name: string): ArrayLike<number> => {
    const values = weights.get(name);
    if (values === undefined) throw new Error(name);
    return values;
  };
  const at = (values: ArrayLike<number>, index: number): number => values[index] as number;
  const row = (matrix: Matrix, index: number): number[] => matrix[index] as number[];

  const layerNorm = (x: Matrix, name: string): Matrix => x.map((values) => {
    const mean = values.reduce((a, b) => a + b, 0) / width;
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / width;
    return values.map((value, i) => (value - mean) / Math.sqrt(variance + 1e-5) * at(get(`${name}.weight`), i) + at(get(`${name}.bias`), i));
  });
  const linear = (x: Matrix, name: string, outputs: number): Matrix => {
    const [weight, bias] = [get(`${name}.weight`), get(`${name}.bias`)];
    return x.map((values) => Array.from({ length: outputs }, (_, j) =>
      values.reduce((sum, value, i) => sum + value * at(weight, i * outputs + j), at(bias, j))));
  };
  const add = (x: Matrix, y: Matrix): Matrix => x.map((values, i) => values.map((value, j) => value + at(row(y, i), j)));

  const attend = (x: Matrix, name: string): Matrix => {
    const qkv = linear(x, `${name}.c_attn`, 3 * width);
    const size = width / heads;
    const mixed = x.map(() => new Array<number>(width).fill(0));
    for (let head = 0; head < heads; head++) {
      const part = (position: number, which: number) => row(qkv, position).slice(which * width + head * size, which * width + (head + 1) * size);
      x.forEach((_, position) => {
        const scores = Array.from({ length: position + 1 }, (__, earlier) =>
          part(position, 0).reduce((sum, value, i) => sum + value * at(part(earlier, 1), i), 0) / Math.sqrt(size));
        const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
        scores.forEach((score, earlier) => {
          part(earlier, 2).forEach((value, i) => { row(mixed, position)[head * size + i] = at(row(mixed, position), head * size + i) + Math.exp(score) / total * value; });
        });
      });
    }
    return linear(mixed, `${name}.c_proj`, width);
  };

  const hidden: Matrix[] = [];
  const activations: Matrix[] = [];
  let x: Matrix = Array.from(tokens, (token, position) =>
    Array.from({ length: width }, (_, i) => at(get('wte.weight'), token * width + i) + at(get('wpe.weight'), position * width + i)));
  for (let layer = 0; layer < layers; layer++) {
    x = add(x, attend(layerNorm(x, `h.${String(layer)}.ln_1`), `h.${String(layer)}.attn`));
    const inner = linear(layerNorm(x, `h.${String(layer)}.ln_2`), `h.${String(layer)}.mlp.c_fc`, 4 * width)
      .map((values) => values.map((v) => 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)))));
    x = add(x, linear(inner, `h.${String(layer)}.mlp.c_proj`, width));
    activations.push(inner);
    hidden.push(x);
  }
  const last = layerNorm(x, 'ln_f');
  const embedding = get('wte.weight');
  const logits = last.map((values) => Array.from({ length: vocabulary }, (_, token) =>
    values.reduce((sum, value, i) => sum + value * at(embedding, token * width + i), 0)));
  return { logits, hidden, activations };
}

/** Mean natural-log cross entropy over a batch of sequences. */
export function plainLoss(config: PlainConfig, weights: PlainWeights, inputs: readonly ArrayLike<number>[], targets: readonly ArrayLike<number>[]): number {
  let total = 0;
  let count = 0;
  inputs.forEach((tokens, sequence) => {
    plainForward(config, weights, tokens).logits.forEach((logits, position) => {
      const most = Math.max(...logits);
      const logTotal = most + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
      total += logTotal - (logits[(targets[sequence] as ArrayLike<number>)[position] as number] as number);
      count += 1;
    });
  });
  return total / count;
}
