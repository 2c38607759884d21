import type { Json, JsonScalar } from '../json.js';
import { describeJson, type Scope } from './expression.js';
import { compileTemplate, evaluateTemplate, type Budget } from './interpolate.js';
import { mapOf } from './params.js';
import type { Diagnostics, MapEntry, SourceNode, Span } from './source.js';
import { quote, suggest } from './suggest.js';

/** The axes of a task as the file declares them. */
export interface Matrix {
  readonly axes: readonly DeclaredAxis[];
  readonly exclude: readonly Exclusion[];
}

export interface DeclaredAxis {
  readonly name: string;
  readonly key: Span | undefined;
  /** `broken`: its mistake is reported. */
  readonly source:
    /** `origin`: the parameter that the values come from, such as `params.seeds`; undefined when several or none. */
    | { readonly kind: 'values'; readonly values: readonly JsonScalar[]; readonly origin: string | undefined; /** Written out, no `${{ }}` in it. */ readonly isLiteral: boolean }
    | { readonly kind: 'task'; readonly task: string; readonly axis: string; readonly span: Span | undefined }
    | { readonly kind: 'broken' };
}

type Exclusion = ReadonlyMap<string, JsonScalar>;

/** An axis with its values known. */
export interface Axis {
  readonly name: string;
  readonly values: readonly JsonScalar[];
  /** The parameter that the values come from. */
  readonly origin?: string | undefined;
}

const AXIS_OF_TASK = /^([A-Za-z_][\w-]*)\.([A-Za-z_][\w-]*)$/;

/** Reads `matrix:`. Its expressions see `params` only. */
export function declareMatrix(entry: MapEntry | undefined, scope: Scope, budget: Budget, diagnostics: Diagnostics): Matrix {
  const axes: DeclaredAxis[] = [];
  const entries = mapOf(entry?.value)?.entries ?? new Map<string, MapEntry>();
  for (const [name, { key, value }] of entries) {
    if (name === 'exclude') continue;
    if (name === 'include') {
      diagnostics.report(key, 'unsupported', '`include` is not supported in a matrix', 'list the values on the axes and leave combinations out with `exclude`');
      continue;
    }
    axes.push({ name, key, source: axisSource(name, value, scope, budget, diagnostics) });
  }
  const exclude = entries.get('exclude');
  return { axes, exclude: exclude === undefined ? [] : exclusions(exclude.value, axes, scope, budget, diagnostics) };
}

function axisSource(name: string, node: SourceNode, scope: Scope, budget: Budget, diagnostics: Diagnostics): DeclaredAxis['source'] {
  const template = compileTemplate(node, diagnostics);
  const evaluated = evaluateTemplate(template, scope, budget, diagnostics);
  if (evaluated === undefined) return { kind: 'broken' };
  const { places } = evaluated;
  const value = keysOfMap(evaluated.value);
  const span = places.get('')?.span;
  if (typeof value === 'string') {
    const [, task, axis] = AXIS_OF_TASK.exec(value) ?? [];
    if (task !== undefined && axis !== undefined) return { kind: 'task', task, axis, span };
  }
  if (!Array.isArray(value)) {
    diagnostics.report(span, 'wrong-type', `axis ${quote(name)} must be a list of values, found ${describeJson(value)}`, axisHint(value));
    return { kind: 'broken' };
  }
  if (value.length === 0) {
    diagnostics.report(span, 'empty-axis', `axis ${quote(name)} has no values, so the task would never run`, `give it one at least, \`${name}: [1]\`, or take the task out${places.get('')?.origin === undefined ? '' : `; the values come from ${places.get('')?.origin ?? ''}`}`);
    return { kind: 'broken' };
  }
  const values = value.filter(isLabel);
  const seen = new Set<string>();
  for (const [index, item] of value.entries()) {
    const itemSpan = places.get(`/${String(index)}`)?.span ?? span;
    const text = labelText(isLabel(item) ? item : '');
    if (!isLabel(item)) diagnostics.report(itemSpan, 'wrong-type', `values of axis ${quote(name)} must be text, numbers, true or false, found ${item === null ? 'null' : describeJson(item)}`, 'name the values, and look up what belongs to each in a map of `params`: ${{ params.settings[matrix.name] }}'.replace('matrix.name', `matrix.${name}`));
    else if (seen.has(text)) diagnostics.report(itemSpan, 'duplicate-value', `axis ${quote(name)} has the value ${text} twice`, 'leave one of them out');
    seen.add(text);
  }
  return values.length === value.length && seen.size === value.length ? { kind: 'values', values, origin: places.get('')?.origin, isLiteral: !template.hasExpressions } : { kind: 'broken' };
}

