import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topologicalOrder } from '../../../src/engine/load/order.js';
import { load, pipelineOf } from './kinds.js';

const axisNames = ['a', 'b', 'c'];

/** A few tasks with random axes over small values; each may read any earlier one, as a list. */
const randomTasks = fc.array(fc.record({
  axes: fc.uniqueArray(fc.record({ name: fc.constantFrom(...axisNames), values: fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 4 }) }), { selector: ({ name }) => name, maxLength: 3 }),
  reads: fc.array(fc.nat(5), { maxLength: 3 }),
}), { minLength: 1, maxLength: 6 });

type RandomTask = typeof randomTasks extends fc.Arbitrary<infer T> ? T extends readonly (infer One)[] ? One : never : never;

function yamlOf(tasks: readonly RandomTask[]): string {
  const written = tasks.map(({ axes, reads }, index) => {
    const matrix = axes.map(({ name, values }) => `${name}: [${values.join(', ')}]`).join(', ');
    const inputs = [...new Set(reads)].filter((read) => read < index).map((read) => `i${String(read)}: [t${String(read)}.out]`).join(', ');
    return `  t${String(index)}: { uses: exec, with: { command: [ls] }, outputs: { out: out }, matrix: { ${matrix} }, inputs: { ${inputs} } }`;
  });
  // Upwards in the file, so that the order has something to do.
  return `name: random\ntasks:\n${written.reverse().join('\n')}\n`;
}

