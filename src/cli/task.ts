import { resolve } from 'node:path';
import { Diagnostics, SourceText } from '../engine/load/source.js';
import { validateJson } from '../engine/load/validate.js';
import type { JsonObject } from '../engine/json.js';
import type { TaskOutput } from '../engine/pipeline.js';
import { jobEnvironment } from '../engine/run/job-environment.js';
import { createPiscinaExecutor } from '../engine/run/piscina-executor.js';
import { runSingleTask } from '../engine/run/run-single-task.js';
import type { TaskKind } from '../engine/task-kind.js';
import { failureText } from '../reporters/event-text.js';
import { colorsFor, wantsColor } from '../reporters/format.js';
import { parseAssignments, parsePaths } from './assignments.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { catchInterrupts } from './interrupts.js';
import { shownPath } from './pipeline-file.js';
import { Refusal, type Shell } from './shell.js';
import { kindNamed } from './tasks.js';

export interface TaskVerbOptions {
  readonly input?: readonly string[];
  readonly with?: readonly string[];
  readonly declare?: readonly string[];
  readonly output: string;
}

/** `pipelines task KIND`: one task on files at hand, without pipeline or cache. */
export async function taskVerb(name: string, options: TaskVerbOptions, shell: Shell): Promise<ExitCode> {
  const kind = await kindNamed(name, shell);
  if (kind.expand) throw new Refusal(`${name} expands into a chain of tasks, so it runs only in a pipeline`);
  const parameters = await parametersOf(kind, options.with ?? []);
  const outputs = declaredOutputs(kind, options.declare ?? []);
  const executor = createPiscinaExecutor({ threads: 1, environment: shell.environment });
  const interrupts = catchInterrupts(() => process.exit(exitCode.interrupted));
  const startedAt = shell.now();
  try {
    const result = await runSingleTask({
      kind, parameters, executor, inputs: inputsOf(options.input ?? [], shell), signal: interrupts.drain, environment: jobEnvironment(kind, parameters, [], shell.environment),
      outputDirectory: resolve(shell.directory, options.output), ...(outputs && { outputs }),
      onEvent: (event) => { if (event.kind === 'log') shell.stderr.write(`${event.line}\n`); },
    });
    if (result.kind === 'failed') {
      const failed = { task: name, failure: result.failure, ms: shell.now() - startedAt, log: [] };
      shell.stderr.write(`${failureText(failed, colorsFor(wantsColor(shell.stderr, shell.environment)))}\n`);
      return interrupts.drain.aborted ? exitCode.interrupted : exitCode.taskFailed;
    }
    for (const [output, path] of Object.entries(result.outputs)) shell.stdout.write(`${output}: ${shownPath(path, shell)}\n`);
    return exitCode.ok;
  } finally {
    interrupts.release();
    await executor.close();
  }
}

/** @throws {Refusal} with every mistake in the parameters */
async function parametersOf(kind: TaskKind, assignments: readonly string[]): Promise<JsonObject> {
  const parameters: JsonObject = { ...await parseAssignments('--with', assignments) };
  const mistakes = new Diagnostics(new SourceText('the command line', ''));
  if (validateJson(kind.parameters, parameters, { name: kind.name, keys: 'parameter', place: () => undefined }, mistakes)) return parameters;
  throw new Refusal(mistakes.sorted().map(({ message, hint }) => `--with: ${message}${hint ? ` (${hint})` : ''}`).join('\n'), `"pipelines tasks ${kind.name}" describes them`);
}

/** An input that is named several times is a list. */
function inputsOf(assignments: readonly string[], shell: Shell): Record<string, string[]> {
  const inputs: Record<string, string[]> = {};
  for (const { name, path } of parsePaths('--input', assignments)) (inputs[name] ??= []).push(resolve(shell.directory, path));
  return inputs;
}

/** As in a pipeline file: `name=file`, a slash at the end for a folder. Undefined: the outputs of the kind. */
function declaredOutputs(kind: TaskKind, assignments: readonly string[]): Record<string, TaskOutput> | undefined {
  if (assignments.length === 0) return undefined;
  if (!kind.openPorts) throw new Refusal(`the outputs of ${kind.name} are fixed: ${Object.keys(kind.outputs).join(', ')}`, 'leave --declare out');
  return Object.fromEntries(parsePaths('--declare', assignments).map(({ name, path }): [string, TaskOutput] =>
    [name, path.endsWith('/') ? { type: 'tree', fileName: path.slice(0, -1) } : { type: 'file', fileName: path }]));
}
