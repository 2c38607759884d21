import { lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { InputArtifact, RunTask, TaskContext } from '../task-kind.js';
import type { Job, JobEvent, JobResult } from './executor.js';
import { failureOf } from './failure.js';

/** Progress is for the eye: more often than this, milliseconds, and it only fills the event log. */
const progressIntervalMs = 100;

/** Runs a task's implementation in this thread and checks what it wrote. The one path that every executor shares. */
export async function runJob(job: Job, signal: AbortSignal, onEvent: (event: JobEvent) => void): Promise<JobResult> {
  try {
    const run = await implementationOf(job);
    // An abort while the worker started has no listener yet that could hear it.
    if (signal.aborted) return { kind: 'failed', failure: { kind: 'cancelled', message: 'it was cancelled' } };
    await run(contextOf(job, signal, onEvent));
    return checkOutputs(job);
  } catch (error) {
    return { kind: 'failed', failure: failureOf(error) };
  }
}

/** A built-in kind's module exports `run`; a user's own exports its whole definition by default. */
async function implementationOf(job: Job): Promise<RunTask> {
  const module = await import(job.implementation) as { readonly run?: RunTask; readonly default?: { readonly run?: RunTask } };
  const owner = module.default ?? module;
  if (typeof owner.run !== 'function') throw new Error(`${job.implementation} does not export \`run\``);
  return owner.run.bind(owner);
}

function contextOf(job: Job, signal: AbortSignal, onEvent: (event: JobEvent) => void): TaskContext {
  const inputs = (name: string): readonly InputArtifact[] => {
    const input = job.inputs[name];
    return input?.kind === 'artifacts' ? input.artifacts : [];
  };
  return {
    parameters: job.parameters,
    inputs,
    input(name) {
      const [only, ...more] = inputs(name);
      if (!only || more.length > 0) throw new Error(`input "${name}" of "${job.task}" has ${only ? more.length + 1 : 'no'} artifacts where one was asked for`);
      return only;
    },
    value(name) {
      const input = job.inputs[name];
      return input?.kind === 'value' ? input.value : undefined;
    },
    inputNames: Object.keys(job.inputs),
    output(name) {
      const output = job.outputs[name];
      if (!output) throw new Error(`"${job.task}" declares no output "${name}"`);
      return output.path;
    },
    outputNames: Object.keys(job.outputs),
    upstream: job.upstream,
    get scratch() {
      mkdirSync(job.scratch, { recursive: true });
      return job.scratch;
    },
    environment: job.environment,
    cores: job.cores,
    signal,
    log: (line) => { for (const one of line.split(/\r?\n/)) onEvent({ kind: 'log', line: one }); },
    progress: throttledProgress(onEvent),
  };
}

function throttledProgress(onEvent: (event: JobEvent) => void): TaskContext['progress'] {
  let last = -Infinity;
  return (done, total, unit) => {
    const now = performance.now();
    if (done < total && now - last < progressIntervalMs) return;
    last = now;
    onEvent({ kind: 'progress', done, total, unit });
  };
}

/** Every declared output is there and nothing else is: an undeclared file would be lost in silence. */
function checkOutputs(job: Job): JobResult {
  for (const [name, output] of Object.entries(job.outputs)) {
    const problem = problemOf(output.path, output.type);
    if (problem) return { kind: 'failed', failure: { kind: 'missing-output', message: `output "${name}" ${problem}` } };
  }
  const undeclared = undeclaredIn(job.outputFolder, new Set(Object.values(job.outputs).map(({ path }) => path)));
  if (undeclared.length === 0) return { kind: 'succeeded' };
  const names = undeclared.map((path) => path.slice(job.outputFolder.length + 1)).join(', ');
  return { kind: 'failed', failure: { kind: 'task-error', message: `it wrote ${names}, which is no declared output`, hint: 'declare it under `outputs`, or write it to the scratch folder' } };
}

function problemOf(path: string, type: 'file' | 'tree'): string | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return 'was not written';
  if (type === 'file') return found.isFile() ? undefined : 'is not a file';
  if (!found.isDirectory()) return 'is not a folder';
  return readdirSync(path).length === 0 ? 'is an empty folder' : undefined;
}

function undeclaredIn(folder: string, declared: ReadonlySet<string>): string[] {
  const undeclared: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (declared.has(path)) continue;
    const leadsToDeclared = entry.isDirectory() && [...declared].some((output) => output.startsWith(path + sep));
    if (leadsToDeclared) undeclared.push(...undeclaredIn(path, declared));
    else undeclared.push(path);
  }
  return undeclared;
}
