import { exitCode, type ExitCode } from './exit-code.js';
import { collapsedGraph, dot, expandedGraph, mermaid } from './graph-text.js';
import { loadFile, type ParameterOptions } from './load.js';
import type { Shell } from './shell.js';

export interface GraphOptions extends ParameterOptions {
  readonly format: 'mermaid' | 'dot';
  readonly expanded?: boolean;
}

/** `pipelines graph FILE`. */
export async function graphVerb(file: string, options: GraphOptions, shell: Shell): Promise<ExitCode> {
  const { pipeline } = await loadFile(file, options, shell);
  const graph = options.expanded ? expandedGraph(pipeline) : collapsedGraph(pipeline);
  shell.stdout.write(options.format === 'dot' ? dot(pipeline.name, graph) : mermaid(graph));
  return exitCode.ok;
}
