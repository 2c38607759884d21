import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json, JsonObject } from '../../src/engine/json.js';
import type { InputArtifact, RunTask, TaskContext, TaskKind, UpstreamTask } from '../../src/engine/task-kind.js';

export interface TaskInputs { readonly [name: string]: readonly (string | InputArtifact)[] }

export interface RigOptions {
  readonly parameters?: JsonObject;
  readonly inputs?: TaskInputs;
  readonly values?: Readonly<Record<string, Json>>;
  /** For kinds with open ports: outputs besides the declared ones. */
  readonly outputs?: Readonly<Record<string, 'file' | 'tree'>>;
  /** What a kind that `readsUpstream` sees. */
  readonly upstream?: readonly UpstreamTask[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface TaskRun {
  readonly context: TaskContext;
  readonly log: readonly string[];
  output(name: string): string;
}

/** Folders of every run of a test file; `removeRigs` in afterAll. */
const folders: string[] = [];

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pipelines-task-'));
  folders.push(folder);
  return folder;
}

export function removeRigs(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Runs an implementation as the engine would: defaults filled in, outputs in place, nothing else reachable. */
export async function runTask(kind: TaskKind, run: RunTask, options: RigOptions = {}): Promise<TaskRun> {
  const taskRun = prepareTask(kind, options);
  await run(taskRun.context);
  return taskRun;
}

export function prepareTask(kind: TaskKind, options: RigOptions = {}): TaskRun {
  const folder = temporaryFolder();
  const scratch = join(folder, 'scratch');
  mkdirSync(scratch);
  const ports = { ...Object.fromEntries(Object.entries(kind.outputs).map(([name, port]) => [name, port.type])), ...options.outputs };
  for (const [name, type] of Object.entries(ports)) if (type === 'tree') mkdirSync(join(folder, 'out', name), { recursive: true });
  mkdirSync(join(folder, 'out'), { recursive: true });
  const defaults = Object.fromEntries(Object.entries(kind.parameters.properties)
    .flatMap(([name, schema]) => (schema['default'] === undefined ? [] : [[name, schema['default']]])));
  const inputs = Object.fromEntries(Object.entries(options.inputs ?? {})
    .map(([name, artifacts]) => [name, artifacts.map((artifact) => (typeof artifact === 'string' ? { path: artifact, labels: {} } : artifact))]));
  const log: string[] = [];
  const context: TaskContext = {
    parameters: { ...defaults, ...options.parameters },
    inputs: (name) => inputs[name] ?? [],
    input: (name) => {
      const [artifact, ...others] = inputs[name] ?? [];
      if (artifact === undefined || others.length > 0) throw new Error(`input ${name}: expected one artifact`);
      return artifact;
    },
    value: (name) => options.values?.[name],
    inputNames: [...Object.keys(inputs), ...Object.keys(options.values ?? {})],
    output: (name) => join(folder, 'out', name),
    outputNames: Object.keys(ports),
    upstream: options.upstream ?? [],
    scratch,
    environment: options.environment ?? {},
    cores: 1,
    signal: options.signal ?? new AbortController().signal,
    log: (line) => log.push(line),
    progress: () => undefined,
  };
  return { context, log, output: context.output };
}
