import type { JsonScalar } from '../json.js';
import type { Labels } from '../task-kind.js';
import type { ExpandedTask, Instance, Node } from './expand.js';
import { labelText, type Axis } from './matrix.js';
import type { OutputReference, Part, Selector } from './reference.js';
import type { Hint } from './source.js';
import { quote, suggest } from './suggest.js';

/** An output of one node, as an input of another. */
export interface JoinedSource {
  readonly kind: 'output';
  readonly node: Node;
  readonly output: string;
  readonly pointer?: string;
  /** The producer's axes that were not joined on. */
  readonly labels: Labels;
}

/** A mistake at some part of the reference. */
export interface JoinProblem {
  readonly code: string;
  readonly message: string;
  readonly hint?: Hint | undefined;
  readonly part?: Part;
}

/** An axis of the producer, and what the reference does with it. */
type AxisUse =
  | { readonly kind: 'fixed'; readonly value: JsonScalar }
  | { readonly kind: 'joined'; readonly consumerAxis: number }
  /** `first` or `last`. */
  | { readonly kind: 'end'; readonly which: 'first' | 'last' }
  | { readonly kind: 'free' };

/** Nodes of every task, grouped by their values on some of the axes; made when first asked for. */
export class NodeIndex {
  readonly #groups = new Map<ExpandedTask, Map<string, ReadonlyMap<string, readonly Node[]>>>();
  readonly #values = new Map<Axis, ReadonlyMap<string, JsonScalar>>();

  /** The value of an axis that is written so; quoted text is never a number. */
  value(axis: Axis, text: string, quoted: boolean): JsonScalar | undefined {
    let values = this.#values.get(axis);
    if (values === undefined) this.#values.set(axis, (values = new Map(axis.values.map((value) => [String(value), value]))));
    const value = values.get(text);
    return quoted && typeof value !== 'string' ? undefined : value;
  }

  /** `only: 'last'` looks at the end of each chain, where the chain's axis does not count. */
  groups(task: ExpandedTask, only: 'each' | 'last', axes: readonly number[]): ReadonlyMap<string, readonly Node[]> {
    let ofTask = this.#groups.get(task);
    if (ofTask === undefined) this.#groups.set(task, (ofTask = new Map()));
    const signature = `${only} ${axes.join(',')}`;
    const known = ofTask.get(signature);
    if (known !== undefined) return known;
    const groups = new Map<string, Node[]>();
    for (const { nodes } of task.instances) {
      for (const node of nodes) {
        if (only === 'last' && !node.isLast) continue;
        const key = keyOf(axes.map((axis) => node.values[axis] ?? null));
        const group = groups.get(key);
        if (group === undefined) groups.set(key, [node]);
        else group.push(node);
      }
    }
    ofTask.set(signature, groups);
    return groups;
  }
}

function keyOf(values: readonly JsonScalar[]): string {
  return values.length === 1 ? JSON.stringify(values[0]) : JSON.stringify(values);
}

/**
 * How one reference of one task finds its producers. Axes that producer and consumer share are joined on, by name and
 * equal value; axes that only the producer has fan in, in the producer's order; a selector fixes an axis.
 */
export class Join {
  readonly #uses: readonly AxisUse[];
  readonly #groups: ReadonlyMap<string, readonly Node[]>;
  readonly #keyed: readonly number[];
  readonly #sources = new Map<string, readonly JoinedSource[]>();

  private constructor(
    readonly reference: OutputReference,
    readonly producer: ExpandedTask,
    readonly axes: readonly Axis[],
    uses: readonly AxisUse[],
    only: 'each' | 'last',
    index: NodeIndex,
  ) {
    this.#uses = uses;
    this.#keyed = uses.flatMap((use, axis) => (use.kind === 'fixed' || use.kind === 'joined' ? [axis] : []));
    this.#groups = index.groups(producer, only, this.#keyed);
  }

  static plan(reference: OutputReference, consumer: ExpandedTask, producer: ExpandedTask, only: 'each' | 'last', index: NodeIndex): Join | JoinProblem {
    const axes = [...producer.axes, ...(only === 'each' && producer.chain !== undefined ? [producer.chain.axis] : [])];
    const selectors = new Map<string, Selector>();
    for (const selector of reference.selectors) {
      const { axis } = selector;
      if (!axes.some(({ name }) => name === axis.text)) return unknownAxis(axis, axes, producer, reference, only);
      if (selectors.has(axis.text)) return { code: 'duplicate-axis', message: `axis ${quote(axis.text)} is given twice`, hint: 'give each axis one value', part: axis };
      selectors.set(axis.text, selector);
    }
    const uses: AxisUse[] = [];
    for (const axis of axes) {
      const selector = selectors.get(axis.name);
      const use = selector === undefined ? unselected(axis, consumer) : selected(axis, selector, reference, index);
      if ('code' in use) return use;
      uses.push(use);
    }
    return new Join(reference, producer, axes, uses, only, index);
  }

