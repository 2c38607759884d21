import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPipeline } from '../../../src/engine/load/load-pipeline.js';
import { decodePipeline, encodePipeline } from '../../../src/engine/memo/pipeline-memo.js';
import type { Pipeline } from '../../../src/engine/pipeline.js';
import { kinds } from '../../../src/tasks/registry.js';

const registered = new Map(kinds.map((kind) => [kind.name, { kind, codeDigest: 'c'.repeat(64) }]));

function load(file: string, profile?: string): Pipeline {
  const result = loadPipeline(`pipelines/${file}`, readFileSync(`pipelines/${file}`, 'utf8'), registered, { ...(profile !== undefined && { profile }) });
  if (result.kind === 'invalid') throw new Error(result.diagnostics[0]?.message);
  return result.pipeline;
}

/** Getters and all. */
function plain({ tasks, ...pipeline }: Pipeline): unknown {
  return {
    ...pipeline,
    tasks: tasks.map(({ index, id, name, labels, uses, parameters, inputs, outputs, resources, attempts, timeoutMs, environment, position, parameterPositions, parameterOrigins }) => (
      { index, id, name, labels, uses, parameters, inputs, outputs, resources, attempts, timeoutMs, environment, position, parameterPositions, parameterOrigins })),
  };
}

describe('pipeline-memo', () => {
  it.each([['babel-tower.yaml', 'smoke'], ['babel-tower.yaml', undefined], ['real-code.yaml', undefined]])('gives %s back as it was (profile %s)', (file, profile) => {
    const pipeline = load(file, profile);
    const recalled = decodePipeline(encodePipeline(pipeline));
    expect(recalled && plain(recalled)).toEqual(plain(pipeline));
  });

  it('keeps a pipeline without tasks', () => {
    const empty: Pipeline = { name: 'p', file: '/p.yaml', params: { a: [1, null, 'ü'] }, tasks: [] };
    expect(decodePipeline(encodePipeline(empty))).toEqual(empty);
  });

  it('recalls nothing from a damaged file', () => {
    const bytes = encodePipeline(load('babel-tower.yaml', 'smoke'));
    fc.assert(fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ flip;
      expect(decodePipeline(damaged)).toBeUndefined();
    }), { numRuns: 50 });
    expect(decodePipeline(bytes.subarray(0, 1000))).toBeUndefined();
    expect(decodePipeline(Buffer.alloc(0))).toBeUndefined();
  });
});
