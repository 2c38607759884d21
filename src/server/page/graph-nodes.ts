import type { RunGraph } from '../api.js';
import { nameOf } from './task-state.js';

/** A box of the drawn graph. */
export interface GraphNode {
  /** The task of the YAML; of a graph with too many of those, `depth 3` or `depths 3-5`. */
  readonly name: string;
  /** The task's kind, or null. */
  readonly uses: string | null;
  /** Ids. */
  readonly tasks: readonly string[];
}

export interface DrawnGraph {
  readonly nodes: readonly GraphNode[];
  /** Indices of nodes. What follows from other edges is left out. */
  readonly edges: readonly (readonly [from: number, to: number])[];
}

/** More boxes or lines than these are neither read by people nor laid out in a second. */
export const mostNodes = 120;
export const mostEdges = 250;

/** One box for each task of the YAML; where those are too many, one for each depth. */
export function drawnGraph(graph: RunGraph, seen: Iterable<string>): DrawnGraph {
  if (graph.kind === 'unknown') return { nodes: nodesByName(seen), edges: [] };
  if (graph.groups.length > mostNodes) return byDepth(graph);
  const edges = withoutShortcuts(graph.groups.length, graph.edges);
  if (edges.length > mostEdges) return byDepth(graph);
  const tasks: string[][] = graph.groups.map(() => []);
  graph.tasks.forEach((id, index) => { tasks[graph.groupOf[index] ?? 0]?.push(id); });
  return { nodes: graph.groups.map(({ name, uses }, index) => ({ name, uses, tasks: tasks[index] ?? [] })), edges };
}

function nodesByName(ids: Iterable<string>): readonly GraphNode[] {
  const tasks = new Map<string, string[]>();
  for (const id of ids) {
    const known = tasks.get(nameOf(id));
    if (known) known.push(id);
    else tasks.set(nameOf(id), [id]);
  }
  return [...tasks].slice(0, mostNodes).map(([name, ofName]) => ({ name, uses: null, tasks: ofName }));
}

function byDepth({ tasks, depthOf }: Extract<RunGraph, { kind: 'known' }>): DrawnGraph {
  const depths = depthOf.reduce((most, depth) => Math.max(most, depth), 0) + 1;
  const together = Math.ceil(depths / mostNodes);
  const ids: string[][] = Array.from({ length: Math.ceil(depths / together) }, () => []);
  tasks.forEach((id, index) => { ids[Math.floor((depthOf[index] ?? 0) / together)]?.push(id); });
  const nameAt = (index: number): string => (together === 1 ? `depth ${index}` : `depths ${index * together}-${Math.min(depths, (index + 1) * together) - 1}`);
  return {
    nodes: ids.map((ofDepth, index) => ({ name: nameAt(index), uses: null, tasks: ofDepth })),
    edges: ids.slice(1).map((_, index) => [index, index + 1]),
  };
}

/** Transitive reduction: an edge that a longer way already tells is left out. In a cycle, which instances of tasks can form, all stay. */
export function withoutShortcuts(nodes: number, edges: DrawnGraph['edges']): DrawnGraph['edges'] {
  const targets: Set<number>[] = Array.from({ length: nodes }, () => new Set());
  for (const [from, to] of edges) targets[from]?.add(to);
  const reached = new Map<number, ReadonlySet<number>>();
  const reach = (node: number): ReadonlySet<number> => {
    const known = reached.get(node);
    if (known) return known;
    const found = new Set<number>();
    reached.set(node, found);
    for (const target of targets[node] ?? []) {
      found.add(target);
      for (const further of reach(target)) found.add(further);
    }
    return found;
  };
  return edges.filter(([from, to]) => ![...targets[from] ?? []].some((other) => other !== to && reach(other).has(to) && !reach(to).has(other)));
}
