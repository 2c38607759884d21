import { existsSync } from 'node:fs';
import { execa } from 'execa';
import { TaskError, type RunTask, type TaskContext } from '../../engine/task-kind.js';
import { linesOf } from './lines.js';

interface Parameters {
  readonly run: string;
  readonly shell: string;
  readonly expectedExitCodes: readonly number[];
}

/** How long a command may tidy up after SIGTERM before SIGKILL. */
const graceMs = 3_000;
/** Lines of output that an error message repeats. */
const tailLines = 20;

/**
 * Runs the command and checks that it wrote every output.
 * @throws {TaskError} when it cannot start, exits with an unexpected code, is killed, or leaves an output unwritten
 */
export const run: RunTask = async (context) => {
  const parameters = context.parameters as unknown as Parameters;
  context.signal.throwIfAborted();
  // A process group of its own: an abort reaches whatever the command starts, and Ctrl-C in a terminal reaches only us.
  const child = execa(parameters.shell, ['-e', '-c', parameters.run], {
    cwd: context.scratch, env: environmentOf(context), extendEnv: false,
    stdin: 'ignore', all: true, buffer: false, reject: false, detached: process.platform !== 'win32',
  });
  const stopWatching = endGroupWith(child, context.signal);
  const tail: string[] = [];
  try {
    for await (const line of linesOf(child.all as AsyncIterable<Uint8Array>)) {
      context.log(line);
      tail.push(line);
      if (tail.length > tailLines) tail.shift();
    }
    const result = await child;
    context.signal.throwIfAborted();
    if (result.exitCode === undefined || !parameters.expectedExitCodes.includes(result.exitCode)) {
      throw new TaskError(failureMessage(parameters, result, tail));
    }
  } finally {
    stopWatching();
  }
  for (const name of context.outputNames) {
    if (existsSync(context.output(name))) continue;
    throw new TaskError(`the command did not write output '${name}'`, `it must create $OUTPUT_${variableName(name)}`);
  }
};

/** What execa says of a process that has ended, or never began. */
interface Outcome {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly originalMessage?: string | undefined;
}

function failureMessage(parameters: Parameters, result: Outcome, tail: readonly string[]): string {
  const outcome = result.exitCode !== undefined ? `exit code ${result.exitCode} (expected ${parameters.expectedExitCodes.join(' or ')})`
    : result.signal !== undefined ? `killed by ${result.signal}`
      : `could not start: ${result.originalMessage ?? 'unknown reason'}`;
  const output = tail.length === 0 ? 'It wrote nothing.' : `Its last lines:\n${tail.map((line) => `  ${line}`).join('\n')}`;
  return `command failed with ${outcome}: ${parameters.run.trim()}\n${output}`;
}

/**
 * The whole environment of the command. Only PATH comes from ours undeclared; everything else that could change the
 * result has to be declared, and then is part of the fingerprint.
 * @throws {TaskError} when two ports would share a variable
 */
function environmentOf(context: TaskContext): Record<string, string> {
  const ports = new Map<string, string>();
  const define = (variable: string, value: string): void => {
    if (ports.has(variable)) throw new TaskError(`two inputs or outputs share the variable ${variable}`, 'rename one of them');
    ports.set(variable, value);
  };
  for (const name of context.inputNames) {
    const variable = `INPUT_${variableName(name)}`;
    const value = context.value(name);
    if (value !== undefined) {
      define(variable, typeof value === 'string' ? value : JSON.stringify(value));
      continue;
    }
    const paths = context.inputs(name).map((artifact) => artifact.path);
    define(variable, paths.join('\n'));
    paths.forEach((path, index) => define(`${variable}_${index + 1}`, path));
  }
  for (const name of context.outputNames) define(`OUTPUT_${variableName(name)}`, context.output(name));
  return {
    PATH: process.env['PATH'] ?? '', HOME: context.scratch, TMPDIR: context.scratch, LANG: 'C.UTF-8',
    ...context.environment, ...Object.fromEntries(ports),
  };
}

/** `held-out` -> `HELD_OUT`. */
function variableName(port: string): string {
  return port.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
}

interface Child {
  readonly pid?: number | undefined;
  kill(signal: NodeJS.Signals): boolean;
  once(event: 'exit', listener: () => void): unknown;
}

/**
 * Ends the command's process group on abort (SIGTERM, then SIGKILL), when we exit, and when the shell exits: what it left in
 * the background must not outlive the task or keep its output open. Returns how to stop watching.
 */
function endGroupWith(child: Child, signal: AbortSignal): () => void {
  const kill = (name: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      if (process.platform === 'win32') child.kill(name);
      else process.kill(-child.pid, name);
    } catch {
      // The group is gone already.
    }
  };
  const killNow = (): void => kill('SIGKILL');
  let timer: NodeJS.Timeout | undefined;
  const abort = (): void => {
    kill('SIGTERM');
    timer = setTimeout(killNow, graceMs);
  };
  signal.addEventListener('abort', abort, { once: true });
  child.once('exit', killNow);
  process.once('exit', killNow);
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    process.removeListener('exit', killNow);
  };
}
