import { describe, expect, it } from 'vitest';
import { collapsedGraph, dot, expandedGraph, mermaid } from '../../src/cli/graph-text.js';
import { pipeline, reads, task } from './pipelines.js';

/** Two corpora, a chain of two training segments that reads one of them, and a report on everything. */
const training = pipeline(
  task(0, 'corpus(language=php)'),
  task(1, 'corpus(language=go)'),
  task(2, 'train(step=100)', { uses: 'train', inputs: reads(0) }),
  task(3, 'train(step=200)', { uses: 'train', inputs: { ...reads(0), previous: { type: 'file', many: false, sources: [{ kind: 'output', task: 2, output: 'out', labels: {} }] } } }),
  task(4, 'report', { uses: 'report', inputs: reads(0, 1, 2, 3) }),
);

describe('graph', () => {
  it('has one node for each task of the file, with its number of instances, and no edge inside a task', () => {
    expect(collapsedGraph(training)).toEqual({
      nodes: [{ title: 'corpus', subtitle: 'exec x 2' }, { title: 'train', subtitle: 'train x 2' }, { title: 'report', subtitle: 'report' }],
      edges: [{ from: 0, to: 1, label: 'data' }, { from: 0, to: 2, label: 'data' }, { from: 1, to: 2, label: 'data' }],
    });
  });

  it('expands to the instances, with the chain', () => {
    const { nodes, edges } = expandedGraph(training);
    expect(nodes.map(({ title }) => title)).toEqual(training.tasks.map(({ id }) => id));
    expect(edges).toContainEqual({ from: 2, to: 3, label: 'previous' });
    expect(edges).toHaveLength(7);
  });

  it('escapes what Mermaid and Graphviz would read as syntax', () => {
    const graph = { nodes: [{ title: 'a"b#c', subtitle: '<d>' }, { title: 'e\\f', subtitle: '' }], edges: [{ from: 0, to: 1, label: '"' }] };
    expect(mermaid(graph)).toBe([
      'flowchart LR', '  t0["a#quot;b#35;c<br/><small>#lt;d#gt;</small>"]', '  t1["e\\f<br/><small></small>"]', '  t0 -->|"#quot;"| t1', '',
    ].join('\n'));
    expect(dot('demo', graph)).toContain('t0 [label="a\\"b#c\\n<d>"];');
    expect(dot('demo', graph)).toContain('t1 [label="e\\\\f\\n"];');
  });
});
