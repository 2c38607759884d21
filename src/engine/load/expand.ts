import type { Json, JsonObject, JsonScalar } from '../json.js';
import { TaskError, type Expansion, type Labels, type Segment, type TaskKind, type TaskKinds } from '../task-kind.js';
import type { BROKEN, Scope } from './expression.js';
import { kindHint, standsFor } from './habits.js';
import { compileTemplate, evaluateTemplate, isExpression, type Budget, type Place, type Template } from './interpolate.js';
import { combinationCount, combinations, declareMatrix, labelText, type Axis, type Matrix } from './matrix.js';
import { topologicalOrder } from './order.js';
import { mapOf, type Params } from './params.js';
import { settingsReader, type Settings } from './settings.js';
import { taskProperties } from './shape.js';
import type { Diagnostics, MapEntry, MapNode, Span } from './source.js';
import { quote, suggest } from './suggest.js';
import { validateJson } from './validate.js';

/** A task as the file declares it, before expansion. */
export interface DeclaredTask {
  readonly name: string;
  readonly index: number;
  readonly key: Span | undefined;
  readonly entries: ReadonlyMap<string, MapEntry>;
  /** Undefined when `uses` names no kind, which is reported. */
  readonly kind: TaskKind | undefined;
  readonly matrix: Matrix;
}

/** A declared task with its instances, and their segments where the kind expands. */
export interface ExpandedTask {
  readonly declared: DeclaredTask;
  /** Of the matrix, in declaration order. */
  readonly axes: readonly Axis[];
  /** The axis that the kind's expansion adds, with the values of all instances. */
  readonly chain: { readonly axis: Axis; readonly carry: Expansion['carry'] } | undefined;
  readonly instances: readonly Instance[];
  /** False when a mistake hides which instances and segments there are. */
  readonly known: boolean;
}

/** One combination of a task's matrix values. */
export interface Instance {
  readonly task: ExpandedTask;
  /** One value for each of the task's axes. */
  readonly values: readonly JsonScalar[];
  readonly scope: Scope;
  readonly settings: Settings;
  /** One, or one a segment. */
  readonly nodes: readonly Node[];
}

/** What becomes one task of the pipeline. */
export interface Node {
  readonly instance: Instance;
  /** One value for each matrix axis, then the segment's label. */
  readonly values: readonly JsonScalar[];
  readonly parameters: JsonObject;
  readonly places: ReadonlyMap<string, Place>;
  readonly segment: Segment | undefined;
  /** The segment before this one. */
  readonly previous: Node | undefined;
  readonly isLast: boolean;
}

export interface ExpansionContext {
  readonly params: Params;
  readonly budget: Budget;
  readonly maxTasks: number;
  readonly diagnostics: Diagnostics;
}

export function declareTasks(root: MapNode, kinds: TaskKinds, context: ExpansionContext): readonly DeclaredTask[] {
  const { params, budget, diagnostics } = context;
  const declared: DeclaredTask[] = [];
  for (const [name, { key, value }] of mapOf(root.entries.get('tasks')?.value)?.entries ?? []) {
    const entries = mapOf(value)?.entries ?? new Map<string, MapEntry>();
    const uses = entries.get('uses')?.value;
    const kindName = uses?.kind === 'scalar' && typeof uses.value === 'string' ? uses.value : undefined;
    const kind = kindName === undefined ? undefined : kinds.get(kindName)?.kind;
    if (kindName !== undefined && kind === undefined) {
      diagnostics.report(uses?.span, 'unknown-kind', `unknown task kind ${quote(kindName)}`, kindHint(kindName, kinds.keys()));
    }
    declared.push({ name, index: declared.length, key, entries, kind, matrix: declareMatrix(entries.get('matrix'), params, budget, diagnostics) });
  }
  return declared;
}

/** Expands every task. Tasks whose axes are another's come after it, whatever the order in the file; the result is in file order. */
export function expandTasks(declared: readonly DeclaredTask[], root: MapNode, context: ExpansionContext): readonly ExpandedTask[] {
  const { params, budget, diagnostics } = context;
  const byName = new Map(declared.map((task) => [task.name, task]));
  const axisSources = declared.map(({ matrix }) => matrix.axes.flatMap(({ source }) => (source.kind === 'task' ? byName.get(source.task)?.index ?? [] : [])));
  const { order, cycles } = topologicalOrder(declared.length, (index) => axisSources[index] ?? []);
  for (const cycle of cycles) {
    const circle = [...cycle, ...cycle.slice(0, 1)].map((index) => declared[index]?.name ?? '');
    const places = cycle.flatMap((index, at) => {
      const axis = declared[index]?.matrix.axes.find(({ source }) => source.kind === 'task' && source.task === circle[at + 1]);
      return axis?.key === undefined ? [] : [{ span: axis.key, label: `an axis of ${circle[at + 1] ?? ''}` }];
    });
    diagnostics.report(places[0]?.span ?? declared[cycle[0] ?? 0]?.key, 'cycle', `the axes of these tasks come from each other: ${circle.join(' → ')}`, 'write the values of one of them out', places);
  }
  const defaults = settingsReader(mapOf(root.entries.get('defaults')?.value)?.entries ?? new Map<string, MapEntry>(), '"defaults"', budget, diagnostics).read(params);
  const expanded = new Map<string, ExpandedTask>();
  let total = 0;
  for (const index of order) {
    const task = declared[index];
    if (task === undefined) continue;
    const result = new TaskExpansion(task, expanded, byName, defaults, { ...context, maxTasks: context.maxTasks - total }).expand();
    total += result.instances.reduce((count, { nodes }) => count + nodes.length, 0);
    expanded.set(task.name, result);
  }
  return declared.flatMap(({ name }) => expanded.get(name) ?? []);
}