  /** Axes that fan in. */
  get free(): readonly Axis[] {
    return this.axes.filter((_, axis) => this.#uses[axis]?.kind === 'free');
  }

  /** The reference with every free axis fixed, for hints. */
  get example(): string {
    const fixed = this.axes.flatMap((axis, index) => {
      const use = this.#uses[index];
      if (use?.kind === 'free') return [`${axis.name}=${axis === this.producer.chain?.axis ? 'last' : labelText(axis.values[0] ?? '')}`];
      const written = this.reference.selectors.find((selector) => selector.axis.text === axis.name);
      return written === undefined ? [] : [`${axis.name}=${written.value.text}`];
    });
    return `${this.reference.task.text}(${fixed.join(',')}).${this.reference.output.text}`;
  }

  sourcesFor(instance: Instance): readonly JoinedSource[] | JoinProblem {
    const values = this.#keyed.map((axis): JsonScalar => {
      const use = this.#uses[axis];
      return use?.kind === 'fixed' ? use.value : use?.kind === 'joined' ? instance.values[use.consumerAxis] ?? null : null;
    });
    const key = keyOf(values);
    const known = this.#sources.get(key);
    if (known !== undefined) return known;
    const group = this.#groups.get(key);
    if (group === undefined) return this.#missing(values);
    const sources = this.#ends(group).map((node) => this.#source(node));
    this.#sources.set(key, sources);
    return sources;
  }

  /** `first` and `last`: of the nodes that differ on that axis only, the one at that end. Groups keep the axis' order. */
  #ends(group: readonly Node[]): readonly Node[] {
    let nodes = group;
    for (const [axis, use] of this.#uses.entries()) {
      if (use.kind !== 'end') continue;
      const ends = new Map<string, Node>();
      for (const node of nodes) {
        const key = keyOf(node.values.filter((_, other) => other !== axis));
        if (use.which === 'last' || !ends.has(key)) ends.set(key, node);
      }
      nodes = [...ends.values()];
    }
    return nodes;
  }

  #source(node: Node): JoinedSource {
    const labels: Record<string, JsonScalar> = {};
    for (const [index, { name }] of this.axes.entries()) {
      if (this.#uses[index]?.kind !== 'joined') labels[name] = node.values[index] ?? null;
    }
    const { output, pointer } = this.reference;
    return { kind: 'output', node, output: output.text, ...(pointer === undefined ? {} : { pointer }), labels };
  }

  #missing(values: readonly JsonScalar[]): JoinProblem {
    const task = quote(this.reference.task.text);
    const wanted = this.#keyed.map((axis, index) => `${this.axes[axis]?.name ?? ''}=${labelText(values[index] ?? null)}`).join(', ');
    for (const [index, axis] of this.#keyed.entries()) {
      const { name = '', values: known = [] } = this.axes[axis] ?? {};
      const value = values[index] ?? null;
      if (known.includes(value)) continue;
      return { code: 'missing-instance', message: `task ${task} has no ${name}=${labelText(value)}`, hint: `its values of ${quote(name)} are ${listed(known)}; to read one of them, write ${this.reference.task.text}(${name}=${labelText(known[0] ?? '')}).${this.reference.output.text}` };
    }
    return { code: 'missing-instance', message: `task ${task} has no instance with ${wanted}`, hint: 'its `exclude` leaves that out; leave it out here, too' };
  }
}

function unselected({ name }: Axis, consumer: ExpandedTask): AxisUse {
  const consumerAxis = consumer.axes.findIndex((axis) => axis.name === name);
  return consumerAxis < 0 ? { kind: 'free' } : { kind: 'joined', consumerAxis };
}

function selected(axis: Axis, { value, quoted }: Selector, reference: OutputReference, index: NodeIndex): AxisUse | JoinProblem {
  const found = index.value(axis, value.text, quoted);
  if (found !== undefined) return { kind: 'fixed', value: found };
  if (!quoted && value.text === '*') return { kind: 'free' };
  if (!quoted && (value.text === 'first' || value.text === 'last')) return { kind: 'end', which: value.text };
  return {
    code: 'missing-instance',
    message: `task ${quote(reference.task.text)} has no ${axis.name}=${value.text}`,
    hint: `its values of ${quote(axis.name)} are ${listed(axis.values)}`,
    part: value,
  };
}

function unknownAxis(axis: Part, axes: readonly Axis[], producer: ExpandedTask, reference: OutputReference, only: 'each' | 'last'): JoinProblem {
  const message = `task ${quote(reference.task.text)} has no axis ${quote(axis.text)}`;
  if (only === 'last' && producer.chain?.axis.name === axis.text) {
    return { code: 'unknown-axis', message: `output ${quote(reference.output.text)} exists only at the end of ${quote(reference.task.text)}, not at each ${axis.text}`, hint: `leave ${axis.text}= out`, part: axis };
  }
  return { code: 'unknown-axis', message, hint: suggest(axis.text, axes.map(({ name }) => name)) ?? `it has no matrix: write ${reference.task.text}.${reference.output.text}`, part: axis };
}

function listed(values: readonly JsonScalar[]): string {
  const shown = values.slice(0, 12).map(labelText).join(', ');
  return values.length > 12 ? `${shown}, … (${String(values.length)} values)` : shown;
}
