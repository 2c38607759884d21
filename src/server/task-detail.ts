import type { ActionRecord, PreimageSource } from '../engine/action-record.js';
import type { InputSource, Pipeline, Task } from '../engine/pipeline.js';
import type { TaskDetail, TaskDetailInput, TaskDetailOutput, TaskResult } from './api.js';
import { fileKind } from './file-kinds.js';

/** Of a fan-in or of what reads a task: thousands would not be read. */
const listed = 100;

/** Where a task stands in its pipeline. */
export interface PlacedTask {
  readonly pipeline: Pipeline;
  readonly task: Task;
  /** Indices. */
  readonly readers: readonly number[];
  /** The pipeline file, as the user would name it. */
  readonly file: string;
}

/** All that is known of one task of a run besides its events; undefined when nothing is. */
export function taskDetail(id: string, placed: PlacedTask | undefined, record: ActionRecord | undefined): TaskDetail | undefined {
  if (!placed && !record) return undefined;
  const inputs = placed ? inputsOf(placed, record) : recordedInputs(record);
  const readers = placed?.readers ?? [];
  return {
    id,
    uses: placed?.task.uses ?? record?.preimage.kind ?? null,
    declared: placed ? `${placed.file}:${placed.task.position.line}:${placed.task.position.column}` : null,
    parameters: placed?.task.parameters ?? record?.preimage.parameters ?? {},
    inputs: inputs.slice(0, listed),
    outputs: record ? outputsOf(record, placed?.task) : [],
    readers: readers.slice(0, listed).map((reader) => placed?.pipeline.tasks[reader]?.id ?? ''),
    moreInputs: Math.max(0, inputs.length - listed),
    moreReaders: Math.max(0, readers.length - listed),
    result: record ? resultOf(record) : null,
  };
}

function inputsOf({ task, pipeline }: PlacedTask, record: ActionRecord | undefined): readonly TaskDetailInput[] {
  return Object.entries(task.inputs).flatMap(([name, { sources }]) => sources.map((source, index): TaskDetailInput => ({
    name, labels: source.labels, from: originOf(source, pipeline), pointer: source.pointer ?? null, ...contentOf(sourcesOf(record, name)[index]),
  })));
}

function recordedInputs(record: ActionRecord | undefined): readonly TaskDetailInput[] {
  return Object.keys(record?.preimage.inputs ?? {}).flatMap((name) => sourcesOf(record, name).map((source): TaskDetailInput => ({
    name, labels: 'labels' in source ? source.labels as TaskDetailInput['labels'] : {}, from: null, pointer: null, ...contentOf(source),
  })));
}

function sourcesOf(record: ActionRecord | undefined, input: string): readonly PreimageSource[] {
  const content = record?.preimage.inputs[input];
  if (content === undefined) return [];
  return Array.isArray(content) ? content as readonly PreimageSource[] : [content as PreimageSource];
}

function contentOf(source: PreimageSource | undefined): Pick<TaskDetailInput, 'digest' | 'value'> {
  if (source === undefined) return { digest: null, value: null };
  return 'digest' in source ? { digest: source.digest, value: null } : { digest: null, value: source.value };
}

function originOf(source: InputSource, { tasks }: Pipeline): TaskDetailInput['from'] {
  return source.kind === 'path' ? { path: source.path } : { task: tasks[source.task]?.id ?? '', output: source.output };
}

/** An output of a pipeline that is gone goes by its own name. */
export function outputsOf({ outputs }: ActionRecord, task: Task | undefined): readonly TaskDetailOutput[] {
  return Object.entries(outputs).map(([name, { type, digest, bytes }]) => {
    const fileName = task?.outputs[name]?.fileName ?? name;
    return { name, fileName, type, digest, bytes, shownAs: fileKind(fileName).shownAs };
  });
}

function resultOf({ fingerprint, provenance, durationMs, log }: ActionRecord): TaskResult {
  const { run, pipeline, task, finishedAt, host, node, engine } = provenance;
  return { fingerprint, run, pipeline, task, finishedAt, durationMs, host, node, engine, log };
}
