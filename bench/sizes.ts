import type { ModelConfig } from '../src/model/config.js';

/** The three models that every benchmark runs. */
export const sizes: Readonly<Record<string, ModelConfig>> = {
  '3 x 64': { layers: 3, width: 64, heads: 4, context: 64, vocabulary: 450 },
  '4 x 128': { layers: 4, width: 128, heads: 4, context: 64, vocabulary: 1024 },
  '6 x 256': { layers: 6, width: 256, heads: 8, context: 64, vocabulary: 2048 },
};

/** PyTorch takes part where PYTHON names an interpreter that has it. */
export const python = process.env['PYTHON'];
