import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { closest } from 'fastest-levenshtein';
import type { Json, JsonObject } from '../engine/json.js';
import { isOwnKind } from '../engine/own-kinds/is-own-kind.js';
import { loadOwnKind } from '../engine/own-kinds/load-own-kind.js';
import { givenInputs, type TaskKind } from '../engine/task-kind.js';
import { kinds } from '../tasks/registry.js';
import { count, size } from '../reporters/format.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { Refusal, type Shell } from './shell.js';
import { table } from './table.js';

/** `pipelines tasks [KIND]`: what `uses:` can name, and what each kind takes and gives. */
export async function tasksVerb(name: string | undefined, shell: Shell): Promise<ExitCode> {
  shell.stdout.write(name === undefined ? listOfKinds(kinds) : describeKind(await kindNamed(name, shell)));
  return exitCode.ok;
}

/**
 * The kind that `uses:` would name so: one that comes with this package, or one in a file.
 * @throws {Refusal} when there is none, with all that is wrong with a file
 */
export async function kindNamed(name: string, shell: Shell): Promise<TaskKind> {
  if (isOwnKind(name)) {
    const result = await loadOwnKind(name, resolve(shell.directory, name));
    if (result.kind === 'ok') return result.registered.kind;
    throw new Refusal(result.mistakes.map(({ message, hint }) => `${message}${hint === undefined ? '' : `\n  ${hint}`}`).join('\n'));
  }
  const kind = kinds.find((candidate) => candidate.name === name);
  if (kind) return kind;
  const hint = existsSync(resolve(shell.directory, name)) ? `for a kind of yours, write ./${name}` : `did you mean ${closest(name, kinds.map((known) => known.name))}? "pipelines tasks" lists them`;
  throw new Refusal(`there is no task kind ${name}`, hint);
}

export function listOfKinds(all: readonly TaskKind[]): string {
  return table([...all].sort((a, b) => (a.name < b.name ? -1 : 1)).map((kind) => [kind.name, kind.summary]));
}

/** Everything a pipeline's author must know of a kind. */
export function describeKind(kind: TaskKind): string {
  const required = new Set(kind.parameters.required);
  const parameters = Object.entries(kind.parameters.properties).map(([name, schema]) => [
    `  ${name}`, typeText(schema), required.has(name) ? 'required' : `default ${JSON.stringify(schema['default'] ?? null)}`, text(schema['description']),
  ]);
  const inputs = Object.entries(givenInputs(kind)).map(([name, port]) => [
    `  ${name}`, `${port.type}${port.many ? ' list' : ''}`, port.optional ? 'optional' : 'required', port.description,
  ]);
  const outputs = Object.entries(kind.outputs).map(([name, port]) => [`  ${name}`, port.type, port.fileName, port.description]);
  return [
    `${kind.name}: ${kind.summary}\n`,
    ...(kind.source ? [`source: ${kind.source}\n`] : []),
    section('parameters (with:)', parameters),
    section(`inputs${kind.openPorts ? ' (any further name is allowed)' : ''}`, inputs),
    section(`outputs${kind.openPorts ? ' (declared in the pipeline under outputs:)' : ''}`, outputs),
    `\nresources: ${count(kind.resources.cores, 'core')}, ${size(kind.resources.memory)} of memory\n`,
  ].join('');
}

function section(title: string, rows: readonly (readonly string[])[]): string {
  return `\n${title}\n${rows.length === 0 ? '  none\n' : table(rows)}`;
}

/** A JSON schema in a few words: `integer >= 1`, `php | go`, `list of string`. */
function typeText(schema: JsonObject): string {
  const choices = schema['enum'];
  if (Array.isArray(choices)) return choices.map((choice) => text(choice)).join(' | ');
  if (Array.isArray(schema['oneOf'] ?? schema['anyOf'])) return ((schema['oneOf'] ?? schema['anyOf']) as JsonObject[]).map(typeText).join(' or ');
  const type = schema['type'];
  if (type === 'array') return `list of ${isObject(schema['items']) ? typeText(schema['items']) : 'any'}`;
  const bounds = [['minimum', '>='], ['exclusiveMinimum', '>'], ['maximum', '<='], ['exclusiveMaximum', '<']] as const;
  const limits = bounds.filter(([name]) => typeof schema[name] === 'number').map(([name, sign]) => `${sign} ${text(schema[name])}`);
  return [Array.isArray(type) ? type.join(' or ') : text(type ?? 'any'), ...limits].join(' ');
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: Json | undefined): string {
  return value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}
