import type { BackendValues, DataType, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Graph, Shape, TypedArray, Value } from './graph.js';

export const tracingBackendName = 'onnx-trace';

/** A kernel that the model's code calls and the tracer has no ONNX for. */
export class UntraceableKernelError extends Error {
  override readonly name = 'UntraceableKernelError';
  constructor(readonly kernel: string) {
    super(`the tracing backend has no ONNX emission for the TensorFlow.js kernel ${kernel}`);
  }
}

type TracedType = 'float32' | 'int32' | 'bool';

/** What a tensor stands for: an edge's elements times `scale`. */
export interface Scaled {
  readonly value: Value;
  readonly scale: number;
}

/**
 * A TensorFlow.js backend that computes nothing: a tensor's data is an edge of an ONNX graph, and kernels append
 * nodes. One instance serves every trace in the thread; a trace inside a trace gets a graph of its own.
 */
export class TracingBackend extends tf.KernelBackend {
  readonly #graphs: Graph[] = [];
  /**
   * The edge that holds a tensor's elements; the tensor may see them under another shape (as Reshape does), and times
   * a constant, which products take as a parameter instead of as a pass over their operand.
   */
  readonly #values = new WeakMap<object, Scaled>();

  get graph(): Graph {
    const graph = this.#graphs.at(-1);
    if (graph === undefined) throw new Error('the tracing backend was used outside a trace');
    return graph;
  }

  enter(graph: Graph): void {
    this.#graphs.push(graph);
  }

  leave(): void {
    this.#graphs.pop();
  }

  /** A tensor's handle on an edge. */
  tensorInfo(value: Value, shape: Shape = value.shape, scale = 1): TensorInfo {
    const dataId = {};
    this.#values.set(dataId, { value, scale });
    return { dataId, shape: [...shape], dtype: value.type as TracedType };
  }

  tensor(value: Value): Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.tensorInfo(value));
  }

  /** The edge behind a tensor, under the tensor's shape or another of the same size. */
  value(tensor: TensorInfo, shape: Shape = tensor.shape): Value {
    const { value, scale } = this.scaled(tensor);
    if (scale === 1) return this.graph.reshaped(value, shape);
    const product = this.graph.node('Mul', [value, this.graph.constant(Float32Array.of(scale), [], 'float32')], { shape: value.shape });
    this.#values.set(tensor.dataId, { value: product, scale: 1 });
    return this.graph.reshaped(product, shape);
  }

  /** The same for who can multiply by `scale` on the way. */
  scaled(tensor: TensorInfo, shape?: Shape): Scaled {
    const { value, scale } = this.#values.get(tensor.dataId) ?? { value: this.#copied(tensor), scale: 1 };
    return { value: shape === undefined ? value : this.graph.reshaped(value, shape), scale };
  }

  /**
   * The same elements under another shape, with no node until somebody needs that shape. A tensor of another backend
   * gets a handle of its own: the engine would free the original's data together with the view.
   */
  view(tensor: TensorInfo, shape: Shape): TensorInfo {
    if (!this.#values.has(tensor.dataId)) return this.tensorInfo(this.#copied(tensor), shape);
    return { dataId: tensor.dataId, shape: [...shape], dtype: tensor.dtype };
  }

  /** A tensor of another backend (made outside the trace) becomes a constant and stays where it was. */
  #copied(tensor: TensorInfo): Value {
    const data = tf.engine().readSync(tensor.dataId);
    return this.graph.constant(typedArray(data, tensor.dtype), tensor.shape, tensor.dtype as TracedType);
  }

  override write(values: BackendValues, shape: number[], dtype: DataType): object {
    const dataId = {};
    this.#values.set(dataId, { value: this.graph.constant(typedArray(values, dtype), shape, dtype as TracedType), scale: 1 });
    return dataId;
  }

  override readSync(): never {
    throw new Error('a traced tensor has no values to read');
  }

  // Nothing is allocated, so nothing is counted; the engine asks all the same.
  override refCount(): number { return 1; }
  override incRef(): void { /* see above */ }
  override disposeData(): boolean { return true; }
  override numDataIds(): number { return 0; }
  override memory(): { unreliable: boolean } { return { unreliable: true }; }
  override floatPrecision(): 32 { return 32; }
  override epsilon(): number { return 1e-7; }
  override dispose(): void { /* see above */ }
}

function typedArray(values: BackendValues, dtype: DataType): TypedArray {
  switch (dtype) {
    case 'float32': return Float32Array.from(values as ArrayLike<number>);
    case 'int32': return Int32Array.from(values as ArrayLike<number>);
    case 'bool': return Uint8Array.from(values as ArrayLike<number>);
    default: throw new Error(`the tracing backend holds no ${dtype} tensors`);
  }
}
