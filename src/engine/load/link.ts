import type { Axis } from './matrix.js';
import type { InputSource, Task, TaskInput, TaskOutput, Position } from '../pipeline.js';
import type { Resources } from '../task-kind.js';
import { taskId, type ExpandedTask, type ExpansionContext, type Node } from './expand.js';
import { InputResolver, type ResolvedInput, type ResolvedSource } from './inputs.js';
import type { Place } from './interpolate.js';
import { limits } from './limits.js';
import { topologicalOrder } from './order.js';
import type { LabelledSpan } from './source.js';
import { quote } from './suggest.js';

/** A node with its inputs, in file order. */
interface LinkedNode {
  readonly node: Node;
  readonly inputs: Readonly<Record<string, ResolvedInput>>;
}

/** Joins the nodes of all tasks into one graph and orders it. Returns the tasks, or nothing sensible when diagnostics were reported. */
export function linkTasks(expanded: readonly ExpandedTask[], file: string, context: ExpansionContext): readonly Task[] {
  const linked = linkNodes(expanded, file, context);
  if (linked === undefined) return [];
  const numbers = new Map(linked.map(({ node }, number) => [node, number]));
  const dependencies = linked.map(({ inputs }) => dependenciesOf(inputs, numbers));
  const { order, cycles } = topologicalOrder(linked.length, (number) => dependencies[number] ?? []);
  reportCycles(cycles, linked, context);
  if (context.diagnostics.count > 0) return [];
  return new TaskWriter(linked, order).write();
}

/** Undefined when there are more inputs than a pipeline may have. */
function linkNodes(expanded: readonly ExpandedTask[], file: string, context: ExpansionContext): readonly LinkedNode[] | undefined {
  const resolver = new InputResolver(expanded, file, context);
  const linked: LinkedNode[] = [];
  let edges = 0;
  for (const task of expanded) {
    const inputsOfInstances = resolver.resolve(task);
    for (const [index, { nodes }] of task.instances.entries()) {
      const given = inputsOfInstances[index] ?? {};
      for (const node of nodes) {
        const inputs = inputsOfNode(node, given, task);
        for (const { sources } of Object.values(inputs)) edges += sources.length;
        if (edges > limits.edges) {
          context.diagnostics.report(task.declared.key, 'too-many-inputs', `the tasks have more than ${limits.edges.toLocaleString('en-US')} inputs, all together`, 'let tasks in between gather what many others make');
          return undefined;
        }
        linked.push({ node, inputs });
      }
    }
  }
  return linked;
}

/** A segment reads what the segment before it carries over; what the file gives to a carried input goes to the first segment. */
function inputsOfNode({ segment, previous }: Node, given: Readonly<Record<string, ResolvedInput>>, { chain, declared }: ExpandedTask): Readonly<Record<string, ResolvedInput>> {
  if (segment === undefined || chain === undefined) return given;
  const carried = new Set(chain.carry.map(({ input }) => input));
  const reads = segment.inputs === undefined ? undefined : new Set(segment.inputs);
  const inputs: Record<string, ResolvedInput> = {};
  for (const [name, input] of Object.entries(given)) {
    if (carried.has(name) ? previous === undefined : reads?.has(name) ?? true) inputs[name] = input;
  }
  if (previous === undefined) return inputs;
  for (const { output, input } of chain.carry) {
    const port = declared.kind?.inputs[input];
    inputs[input] = {
      type: port?.type ?? 'file',
      many: port?.many === true,
      sources: [{ kind: 'output', node: previous, output, labels: {} }],
      key: declared.key,
    };
  }
  return inputs;
}

function dependenciesOf(inputs: Readonly<Record<string, ResolvedInput>>, numbers: ReadonlyMap<Node, number>): readonly number[] {
  const dependencies: number[] = [];
  for (const { sources } of Object.values(inputs)) {
    for (const source of sources) {
      const number = source.kind === 'output' ? numbers.get(source.node) : undefined;
      if (number !== undefined) dependencies.push(number);
    }
  }
  return dependencies;
}

/** Each circle of task names once, however many instances go round it. */
function reportCycles(cycles: readonly (readonly number[])[], linked: readonly LinkedNode[], { diagnostics }: ExpansionContext): void {
  const seen = new Set<string>();
  for (const cycle of cycles) {
    const members = cycle.flatMap((number) => linked[number] ?? []);
    const [first] = members;
    if (first === undefined) continue;
    const names = members.map(({ node }) => node.instance.task.declared.name).filter((name, index, all) => name !== all[index - 1]);
    const circle = [...new Set(names)].sort().join(' ');
    if (seen.has(circle)) continue;
    seen.add(circle);
    const path = names.length > 1 && names[0] === names.at(-1) ? names : [...names, ...names.slice(0, 1)];
    const places = edgesOf(members);
    const message = path.length === 2 ? `task ${quote(path[0] ?? '')} needs its own output` : `tasks need each other in a circle: ${path.join(' → ')}`;
    diagnostics.report(places[0]?.span ?? first.node.instance.task.declared.key, 'cycle', message, path.length === 2 ? 'take the input out, or read what another task makes' : 'take one of these inputs out', places);
  }
}

