import { readFile } from 'node:fs/promises';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { JsonObject } from '../../engine/json.js';
import { TaskError } from '../../engine/task-kind.js';

const ajv = new Ajv2020({ allErrors: false, allowUnionTypes: true, strict: true });

/** Compiles a file format once; `T` must be what the schema describes. */
export function format<T>(schema: JsonObject): ValidateFunction<T> {
  return ajv.compile<T>(schema);
}

/** @throws {TaskError} when the file is no JSON or not of the format, naming `what` and the place in it */
export async function readJson<T>(path: string, what: string, isValid: ValidateFunction<T>): Promise<T> {
  return check(parse(await readFile(path, 'utf8'), what), what, isValid);
}

/** Reads one JSON value a line; blank lines are skipped. */
export async function readJsonLines<T>(path: string, what: string, isValid: ValidateFunction<T>): Promise<T[]> {
  const lines = (await readFile(path, 'utf8')).split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const where = `${what}, line ${index + 1}`;
    return [check(parse(line, where), where, isValid)];
  });
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TaskError(`${what}: not JSON (${(error as Error).message})`);
  }
}

function check<T>(value: unknown, what: string, isValid: ValidateFunction<T>): T {
  if (isValid(value)) return value;
  throw new TaskError(`${what}: ${describe(isValid.errors?.[0])}`);
}

function describe(error: ErrorObject | undefined): string {
  if (error === undefined) return 'not of the expected format';
  return `${error.instancePath === '' ? 'the value' : error.instancePath} ${error.message ?? 'is wrong'}`;
}
