import { describe, expect, it } from 'vitest';
import { describeKind, listOfKinds } from '../../src/cli/tasks.js';
import type { TaskKind } from '../../src/engine/task-kind.js';
import { kinds } from '../../src/tasks/registry.js';

const sample: TaskKind = {
  name: 'sample', version: 1, summary: 'Draw lines', source: 'section 3.2',
  parameters: {
    type: 'object', additionalProperties: false, required: ['share'],
    properties: {
      share: { type: 'number', exclusiveMinimum: 0, maximum: 1, description: 'Of all lines.' },
      order: { enum: ['file', 'random'], default: 'file', description: 'Of the lines drawn.' },
      seeds: { type: 'array', items: { type: 'integer' }, default: [1] },
    },
  },
  inputs: { lines: { type: 'file', description: 'The lines.', many: true }, weights: { type: 'file', description: 'One a line.', optional: true } },
  outputs: { drawn: { type: 'file', fileName: 'drawn.txt', description: 'The lines drawn.' } },
  resources: { cores: 1, memory: 2e9 }, sensitivity: 'portable', implementation: new URL('file:///nowhere.js'),
};

describe('tasks', () => {
  it('describes a kind with the types, bounds and defaults of its parameters', () => {
    expect(describeKind(sample)).toBe(`\
sample: Draw lines
source: section 3.2

parameters (with:)
  share  number > 0 <= 1  required        Of all lines.
  order  file | random    default "file"  Of the lines drawn.
  seeds  list of integer  default [1]

inputs
  lines    file list  required  The lines.
  weights  file       optional  One a line.

outputs
  drawn  file  drawn.txt  The lines drawn.

resources: 1 core, 2 GB of memory
`);
  });

  it('describes every kind there is, without a hole', () => {
    for (const kind of kinds) expect(describeKind(kind)).not.toContain('undefined');
  });

  it('lists the kinds by name', () => {
    const names = listOfKinds(kinds).trimEnd().split('\n').map((line) => line.split(' ')[0]);
    expect(names).toEqual(kinds.map(({ name }) => name).sort());
  });
});
