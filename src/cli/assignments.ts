import type { Document } from 'yaml';
import type { Json } from '../engine/json.js';
import { Refusal } from './shell.js';

/**
 * `key=value` options, the value read as YAML: `steps=60` is a number, `targets=[php, go]` a list, `name="60"` text.
 * A key that is given twice has its last value.
 * @throws {Refusal} when the form is wrong or the value is not YAML
 */
export async function parseAssignments(option: string, assignments: readonly string[]): Promise<Readonly<Record<string, Json>>> {
  if (assignments.length === 0) return {};
  // Most commands set nothing, and a parser takes longer to load than they take to run.
  const { parseDocument } = await import('yaml');
  return Object.fromEntries(assignments.map((assignment) => {
    const { key, value } = splitAssignment(option, assignment);
    return [key, parseValue(parseDocument(value, { schema: 'core', version: '1.2' }), `${option} ${assignment}`)];
  }));
}

function parseValue(document: Document.Parsed, where: string): Json {
  const refuse = (error: Error): never => {
    throw new Refusal(`the value in ${where} is not YAML: ${error.message.split('\n')[0]}`, 'quote it for the shell and for YAML');
  };
  const [error] = document.errors;
  if (error) return refuse(error);
  try {
    return document.toJS({ maxAliasCount: 0 }) as Json;
  } catch (aliasError) {
    return refuse(aliasError as Error);
  }
}

/** `name=PATH` options: the value is text. */
export function parsePaths(option: string, assignments: readonly string[]): readonly { readonly name: string; readonly path: string }[] {
  return assignments.map((assignment) => {
    const { key, value } = splitAssignment(option, assignment);
    if (value === '') throw new Refusal(`${option} ${assignment} has no path`);
    return { name: key, path: value };
  });
}

function splitAssignment(option: string, assignment: string): { key: string; value: string } {
  const equals = assignment.indexOf('=');
  if (equals < 1) throw new Refusal(`${option} ${assignment} should have the form key=value`);
  return { key: assignment.slice(0, equals), value: assignment.slice(equals + 1) };
}
