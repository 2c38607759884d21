import type { LoadOptions, LoadResult, Pipeline, Task } from '../../../src/engine/pipeline.js';
import { loadPipeline } from '../../../src/engine/load/load-pipeline.js';
import { renderDiagnostics } from '../../../src/engine/diagnostic.js';
import { TaskError, type TaskKind, type TaskKinds } from '../../../src/engine/task-kind.js';

const implementation = new URL('file:///nowhere.js');
const small = { cores: 1, memory: 1024 ** 3 };
const json = 'application/json';

/** Makes something of nothing. */
const source: TaskKind = {
  name: 'source', version: 1, summary: 'makes a tree and a file', sensitivity: 'portable', implementation, resources: small,
  parameters: {
    type: 'object', additionalProperties: false, required: ['language'],
    properties: {
      language: { type: 'string', description: 'Which language.' },
      tokens: { type: 'integer', minimum: 1, default: 1000 },
      mode: { enum: ['short', 'long'], default: 'short' },
      weights: { type: 'object', additionalProperties: { type: 'number' }, default: {} },
      layers: { type: 'array', items: { type: 'integer' }, default: [] },
      model: {
        type: 'object', additionalProperties: false, default: {},
        properties: { width: { type: 'integer', default: 64 }, tied: { type: 'boolean', default: true } },
      },
      until: { anyOf: [{ type: 'integer', minimum: 0 }, { const: 'end' }] },
    },
  },
  inputs: {},
  outputs: {
    shards: { description: 'Token shards.', type: 'tree', fileName: 'shards' },
    statistics: { description: 'Counts.', type: 'file', fileName: 'statistics.json', mediaType: json },
  },
};

/** Expands into segments of `every` steps. */
const train: TaskKind = {
  name: 'train', version: 1, summary: 'a chain of segments', sensitivity: 'runtime', implementation, resources: { cores: 1, memory: 2 * 1024 ** 3 },
  parameters: {
    type: 'object', additionalProperties: false, required: ['steps'],
    properties: { steps: { type: 'integer', minimum: 0, maximum: 1_000_000 }, every: { type: 'integer', minimum: 1, default: 100 }, rate: { type: 'number', exclusiveMinimum: 0, default: 0.001 } },
  },
  inputs: {
    corpus: { description: 'What to learn.', type: 'tree' },
    from: { description: 'Where to start.', type: 'tree', optional: true },
    teacher: { description: 'Read at the end only.', type: 'tree', optional: true },
  },
  outputs: {
    checkpoints: { description: 'Weights.', type: 'tree', fileName: 'checkpoint' },
    metrics: { description: 'Losses.', type: 'file', fileName: 'metrics.json', of: 'last' },
  },
  expand(parameters) {
    const { steps, every, rate } = parameters as { steps: number; every: number; rate: number };
    if (steps % every !== 0) throw new TaskError(`steps (${String(steps)}) must be a multiple of every (${String(every)})`);
    const count = steps / every;
    return {
      axis: 'step',
      carry: [{ output: 'checkpoints', input: 'from' }],
      segments: Array.from({ length: count }, (_, index) => ({
        label: (index + 1) * every,
        parameters: { start: index * every, end: (index + 1) * every, rate },
        inputs: index === count - 1 ? ['corpus', 'teacher'] : ['corpus'],
      })),
    };
  },
};

const evaluate: TaskKind = {
  name: 'evaluate', version: 1, summary: 'one model, one score', sensitivity: 'runtime', implementation, resources: small,
  parameters: { type: 'object', additionalProperties: false, properties: { language: { type: 'string', default: 'python' }, share: { type: 'number', minimum: 0, maximum: 1, default: 1 } } },
  inputs: {
    model: { description: 'Weights.', type: 'tree' },
    share: { description: 'A number that was measured.', type: 'value', optional: true },
  },
  outputs: { scores: { description: 'Scores.', type: 'file', fileName: 'scores.json', mediaType: json } },
};

const report: TaskKind = {
  name: 'report', version: 1, summary: 'many in, one out', sensitivity: 'portable', implementation, resources: small,
  parameters: { type: 'object', additionalProperties: false, properties: { title: { type: 'string', default: '' } } },
  inputs: {
    scores: { description: 'Scores.', type: 'file', many: true },
    shards: { description: 'Trees.', type: 'tree', many: true, optional: true },
    template: { description: 'A file of yours.', type: 'file', optional: true },
  },
  outputs: { page: { description: 'The page.', type: 'file', fileName: 'report.html' } },
};

const exec: TaskKind = {
  name: 'exec', version: 1, summary: 'a command', sensitivity: 'portable', implementation, resources: small, openPorts: true,
  parameters: { type: 'object', additionalProperties: false, required: ['command'], properties: { command: { type: 'array', items: { type: 'string' }, minItems: 1 } } },
  inputs: {},
  outputs: {},
};

export const kinds: TaskKinds = new Map([source, train, evaluate, report, exec].map((kind) => [kind.name, { kind, codeDigest: '0'.repeat(64) }]));

export function load(text: string, options: LoadOptions = {}): LoadResult {
  return loadPipeline('/project/pipeline.yaml', text, kinds, options);
}

/** The pipeline, or a failure that shows the diagnostics. */
export function pipelineOf(text: string, options: LoadOptions = {}): Pipeline {
  const result = load(text, options);
  if (result.kind === 'invalid') throw new Error(`\n${renderDiagnostics(result.diagnostics, text, { color: false })}`);
  return result.pipeline;
}

/** A pipeline of `tasks:` and what else is given, named `test`. */
export function pipelineWith(tasks: string, rest = '', options: LoadOptions = {}): Pipeline {
  return pipelineOf(`name: test\n${rest}\ntasks:\n${indent(tasks)}`, options);
}

export function taskOf(pipeline: Pipeline, id: string): Task {
  const task = pipeline.tasks.find((candidate) => candidate.id === id);
  if (task === undefined) throw new Error(`no task ${id} among ${pipeline.tasks.map((candidate) => candidate.id).join(', ')}`);
  return task;
}

/** Ids of the tasks that an input reads, in order. */
export function sourcesOf(pipeline: Pipeline, id: string, input: string): string[] {
  return (taskOf(pipeline, id).inputs[input]?.sources ?? []).map((source) => (source.kind === 'path' ? source.path : pipeline.tasks[source.task]?.id ?? '?'));
}

/** `line:column code` of each mistake. */
export function mistakesOf(text: string, options: LoadOptions = {}): string[] {
  const result = load(text, options);
  if (result.kind === 'ok') return [];
  return result.diagnostics.map(({ position, code }) => (position === undefined ? code : `${String(position.line)}:${String(position.column)} ${code}`));
}

/** The messages of all mistakes, each with its hint. */
export function messagesOf(text: string, options: LoadOptions = {}): string {
  const result = load(text, options);
  return result.kind === 'ok' ? '' : result.diagnostics.map(({ message, hint }) => (hint === undefined ? message : `${message} (${hint})`)).join('\n');
}

function indent(text: string): string {
  return text.split('\n').map((line) => (line === '' ? line : `  ${line}`)).join('\n');
}
