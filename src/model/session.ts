/** Traced graphs as onnxruntime sessions, kept per thread so that every task in a worker reuses them. */
import { LRUCache } from 'lru-cache';
import * as ort from 'onnxruntime-node';
import type { TracedGraph } from './tracing/trace.js';

export type Elements = Float32Array | Int32Array;

export interface CompiledGraph {
  readonly graph: TracedGraph;
  /**
   * Inputs are read in place. An output named in `into` is written there instead of into new memory.
   * Blocks the thread while it computes.
   */
  run(inputs: Readonly<Record<string, Elements>>, into?: Readonly<Record<string, Elements>>): Promise<Record<string, Elements>>;
}

/**
 * One thread, one node after the other: the order of every sum is fixed, so equal inputs give equal bits
 * (design.md 6, 7: parallelism comes from running tasks side by side).
 */
const sessionOptions: ort.InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
};

/** Enough for every graph that one pipeline's tasks use; a session holds some tens of megabytes. */
const compiled = new LRUCache<string, Promise<CompiledGraph>>({ max: 32 });

/** The compiled graph under `key`, traced by `build` the first time. What fails is not kept. */
export async function compiledGraph(key: string, build: () => TracedGraph): Promise<CompiledGraph> {
  let compiling = compiled.get(key);
  if (compiling === undefined) {
    compiling = compile(build());
    compiled.set(key, compiling);
    compiling.catch(() => compiled.delete(key));
  }
  return await compiling;
}

export async function compile(graph: TracedGraph): Promise<CompiledGraph> {
  const session = await ort.InferenceSession.create(graph.bytes, sessionOptions);
  return {
    graph,
    run: async (inputs, into = {}) => {
      const results = await session.run(tensors(inputs, graph.inputs), fetches(into, graph));
      return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, into[name] ?? (tensor as ort.Tensor).data as Elements]));
    },
  };
}

function tensors(elements: Readonly<Record<string, Elements>>, specifications: TracedGraph['inputs']): Record<string, ort.Tensor> {
  return Object.fromEntries(Object.entries(specifications).map(([name, { shape }]) => {
    const data = elements[name];
    if (data === undefined) throw new Error(`the graph's input ${name} was not given`);
    return [name, tensorOf(data, shape)];
  }));
}

function fetches(into: Readonly<Record<string, Elements>>, { outputs }: TracedGraph): Record<string, ort.Tensor | null> {
  return Object.fromEntries(Object.entries(outputs).map(([name, { shape }]) => {
    const data = into[name];
    return [name, data === undefined ? null : tensorOf(data, shape)];
  }));
}

function tensorOf(data: Elements, shape: readonly number[]): ort.Tensor {
  return data instanceof Float32Array ? new ort.Tensor('float32', data, shape) : new ort.Tensor('int32', data, shape);
}