/** `params` and the instance's own axes. */
class InstanceScope implements Scope {
  readonly roots: readonly string[] = ['params', 'matrix'];

  constructor(readonly params: Params, readonly axes: readonly Axis[], readonly row: readonly JsonScalar[]) {}

  names(root: string): Iterable<string> | undefined {
    return root === 'matrix' ? this.axes.map(({ name }) => name) : this.params.names(root);
  }

  value(root: string, name: string): Json | undefined | typeof BROKEN {
    return root === 'matrix' ? this.row[this.axes.findIndex((axis) => axis.name === name)] : this.params.value(root, name);
  }
}

interface Parameters {
  readonly parameters: JsonObject;
  readonly places: ReadonlyMap<string, Place>;
  readonly expansion: Expansion | undefined;
}

const noPlaces: ReadonlyMap<string, Place> = new Map();

class TaskExpansion {
  readonly #entry: MapEntry;
  readonly #template: Template;

  constructor(
    readonly task: DeclaredTask,
    readonly expanded: ReadonlyMap<string, ExpandedTask>,
    readonly byName: ReadonlyMap<string, DeclaredTask>,
    readonly defaults: Settings,
    readonly context: ExpansionContext,
  ) {
    this.#entry = task.entries.get('with') ?? { key: task.key, value: { kind: 'map', entries: new Map(), span: undefined } };
    this.#template = compileTemplate(this.#entry.value, context.diagnostics);
  }

  expand(): ExpandedTask {
    const { task, context } = this;
    const settings = settingsReader(task.entries, `task ${quote(task.name)}`, context.budget, context.diagnostics);
    // What the matrix does not touch is checked even when the matrix is broken, and evaluated once.
    const sharedSettings = settings.usesMatrix ? undefined : merge(this.defaults, settings.read(context.params));
    const shared = this.#template.usesMatrix ? undefined : this.#parameters(context.params);
    const axes = this.#axes();
    if (axes === undefined || !this.#fits(combinationCount(axes))) return { declared: task, axes: axes ?? [], chain: undefined, instances: [], known: false };

    const rows = combinations(axes, task.matrix.exclude);
    if (rows.length === 0) {
      this.context.diagnostics.report(task.entries.get('matrix')?.key, 'no-instances', '`exclude` leaves no combination, so the task would never run', 'leave one in, or take the task out');
    }
    let known = rows.length > 0;
    let count = 0;
    const instances: Instance[] = [];
    const labels = new Set<JsonScalar>();
    const result = { declared: task, axes, chain: undefined as ExpandedTask['chain'], instances, known };
    let carry: Expansion | undefined;
    for (const row of rows) {
      const scope = new InstanceScope(context.params, axes, row);
      const parameters = this.#template.usesMatrix ? this.#parameters(scope) : shared;
      if (parameters === undefined && task.kind?.expand !== undefined) known = false;
      carry ??= parameters?.expansion;
      count += parameters?.expansion?.segments.length ?? 1;
      if (!this.#fits(count)) {
        known = false;
        break;
      }
      const nodes: Node[] = [];
      const instance: Instance = { task: result, values: row, scope, settings: sharedSettings ?? merge(this.defaults, settings.read(scope)), nodes };
      addNodes(instance, parameters, nodes);
      for (const { label } of parameters?.expansion?.segments ?? []) labels.add(label);
      instances.push(instance);
    }
    result.known = known;
    if (carry !== undefined) {
      result.chain = { axis: { name: carry.axis, values: [...labels] }, carry: carry.carry };
      const taken = task.matrix.axes.find(({ name }) => name === carry.axis);
      if (taken !== undefined) context.diagnostics.report(taken.key, 'axis-collision', `${quote(task.kind?.name ?? '')} makes the axis ${quote(carry.axis)} itself; it cannot be in the matrix`, 'take it out of the matrix: other tasks can read it all the same');
    }
    return result;
  }

  #fits(count: number): boolean {
    if (count <= this.context.maxTasks) return true;
    const made = `${count.toLocaleString('en-US')} task${count === 1 ? '' : 's'}`;
    this.context.diagnostics.report(this.task.key, 'too-many-tasks', `${quote(this.task.name)} makes ${made}, and only ${Math.max(0, this.context.maxTasks).toLocaleString('en-US')} more may be in the pipeline`, 'axes multiply: take one out, or leave combinations out with `exclude`');
    return false;
  }

