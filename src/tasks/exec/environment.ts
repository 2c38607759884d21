import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TaskError, type TaskContext } from '../../engine/task-kind.js';

/** Linux takes no variable longer than 128 KiB. */
const longestList = 100 * 2 ** 10;

/**
 * The whole environment of the command. Only PATH comes from ours undeclared; everything else that could change the
 * result has to be declared, and then is part of the fingerprint.
 * @param command is looked through for names of variables that cannot be
 * @throws {TaskError} when two ports would share a variable, or the command wants more paths in one than the system allows
 */
export function environmentOf(context: TaskContext, command: string): Record<string, string> {
  const ports = new Map<string, string>();
  const define = (variable: string, value: string): void => {
    if (ports.has(variable)) throw new TaskError(`two inputs or outputs share the variable ${variable}`, 'rename one of them', true);
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
    if (paths.length > 1) define(`${variable}_LIST`, writeList(context.scratch, name, paths));
    const list = paths.join('\n');
    if (list.length <= longestList) {
      define(variable, list);
      paths.forEach((path, index) => define(`${variable}_${index + 1}`, path));
    } else if (new RegExp(`\\b${variable}(_\\d+)?\\b`).test(command)) {
      throw new TaskError(`the ${paths.length} paths of input '${name}' are too many for $${variable}`, `read them from the file $${variable}_LIST, one a line`, true);
    }
  }
  for (const name of context.outputNames) define(`OUTPUT_${variableName(name)}`, context.output(name));
  return {
    PATH: process.env['PATH'] ?? '', HOME: context.scratch, TMPDIR: context.scratch, LANG: 'C.UTF-8',
    ...context.environment, ...Object.fromEntries(ports),
  };
}

/** Many paths as a file of lines, for `xargs` and the like. */
function writeList(scratch: string, name: string, paths: readonly string[]): string {
  const folder = join(scratch, '.inputs');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, `${paths.join('\n')}\n`);
  return file;
}

/** `held-out` -> `HELD_OUT`. */
export function variableName(port: string): string {
  return port.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
}

/**
 * The values of the secrets, in their order.
 * @throws {TaskError} when one is not set: a command with half of its credentials fails late and oddly
 */
export function secretValues(names: readonly string[], environment: Readonly<Record<string, string>>): string[] {
  return names.map((name) => {
    const value = environment[name];
    if (value === undefined || value === '') throw new TaskError(`the secret ${name} is not set`, `export ${name} before the run, or leave it out of \`secrets\``, true);
    return value;
  });
}
