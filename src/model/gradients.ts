/**
 * Gradients of the TensorFlow.js kernels that GPT-2 uses. tfjs-core keeps its own in a module that Node cannot
 * load by itself (`register_all_gradients` imports files without extensions); where another package has already
 * registered one (tfjs-node-gpu brings them all), that one stays.
 */
import type { GradConfig, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/** Sums `gradient` over the axes along which an operand of shape `shape` was broadcast. */
function unbroadcast(gradient: Tensor, shape: number[]): Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, gradient.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(gradient, axes) : gradient, shape);
}

/** The gradient of a sum over axes, spread back over the summed elements. */
function spread(gradient: Tensor, shape: number[], axis: number | number[], factor: number): Tensor {
  const axes = tf.util.parseAxisParam(axis, shape);
  const kept = shape.map((size, index) => (axes.includes(index) ? 1 : size));
  return tf.mul(tf.reshape(gradient, kept), tf.fill(shape, factor));
}

/** [count, d]: the rows of `rows` [N, d] summed by index. tfjs-wasm has no kernel for it and multiplies by one-hot rows. */
function addRows(rows: Tensor, indices: tf.Tensor1D, count: number): Tensor {
  const hasKernel = (tf.getKernel('UnsortedSegmentSum', tf.getBackend()) as tf.KernelConfig | undefined) !== undefined;
  return hasKernel ? tf.unsortedSegmentSum(rows, indices, count) : tf.matMul(tf.oneHot(indices, count, 1, 0, 'float32'), rows, true);
}

/** Inputs, then outputs, as the rule names them; the type has room for the rule that saves most. */
type Saved = [Tensor, Tensor, Tensor, Tensor, Tensor];

/** How to differentiate a kernel with respect to its inputs. `dy` belongs to the first output. */
export interface GradientRule {
  readonly kernelName: string;
  readonly inputsToSave?: string[];
  readonly outputsToSave?: boolean[];
  readonly gradient: (dy: Tensor, saved: Saved, attributes: Record<string, unknown>) => Record<string, () => Tensor>;
}

const rules: readonly GradientRule[] = [
  {
    kernelName: 'Add',
    inputsToSave: ['a', 'b'],
    gradient: (dy, [a, b]) => ({ a: () => unbroadcast(dy, a.shape), b: () => unbroadcast(dy, b.shape) }),
  },
  {
    kernelName: 'Sub',
    inputsToSave: ['a', 'b'],
    gradient: (dy, [a, b]) => ({ a: () => unbroadcast(dy, a.shape), b: () => tf.neg(unbroadcast(dy, b.shape)) }),
  },
  {
    kernelName: 'Multiply',
    inputsToSave: ['a', 'b'],
    gradient: (dy, [a, b]) => ({
      a: () => unbroadcast(tf.mul(dy, b), a.shape),
      b: () => unbroadcast(tf.mul(dy, a), b.shape),
    }),
  },
  { kernelName: 'Neg', gradient: (dy) => ({ x: () => tf.neg(dy) }) },
  { kernelName: 'Square', inputsToSave: ['x'], gradient: (dy, [x]) => ({ x: () => tf.mul(dy, tf.mul(x, 2)) }) },
  {
    kernelName: 'Rsqrt',
    outputsToSave: [true],
    gradient: (dy, [y]) => ({ x: () => tf.mul(dy, tf.mul(tf.mul(y, tf.square(y)), -0.5)) }),
  },
  { kernelName: 'Tanh', outputsToSave: [true], gradient: (dy, [y]) => ({ x: () => tf.mul(dy, tf.sub(1, tf.square(y))) }) },
  {
    kernelName: 'Sum',
    inputsToSave: ['x'],
    gradient: (dy, [x], { axis }) => ({ x: () => spread(dy, x.shape, axis as number[], 1) }),
  },
  {
    kernelName: 'Mean',
    inputsToSave: ['x'],
    gradient: (dy, [x], { axis }) => ({ x: () => spread(dy, x.shape, axis as number[], dy.size / x.size) }),
  },
  {
    kernelName: 'Softmax',
    outputsToSave: [true],
    gradient: (dy, [y]) => ({ logits: () => tf.mul(y, tf.sub(dy, tf.sum(tf.mul(dy, y), -1, true))) }),
  },
  {
    kernelName: 'LogSoftmax',
    outputsToSave: [true],
    gradient: (dy, [y]) => ({ logits: () => tf.sub(dy, tf.mul(tf.sum(dy, -1, true), tf.exp(y))) }),
  },
  { kernelName: 'Identity', gradient: (dy) => ({ x: () => dy }) },
  { kernelName: 'Reshape', inputsToSave: ['x'], gradient: (dy, [x]) => ({ x: () => tf.reshape(dy, x.shape) }) },
  {
    kernelName: 'Transpose',
    gradient: (dy, _, { perm }) => ({ x: () => tf.transpose(dy, tf.backend_util.getUndoAxesPermutation(perm as number[])) }),
  },
  {
    kernelName: 'Slice',
    inputsToSave: ['x'],
    gradient: (dy, [x], { begin }) => ({
      x: () => tf.pad(dy, x.shape.map((size, axis): [number, number] => {
        const before = (begin as number[])[axis] ?? 0;
        return [before, size - before - (dy.shape[axis] ?? 0)];
      })),
    }),
  },
  {
    kernelName: 'GatherV2',
    inputsToSave: ['x', 'indices'],
    // Rows only (axis 0 of a matrix), which is what an embedding gathers.
    gradient: (dy, [x, indices]) => ({
      x: () => addRows(dy, indices as tf.Tensor1D, x.shape[0] ?? 0),
    }),
  },
  {
    kernelName: 'BatchMatMul',
    inputsToSave: ['a', 'b'],
    gradient: (dy, [a, b], { transposeA, transposeB }) => ({
      a: () => (transposeA === true ? tf.matMul(b, dy, transposeB === true, true) : tf.matMul(dy, b, false, transposeB !== true)),
      b: () => (transposeB === true ? tf.matMul(dy, a, true, transposeA === true) : tf.matMul(a, dy, transposeA !== true, false)),
    }),
  },
];

function registerUnlessKnown(config: GradConfig): void {
  if ((tf.getGradient(config.kernelName) as GradConfig | undefined) === undefined) tf.registerGradient(config);
}

export function registerGradient({ gradient, ...config }: GradientRule): void {
  registerUnlessKnown({
    ...config,
    gradFunc: (dys, saved, attributes) => {
      const [dy] = [dys].flat();
      if (dy === undefined) throw new Error(`${config.kernelName} has no output to differentiate`);
      return gradient(dy, saved as unknown as Saved, attributes);
    },
  });
}

/** Makes automatic differentiation available; calling it again changes nothing. */
export function registerGradients(): void {
  rules.forEach(registerGradient);
  registerUnlessKnown({
    kernelName: 'SplitV',
    gradFunc: (dys, _, { axis }) => ({ x: () => tf.concat(dys as Tensor[], axis as number) }),
  });
}
