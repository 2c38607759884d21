import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunGraph } from '../../../src/server/api.js';
import { nodeHeight, nodeWidth, pathThrough, placed } from '../../../src/server/page/graph-layout.js';
import { drawnGraph, mostNodes, withoutShortcuts } from '../../../src/server/page/graph-nodes.js';

type KnownGraph = Extract<RunGraph, { kind: 'known' }>;

function layered(layers: number, wide: number): KnownGraph {
  const tasks = Array.from({ length: layers * wide }, (_, index) => `t${index}`);
  return {
    kind: 'known', tasks, groups: tasks.map((name) => ({ name, uses: 'exec', outputs: [] })), groupOf: tasks.map((_, index) => index),
    depthOf: tasks.map((_, index) => Math.floor(index / wide)),
    edges: tasks.slice(wide).map((_, index) => [index, index + wide] as const),
  };
}

/** Which nodes can be reached from which. */
function reachability(nodes: number, edges: readonly (readonly [number, number])[]): readonly string[] {
  return Array.from({ length: nodes }, (_, start) => {
    const found = new Set([start]);
    for (const node of found) for (const [from, to] of edges) if (from === node) found.add(to);
    return [...found].sort((one, other) => one - other).join(' ');
  });
}

describe('graph', () => {
  it('has a box for each task of the file, with its instances', () => {
    const graph: KnownGraph = {
      kind: 'known', tasks: ['corpus', 'train(a=1)', 'train(a=2)'], groupOf: [0, 1, 1], depthOf: [0, 1, 1], edges: [[0, 1]],
      groups: [{ name: 'corpus', uses: 'exec', outputs: [] }, { name: 'train', uses: 'train', outputs: [] }],
    };
    expect(drawnGraph(graph, [])).toEqual({
      nodes: [{ name: 'corpus', uses: 'exec', tasks: ['corpus'] }, { name: 'train', uses: 'train', tasks: ['train(a=1)', 'train(a=2)'] }], edges: [[0, 1]],
    });
  });

  it('has a box for each depth of a file of ten thousand tasks', () => {
    const { nodes, edges } = drawnGraph(layered(100, 100), []);
    expect([nodes.length, nodes[3]?.name, nodes[3]?.tasks.length, edges.length]).toEqual([100, 'depth 3', 100, 99]);
  });

  it('puts depths together where those are too many as well', () => {
    const { nodes } = drawnGraph(layered(1000, 1), []);
    expect(nodes.length).toBeLessThanOrEqual(mostNodes);
    expect(nodes.map(({ name }) => name).slice(0, 2)).toEqual(['depths 0-8', 'depths 9-17']);
    expect(nodes.flatMap(({ tasks }) => tasks)).toHaveLength(1000);
  });

  it('has a box for each depth where the lines would be a thicket', () => {
    const wide = layered(3, 30);
    const all = wide.tasks.flatMap((_, to) => wide.tasks.flatMap((__, from): (readonly [number, number])[] => (Math.floor(from / 30) + 1 === Math.floor(to / 30) ? [[from, to]] : [])));
    expect(drawnGraph({ ...wide, edges: all }, []).nodes.map(({ name }) => name)).toEqual(['depth 0', 'depth 1', 'depth 2']);
  });

  it('groups what the events name where the pipeline is gone', () => {
    expect(drawnGraph({ kind: 'unknown', because: 'gone' }, ['a(x=1)', 'b', 'a(x=2)'])).toEqual({
      nodes: [{ name: 'a', uses: null, tasks: ['a(x=1)', 'a(x=2)'] }, { name: 'b', uses: null, tasks: ['b'] }], edges: [],
    });
  });

  it('leaves out the edges that follow from others, and no more', () => {
    const dag = fc.array(fc.tuple(fc.nat(8), fc.nat(8)), { maxLength: 30 }).map((pairs) =>
      [...new Map(pairs.filter(([a, b]) => a !== b).map(([a, b]) => [`${Math.min(a, b)} ${Math.max(a, b)}`, [Math.min(a, b), Math.max(a, b)] as const])).values()]);
    fc.assert(fc.property(dag, (edges) => {
      const kept = withoutShortcuts(9, edges);
      expect(reachability(9, kept)).toEqual(reachability(9, edges));
      for (const edge of kept) expect(reachability(9, kept.filter((other) => other !== edge))).not.toEqual(reachability(9, edges));
    }));
  });

  it('keeps a cycle, which instances of tasks can form', () => {
    expect(withoutShortcuts(2, [[0, 1], [1, 0]])).toEqual([[0, 1], [1, 0]]);
  });

  it('lays boxes out without overlap, what depends on something to the right of it', () => {
    const edges = [[0, 1], [0, 2], [1, 3], [2, 3], [0, 4]] as const;
    const { corners, ways, width, height } = placed({ nodes: Array.from({ length: 5 }, (_, index) => ({ name: `t${index}`, uses: null, tasks: [] })), edges });
    const at = (index: number): { x: number; y: number } => corners[index] ?? { x: NaN, y: NaN };
    for (const [from, to] of edges) expect(at(to).x).toBeGreaterThanOrEqual(at(from).x + nodeWidth);
    corners.forEach((one, index) => {
      for (const other of corners.slice(index + 1)) expect(Math.abs(one.x - other.x) >= nodeWidth || Math.abs(one.y - other.y) >= nodeHeight).toBe(true);
      expect(one.x >= 0 && one.y >= 0 && one.x + nodeWidth <= width && one.y + nodeHeight <= height).toBe(true);
    });
    expect(ways.every((points) => pathThrough(points).startsWith('M'))).toBe(true);
  });

  it('lays out as many boxes as there may be in no time one waits for', () => {
    const graph = layered(12, mostNodes / 12);
    const before = performance.now();
    const { corners } = placed(drawnGraph(graph, []));
    expect(corners).toHaveLength(mostNodes);
    // 0.4 s on two cores; ten times that on a busy machine is no failure of ours.
    expect(performance.now() - before).toBeLessThan(5000);
  });
});
