import type { Pipeline } from '../engine/pipeline.js';

export interface Graph {
  readonly nodes: readonly { readonly title: string; readonly subtitle: string }[];
  /** Indices of nodes; `label` names the inputs. */
  readonly edges: readonly { readonly from: number; readonly to: number; readonly label: string }[];
}

/** One node for each YAML task, with the number of its instances. Chains inside a task are not drawn. */
export function collapsedGraph(pipeline: Pipeline): Graph {
  const groups = new Map<string, { readonly index: number; readonly uses: string; instances: number }>();
  const nodeOf = pipeline.tasks.map(({ name, uses }) => {
    const group = groups.get(name) ?? { index: groups.size, uses, instances: 0 };
    groups.set(name, group);
    group.instances += 1;
    return group.index;
  });
  const nodes = [...groups].map(([name, { uses, instances }]) => ({ title: name, subtitle: instances === 1 ? uses : `${uses} x ${instances}` }));
  return { nodes, edges: edgesBetween(pipeline, (task) => nodeOf[task] ?? 0) };
}

/** One node for each task instance. */
export function expandedGraph(pipeline: Pipeline): Graph {
  return { nodes: pipeline.tasks.map((task) => ({ title: task.id, subtitle: task.uses })), edges: edgesBetween(pipeline, (task) => task) };
}

function edgesBetween(pipeline: Pipeline, nodeOf: (task: number) => number): Graph['edges'] {
  const labels = new Map<string, Set<string>>();
  for (const task of pipeline.tasks) {
    for (const [input, { sources }] of Object.entries(task.inputs)) {
      for (const source of sources) {
        if (source.kind !== 'output') continue;
        const [from, to] = [nodeOf(source.task), nodeOf(task.index)];
        if (from === to) continue;
        const key = `${from} ${to}`;
        labels.set(key, (labels.get(key) ?? new Set()).add(input));
      }
    }
  }
  return [...labels].map(([key, inputs]) => {
    const [from = 0, to = 0] = key.split(' ').map(Number);
    return { from, to, label: [...inputs].join(', ') };
  });
}

/** Mermaid flowchart; GitHub shows it in Markdown. */
export function mermaid({ nodes, edges }: Graph): string {
  return [
    'flowchart LR',
    ...nodes.map(({ title, subtitle }, index) => `  t${index}["${mermaidText(title)}<br/><small>${mermaidText(subtitle)}</small>"]`),
    ...edges.map(({ from, to, label }) => `  t${from} -->|"${mermaidText(label)}"| t${to}`),
    '',
  ].join('\n');
}

/** Mermaid takes entities written with `#`, and nothing else escapes a quote. */
function mermaidText(text: string): string {
  return text.replaceAll('#', '#35;').replaceAll('"', '#quot;').replaceAll('<', '#lt;').replaceAll('>', '#gt;');
}

/** Graphviz. */
export function dot(name: string, { nodes, edges }: Graph): string {
  return [
    `digraph ${dotText(name)} {`,
    '  rankdir=LR; node [shape=box, fontname="sans-serif"]; edge [fontname="sans-serif", fontsize=10];',
    ...nodes.map(({ title, subtitle }, index) => `  t${index} [label=${dotText(`${title}\n${subtitle}`)}];`),
    ...edges.map(({ from, to, label }) => `  t${from} -> t${to} [label=${dotText(label)}];`),
    '}',
    '',
  ].join('\n');
}

function dotText(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
