import '@tensorflow/tfjs-backend-cpu';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { TracingBackend, tracingBackendName, UntraceableKernelError } from './backend.js';
import { registerCompositeEmissions } from './composite-kernels.js';
import type { Shape } from './graph.js';
import { Graph } from './graph.js';
import { registerEmission, registerEmissions } from './kernels.js';
import { serialise } from './serialise.js';

export interface TensorSpecification {
  readonly shape: Shape;
  readonly type: 'float32' | 'int32';
}

export interface TracedGraph {
  /** The serialised ONNX model. */
  readonly bytes: Uint8Array;
  readonly nodes: number;
  readonly inputs: Readonly<Record<string, TensorSpecification>>;
  readonly outputs: Readonly<Record<string, TensorSpecification>>;
}

/**
 * Runs `body` once on symbolic tensors and returns what it did as an ONNX model. Automatic differentiation inside
 * `body` is traced like everything else, so a whole training step becomes one graph. Synchronous: the thread's
 * TensorFlow.js backend is the tracer meanwhile, and what it was before afterwards.
 * @throws {UntraceableKernelError} when `body` uses a kernel without an ONNX emission
 */
export function trace(
  inputs: Readonly<Record<string, TensorSpecification>>,
  body: (tensors: (name: string) => Tensor) => Readonly<Record<string, Tensor>>,
): TracedGraph {
  const graph = new Graph();
  const values = new Map(Object.entries(inputs).map(([name, { shape, type }]) => [name, graph.input(name, shape, type)]));
  withBackend((backend) => {
    backend.enter(graph);
    try {
      tf.tidy(() => {
        const outputs = body((name) => {
          const value = values.get(name);
          if (value === undefined) throw new Error(`the trace has no input ${name}`);
          return backend.tensor(value);
        });
        for (const [name, tensor] of Object.entries(outputs)) graph.output(name, backend.value(tensor));
      });
    } finally {
      backend.leave();
    }
  });
  const outputs = Object.fromEntries(graph.outputs.map(({ name, value: { shape, type } }) => [name, { shape, type: type as 'float32' | 'int32' }]));
  return { bytes: serialise(graph), nodes: graph.needed().nodes.length, inputs, outputs };
}

/** Makes the tracer the current backend while `body` runs. `setBackend` takes effect at once for synchronous backends. */
function withBackend(body: (backend: TracingBackend) => void): void {
  const backend = tracingBackend();
  const before = tf.getBackend() || 'cpu';
  void tf.setBackend(tracingBackendName);
  try {
    body(backend);
  } finally {
    void tf.setBackend(before);
  }
}

function tracingBackend(): TracingBackend {
  const registered = tf.findBackend(tracingBackendName) as TracingBackend | null;
  if (registered !== null) return registered;
  registerEmissions();
  registerCompositeEmissions();
  refuseOtherKernels();
  const backend = new TracingBackend();
  tf.registerBackend(tracingBackendName, () => backend, 0);
  return backend;
}

/** Every kernel that `cpu` has and the tracer lacks becomes an error that names it. */
function refuseOtherKernels(): void {
  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    if ((tf.getKernel(kernelName, tracingBackendName) as tf.KernelConfig | undefined) !== undefined) continue;
    registerEmission(kernelName, () => {
      throw new UntraceableKernelError(kernelName);
    });
  }
}
