/** ONNX for TensorFlow.js's own kernels: each appends the nodes that compute what the kernel would. */
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { TracingBackend } from './backend.js';
import { tracingBackendName } from './backend.js';
import type { ElementType, Shape, Value } from './graph.js';
import { onnxDataType } from './serialise.js';

export type Inputs = Readonly<Record<string, TensorInfo>>;
export type Emission = (backend: TracingBackend, inputs: Inputs, attributes: NamedAttrMap) => TensorInfo | TensorInfo[];

export function registerEmission(kernelName: string, emission: Emission): void {
  tf.registerKernel({
    kernelName,
    backendName: tracingBackendName,
    kernelFunc: ({ inputs, backend, attrs }) => emission(backend as TracingBackend, inputs as Inputs, attrs ?? {}),
  });
}

export function input(inputs: Inputs, name: string): TensorInfo {
  const tensor = inputs[name];
  if (tensor === undefined) throw new Error(`the kernel was called without its input ${name}`);
  return tensor;
}

function broadcast(left: Shape, right: Shape): Shape {
  return tf.backend_util.assertAndGetBroadcastShape([...left], [...right]);
}

function binary(operator: string, type?: ElementType): Emission {
  return (backend, inputs) => {
    const a = backend.value(input(inputs, 'a'));
    const b = backend.value(input(inputs, 'b'));
    return backend.tensorInfo(backend.graph.node(operator, [a, b], { shape: broadcast(a.shape, b.shape), ...(type && { type }) }));
  };
}

/** A product with a constant number is no node yet: see `scaled`. */
const multiply: Emission = (backend, inputs, attributes) => {
  const { graph } = backend;
  const [a, b] = [input(inputs, 'a'), input(inputs, 'b')];
  const [left, right] = [a, b].map((tensor) => graph.scalarOf(backend.scaled(tensor, tensor.shape).value));
  if (left !== undefined && right !== undefined) return backend.tensorInfo(graph.constant(Float32Array.of(left * right), [], 'float32'));
  const [tensor, factor] = left === undefined ? [a, right] : [b, left];
  if (factor === undefined) return binary('Mul')(backend, inputs, attributes);
  const { value, scale } = backend.scaled(tensor);
  return backend.tensorInfo(value, tensor.shape, scale * factor);
};

function unary(operator: string): Emission {
  return (backend, inputs) => {
    const x = backend.value(input(inputs, 'x'));
    return backend.tensorInfo(backend.graph.node(operator, [x], { shape: x.shape }));
  };
}

function reduction(operator: string, axisAttribute: string): Emission {
  return (backend, inputs, attributes) => {
    const x = backend.value(input(inputs, 'x'));
    const axes = tf.util.parseAxisParam(attributes[axisAttribute] as number | number[], [...x.shape]);
    const keepDims = attributes['keepDims'] === true;
    const shape = keepDims
      ? x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
      : x.shape.filter((_, axis) => !axes.includes(axis));
    if (axes.length === 0) return backend.tensorInfo(x);
    if (operator === 'ReduceSum' && x.type === 'float32' && x.shape.length === 2 && axes.length === 1 && axes[0] === 0) {
      return backend.tensorInfo(columnSums(backend, x), shape);
    }
    return backend.tensorInfo(backend.graph.node(operator, [x, backend.graph.integers(axes)], { shape }, { attributes: { keepdims: keepDims ? 1 : 0 } }));
  };
}

/** The rows of x added up, by a product with ones: it reads them in the order in which they lie. x [N, d] -> [1, d] */
function columnSums(backend: TracingBackend, x: Value): Value {
  const [rows = 0, columns = 0] = x.shape;
  const ones = backend.graph.constant(new Float32Array(rows).fill(1), [1, rows], 'float32');
  return backend.graph.node('Gemm', [ones, x], { shape: [1, columns] });
}

function softmax(operator: string): Emission {
  return (backend, inputs) => {
    const x = backend.value(input(inputs, 'logits'));
    return backend.tensorInfo(backend.graph.node(operator, [x], { shape: x.shape }, { attributes: { axis: -1 } }));
  };
}

/** Matrices (or a batch of one) go to Gemm, which adds a bias as it goes; batches to the transposing MatMul. */
const matMul: Emission = (backend, inputs, attributes) => {
  const { graph } = backend;
  const a = input(inputs, 'a');
  const b = input(inputs, 'b');
  const bias = inputs['bias'];
  const transA = attributes['transposeA'] === true ? 1 : 0;
  const transB = attributes['transposeB'] === true ? 1 : 0;
  const [a0 = 0, a1 = 0] = a.shape.slice(-2);
  const [b0 = 0, b1 = 0] = b.shape.slice(-2);
  const matrix = [transA === 1 ? a1 : a0, transB === 1 ? b0 : b1];
  const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  if (tf.util.sizeFromShape([...batch]) === 1) {
    const [left, right] = [backend.scaled(a, [a0, a1]), backend.scaled(b, [b0, b1])];
    const operands = [left.value, right.value, ...(bias ? [backend.value(bias)] : [])];
    const product = graph.node('Gemm', operands, { shape: matrix }, { attributes: { transA, transB, alpha: { float: left.scale * right.scale } } });
    return backend.tensorInfo(product, [...batch, ...matrix]);
  }
  const shape = [...batch, ...matrix];
  const [left, right] = [backend.scaled(a, a.shape), backend.scaled(b, b.shape)];
  const attributesOfProduct = { transA, transB, alpha: { float: left.scale * right.scale } };
  const product = graph.node('FusedMatMul', [left.value, right.value], { shape }, { domain: 'com.microsoft', attributes: attributesOfProduct });
  return backend.tensorInfo(bias ? graph.node('Add', [product, backend.value(bias)], { shape }) : product);
};

