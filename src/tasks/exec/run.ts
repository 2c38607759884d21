import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { TaskError, type RunTask, type TaskContext } from '../../engine/task-kind.js';
import { CommandLog } from './command-log.js';
import { environmentOf, secretValues, variableName } from './environment.js';
import { hintFor, type Failed } from './hints.js';
import { linesOf } from './lines.js';
import { exitCodeOf, meaningOf, outOfMemoryKills } from './outcome.js';
import { startGroup } from './process-group.js';
import { bubblewrapArguments, probeSandbox, programOnPath, shows, type SandboxView } from './sandbox.js';
import { Secrets } from './secrets.js';
import { foldersOfPath, isWithin } from './shown-folders.js';

interface Parameters {
  readonly run: string;
  readonly shell: string;
  readonly sandbox: 'auto' | 'required' | 'none';
  readonly network: boolean;
  readonly toolchains: readonly string[];
  readonly secrets: readonly string[];
  readonly expectedExitCodes: readonly number[];
  readonly retryExitCodes: readonly number[];
}

/**
 * Runs the command and checks that it wrote every output.
 * @throws {TaskError} when it cannot start, exits with an unexpected code, is killed, or leaves an output unwritten
 */
export const run: RunTask = async (context) => {
  const parameters = context.parameters as unknown as Parameters;
  context.signal.throwIfAborted();
  const environment = environmentOf(context, parameters.run);
  const secrets = new Secrets(secretValues(parameters.secrets, context.environment));
  const shell = programOnPath(parameters.shell, environment['PATH'] ?? '');
  if (shell === undefined) throw new TaskError(`the command could not start: there is no shell ${parameters.shell}`, undefined, true);
  const sandbox = await sandboxFor(context, parameters, environment['PATH'] ?? '', shell);
  // An abort while the sandbox was tried out has had no listener.
  context.signal.throwIfAborted();
  const killsBefore = outOfMemoryKills();
  const group = startGroup({
    command: [shell, '-e', '-c', parameters.run], environment, directory: context.scratch, signal: context.signal,
    ...(sandbox && { sandbox: [sandbox.program, ...bubblewrapArguments(sandbox.view)] }),
  });
  const log = new CommandLog(context.log);
  for await (const line of linesOf(group.output, { secrets })) log.add(line);
  log.close();
  const ended = await group.ended;
  context.signal.throwIfAborted();
  if (ended.kind === 'not-started') throw new TaskError(`the command could not start: ${ended.reason}`);
  const exitCode = exitCodeOf(ended);
  const refusal = sandbox && exitCode === 1 ? /^bwrap: (.*)/.exec(log.tail.at(-1) ?? '')?.[1] : undefined;
  if (refusal !== undefined) throw new TaskError(`the sandbox could not start: ${refusal}`, '`sandbox: none` under `with` does without', true);
  if (!parameters.expectedExitCodes.includes(exitCode)) {
    const outOfMemory = (outOfMemoryKills() ?? 0) > (killsBefore ?? Infinity);
    throw failure(parameters, outOfMemory, {
      exitCode, command: parameters.run, tail: log.tail, scratch: context.scratch, folders: folders(),
      sandbox: sandbox && { network: parameters.network, shows: (path) => shows(sandbox.view, path) },
    });
  }
  for (const name of context.outputNames) {
    if (!existsSync(context.output(name))) throw new TaskError(`the command did not write output '${name}'`, `it must create $OUTPUT_${variableName(name)}`);
  }
};

interface Sandbox {
  readonly program: string;
  readonly view: SandboxView;
}

/** Undefined where the command runs without one. */
async function sandboxFor(context: TaskContext, parameters: Parameters, path: string, shell: string): Promise<Sandbox | undefined> {
  if (parameters.sandbox === 'none') return undefined;
  const probe = await probeSandbox();
  if (probe.kind === 'unavailable') {
    if (parameters.sandbox === 'required') throw new TaskError(`the sandbox is required, but ${probe.reason}`, 'install or enable bubblewrap, or use `sandbox: auto`', true);
    context.log(`not in a sandbox: ${probe.reason}`);
    return undefined;
  }
  return { program: probe.program, view: viewOf(context, parameters, path, shell) };
}

function viewOf(context: TaskContext, { network, toolchains }: Parameters, path: string, shell: string): SandboxView {
  const home = homedir();
  return {
    directory: context.scratch,
    writable: writableFolders(context),
    toolchains: [...foldersOfPath(`${path}:${dirname(shell)}`, home), ...toolchains.map((folder) => existing(folder.replace(/^~(?=\/|$)/, home)))],
    inputs: context.inputNames.flatMap((name) => context.inputs(name).map((artifact) => artifact.path)),
    hidden: folders(),
    network,
    uid: process.getuid?.(),
  };
}

/** One folder where scratch and outputs lie side by side: a rename from one to the other must not cross a mount. */
function writableFolders({ scratch, outputNames, output }: TaskContext): string[] {
  const outputFolders = [...new Set(outputNames.map((name) => dirname(output(name))))];
  const common = dirname(scratch);
  return outputFolders.every((folder) => folder !== common && isWithin(folder, common)) ? [common] : [scratch, ...outputFolders];
}

/** The user's own: that of the run and the home. */
function folders(): string[] {
  return [process.cwd(), homedir()];
}

function existing(folder: string): string {
  if (existsSync(folder)) return folder;
  throw new TaskError(`there is no folder ${folder}, which \`toolchains\` names`, undefined, true);
}

function failure({ expectedExitCodes, retryExitCodes }: Parameters, outOfMemory: boolean, failed: Failed): TaskError {
  const { command, exitCode, tail } = failed;
  const output = tail.length === 0 ? 'It wrote nothing.' : `Its last lines:\n${tail.map((line) => `  ${line.slice(0, 500)}`).join('\n')}`;
  const meaning = meaningOf(exitCode, outOfMemory);
  const message = `command failed with exit code ${exitCode} (${meaning === undefined ? '' : `${meaning}; `}expected ${expectedExitCodes.join(' or ')}): ${command.trim()}\n${output}`;
  const hint = outOfMemory && exitCode === 137 ? 'raise its `resources.memory`, so that less runs beside it' : hintFor(failed);
  return new TaskError(message, hint, retryExitCodes.length > 0 && !retryExitCodes.includes(exitCode));
}
