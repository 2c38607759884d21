import type { ExpandedTask } from './expand.js';
import { mapOf } from './params.js';
import { own, quote } from './suggest.js';

export interface DeclaredOutput {
  readonly type: 'file' | 'tree';
  readonly of: 'each' | 'last';
}

/** The output of a task by name: its kind's, or one that the file declares where the kind's ports are open. */
export function outputOf(task: ExpandedTask, name: string): DeclaredOutput | undefined {
  const { kind, entries } = task.declared;
  const port = kind === undefined ? undefined : own(kind.outputs, name);
  if (port !== undefined) return { type: port.type, of: kind?.expand === undefined ? 'each' : port.of ?? 'each' };
  const file = mapOf(entries.get('outputs')?.value)?.entries.get(name)?.value;
  if (file?.kind !== 'scalar') return undefined;
  return { type: String(file.value).endsWith('/') ? 'tree' : 'file', of: 'each' };
}

export function outputNames({ declared: { kind, entries } }: ExpandedTask): string[] {
  return [...Object.keys(kind?.outputs ?? {}), ...(mapOf(entries.get('outputs')?.value)?.entries.keys() ?? [])];
}

/** An output goes by its name, and people know its file's: `fetch.text.txt` for `fetch.text`. */
export function fileNameHint(reference: string, tasks: ReadonlyMap<string, ExpandedTask>): string | undefined {
  const [, task = '', fileName] = /^([\w-]+)[./](.+)$/.exec(reference) ?? [];
  const producer = tasks.get(task);
  const written = producer === undefined ? undefined : fileNames(producer).find(([, file]) => file === fileName);
  return written === undefined ? undefined : `an output goes by its name, not by its file's: ${task}.${written[0]}`;
}

/** Outputs that the file names, each with its file name. */
function fileNames({ declared: { kind, entries } }: ExpandedTask): [string, string][] {
  const written = [...mapOf(entries.get('outputs')?.value)?.entries ?? []].map(([name, { value }]): [string, string] => [name, value.kind === 'scalar' ? String(value.value) : '']);
  return [...Object.entries(kind?.outputs ?? {}).map(([name, { fileName }]): [string, string] => [name, fileName]), ...written];
}

/** How to name one of a task's outputs. */
export function outputHint(task: ExpandedTask): string {
  const { name } = task.declared;
  const [first, ...others] = outputNames(task).map((output) => `${name}.${output}`);
  if (first === undefined) return `${quote(name)} has no outputs: declare one, \`outputs: { total: total.txt }\``;
  return `write ${[first, ...others.slice(0, 4)].join(' or ')}`;
}

/** Which outputs of a task are of the type that is wanted. */
export function outputsOfTypeHint(producer: ExpandedTask, type: 'file' | 'tree'): string {
  const { name } = producer.declared;
  const fitting = outputNames(producer).filter((output) => outputOf(producer, output)?.type === type).map((output) => `${name}.${output}`);
  return fitting.length === 0 ? `no output of ${quote(name)} is ${noun(type)}` : `${noun(type)} of ${quote(name)} is ${fitting.slice(0, 5).join(' or ')}`;
}

/** An artifact's type in a user's words. */
export function noun(type: 'file' | 'tree' | 'value'): string {
  switch (type) {
    case 'file': return 'a file';
    case 'tree': return 'a folder';
    case 'value': return 'one value of a JSON file';
  }
}
