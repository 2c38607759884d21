/** An ONNX graph under construction: what the tracing kernels write and `serialise` turns into bytes. */

export type ElementType = 'float32' | 'int32' | 'int64' | 'bool';
export type Shape = readonly number[];
export type TypedArray = Float32Array | Int32Array | BigInt64Array | Uint8Array;

/** One edge of the graph. */
export interface Value {
  readonly name: string;
  readonly shape: Shape;
  readonly type: ElementType;
}

/** An integer, a list of integers, a word, a float, or (ConstantOfShape's fill) a one-element tensor. */
export type Attribute = number | readonly number[] | string | { readonly float: number } | { readonly tensor: Float32Array | Int32Array };

/** ONNX's own operators, or onnxruntime's contributed ones. */
export type Domain = '' | 'com.microsoft';

export interface Node {
  readonly operator: string;
  readonly domain: Domain;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface Initializer extends Value {
  readonly data: TypedArray;
}

export interface OutputSpecification {
  readonly shape: Shape;
  readonly type?: ElementType;
}

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly domain?: Domain;
}

export class Graph {
  readonly nodes: Node[] = [];
  readonly inputs: Value[] = [];
  readonly outputs: { readonly name: string; readonly value: Value }[] = [];
  readonly #initializers = new Map<string, Initializer>();
  readonly #constants = new Map<string, Value>();
  readonly #reshaped = new Map<string, Value>();
  #named = 0;

  input(name: string, shape: Shape, type: ElementType): Value {
    const value = { name, shape, type };
    this.inputs.push(value);
    return value;
  }

  /** Returns a value from the graph under this name. Names of outputs are free: edges are called v0, v1, ... */
  output(name: string, value: Value): void {
    this.outputs.push({ name, value });
  }

  /** A constant, shared with every equal one while it is small enough to compare. */
  constant(data: TypedArray, shape: Shape, type: ElementType): Value {
    const comparable = data.length <= 64 ? `${type}[${shape.join()}]${data.join()}` : undefined;
    const known = comparable === undefined ? undefined : this.#constants.get(comparable);
    if (known !== undefined) return known;
    const value = { name: this.#name(), shape, type };
    this.#initializers.set(value.name, { ...value, data });
    if (comparable !== undefined) this.#constants.set(comparable, value);
    return value;
  }

  /** A one-dimensional int64 constant: what operators take shapes, axes and sizes as. */
  integers(values: readonly number[]): Value {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length], 'int64');
  }

  node(operator: string, inputs: readonly Value[], output: OutputSpecification, options: NodeOptions = {}): Value {
    const [value] = this.nodeWithOutputs(operator, inputs, [output], options);
    if (value === undefined) throw new Error(`${operator} has no output`);
    return value;
  }

  /** For operators with several outputs. An output's element type defaults to the first input's. */
  nodeWithOutputs(operator: string, inputs: readonly Value[], outputs: readonly OutputSpecification[], options: NodeOptions = {}): Value[] {
    const values = outputs.map(({ shape, type }) => ({ name: this.#name(), shape, type: type ?? inputs[0]?.type ?? 'float32' }));
    this.nodes.push({
      operator,
      domain: options.domain ?? '',
      inputs: inputs.map(({ name }) => name),
      outputs: values.map(({ name }) => name),
      attributes: options.attributes ?? {},
    });
    return values;
  }

  /** The same elements under another shape: nothing when the shape is the value's own, else one Reshape for all who ask. */
  reshaped(value: Value, shape: Shape): Value {
    if (sameShape(value.shape, shape)) return value;
    const key = `${value.name}[${shape.join()}]`;
    const known = this.#reshaped.get(key);
    if (known !== undefined) return known;
    const view = this.node('Reshape', [value, this.integers(shape)], { shape });
    this.#reshaped.set(key, view);
    return view;
  }

  /** The number behind a scalar constant. */
  scalarOf({ name, shape }: Value): number | undefined {
    const data = shape.length === 0 ? this.#initializers.get(name)?.data : undefined;
    return data instanceof Float32Array ? data[0] : undefined;
  }

  /**
   * The nodes and constants that the outputs need. Tracing leaves others behind: what a kernel gives out for a gradient
   * that nobody asks for, zero gradients of unused outputs.
   */
  needed(): { readonly nodes: readonly Node[]; readonly initializers: readonly Initializer[] } {
    const read = new Set(this.outputs.map(({ value }) => value.name));
    const nodes = this.nodes.toReversed().filter(({ inputs, outputs }) => {
      if (!outputs.some((name) => read.has(name))) return false;
      inputs.forEach((name) => read.add(name));
      return true;
    }).reverse();
    return { nodes, initializers: [...this.#initializers.values()].filter(({ name }) => read.has(name)) };
  }

  #name(): string {
    return `v${String(this.#named++)}`;
  }
}

export function sameShape(left: Shape, right: Shape): boolean {
  return left.length === right.length && left.every((size, axis) => size === right[axis]);
}
