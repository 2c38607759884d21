import type { InputArtifact } from '../../engine/task-kind.js';
import { format, readJson } from '../formats/json-file.js';

/** What pooling needs of the mix that solve-mix found for one target. */
export interface SolvedMix {
  readonly dominant: string;
  readonly target: string;
  readonly dominantTokens: number;
  readonly availableTokens: number | null;
  readonly pStar: number;
  /** Null when unbounded. */
  readonly nStar: number | null;
  readonly overSeeds?: { readonly interval: readonly [number, number] | null } | null;
  readonly warnings: readonly { readonly kind: string; readonly message: string }[];
}

const tokens = { type: ['number', 'null'], minimum: 0 };

const isSolvedMix = format<SolvedMix>({
  type: 'object',
  required: ['dominant', 'target', 'dominantTokens', 'availableTokens', 'pStar', 'nStar', 'warnings'],
  properties: {
    dominant: { type: 'string' },
    target: { type: 'string' },
    dominantTokens: { type: 'number', exclusiveMinimum: 0 },
    availableTokens: tokens,
    pStar: { type: 'number', minimum: 0, maximum: 1 },
    nStar: tokens,
    overSeeds: { type: ['object', 'null'], required: ['interval'], properties: { interval: { type: ['array', 'null'], items: { type: 'number' } } } },
    warnings: { type: 'array', items: { type: 'object', required: ['kind', 'message'], properties: { kind: { type: 'string' }, message: { type: 'string' } } } },
  },
});

export function readSolvedMixes(artifacts: readonly InputArtifact[]): Promise<SolvedMix[]> {
  return Promise.all(artifacts.map(({ path }) => readJson(path, 'mix', isSolvedMix)));
}
