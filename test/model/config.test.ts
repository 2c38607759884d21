import { describe, expect, it } from 'vitest';
import { assertModelConfig, parameterCount, parameterShapes } from '../../src/model/config.js';

describe('model config', () => {
  it('counts the parameters of the two paper-scale presets (methods 5.1)', () => {
    expect(parameterCount({ layers: 24, width: 2048, heads: 16, context: 2048, vocabulary: 50304 })).toBe(1_315_819_520);
    expect(parameterCount({ layers: 32, width: 4096, heads: 32, context: 2048, vocabulary: 50304 })).toBe(6_658_596_864);
  });

  it('names parameters and lays matrices out as Hugging Face GPT-2 does', () => {
    const shapes = parameterShapes({ layers: 1, width: 8, heads: 2, context: 4, vocabulary: 5 });
    expect([...shapes]).toEqual([
      ['wte.weight', [5, 8]], ['wpe.weight', [4, 8]],
      ['h.0.ln_1.weight', [8]], ['h.0.ln_1.bias', [8]],
      ['h.0.attn.c_attn.weight', [8, 24]], ['h.0.attn.c_attn.bias', [24]],
      ['h.0.attn.c_proj.weight', [8, 8]], ['h.0.attn.c_proj.bias', [8]],
      ['h.0.ln_2.weight', [8]], ['h.0.ln_2.bias', [8]],
      ['h.0.mlp.c_fc.weight', [8, 32]], ['h.0.mlp.c_fc.bias', [32]],
      ['h.0.mlp.c_proj.weight', [32, 8]], ['h.0.mlp.c_proj.bias', [8]],
      ['ln_f.weight', [8]], ['ln_f.bias', [8]],
    ]);
  });

  it('refuses a width that the heads do not divide, and sizes that are no sizes', () => {
    const config = { layers: 1, width: 8, heads: 3, context: 4, vocabulary: 5 };
    expect(() => { assertModelConfig(config); }).toThrow('width 8 is not a multiple of heads 3');
    expect(() => { assertModelConfig({ ...config, heads: 2, layers: 0 }); }).toThrow('layers must be a positive integer');
  });
});