function filled(backend: TracingBackend, shape: Shape, value: number, dtype: string): TensorInfo {
  if (shape.length === 0) {
    return backend.tensorInfo(backend.graph.constant(dtype === 'float32' ? Float32Array.of(value) : Int32Array.of(value), [], dtype as ElementType));
  }
  const tensor = dtype === 'float32' ? Float32Array.of(value) : Int32Array.of(value);
  const type = dtype === 'float32' ? 'float32' : 'int32';
  return backend.tensorInfo(backend.graph.node('ConstantOfShape', [backend.graph.integers(shape)], { shape, type }, { attributes: { value: { tensor } } }));
}

function cast(backend: TracingBackend, value: Value, type: ElementType): Value {
  return value.type === type ? value : backend.graph.node('Cast', [value], { shape: value.shape, type }, { attributes: { to: onnxDataType(type) } });
}

const splitV: Emission = (backend, inputs, attributes) => {
  const x = backend.value(input(inputs, 'x'));
  const axis = tf.util.parseAxisParam(attributes['axis'] as number, [...x.shape])[0] ?? 0;
  const sizes = tf.backend_util.prepareSplitSize({ shape: [...x.shape] } as tf.Tensor, attributes['numOrSizeSplits'] as number | number[], axis);
  const parts = sizes.map((size) => ({ shape: x.shape.map((whole, index) => (index === axis ? size : whole)) }));
  return backend.graph.nodeWithOutputs('Split', [x, backend.graph.integers(sizes)], parts, { attributes: { axis } }).map((part) => backend.tensorInfo(part));
};

const concat: Emission = (backend, inputs, attributes) => {
  const parts = Object.values(inputs);
  const [head] = parts;
  if (head === undefined) throw new Error('Concat of nothing');
  if (parts.length === 1) return backend.view(head, head.shape);
  const axis = tf.util.parseAxisParam(attributes['axis'] as number, head.shape)[0] ?? 0;
  const shape = tf.backend_util.computeOutShape(parts.map((part) => part.shape), axis);
  return backend.tensorInfo(backend.graph.node('Concat', parts.map((part) => backend.value(part)), { shape }, { attributes: { axis } }));
};

const slice: Emission = (backend, inputs, attributes) => {
  const x = input(inputs, 'x');
  const [begin = [], size = []] = tf.slice_util.parseSliceParams({ ...x } as tf.Tensor, attributes['begin'] as number[], attributes['size'] as number[]);
  if (size.every((length, axis) => length === x.shape[axis])) return backend.view(x, x.shape);
  const end = begin.map((start, axis) => start + (size[axis] ?? 0));
  const { graph } = backend;
  return backend.tensorInfo(graph.node('Slice', [backend.value(x), graph.integers(begin), graph.integers(end)], { shape: size }));
};

const pad: Emission = (backend, inputs, attributes) => {
  const x = input(inputs, 'x');
  const paddings = attributes['paddings'] as [number, number][];
  if (paddings.every(([before, after]) => before === 0 && after === 0)) return backend.view(x, x.shape);
  const { graph } = backend;
  const shape = x.shape.map((size, axis) => size + (paddings[axis]?.[0] ?? 0) + (paddings[axis]?.[1] ?? 0));
  const pads = graph.integers([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]);
  const value = graph.constant(Float32Array.of(attributes['constantValue'] as number), [], 'float32');
  return backend.tensorInfo(graph.node('Pad', [backend.value(x), pads, value], { shape }));
};

const gather: Emission = (backend, inputs, attributes) => {
  const x = backend.value(input(inputs, 'x'));
  const indices = backend.value(input(inputs, 'indices'));
  const axis = tf.util.parseAxisParam(attributes['axis'] as number, [...x.shape])[0] ?? 0;
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  return backend.tensorInfo(backend.graph.node('Gather', [x, indices], { shape }, { attributes: { axis } }));
};

/** The gradient of an embedding: rows of x added at their index. */
const unsortedSegmentSum: Emission = (backend, inputs, attributes) => {
  const { graph } = backend;
  const x = backend.value(input(inputs, 'x'));
  const segments = backend.value(input(inputs, 'segmentIds'));
  const shape = [attributes['numSegments'] as number, ...x.shape.slice(1)];
  const indices = graph.reshaped(cast(backend, segments, 'int64'), [...segments.shape, 1]);
  const zeros = backend.value(filled(backend, shape, 0, 'float32'));
  return backend.tensorInfo(addAtRows(backend, zeros, indices, x));
};