describe('expansion', () => {
  it('makes as many tasks as the axes have combinations', () => {
    fc.assert(fc.property(randomTasks, (tasks) => {
      const pipeline = pipelineOf(yamlOf(tasks.map(({ axes }) => ({ axes, reads: [] }))));
      const product = tasks.reduce((total, { axes }) => total + axes.reduce((count, { values }) => count * values.length, 1), 0);
      expect(pipeline.tasks).toHaveLength(product);
      expect(new Set(pipeline.tasks.map(({ id }) => id)).size).toBe(product);
    }), { numRuns: 60 });
  });

  it('takes a map for an axis of its keys', () => {
    const pipeline = pipelineOf(`name: map
params: { languages: { php: { tokens: 23 }, go: { tokens: 11 } } }
tasks:
  run:
    uses: exec
    matrix: { language: '\${{ params.languages }}' }
    with: { command: [echo, '\${{ params.languages[matrix.language].tokens }}B'] }
    outputs: { out: out }
`);
    expect(pipeline.tasks.map(({ id, parameters }) => [id, parameters.command])).toEqual([['run(language=php)', ['echo', '23B']], ['run(language=go)', ['echo', '11B']]]);
  });

  it('fans in over an axis that the consumer has, too, when it is given as *', () => {
    const pipeline = pipelineOf(`name: all
tasks:
  part: { uses: exec, matrix: { x: [1, 2] }, with: { command: [ls] }, outputs: { out: out } }
  whole: { uses: exec, matrix: { x: [1, 2] }, with: { command: [ls] }, outputs: { out: out }, inputs: { own: part.out, all: 'part(x=*).out' } }
`);
    const read = pipeline.tasks.slice(2).map(({ inputs }) => Object.values(inputs).map(({ sources }) => sources.map((source) => [source.kind === 'output' ? source.task : null, source.labels])));
    expect(read).toEqual([
      [[[0, {}]], [[0, { x: 1 }], [1, { x: 2 }]]],
      [[[1, {}]], [[0, { x: 1 }], [1, { x: 2 }]]],
    ]);
  });

  it('takes null for an optional input as if it were not written', () => {
    const pipeline = pipelineOf(`name: absent
params: { teachers: { php: null, go: ./teacher/ } }
tasks:
  corpus: { uses: source, with: { language: php } }
  run:
    uses: train
    matrix: { language: '\${{ params.teachers }}' }
    inputs: { corpus: corpus.shards, teacher: '\${{ params.teachers[matrix.language] }}' }
    with: { steps: 100 }
`);
    expect(pipeline.tasks.slice(1).map(({ inputs }) => Object.keys(inputs))).toEqual([['corpus'], ['corpus', 'teacher']]);
  });

  it('joins only equal labels, keeps the topological order, and reads every producer that fits', () => {
    let joined = 0;
    fc.assert(fc.property(randomTasks, (tasks) => {
      const result = load(yamlOf(tasks));
      if (result.kind === 'invalid') {
        // A shared axis with a value that the producer lacks is the only mistake that can be made here.
        expect(new Set(result.diagnostics.map(({ code }) => code))).toEqual(new Set(['missing-instance']));
        return;
      }
      const { tasks: expanded } = result.pipeline;
      for (const task of expanded) {
        expect(expanded[task.index]).toBe(task);
        for (const [input, { sources }] of Object.entries(task.inputs)) {
          const producers = sources.map((source) => (source.kind === 'output' ? expanded[source.task] : undefined));
          for (const producer of producers) {
            expect(producer?.index).toBeLessThan(task.index);
            for (const [axis, value] of Object.entries(producer?.labels ?? {})) if (axis in task.labels) expect(value).toBe(task.labels[axis]);
          }
          const fitting = expanded.filter(({ name, labels }) => name === `t${input.slice(1)}` && Object.entries(labels).every(([axis, value]) => !(axis in task.labels) || task.labels[axis] === value));
          expect(producers.map((producer) => producer?.id).sort()).toEqual(fitting.map(({ id }) => id).sort());
          joined += producers.length;
        }
      }
    }), { numRuns: 150 });
    expect(joined).toBeGreaterThan(0);
  });

  it('expands ten thousand tasks in a fraction of a second of processor time', () => {
    const axis = `[${Array.from({ length: 100 }, (_, value) => value).join(', ')}]`;
    const text = `name: big
params: { n: ${axis} }
tasks:
  a: { uses: source, matrix: { x: '\${{ params.n }}', y: [${Array.from({ length: 50 }, (_, value) => value).join(', ')}] }, with: { language: 'l\${{ matrix.x }}', tokens: '\${{ matrix.y + 1 }}' } }
  b: { uses: exec, matrix: { x: a.x, y: a.y }, with: { command: [echo, '\${{ matrix.x }}-\${{ matrix.y }}'] }, inputs: { a: a.shards }, outputs: { o: o.txt } }
`;
    const before = process.cpuUsage();
    expect(pipelineOf(text).tasks).toHaveLength(10_000);
    // Measured: about 0.3 s cold. Processor time, and a wide margin, so that a busy machine does not fail it.
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(3_000);
  });
});

describe('topological order', () => {
  it('puts everything after what it depends on and finds a cycle exactly when there is one', () => {
    const graph = fc.array(fc.array(fc.nat(9), { maxLength: 3 }), { minLength: 10, maxLength: 10 });
    fc.assert(fc.property(graph, (edges) => {
      const { order, cycles } = topologicalOrder(edges.length, (index) => edges[index] ?? []);
      expect([...order].sort((a, b) => a - b)).toEqual(edges.map((_, index) => index));
      const at = new Map(order.map((node, index) => [node, index]));
      const backwards = edges.some((dependencies, node) => dependencies.some((dependency) => (at.get(dependency) ?? 0) >= (at.get(node) ?? 0)));
      expect(cycles.length > 0).toBe(backwards);
      for (const cycle of cycles) {
        for (const [index, node] of cycle.entries()) expect(edges[node]).toContain(cycle[(index + 1) % cycle.length]);
      }
    }), { numRuns: 200 });
  });

  it('leaves an ordered list as it is', () => {
    expect(topologicalOrder(4, (index) => (index === 0 ? [] : [index - 1])).order).toEqual([0, 1, 2, 3]);
  });
});
