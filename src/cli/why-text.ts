import type { ActionRecord } from '../engine/action-record.js';
import type { Difference } from '../engine/explain.js';
import type { Json } from '../engine/json.js';
import type { Pipeline, Position, Task } from '../engine/pipeline.js';
import { explainStep, plannedTask, type Comparison, type Explanation, type WhyContext } from '../engine/why/explanation.js';
import type { RootCause } from '../engine/why/root-cause.js';
import { count, duration, roughDuration, size } from '../reporters/format.js';
import { changeText, parameterName, reasonText, valueText } from '../reporters/reason-text.js';
import { table } from './table.js';

/** One leaf of a fingerprint that is not what it was, and where that comes from. */
export interface Change {
  readonly what: string;
  readonly before: string;
  readonly after: string;
  /** The line of the file, the parameter of the pipeline, the task or path behind an input. */
  readonly from: string;
}

/** Where the user wrote what. */
export interface Places {
  readonly pipeline: Pipeline;
  /** A path, as a person here would name it. */
  shown(path: string): string;
}

/** What a telling needs besides the explanation. */
export interface Telling {
  readonly context: WhyContext;
  readonly places: Places;
}

const rootsTold = 5;
const changesTold = 20;
const inputsTold = 10;

/** Why a task is cached or runs, for a person: the first line says it, the lines below say from what. */
export async function explanationText(explanation: Explanation, telling: Telling): Promise<string> {
  const { task } = explanation;
  switch (explanation.kind) {
    case 'cached':
      return cachedText(explanation, telling);
    case 'will-run':
      return willRunText(explanation, telling);
    case 'may-run':
      return mayRunText(explanation, telling);
    case 'not-selected':
      return `${task.id} is not selected\n`;
  }
}

async function cachedText({ task, step, since }: Extract<Explanation, { kind: 'cached' }>, telling: Telling): Promise<string> {
  const { record, fingerprint } = step;
  const { places, context } = telling;
  const others = await context.cache.actions.differing(fingerprint);
  const rows = inputRows(task, record, telling);
  return [
    `${task.id} is ${step.keptDespite ? 'kept' : 'cached'}\n  computed by ${recordText(record, places.pipeline.name, task.id)}\n`,
    acceptedText(record),
    step.keptDespite ? `  kept despite ${count(step.keptDespite.length, 'change')} that --rerun-on passes over:\n${indented(changesTable(step.keptDespite, task, places))}` : '',
    since ? `  not as in run ${context.against ?? ''}: ${count(since.changes.length, 'change')}\n${indented(changesTable(since.changes, task, places))}${rootLines(since, telling)}` : '',
    others.length > 0 ? `  not reproducible: ${count(others.length, 'other result')} of the same fingerprint; "pipelines show" lists them\n` : '',
    rows.length > 0 ? `  from\n${table(rows)}` : '',
    `  fingerprint ${fingerprint.slice(0, 12)}\n`,
  ].join('');
}

/** Whose word it is that an earlier result stands for this one. */
function acceptedText({ accepted }: ActionRecord): string {
  return accepted ? `  accepted in place of a new result by ${accepted.by} on ${timeText(accepted.at)}: ${accepted.reason}\n  the result is of fingerprint ${accepted.from.slice(0, 12)}\n` : '';
}

/** What a cached result was made from: each input with its content, and which run computed that. */
function inputRows(task: Task, record: ActionRecord, { places, context }: Telling): string[][] {
  const sources = Object.entries(task.inputs).flatMap(([name, { sources }]) => sources.map((source, place) => ({ name, source, place })));
  const rows = sources.slice(0, inputsTold).map(({ name, source, place }) => {
    const read = record.preimage.inputs[name];
    const content = contentText((Array.isArray(read) ? read[place] : read) as Json | undefined);
    if (source.kind === 'path') return [`    ${name}`, content, places.shown(source.path)];
    const producer = plannedTask(source.task, context.plan);
    const made = 'record' in producer.step && producer.step.record ? `, of run ${producer.step.record.provenance.run} on ${timeText(producer.step.record.provenance.finishedAt)}` : '';
    return [`    ${name}`, content, `${inputFrom(name, place, task, places)}${made}`];
  });
  return sources.length > inputsTold ? [...rows, [`    and ${count(sources.length - inputsTold, 'more input')}`]] : rows;
}

