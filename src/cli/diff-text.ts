import type { StoredObject } from '../engine/action-record.js';
import type { ChangedTask, MetricChange, OutputChange, RunComparison } from '../engine/runs/compare-runs.js';
import type { RecordedRun } from '../engine/runs/recorded-run.js';
import { namedTask } from '../engine/runs/task-name.js';
import { count, duration, size, type Colors } from '../reporters/format.js';
import { changeText, parameterName, reasonText } from '../reporters/reason-text.js';
import { countsText, whenText } from './history-text.js';
import { table } from './table.js';

export interface ComparisonTextOptions {
  readonly colors: Colors;
  /** Every task and every number, instead of one line for those that are alike and the largest changes. */
  readonly all: boolean;
}

/** Lines of a part, unless all are asked for. */
const linesTold = 20;

/** What differs between two runs, for a person. */
export function comparisonText(before: RecordedRun, after: RecordedRun, comparison: RunComparison, { colors, all }: ComparisonTextOptions): string {
  const { parameters, added, removed, changed, same, metrics } = comparison;
  const told = (rows: readonly string[][], noun: string): string => (all || rows.length <= linesTold ? table(rows)
    : `${table(rows.slice(0, linesTold))}  and ${count(rows.length - linesTold, `more ${noun}`)}; --all lists them\n`);
  const part = (title: string, rows: readonly string[][], noun: string): string => (rows.length === 0 ? '' : `\n${colors.bold(title)}\n${told(rows, noun)}`);
  return [
    table([runRow('-', before), runRow('+', after)]),
    `${count(same, 'task')} with the same result, ${changed.length} with another, ${added.length} added, ${removed.length} removed\n`,
    part('parameters', parameters.map((change) => [`  ${parameterName(change.pointer)}`, changeText(change.before, change.after).join(' -> ')]), 'parameter'),
    part('tasks', [...namesRows('+', added, all), ...namesRows('-', removed, all)], 'task'),
    part('results', all ? changed.map((task) => changedRow([task])) : grouped(changed, ({ task, cause }) => `${namedTask(task).name}\n${causeText(cause)}`).map(changedRow), 'result'),
    part('metrics', all ? metrics.map((metric) => metricRow([metric])) : largestFirst(grouped(metrics, metricKey)).map(metricRow), 'metric'),
    part('durations', durationRows(changed, all), 'task'),
  ].join('');
}

function runRow(sign: string, run: RecordedRun): string[] {
  return [`${sign} ${run.run}`, whenText(run.startedAt), run.pipeline, `${run.outcome} in ${duration(run.ms)}`, countsText(run)];
}

/** `+ evaluate x 12`: tasks of one name together. */
function namesRows(sign: string, ids: readonly string[], all: boolean): string[][] {
  if (all) return ids.map((id) => [`  ${sign} ${id}`]);
  return grouped(ids, (id) => namedTask(id).name).map((group) => [`  ${sign} ${group.length === 1 ? group[0] ?? '' : `${namedTask(group[0] ?? '').name} x ${group.length}`}`]);
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly (readonly Item[])[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups.values()];
}

/** A task, or several of one name that differ for one cause. */
function changedRow(group: readonly ChangedTask[]): string[] {
  const [first] = group;
  if (!first) return [];
  return [`  ${nameText(group)}`, causeText(first.cause), group.length === 1 ? outputsText(first.outputs) : groupOutputsText(group.flatMap(({ outputs }) => outputs))];
}

function nameText(group: readonly { readonly task: string }[]): string {
  const id = group[0]?.task ?? '';
  return group.length === 1 ? id : `${namedTask(id).name} x ${group.length}`;
}

function causeText(cause: ChangedTask['cause']): string {
  if (!cause) return 'a record is no longer in the cache';
  if (cause.kind !== 'input-changed') return reasonText(cause);
  if (cause.upstream === 'outside') return `input ${cause.input} changed`;
  return `input ${cause.input} changed, from ${namedTask(cause.upstream).name}`;
}

