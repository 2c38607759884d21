import type { Json } from '../json.js';

export interface JsonDifference {
  /** RFC 6901. */
  readonly pointer: string;
  /** undefined where there is no such value. */
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** The first value that differs, in the order of the first document. */
export function firstJsonDifference(before: Json | undefined, after: Json | undefined, pointer = ''): JsonDifference | undefined {
  if (!isContainer(before) || !isContainer(after) || Array.isArray(before) !== Array.isArray(after)) {
    return before === after ? undefined : { pointer, before, after };
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const found = firstJsonDifference(own(before, key), own(after, key), `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
    if (found) return found;
  }
  return undefined;
}

type Container = Extract<Json, object>;

function isContainer(value: Json | undefined): value is Container {
  return typeof value === 'object' && value !== null;
}

function own(container: Container, key: string): Json | undefined {
  return Object.hasOwn(container, key) ? (container as Readonly<Record<string, Json>>)[key] : undefined;
}