/** Where each task of a circle names the next. */
function edgesOf(members: readonly LinkedNode[]): LabelledSpan[] {
  return members.flatMap(({ node, inputs }, index) => {
    const needed = (members[index + 1] ?? members[0])?.node;
    const input = Object.values(inputs).find(({ sources }) => sources.some((source) => source.kind === 'output' && source.node === needed));
    const [from, to] = [node.instance.task.declared, needed?.instance.task.declared];
    if (input?.key === undefined || to === undefined || (from === to && members.length > 1)) return [];
    return [{ span: input.key, label: `${from.name} needs ${to.name}` }];
  });
}

class TaskWriter {
  readonly #indexes: ReadonlyMap<Node, number>;
  /** Fan-ins are shared by many consumers; so is what is written for them. */
  readonly #sources = new Map<readonly ResolvedSource[], readonly InputSource[]>();
  readonly #labelled = new Map<readonly ResolvedSource[], readonly InputSource[]>();
  readonly #positions = new Map<ReadonlyMap<string, Place>, { positions: Map<string, Position>; origins: Map<string, string> }>();

  constructor(readonly linked: readonly LinkedNode[], readonly order: readonly number[]) {
    this.#indexes = new Map(order.flatMap((number, index): [Node, number][] => {
      const node = linked[number]?.node;
      return node === undefined ? [] : [[node, index]];
    }));
  }

  write(): readonly Task[] {
    return this.order.flatMap((number, index) => {
      const linked = this.linked[number];
      return linked === undefined ? [] : [this.#task(index, linked)];
    });
  }

  #task(index: number, { node, inputs }: LinkedNode): Task {
    const { instance: { task, settings }, parameters } = node;
    const { declared } = task;
    const labels: Record<string, Task['labels'][string]> = {};
    for (const [axis, { name }] of task.axes.entries()) labels[name] = node.values[axis] ?? null;
    if (node.segment !== undefined && task.chain !== undefined) labels[task.chain.axis.name] = node.segment.label;
    const { positions, origins } = this.#placesOf(node);
    const taskInputs: Record<string, TaskInput> = {};
    for (const [name, { type, many, sources }] of Object.entries(inputs)) taskInputs[name] = { type, many, sources: this.#written(sources, many) };
    return {
      index,
      id: taskId(declared.name, labels),
      name: declared.name,
      labels,
      uses: declared.kind?.name ?? '',
      parameters,
      inputs: taskInputs,
      outputs: outputsOfNode(node),
      resources: { ...(declared.kind?.resources ?? { cores: 1, memory: 0 }), ...settings.resources } satisfies Resources,
      attempts: settings.attempts ?? 1,
      ...(settings.timeoutMs === undefined ? {} : { timeoutMs: settings.timeoutMs }),
      environment: settings.environment,
      position: declared.key?.position ?? { line: 1, column: 1 },
      parameterPositions: positions,
      parameterOrigins: origins,
    };
  }

  /** Labels are what a list's items are told apart by; a single artifact has none, so that they cannot reach it unseen by its fingerprint. */
  #written(sources: readonly ResolvedSource[], many: boolean): readonly InputSource[] {
    const cache = many ? this.#labelled : this.#sources;
    let written = cache.get(sources);
    if (written === undefined) {
      written = sources.map((source): InputSource => {
        const labels = many ? source.labels : {};
        if (source.kind === 'path') return { ...source, labels };
        const { node, output, pointer } = source;
        return { kind: 'output', task: this.#indexes.get(node) ?? 0, output, ...(pointer === undefined ? {} : { pointer }), labels };
      });
      cache.set(sources, written);
    }
    return written;
  }

  /** A segment keeps the places of the parameters that it shares with the task's `with`, by name. */
  #placesOf({ places, segment, parameters, instance: { task: { axes } } }: Node): { positions: Map<string, Position>; origins: Map<string, string> } {
    const known = segment === undefined ? this.#positions.get(places) : undefined;
    if (known !== undefined) return known;
    const positions = new Map<string, Position>();
    const origins = new Map<string, string>();
    for (const [pointer, { span, origin }] of places) {
      if (pointer === '' || (segment !== undefined && !Object.hasOwn(parameters, topLevelName(pointer)))) continue;
      if (span !== undefined) positions.set(pointer, span.position);
      if (origin !== undefined) origins.set(pointer, parameterBehind(origin, axes));
    }
    const found = { positions, origins };
    if (segment === undefined) this.#positions.set(places, found);
    return found;
  }
}

/** The parameter that a matrix axis takes its values from, in place of the axis. */
function parameterBehind(origin: string, axes: readonly Axis[]): string {
  return axes.find(({ name }) => origin === `matrix.${name}`)?.origin ?? origin;
}

function topLevelName(pointer: string): string {
  const end = pointer.indexOf('/', 1);
  return pointer.slice(1, end < 0 ? undefined : end).replaceAll('~1', '/').replaceAll('~0', '~');
}

function outputsOfNode({ instance: { task, settings }, segment, isLast }: Node): Record<string, TaskOutput> {
  const outputs: Record<string, TaskOutput> = {};
  for (const [name, { type, fileName, of = 'each' }] of Object.entries(task.declared.kind?.outputs ?? {})) {
    if (segment === undefined || of === 'each' || isLast) outputs[name] = { type, fileName };
  }
  for (const [name, written] of Object.entries(settings.outputs)) {
    const isTree = written.endsWith('/');
    outputs[name] = { type: isTree ? 'tree' : 'file', fileName: isTree ? written.slice(0, -1) : written };
  }
  return outputs;
}
