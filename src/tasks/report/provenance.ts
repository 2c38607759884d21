import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { InputArtifact, Labels, TaskContext } from '../../engine/task-kind.js';
import type { Table } from './figure.js';

/** What went into the page: parameters, inputs by port, and the software that drew it. */
export interface Provenance {
  readonly parameters: Table;
  readonly inputs: Table;
  readonly software: Table;
}

const require = createRequire(import.meta.url);

export function provenanceOf(context: TaskContext, ports: readonly string[]): Provenance {
  return {
    parameters: { name: 'parameters', columns: ['parameter', 'value'], rows: Object.entries(context.parameters).map(([name, value]) => [name, JSON.stringify(value)]) },
    inputs: { name: 'inputs', columns: ['input', 'artifacts', 'labels'], rows: ports.map((port) => [port, context.inputs(port).length, labelsOf(context.inputs(port))]) },
    software: { name: 'software', columns: ['software', 'version'], rows: software() },
  };
}

/** The values each label takes: `seed 1, 2, 3; step 10 to 1200 (34)`. */
function labelsOf(artifacts: readonly InputArtifact[]): string {
  const axes = [...new Set(artifacts.flatMap(({ labels }) => Object.keys(labels)))];
  return axes.map((axis) => `${axis} ${spread(artifacts.map(({ labels }) => labels), axis)}`).join('; ');
}

function spread(labels: readonly Labels[], axis: string): string {
  const values = [...new Set(labels.flatMap((own) => own[axis] ?? []))];
  if (values.length <= 6) return values.join(', ');
  const numbers = values.map(Number);
  return numbers.every(Number.isFinite) ? `${Math.min(...numbers)} to ${Math.max(...numbers)} (${values.length})` : `${values.length} values`;
}

/** Node by its major version only: that is all of it that may change the bytes of this task's outputs. */
function software(): [string, string][] {
  return [
    ['pipelines', versionIn('../../../package.json')],
    // Plot does not export its package.json, which lies beside the folder of its entry.
    ['@observablehq/plot', versionIn(join(require.resolve('@observablehq/plot'), '../../package.json'))],
    ['linkedom', versionIn('linkedom/package.json')],
    ['Node.js', `${process.versions.node.split('.')[0]} on ${process.arch}`],
  ];
}

function versionIn(packageFile: string): string {
  return (require(packageFile) as { readonly version: string }).version;
}
