import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { pipelineSchema } from '../../../src/engine/load/schema.js';
import { kinds } from './kinds.js';

const validate = new Ajv2020({ allErrors: true, strict: false }).compile(pipelineSchema(kinds));
const accepts = (task: string): boolean => validate(parse(`name: test\nparams: { n: 1 }\ntasks:\n  a: ${task}\n`));

describe('the schema for editors', () => {
  it.each([
    '{ uses: source, with: { language: php, tokens: "${{ params.n }}", layers: [1, "${{ params.n }}"], model: { width: "${{ params.n }}" } } }',
    '{ uses: train, matrix: { x: "${{ params.n }}", y: other.y }, inputs: { corpus: corpus.shards }, with: { steps: 100 }, resources: { cores: "${{ params.n }}", memory: 1GiB }, timeout: 30m }',
    '{ uses: ./my-task.js, inputs: { any: a.b }, with: { any: 1 } }',
    '{ uses: exec, with: { command: [ls] }, inputs: { anything: { path: x }, more: [a.b, { path: y }] }, outputs: { o: o.txt } }',
  ])('accepts %s', (task) => {
    expect(accepts(task)).toBe(true);
  });

  it.each([
    '{ uses: sorce }',
    '{ uses: my-task.js }',
    '{ uses: source, with: { language: php, tokens: many } }',
    '{ uses: source, with: { langauge: php } }',
    '{ uses: source }',
    '{ uses: train, with: { steps: 100 } }',
    '{ uses: train, with: { steps: 100 }, inputs: { corpse: a.b, corpus: a.b } }',
    '{ uses: source, with: { language: php }, outputs: { o: o.txt } }',
    '{ uses: exec, with: { command: [ls] }, timeout: soon }',
  ])('refuses %s', (task) => {
    expect(accepts(task)).toBe(false);
  });
});