function outputsText(outputs: readonly OutputChange[]): string {
  if (outputs.length === 0) return 'same outputs';
  return outputs.map(({ output, before, after }) => `${output} ${objectText(before)} -> ${objectText(after)}`).join(', ');
}

function objectText(object: StoredObject | undefined): string {
  return object ? `${object.digest.slice(0, 12)} ${size(object.bytes)}` : '(none)';
}

function groupOutputsText(outputs: readonly OutputChange[]): string {
  if (outputs.length === 0) return 'same outputs';
  const bytes = (side: 'before' | 'after'): number => outputs.reduce((sum, change) => sum + (change[side]?.bytes ?? 0), 0);
  return `${count(outputs.length, 'output')}, ${size(bytes('before'))} -> ${size(bytes('after'))}`;
}

/** Alike: the same number of the same output, wherever in a list it stands. */
function metricKey({ task, output, pointer }: MetricChange): string {
  return `${namedTask(task).name}.${output}${pointer.replaceAll(/\/\d+(?=\/|$)/g, '/*')}`;
}

function metricRow(group: readonly MetricChange[]): string[] {
  const [first] = group;
  if (!first) return [];
  if (group.length === 1) return [`  ${first.task}.${first.output}`, pointerText(first.pointer), `${numberText(first.before)} -> ${numberText(first.after)}`, differenceText(first.before, first.after)];
  const [before, after] = [meanOf(group.map((metric) => metric.before)), meanOf(group.map((metric) => metric.after))];
  const [name, pointer] = [namedTask(first.task).name, pointerText(metricKey(first).replace(/^[^/]*/, ''))];
  return [`  ${name}.${first.output}`, pointer, `${numberText(before)} -> ${numberText(after)}`, `${differenceText(before, after)} mean of ${group.length}`];
}

function pointerText(pointer: string): string {
  return pointer === '' ? '(the document)' : parameterName(pointer);
}

function meanOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** By how much the number changes for its size; what is new or gone comes first. */
function largestFirst(groups: readonly (readonly MetricChange[])[]): readonly (readonly MetricChange[])[] {
  const weight = (group: readonly MetricChange[]): number => Math.max(...group.map(({ before, after }) =>
    (before === undefined || after === undefined ? Infinity : Math.abs(after - before) / Math.max(Math.abs(before), Math.abs(after)))));
  return groups.map((group) => ({ group, by: weight(group) })).sort((one, other) => (other.by === one.by ? 0 : other.by - one.by)).map(({ group }) => group);
}

function numberText(value: number | undefined): string {
  return value === undefined ? '(none)' : Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

/** `+0.02 (+6.5%)` */
function differenceText(before: number | undefined, after: number | undefined): string {
  if (before === undefined || after === undefined) return '';
  const sign = after >= before ? '+' : '-';
  const share = before === 0 ? '' : ` (${sign}${(100 * Math.abs((after - before) / before)).toPrecision(3)}%)`;
  return `${sign}${numberText(Math.abs(after - before))}${share}`;
}

/** How long the results that differ took to compute, per task name; the largest change first. */
function durationRows(changed: readonly ChangedTask[], all: boolean): string[][] {
  const timed = changed.filter(({ msBefore, msAfter }) => msBefore !== undefined && msAfter !== undefined);
  const groups = all ? timed.map((task) => [task]) : grouped(timed, ({ task }) => namedTask(task).name);
  return groups.map((group) => {
    const sum = (side: 'msBefore' | 'msAfter'): number => group.reduce((total, task) => total + (task[side] ?? 0), 0);
    return { group, before: sum('msBefore'), after: sum('msAfter') };
  }).sort((one, other) => Math.abs(other.after - other.before) - Math.abs(one.after - one.before))
    .map(({ group, before, after }) => [`  ${nameText(group)}`, `${duration(before)} -> ${duration(after)}`]);
}
