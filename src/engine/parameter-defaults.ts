import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from './json.js';
import type { ParameterSchema } from './task-kind.js';

/**
 * Leaves out every parameter that equals its schema's default, in nested objects and in list items too.
 * The inverse of what validation fills in; keys that the schema does not know stay.
 */
export function withoutDefaults(schema: ParameterSchema, parameters: JsonObject): JsonObject {
  return reduceObject(schema.properties, parameters);
}

/** What validation would fill in. The inverse of `withoutDefaults`. */
export function withDefaults(schema: ParameterSchema, parameters: JsonObject): JsonObject {
  return fillObject(schema.properties, parameters);
}

type Properties = Readonly<Record<string, JsonObject>>;

function reduceObject(properties: Properties, values: JsonObject): JsonObject {
  const kept: [string, Json][] = [];
  for (const [name, value] of Object.entries(values)) {
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const reduced = schema === undefined ? value : reduce(schema, value);
    if (schema === undefined || !equalsDefault(schema, reduced)) kept.push([name, reduced]);
  }
  // fromEntries defines own properties, so that a key named __proto__ stays a key.
  return Object.fromEntries(kept);
}

function reduce(schema: JsonObject, value: Json): Json {
  const { items, properties } = schema;
  if (Array.isArray(value)) return isObject(items) ? value.map((item) => reduce(items, item)) : value;
  return isObject(value) && isObject(properties) ? reduceObject(properties as Properties, value) : value;
}

/** Compared in reduced form: validation fills nested defaults into an object's own default, too. */
function equalsDefault(schema: JsonObject, reduced: Json): boolean {
  const standard = schema['default'];
  return standard !== undefined && isDeepStrictEqual(reduce(schema, standard), reduced);
}

function fillObject(properties: Properties, values: JsonObject): JsonObject {
  const filled = new Map<string, Json>(Object.entries(values));
  for (const [name, schema] of Object.entries(properties)) {
    const value = filled.has(name) ? filled.get(name) : schema['default'];
    if (value !== undefined) filled.set(name, fill(schema, value));
  }
  return Object.fromEntries(filled);
}

function fill(schema: JsonObject, value: Json): Json {
  const { items, properties } = schema;
  if (Array.isArray(value)) return isObject(items) ? value.map((item) => fill(items, item)) : value;
  return isObject(value) && isObject(properties) ? fillObject(properties as Properties, value) : value;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
