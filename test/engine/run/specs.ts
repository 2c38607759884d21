import type { JsonObject } from '../../../src/engine/json.js';
import type { InputSource, Pipeline, Task, TaskInput } from '../../../src/engine/pipeline.js';
import type { RegisteredKind, TaskKind } from '../../../src/engine/task-kind.js';

/** A task of a test pipeline: `from` and `value` read other tasks by id, or files by absolute path. */
export interface TaskSpec extends Partial<Pick<Task, 'attempts' | 'timeoutMs' | 'labels' | 'resources' | 'environment' | 'name'>> {
  readonly id: string;
  readonly uses?: string;
  readonly with?: JsonObject;
  readonly from?: readonly string[];
  /** `task#/pointer` */
  readonly value?: string;
}

const outputNames: Record<string, Task['outputs']> = {
  concat: { text: { type: 'file', fileName: 'text.txt' } },
  json: { document: { type: 'file', fileName: 'document.json' } },
  tree: { folder: { type: 'tree', fileName: 'folder' } },
  upstream: { text: { type: 'file', fileName: 'upstream.json' } },
  misbehave: { text: { type: 'file', fileName: 'text.txt' } },
};

export const capacity = { cores: 2, memory: 2 ** 30, gpus: 1 };
export const machine = { nodeMajor: 20, arch: 'x64', device: 'cpu' };

const fixtures = new URL('../../fixtures/kinds/', import.meta.url);

/** @param codes code digests of kinds that are not to have the usual one */
export function kindsOf(codes: Readonly<Record<string, string>> = {}, folder = fixtures): ReadonlyMap<string, RegisteredKind> {
  return new Map(Object.entries(outputNames).map(([name, outputs]) => {
    const kind: TaskKind = {
      name, version: 1, summary: '', parameters: { type: 'object', properties: {}, additionalProperties: true }, inputs: {},
      outputs: Object.fromEntries(Object.entries(outputs).map(([output, port]) => [output, { description: '', ...port }])),
      resources: { cores: 1, memory: 0 }, sensitivity: 'portable',
      readsUpstream: name === 'upstream',
      implementation: new URL(`${name}.mjs`, folder),
    };
    return [name, { kind, codeDigest: codes[name] ?? 'code' }];
  }));
}

export function pipelineOf(specs: readonly TaskSpec[], name = 'rig'): Pipeline {
  const indexOf = (id: string): number => specs.findIndex((spec) => spec.id === id);
  return {
    name, file: '/pipelines/rig.yaml', params: {},
    tasks: specs.map((spec, index): Task => ({
      index, id: spec.id, name: spec.name ?? spec.id.replace(/\(.*/, ''), labels: spec.labels ?? {}, uses: spec.uses ?? 'concat',
      parameters: spec.with ?? {}, inputs: inputsOf(spec, specs, indexOf), outputs: outputNames[spec.uses ?? 'concat'] ?? {},
      resources: spec.resources ?? { cores: 1, memory: 0 }, attempts: spec.attempts ?? 1,
      ...(spec.timeoutMs === undefined ? {} : { timeoutMs: spec.timeoutMs }),
      environment: spec.environment ?? [], position: { line: index + 1, column: 1 }, parameterPositions: new Map(), parameterOrigins: new Map(),
    })),
  };
}

function inputsOf(spec: TaskSpec, specs: readonly TaskSpec[], indexOf: (id: string) => number): Record<string, TaskInput> {
  const source = (reference: string): InputSource => {
    const [of = '', pointer] = reference.split('#');
    const at = pointer === undefined ? {} : { pointer };
    if (of.startsWith('/')) return { kind: 'path', path: of, labels: {}, ...at };
    const output = Object.keys(outputNames[specs[indexOf(of)]?.uses ?? 'concat'] ?? {})[0] ?? '';
    return { kind: 'output', task: indexOf(of), output, labels: specs[indexOf(of)]?.labels ?? {}, ...at };
  };
  return {
    ...(spec.from ? { from: { type: 'file' as const, many: true, sources: spec.from.map(source) } } : {}),
    ...(spec.value === undefined ? {} : { value: { type: 'value' as const, many: false, sources: [source(spec.value)] } }),
  };
}

/** Independent tasks that take a while each, and one that reads them all. */
export function slowPipeline(tasks: number, ms: number): Pipeline {
  const slow = Array.from({ length: tasks }, (_, index): TaskSpec => ({ id: `slow(${index})`, uses: 'misbehave', with: { way: 'sleep', ms, index } }));
  return pipelineOf([...slow, { id: 'all', from: slow.map(({ id }) => id) }]);
}
