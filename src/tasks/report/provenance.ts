import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { TaskContext, UpstreamTask } from '../../engine/task-kind.js';
import type { Measurements } from '../collect-measurements/measurements.js';
import type { Table } from './figure.js';

/** What the page was made from, and by what. */
export interface Provenance {
  /** Shown: parameters, seeds, software, and the tasks by name. */
  readonly shown: readonly Table[];
  /** For download only: each task with its fingerprint. */
  readonly tasks: Table;
}

const require = createRequire(import.meta.url);

export function provenanceOf(context: TaskContext, measured: Measurements): Provenance {
  const { upstream } = context;
  return {
    shown: [
      { name: 'provenance-software', caption: 'Software', columns: ['software', 'version'], rows: software(upstream) },
      { name: 'provenance-parameters', caption: 'Parameters of this page', columns: ['parameter', 'value'], rows: Object.entries(context.parameters).map(([name, value]) => [name, JSON.stringify(value)]) },
      { name: 'provenance-seeds', caption: 'Seeds and steps', columns: ['measurement', 'points', 'seeds', 'steps'], rows: seeds(measured) },
      ...(upstream.length === 0 ? [] : [byName(upstream)]),
    ],
    tasks: {
      name: 'tasks', caption: 'Every task behind this page', columns: ['task', 'kind', 'fingerprint', 'seconds', 'finished', 'host', 'node', 'pipelines'],
      rows: upstream.map(({ id, kind, fingerprint, durationMs, finishedAt, host, node, engine }) => [id, kind, fingerprint, durationMs / 1000, finishedAt, host, node, engine]),
    },
  };
}

/** Node by its major version only, beside what the tasks recorded: that is all of it that may change the bytes of this task's outputs. */
function software(upstream: readonly UpstreamTask[]): [string, string][] {
  return [
    ['pipelines', versionIn('../../../package.json')],
    // Plot does not export its package.json, which lies beside the folder of its entry.
    ['@observablehq/plot', versionIn(join(require.resolve('@observablehq/plot'), '../../package.json'))],
    ['linkedom', versionIn('linkedom/package.json')],
    ['Node.js', `${process.versions.node.split('.')[0]} on ${process.arch}`],
    ...[...new Set(upstream.map(({ node, engine }) => `pipelines ${engine} on Node.js ${node}`))].map((made): [string, string] => ['tasks ran on', made]),
  ];
}

function versionIn(packageFile: string): string {
  return (require(packageFile) as { readonly version: string }).version;
}

/** The axes of each list of points in the measurements. */
function seeds(measured: Measurements): (string | number | null)[][] {
  return Object.entries(measured).flatMap(([name, value]: [string, unknown]) => {
    if (!Array.isArray(value) || value.length === 0) return [];
    const points = value as readonly { readonly seed?: string; readonly step?: number | null }[];
    if (points[0]?.seed === undefined) return [];
    const steps = [...new Set(points.flatMap(({ step }) => step ?? []))];
    return [[name, points.length, [...new Set(points.flatMap(({ seed }) => seed ?? []))].join(', '), spread(steps)]];
  });
}

/** `5 to 1,200 (31)` */
function spread(steps: readonly number[]): string {
  const write = (step: number) => step.toLocaleString('en-US');
  if (steps.length === 0) return '–';
  return steps.length <= 3 ? steps.map(write).join(', ') : `${write(Math.min(...steps))} to ${write(Math.max(...steps))} (${steps.length})`;
}

/** A line a task of the pipeline: its instances, what they took, and one digest over their fingerprints. */
function byName(upstream: readonly UpstreamTask[]): Table {
  const names = [...new Set(upstream.map(({ name }) => name))];
  return {
    name: 'provenance-tasks', caption: 'Tasks behind this page', columns: ['task', 'kind', 'instances', 'seconds', 'fingerprints'],
    rows: names.map((name) => {
      const own = upstream.filter((task) => task.name === name);
      return [name, own[0]?.kind ?? null, own.length, own.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000, digestOf(own.map(({ fingerprint }) => fingerprint))];
    }),
  };
}

/** A single fingerprint as it is, several as the digest of their list; the first 16 of 64 digits. */
function digestOf(fingerprints: readonly string[]): string {
  const [first] = fingerprints;
  if (fingerprints.length === 1 && first !== undefined) return first.slice(0, 16);
  return createHash('sha256').update(fingerprints.join('\n')).digest('hex').slice(0, 16);
}
