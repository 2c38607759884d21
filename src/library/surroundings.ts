import { availableParallelism, totalmem } from 'node:os';
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Machine } from '../engine/fingerprint.js';
import type { Capacity } from '../engine/run/ready-queue.js';

/** What this machine has to share out among tasks. */
export function capacityOf(jobs: number | undefined): Capacity {
  return { cores: jobs ?? availableParallelism(), memory: availableMemory(), gpus: 0 };
}

/** What of this machine may change the bytes of a result. Compute runs on the processor unless a kind says otherwise. */
export function thisMachine(): Machine {
  return { nodeMajor: Number(process.versions.node.split('.')[0]), arch: process.arch, device: 'cpu' };
}

/** Where results are kept, absolute: as told, else `$PIPELINES_CACHE_DIR`, else `cache/` in the working directory. */
export function cacheDirectory(given: string | undefined, environment: Readonly<Record<string, string | undefined>> = process.env, workingDirectory = process.cwd()): string {
  return resolve(workingDirectory, given ?? (environment['PIPELINES_CACHE_DIR'] || 'cache'));
}

/** A path as a person would type it in a directory: relative when it lies below that. */
export function shownFrom(directory: string, path: string): string {
  const short = relative(directory, path);
  return short === '' || short.startsWith('..') ? path : short;
}

/** Of this package. */
export function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string };
  return manifest.version;
}

/** Bytes: of the container where there is one, else of the machine. */
function availableMemory(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