/** A map is an axis of its keys, so that one map can hold the settings of each value: `${{ params.languages[matrix.language].tokens }}`. */
function keysOfMap(value: Json): Json {
  return value === null || typeof value !== 'object' || Array.isArray(value) ? value : Object.keys(value);
}

function exclusions(node: SourceNode, axes: readonly DeclaredAxis[], scope: Scope, budget: Budget, diagnostics: Diagnostics): Exclusion[] {
  const evaluated = evaluateTemplate(compileTemplate(node, diagnostics), scope, budget, diagnostics);
  if (evaluated === undefined) return [];
  if (!Array.isArray(evaluated.value)) {
    diagnostics.report(evaluated.places.get('')?.span, 'wrong-type', `exclude must be a list, found ${describeJson(evaluated.value)}`, EXCLUDE_EXAMPLE);
    return [];
  }
  const names = axes.map(({ name }) => name);
  return evaluated.value.flatMap((item, index) => {
    if (item === null || typeof item !== 'object' || Array.isArray(item)) {
      diagnostics.report(evaluated.places.get(`/${String(index)}`)?.span, 'wrong-type', `exclude lists maps of axes to values, found ${describeJson(item)}`, EXCLUDE_EXAMPLE);
      return [];
    }
    const exclusion = new Map<string, JsonScalar>();
    for (const [axis, value] of Object.entries(item)) {
      const place = evaluated.places.get(`/${String(index)}/${axis}`);
      if (!names.includes(axis)) diagnostics.report(place?.key ?? place?.span, 'unknown-axis', `unknown axis ${quote(axis)} in exclude`, suggest(axis, names) ?? 'the matrix has no axes: leave exclude out');
      else if (!isLabel(value)) diagnostics.report(place?.span, 'wrong-type', `${quote(axis)} must be one value of the axis, found ${describeJson(value)}`, EXCLUDE_EXAMPLE);
      else {
        exclusion.set(axis, value);
        reportUnmatched(axes.find(({ name }) => name === axis), value, place?.span, diagnostics);
      }
    }
    return exclusion.size === 0 ? [] : [exclusion];
  });
}

/** A value that a written-out axis lacks excludes nothing. Values that come from elsewhere may differ between profiles. */
function reportUnmatched(axis: DeclaredAxis | undefined, value: JsonScalar, span: Span | undefined, diagnostics: Diagnostics): void {
  if (axis?.source.kind !== 'values' || !axis.source.isLiteral || axis.source.values.includes(value)) return;
  const same = axis.source.values.find((known) => String(known) === String(value));
  const hint = same === undefined ? `its values are ${axis.source.values.slice(0, 12).map(labelText).join(', ')}` : `its value is ${typeof same === 'string' ? `the text '${same}'` : `${typeof same} ${String(same)}`}, not ${typeof value === 'string' ? 'text' : `a ${typeof value}`}`;
  diagnostics.report(span, 'unmatched-exclude', `axis ${quote(axis.name)} has no value ${typeof value === 'string' ? quote(value) : String(value)}, so this excludes nothing`, hint);
}

const EXCLUDE_EXAMPLE = 'such as exclude: [{ city: rome, year: 1999 }]';

function axisHint(value: Json): string {
  if (isLabel(value)) return `write [${labelText(value)}] for one value; values of another task's axis are "task.axis"`;
  return 'write [rome, oslo], a map with the values as keys, or "task.axis"';
}

/** How many combinations there are before exclusion; Infinity past what can be counted. */
export function combinationCount(axes: readonly Axis[]): number {
  return axes.reduce((count, { values }) => count * values.length, 1);
}

/** Combinations in row-major order: the last axis varies fastest. */
export function combinations(axes: readonly Axis[], exclude: readonly Exclusion[]): JsonScalar[][] {
  let rows: JsonScalar[][] = [[]];
  for (const { values } of axes) rows = rows.flatMap((row) => values.map((value) => [...row, value]));
  if (exclude.length === 0) return rows;
  const indexes = new Map(axes.map(({ name }, index) => [name, index]));
  return rows.filter((row) => !exclude.some((exclusion) => [...exclusion].every(([axis, value]) => row[indexes.get(axis) ?? -1] === value)));
}

function isLabel(value: Json): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** A label value as it stands in task ids and references: bare, or quoted where bare would be ambiguous. */
export function labelText(value: JsonScalar): string {
  if (typeof value !== 'string') return String(value);
  return /^[^\s,()=*"#]+$/.test(value) ? value : JSON.stringify(value);
}
