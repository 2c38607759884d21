/** What this machine can execute the model on (design.md 7), and how to start each. */
import '@tensorflow/tfjs-backend-cpu';
import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { env as onnxruntime } from 'onnxruntime-node';

/**
 * `traced`: the whole step as one native graph, the default. `gpu`: TensorFlow.js op by op on CUDA.
 * `cpu`: TensorFlow.js op by op in JavaScript, the reference that tests hold the others to.
 */
export type ComputeKind = 'traced' | 'gpu' | 'cpu';

export interface Compute {
  readonly kind: ComputeKind;
  /** The library and its version. */
  readonly runtime: string;
  /** How a trainer is told to use it. */
  readonly trainer: { readonly executor: 'traced' } | { readonly executor: 'eager'; readonly backend: string };
}

export interface UnavailableCompute {
  readonly kind: ComputeKind;
  readonly reason: string;
  readonly remedy: string;
}

const gpuPackage = '@tensorflow/tfjs-node-gpu';
const gpuBackend = 'tensorflow';

export interface ComputeReport {
  readonly available: readonly Compute[];
  readonly unavailable: readonly UnavailableCompute[];
}

/** Looks at all three; starting the GPU's library is part of looking, so call it in a process that may keep it. */
export async function detectCompute(): Promise<ComputeReport> {
  const gpu = await startGpu();
  const traced: Compute = { kind: 'traced', runtime: `onnxruntime ${onnxruntime.versions.node ?? ''}`.trim(), trainer: { executor: 'traced' } };
  const cpu: Compute = { kind: 'cpu', runtime: `TensorFlow.js ${tf.version_core}`, trainer: { executor: 'eager', backend: 'cpu' } };
  return 'reason' in gpu
    ? { available: [traced, cpu], unavailable: [gpu] }
    : { available: [traced, gpu, cpu], unavailable: [] };
}

/**
 * Loads tfjs-node-gpu if it is installed. Its addon keeps an unprotected process-wide set, so a process loads it in
 * one thread only, never in several pool workers. It is never required: its install script downloads libtensorflow.
 */
export async function startGpu(): Promise<Compute | UnavailableCompute> {
  const specifier: string = gpuPackage; // not a literal: the compiler must not look for an optional package
  restoreRemovedUtilities();
  const before = tf.getBackend();
  try {
    const { version } = await import(specifier) as { version?: Record<string, string> };
    if (!(await tf.setBackend(gpuBackend))) return unavailable('its backend did not start');
    return { kind: 'gpu', runtime: `${gpuPackage} ${version?.['tfjs-node'] ?? ''}`.trim(), trainer: { executor: 'eager', backend: gpuBackend } };
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    return unavailable(missing ? 'not installed' : `does not load: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    if (before) await tf.setBackend(before);
  }
}

function unavailable(reason: string): UnavailableCompute {
  return {
    kind: 'gpu',
    reason: `${gpuPackage}: ${reason}`,
    remedy: `npm install ${gpuPackage}@4.22.0 (CUDA 11.2; its install script downloads libtensorflow, or set TFJS_NODE_BASE_URI)`,
  };
}

/** tfjs-node 4.22.0 calls two functions that Node 23 removed from `util` (fixed upstream, unreleased: tfjs PR 8425). */
function restoreRemovedUtilities(): void {
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  util['isArray'] ??= Array.isArray;
}
