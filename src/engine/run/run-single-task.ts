import { lstat, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { valueAtPointer } from '../documents.js';
import type { TaskFailure } from '../event.js';
import type { Json, JsonObject } from '../json.js';
import type { TaskOutput } from '../pipeline.js';
import { TaskError, type InputPort, type TaskKind } from '../task-kind.js';
import type { Executor, JobEvent, JobInput, JobOutput } from './executor.js';
import { failureOf } from './failure.js';
import { prepareOutputs } from './job-outputs.js';

export interface SingleTask {
  readonly kind: TaskKind;
  /** Validated, with defaults filled in. */
  readonly parameters: JsonObject;
  /** Per input its paths, in order; of a `value` input `path.json#/pointer`. */
  readonly inputs: Readonly<Record<string, readonly string[]>>;
  /** For open ports. Default: the kind's own. */
  readonly outputs?: Readonly<Record<string, TaskOutput>>;
  /** Gets one file or folder an output, whole or not at all; what else is in it stays. */
  readonly outputDirectory: string;
  /** What the task may see of the environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly executor: Executor;
  readonly signal: AbortSignal;
  onEvent(event: JobEvent): void;
}

export type SingleTaskResult =
  /** Absolute path of each output. */
  | { readonly kind: 'succeeded'; readonly outputs: Readonly<Record<string, string>> }
  | { readonly kind: 'failed'; readonly failure: TaskFailure };

/** One task on files at hand, without pipeline or cache. */
export async function runSingleTask(single: SingleTask): Promise<SingleTaskResult> {
  const directory = resolve(single.outputDirectory);
  try {
    const inputs = await openInputs(single);
    await mkdir(directory, { recursive: true });
    // On the file system of the outputs, so that they appear by rename.
    const partial = await mkdtemp(join(directory, '.partial-'));
    try {
      return await runIn(partial, directory, single, inputs);
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
  } catch (error) {
    return { kind: 'failed', failure: failureOf(error) };
  }
}

async function runIn(partial: string, directory: string, single: SingleTask, inputs: Record<string, JobInput>): Promise<SingleTaskResult> {
  const { kind, executor, signal, onEvent } = single;
  const outputFolder = join(partial, 'out');
  const outputs = prepareOutputs(outputFolder, single.outputs ?? kind.outputs);
  const scratch = join(partial, 'scratch');
  await mkdir(scratch);
  const result = await executor.execute({
    task: kind.name, implementation: kind.implementation.href, parameters: single.parameters,
    inputs, outputs, upstream: [], outputFolder, scratch, environment: single.environment, cores: kind.resources.cores,
  }, { signal, onEvent });
  return result.kind === 'failed' ? result : { kind: 'succeeded', outputs: await moveOut(outputs, outputFolder, directory, partial) };
}

async function openInputs({ kind, inputs }: SingleTask): Promise<Record<string, JobInput>> {
  const opened: Record<string, JobInput> = {};
  for (const [name, paths] of Object.entries(inputs)) {
    const port = kind.inputs[name];
    if (!port && !kind.openPorts) throw new TaskError(`"${kind.name}" has no input "${name}"`, `it has ${Object.keys(kind.inputs).join(', ') || 'none'}`);
    if (port && !port.many && paths.length > 1) throw new TaskError(`input "${name}" takes one path, not ${paths.length}`);
    opened[name] = await openInput(name, port, paths);
  }
  const missing = Object.entries(kind.inputs).filter(([name, port]) => !port.optional && !inputs[name]).map(([name]) => name);
  if (missing.length > 0) throw new TaskError(`"${kind.name}" needs ${missing.map((name) => `input "${name}"`).join(' and ')}`);
  return opened;
}

async function openInput(name: string, port: InputPort | undefined, paths: readonly string[]): Promise<JobInput> {
  if (port?.type === 'value') {
    const values = await Promise.all(paths.map((path) => valueIn(name, path)));
    return { kind: 'value', value: port.many ? values : (values[0] ?? null) };
  }
  const artifacts = await Promise.all(paths.map(async (path) => {
    const found = await stat(path).catch(() => undefined);
    if (!found) throw new TaskError(`input "${name}": there is no file or folder ${path}`);
    if (port && found.isDirectory() !== (port.type === 'tree')) throw new TaskError(`input "${name}" wants a ${port.type === 'tree' ? 'folder' : 'file'}, and ${path} is none`);
    return { path: resolve(path), labels: {} };
  }));
  return { kind: 'artifacts', artifacts };
}

async function valueIn(name: string, reference: string): Promise<Json> {
  const [path = '', pointer = ''] = reference.split(/#(.*)/s);
  const text = await readFile(path, 'utf8').catch(() => { throw new TaskError(`input "${name}": ${path} cannot be read`); });
  const value = valueAtPointer(parse(name, path, text), pointer);
  if (value === undefined) throw new TaskError(`input "${name}": ${path} has no value at "#${pointer}"`);
  return value;
}

function parse(name: string, path: string, text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new TaskError(`input "${name}": ${path} is not JSON: ${(error as Error).message}`);
  }
}

/** An older output is moved away first: a folder cannot be renamed over another. */
async function moveOut(outputs: Record<string, JobOutput>, from: string, directory: string, partial: string): Promise<Record<string, string>> {
  const moved: Record<string, string> = {};
  for (const [name, { path }] of Object.entries(outputs)) {
    const target = join(directory, relative(from, path));
    await mkdir(dirname(target), { recursive: true });
    if ((await lstat(target).catch(() => undefined))?.isDirectory()) await rename(target, await mkdtemp(join(partial, 'old-')));
    await rename(path, target);
    moved[name] = target;
  }
  return moved;
}