  /** Undefined when some axis is broken; the cause is reported. */
  #axes(): Axis[] | undefined {
    const axes: Axis[] = [];
    for (const { name, source } of this.task.matrix.axes) {
      const axis = source.kind === 'values' ? source : source.kind === 'task' ? this.#axisOf(source) : undefined;
      if (axis !== undefined) axes.push({ name, values: axis.values, origin: axis.origin });
    }
    return axes.length === this.task.matrix.axes.length ? axes : undefined;
  }

  #axisOf({ task, axis, span }: { readonly task: string; readonly axis: string; readonly span: Span | undefined }): Axis | undefined {
    const { diagnostics } = this.context;
    if (!this.byName.has(task)) {
      diagnostics.report(span, 'unknown-task', `unknown task ${quote(task)}`, () => suggest(task, this.byName.keys()) ?? 'there is no other task');
      return undefined;
    }
    const other = this.expanded.get(task);
    if (other?.known !== true) return undefined;
    const axes = [...other.axes, ...(other.chain === undefined ? [] : [other.chain.axis])];
    const found = axes.find(({ name }) => name === axis);
    if (found === undefined) {
      diagnostics.report(span, 'unknown-axis', `task ${quote(task)} has no axis ${quote(axis)}`, suggest(axis, axes.map(({ name }) => name)) ?? 'it has no matrix: write the values out');
    }
    return found;
  }

  /** `with`, evaluated, validated and with defaults filled in; undefined when there is a mistake in it, which is reported. */
  #parameters(scope: Scope): Parameters | undefined {
    const { kind } = this.task;
    const { budget, diagnostics } = this.context;
    // The shape check has said that it must be a map.
    if (this.#entry.value.kind !== 'map' && !isExpression(this.#entry.value)) return undefined;
    if (!this.task.entries.has('with') && standsFor('with', this.task.entries.keys(), Object.keys(taskProperties), 'task')) return undefined;
    const evaluated = evaluateTemplate(this.#template, scope, budget, diagnostics);
    if (kind === undefined || evaluated === undefined) return undefined;
    const whole: Place = { span: this.#entry.value.span ?? this.#entry.key, key: this.#entry.key };
    const place = (pointer: string): Place | undefined => (pointer === '' ? whole : evaluated.places.get(pointer));
    if (!validateJson(kind.parameters, evaluated.value, { name: kind.name, keys: 'parameter', place }, diagnostics)) return undefined;
    const parameters = evaluated.value as JsonObject;
    if (kind.expand === undefined) return { parameters, places: evaluated.places, expansion: undefined };
    const expansion = this.#expansion(kind.expand, parameters);
    return expansion === undefined ? undefined : { parameters, places: evaluated.places, expansion };
  }

  #expansion(expand: NonNullable<TaskKind['expand']>, parameters: JsonObject): Expansion | undefined {
    const { diagnostics } = this.context;
    try {
      const expansion = expand(parameters);
      if (expansion.segments.length > 0) return expansion;
      diagnostics.report(this.#entry.key, 'empty-expansion', `these parameters give ${quote(this.task.name)} nothing to do`, 'with these, it makes no tasks at all: see `with:`');
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      diagnostics.report(this.#entry.key, 'bad-expansion', error.message, error.hint ?? `change ${quote(this.task.name)}'s parameters so that they fit each other`);
    }
    return undefined;
  }
}

function addNodes(instance: Instance, parameters: Parameters | undefined, nodes: Node[]): void {
  const places = parameters?.places ?? noPlaces;
  const segments = parameters?.expansion?.segments;
  if (segments === undefined) {
    nodes.push({ instance, values: instance.values, parameters: parameters?.parameters ?? {}, places, segment: undefined, previous: undefined, isLast: true });
    return;
  }
  for (const [index, segment] of segments.entries()) {
    nodes.push({
      instance,
      values: [...instance.values, segment.label],
      parameters: segment.parameters,
      places,
      segment,
      previous: nodes[index - 1],
      isLast: index === segments.length - 1,
    });
  }
}

function merge(defaults: Settings, own: Settings): Settings {
  return { ...defaults, ...own, resources: { ...defaults.resources, ...own.resources } };
}

/** `name` or `name(axis=value,axis=value)`. */
export function taskId(name: string, labels: Labels): string {
  const parts = Object.entries(labels).map(([axis, value]) => `${axis}=${labelText(value)}`);
  return parts.length === 0 ? name : `${name}(${parts.join(',')})`;
}