function willRunText({ task, step, since }: Extract<Explanation, { kind: 'will-run' }>, telling: Telling): string {
  const { places } = telling;
  const estimate = estimateText(step);
  const aside = step.reason.kind === 'forced' || step.reason.kind === 'output-missing';
  if (!since || aside) return `${task.id} will run: ${reasonText(step.reason)}\n${estimate}`;
  const record = recordText(since.record, places.pipeline.name, task.id);
  return [
    since.own ? `${task.id} will run: ${count(since.changes.length, 'change')} since ${record}\n`
      : `${task.id} will run: no earlier result; ${count(since.changes.length, 'difference')} from the latest instance, ${record}\n`,
    changesTable(since.changes, task, places),
    since.own ? rootLines(since, telling) : '',
    estimate,
  ].join('');
}

async function mayRunText({ task, step, chain, roots, ownChanges }: Extract<Explanation, { kind: 'may-run' }>, telling: Telling): Promise<string> {
  const told: string[] = [];
  for (const [first, ...others] of roots.slice(0, rootsTold)) {
    if (!first) continue;
    const text = await explanationText(await explainStep(first.index, telling.context), telling);
    told.push(indented(`${text}${others.length > 0 ? `  and ${count(others.length, 'more instance')} of ${first.name}\n` : ''}`));
  }
  return [
    `${task.id} may run: something that it depends on runs first; if that gives the same result as before, it stays cached\n`,
    `  ${chain.map(({ id }) => id).join(' <- ')}\n`,
    roots.length === 1 ? 'root cause:\n' : 'root causes:\n',
    ...told,
    roots.length > rootsTold ? `  and ${roots.length - rootsTold} more\n` : '',
    ownChanges.length > 0 ? `and it runs in any case, as it has changed itself:\n${changesTable(ownChanges, task, telling.places)}` : '',
    estimateText(step),
  ].join('');
}

/** `  estimated: 3s, 12 MB`: from its latest result, or from others of its kind. */
function estimateText({ estimateMs, estimateBytes }: { readonly estimateMs: number | null; readonly estimateBytes: number | null }): string {
  if (estimateMs === null) return '';
  return `  estimated: ${roughDuration(estimateMs)}${estimateBytes === null ? '' : `, ${size(Math.round(estimateBytes))}`}\n`;
}

function changesTable(changes: readonly Difference[], task: Task, places: Places): string {
  const rows = changes.slice(0, changesTold).map((difference) => {
    const { what, before, after, from } = changeOf(difference, task, places);
    return [`  ${what}`, `${before} -> ${after}`, from];
  });
  return `${table(rows)}${changes.length > changesTold ? `  and ${changes.length - changesTold} more\n` : ''}`;
}

/** Where changed inputs come from in the end, each with the way to it. */
function rootLines({ roots }: Comparison, telling: Telling): string {
  return roots.map((root) => `  root cause: ${rootText(root, telling)}\n${root.chain.length > 1 ? `    ${root.chain.join(' <- ')}\n` : ''}`).join('');
}

function rootText(root: RootCause, { places }: Telling): string {
  switch (root.kind) {
    case 'task-changed': {
      const { what, before, after, from } = changeOf(root.difference, root.task, places);
      return `${root.task.id} has changed: ${what} ${before} -> ${after}, ${from}; its result is of ${recordText(root.record, places.pipeline.name, root.task.id)}`;
    }
    case 'path-changed':
      return `${places.shown(root.path)} has changed, ${placeText(root.position ?? root.reader.position, places)}`;
    case 'rewired':
      return `input ${root.input} of ${root.task.id} comes from elsewhere, ${placeText(root.task.position, places)}`;
    case 'not-reproducible':
      return `${root.task.id} is not reproducible: it gave other bytes for the same fingerprint`;
    case 'forgotten':
      return `${root.task.id} has its present result from ${recordText(root.record, places.pipeline.name, root.task.id)}; the one before is no longer in the cache`;
  }
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
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

function inputFrom(input: string, index: number, task: Task, { pipeline, shown }: Places): string {
  const source = task.inputs[input]?.sources[index];
  if (!source) return 'no longer an input';
  const pointer = source.pointer === undefined ? '' : `#${source.pointer}`;
  if (source.kind === 'path') return `${shown(source.path)}${pointer}`;
  return `${pipeline.tasks[source.task]?.id ?? ''}.${source.output}${pointer}`;
}

export function placeText({ line, column }: Position, { pipeline, shown }: Places): string {
  return `${shown(pipeline.file)}:${line}:${column}`;
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
  return `run ${provenance.run} on ${timeText(provenance.finishedAt)}, in ${duration(durationMs)}${elsewhere}`;
}

/** ISO 8601 to the minute: `2026-05-03 10:22 UTC`. */
export function timeText(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}
