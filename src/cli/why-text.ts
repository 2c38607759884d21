import type { ActionRecord } from '../engine/action-record.js';
import type { Difference } from '../engine/explain.js';
import type { Json } from '../engine/json.js';
import type { Pipeline, Task } from '../engine/pipeline.js';
import { duration } from '../reporters/format.js';
import { changeText, parameterName, valueText } from '../reporters/reason-text.js';

/** One leaf of a fingerprint that is not what it was, and where that comes from. */
export interface Change {
  readonly what: string;
  readonly before: string;
  readonly after: string;
  /** The line of the file, the parameter of the pipeline, the task or path behind an input. */
  readonly from: string;
}

/** Where the user wrote what: file names as shown to them. */
export interface Places {
  readonly pipeline: Pipeline;
  /** The pipeline file, as a person here would name it. */
  readonly file: string;
}

export function changeOf({ pointer, before, after }: Difference, task: Task, places: Places): Change {
  const [section = '', ...path] = pointer.split('/').slice(1);
  const below = path.map((token) => `/${token}`).join('');
  switch (section) {
    case 'parameters': {
      const [old, now] = changeText(before, after);
      return { what: parameterName(below), before: old, after: now, from: parameterFrom(below, task, places) };
    }
    case 'inputs': {
      const [input = '', place] = path;
      const index = place !== undefined && /^\d+$/.test(place) ? Number(place) : 0;
      return { what: `input ${parameterName(below).replace(/\.(digest|value)$/, '')}`, before: contentText(before), after: contentText(after), from: inputFrom(input, index, task, places) };
    }
    case 'code':
      return { what: `code of ${task.uses}`, before: contentText(before), after: contentText(after), from: 'another version of the task kind' };
    case 'environment':
      return { what: `environment variable ${path[0] ?? ''}`, before: valueText(before), after: valueText(after), from: placeText(task.position, places) };
    default:
      return { what: parameterName(pointer), before: contentText(before), after: contentText(after), from: '' };
  }
}

function parameterFrom(pointer: string, task: Task, places: Places): string {
  const position = nearest(pointer, task.parameterPositions) ?? task.position;
  const origin = nearest(pointer, task.parameterOrigins);
  return `${placeText(position, places)}${origin ? `, from ${origin}` : ''}`;
}

/** What is known of the leaf itself, or of the nearest object or list around it. */
function nearest<Value>(pointer: string, known: ReadonlyMap<string, Value>): Value | undefined {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const value = known.get(at);
    if (value !== undefined) return value;
  }
  return undefined;
}

function inputFrom(input: string, index: number, task: Task, { pipeline }: Places): string {
  const source = task.inputs[input]?.sources[index];
  if (!source) return 'no longer an input';
  const pointer = source.pointer === undefined ? '' : `#${source.pointer}`;
  return source.kind === 'path' ? `${source.path}${pointer}` : `${pipeline.tasks[source.task]?.id ?? ''}.${source.output}${pointer}`;
}

export function placeText({ line, column }: { readonly line: number; readonly column: number }, { file }: Places): string {
  return `${file}:${line}:${column}`;
}

/** Digests are long and say nothing to people: twelve digits tell them apart. */
function contentText(value: Json | undefined): string {
  if (value === undefined) return '(none)';
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return value.slice(0, 12);
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && typeof value['digest'] === 'string') return value['digest'].slice(0, 12);
  return valueText(value);
}

/** `run 01JZ… on 2026-05-03 10:22 UTC, in 3.2s`: where a result comes from. */
export function recordText({ provenance, durationMs }: ActionRecord, pipeline: string, task: string): string {
  const elsewhere = provenance.pipeline === pipeline && provenance.task === task ? '' : ` as ${provenance.task} of ${provenance.pipeline}`;
  return `run ${provenance.run} on ${provenance.finishedAt.slice(0, 16).replace('T', ' ')} UTC, in ${duration(durationMs)}${elsewhere}`;
}