/** ScatterND without `reduction: add` would keep only one of several rows with the same index. */
function addAtRows(backend: TracingBackend, base: Value, indices: Value, rows: Value): Value {
  return backend.graph.node('ScatterND', [base, indices, rows], { shape: base.shape }, { attributes: { reduction: 'add' } });
}

const oneHot: Emission = (backend, inputs, attributes) => {
  const { graph } = backend;
  const indices = backend.value(input(inputs, 'indices'));
  const depth = attributes['depth'] as number;
  // onnxruntime implements OneHot for few combinations of types: depth has the indices' type.
  const size = graph.constant(Int32Array.of(depth), [1], 'int32');
  const values = graph.constant(Float32Array.of(attributes['offValue'] as number, attributes['onValue'] as number), [2], 'float32');
  return backend.tensorInfo(graph.node('OneHot', [indices, size, values], { shape: [...indices.shape, depth], type: 'float32' }, { attributes: { axis: -1 } }));
};

const argMax: Emission = (backend, inputs, attributes) => {
  const x = backend.value(input(inputs, 'x'));
  const axis = tf.util.parseAxisParam(attributes['axis'] as number, [...x.shape])[0] ?? 0;
  const shape = x.shape.toSpliced(axis, 1);
  const found = backend.graph.node('ArgMax', [x], { shape, type: 'int64' }, { attributes: { axis, keepdims: 0 } });
  return backend.tensorInfo(cast(backend, found, 'int32'));
};

const emissions: Readonly<Record<string, Emission>> = {
  Add: binary('Add'),
  Sub: binary('Sub'),
  Multiply: multiply,
  RealDiv: binary('Div'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Greater: binary('Greater', 'bool'),
  Neg: unary('Neg'),
  Exp: unary('Exp'),
  Log: unary('Log'),
  Sqrt: unary('Sqrt'),
  Tanh: unary('Tanh'),
  Sigmoid: unary('Sigmoid'),
  Square: (backend, inputs) => {
    const x = backend.value(input(inputs, 'x'));
    return backend.tensorInfo(backend.graph.node('Mul', [x, x], { shape: x.shape }));
  },
  Rsqrt: (backend, inputs) => {
    const x = backend.value(input(inputs, 'x'));
    const root = backend.graph.node('Sqrt', [x], { shape: x.shape });
    return backend.tensorInfo(backend.graph.node('Reciprocal', [root], { shape: x.shape }));
  },
  Softmax: softmax('Softmax'),
  LogSoftmax: softmax('LogSoftmax'),
  Sum: reduction('ReduceSum', 'axis'),
  Mean: reduction('ReduceMean', 'axis'),
  Max: reduction('ReduceMax', 'reductionIndices'),
  BatchMatMul: matMul,
  _FusedMatMul: matMul,
  Identity: (backend, inputs) => backend.view(input(inputs, 'x'), input(inputs, 'x').shape),
  Reshape: (backend, inputs, attributes) => {
    const x = input(inputs, 'x');
    return backend.view(x, tf.util.inferFromImplicitShape(attributes['shape'] as number[], tf.util.sizeFromShape(x.shape)));
  },
  ExpandDims: (backend, inputs, attributes) => {
    const x = input(inputs, 'input');
    const dim = attributes['dim'] as number;
    return backend.view(x, x.shape.toSpliced(dim < 0 ? dim + x.shape.length + 1 : dim, 0, 1));
  },
  Transpose: (backend, inputs, attributes) => {
    const x = backend.value(input(inputs, 'x'));
    const perm = attributes['perm'] as number[];
    return backend.tensorInfo(backend.graph.node('Transpose', [x], { shape: perm.map((axis) => x.shape[axis] ?? 0) }, { attributes: { perm } }));
  },
  Cast: (backend, inputs, attributes) => {
    const x = input(inputs, 'x');
    return x.dtype === attributes['dtype'] ? backend.view(x, x.shape) : backend.tensorInfo(cast(backend, backend.value(x), attributes['dtype'] as ElementType));
  },
  Fill: (backend, _, attributes) => filled(backend, attributes['shape'] as number[], attributes['value'] as number, (attributes['dtype'] as string | undefined) ?? 'float32'),
  ZerosLike: (backend, inputs) => filled(backend, input(inputs, 'x').shape, 0, input(inputs, 'x').dtype),
  OnesLike: (backend, inputs) => filled(backend, input(inputs, 'x').shape, 1, input(inputs, 'x').dtype),
  SplitV: splitV,
  Concat: concat,
  Slice: slice,
  PadV2: pad,
  GatherV2: gather,
  UnsortedSegmentSum: unsortedSegmentSum,
  OneHot: oneHot,
  ArgMax: argMax,
};

export function registerEmissions(): void {
  for (const [kernelName, emission] of Object.entries(emissions)) registerEmission(kernelName, emission);
}
