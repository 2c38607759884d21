import { Graph, layout } from '@dagrejs/dagre';
import type { DrawnGraph } from './graph-nodes.js';

export const nodeWidth = 152;
export const nodeHeight = 48;
const gap = { along: 28, across: 8 };

export interface PlacedGraph {
  readonly width: number;
  readonly height: number;
  /** Top left corners, per node. */
  readonly corners: readonly Point[];
  /** Per edge, from box to box. */
  readonly ways: readonly (readonly Point[])[];
}

export interface Point { readonly x: number; readonly y: number }

/** Layers from left to right, what depends on what always to the right of it. */
export function placed({ nodes, edges }: DrawnGraph): PlacedGraph {
  // In a chain or without edges layers say nothing: rows of boxes use the room.
  if (edges.length === 0 || isChain(edges)) return inRows(nodes.length, edges);
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', ranksep: gap.along, nodesep: gap.across, edgesep: 2, marginx: 4, marginy: 4 });
  nodes.forEach((_, index) => graph.setNode(String(index), { width: nodeWidth, height: nodeHeight }));
  for (const [from, to] of edges) graph.setEdge(String(from), String(to), {});
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width, height,
    corners: nodes.map((_, index) => {
      const { x = 0, y = 0 } = graph.node(String(index)) as Partial<Point>;
      return { x: x - nodeWidth / 2, y: y - nodeHeight / 2 };
    }),
    ways: edges.map(([from, to]) => (graph.edge(String(from), String(to)) as { points?: readonly Point[] }).points ?? []),
  };
}

function isChain(edges: DrawnGraph['edges']): boolean {
  return edges.every(([from, to], index) => from === index && to === index + 1);
}

const boxesInRow = 8;

function inRows(nodes: number, edges: DrawnGraph['edges']): PlacedGraph {
  const [stepX, stepY] = [nodeWidth + gap.along, nodeHeight + 2 * gap.across];
  const corners = Array.from({ length: nodes }, (_, index) => ({ x: 4 + (index % boxesInRow) * stepX, y: 4 + Math.floor(index / boxesInRow) * stepY }));
  return {
    width: Math.min(nodes, boxesInRow) * stepX, height: Math.ceil(nodes / boxesInRow) * stepY, corners,
    ways: edges.map(([from, to]) => wayBetween(corners[from], corners[to])),
  };
}

/** At the end of a row it goes round to the start of the next. */
function wayBetween(from: Point = { x: 0, y: 0 }, to: Point = { x: 0, y: 0 }): readonly Point[] {
  const [start, end] = [{ x: from.x + nodeWidth, y: from.y + nodeHeight / 2 }, { x: to.x, y: to.y + nodeHeight / 2 }];
  if (from.y === to.y) return [start, end];
  const between = from.y + nodeHeight + gap.across;
  return [start, { x: start.x + 12, y: between }, { x: end.x, y: between }, end];
}

/** A smooth path through the points, for SVG. */
export function pathThrough(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  const place = ({ x, y }: Point): string => `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
  const curves = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1] ?? point;
    return `Q${place(point)} ${place(index === rest.length - 2 ? next : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 })}`;
  });
  return `M${place(first)}${curves.join('')}L${place(rest.at(-1) ?? first)}`;
}
