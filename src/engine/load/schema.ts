import type { JsonObject } from '../json.js';
import { givenInputs, type TaskKind, type TaskKinds } from '../task-kind.js';
import { pipelineShape, taskProperties } from './shape.js';

/** JSON Schema (draft 2020-12) of pipeline files, for editors: every kind's parameters, inputs and outputs by its `uses`. */
export function pipelineSchema(kinds: TaskKinds): JsonObject {
  const listed = [...kinds.values()].map(({ kind }) => kind).sort((a, b) => (a.name < b.name ? -1 : 1));
  const { properties, ...shape } = orExpression(pipelineShape) as { properties: JsonObject };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Pipeline',
    ...shape,
    // Profiles and parameters hold anything.
    properties: { ...properties, tasks: { ...(pipelineShape.properties as { tasks: JsonObject }).tasks, additionalProperties: { $ref: '#/$defs/task' } } },
    $defs: {
      expression: { type: 'string', pattern: '\\$\\{\\{', description: 'A value computed from params and matrix: ${{ params.steps * 2 }}.' },
      task: {
        type: 'object',
        required: ['uses'],
        additionalProperties: false,
        properties: {
          ...(Object.fromEntries(Object.entries(taskProperties).map(([name, schema]) => [name, name === 'description' ? schema : orExpression(schema)]))),
          uses: { description: 'The kind of task.', oneOf: listed.map(({ name, summary }) => ({ const: name, description: summary })) },
        },
        allOf: listed.map(conditionOfKind),
      },
    },
  };
}

function conditionOfKind(kind: TaskKind): JsonObject {
  const open = kind.openPorts === true;
  const requiredInputs = Object.entries(givenInputs(kind)).filter(([, { optional }]) => optional !== true).map(([name]) => name);
  const requiredParameters = kind.parameters.required ?? [];
  return {
    if: { properties: { uses: { const: kind.name } }, required: ['uses'] },
    then: {
      ...requiredKeys([...(requiredInputs.length > 0 ? ['inputs'] : []), ...(requiredParameters.length > 0 ? ['with'] : [])]),
      properties: {
        with: { description: kind.summary, ...orExpression(kind.parameters as unknown as JsonObject) },
        inputs: {
          properties: Object.fromEntries(Object.entries(givenInputs(kind)).map(([name, { description, type, many }]) => [name, { description: `${description} (${many === true ? 'a list of ' : ''}${type})` }])),
          ...requiredKeys(requiredInputs),
          ...(open ? {} : { additionalProperties: false }),
        },
        ...(open ? {} : { outputs: false }),
      },
    },
  };
}

function requiredKeys(required: readonly string[]): JsonObject {
  return required.length === 0 ? {} : { required: [...required] };
}

/** The schema with `${{ }}` allowed wherever a value stands. Descriptions and defaults stay outside, where editors look for them. */
function orExpression(schema: JsonObject): JsonObject {
  const { description, default: standard, ...rest } = schema;
  const inner = withInnerExpressions(rest);
  const annotations = { ...(description === undefined ? {} : { description }), ...(standard === undefined ? {} : { default: standard }) };
  const isMap = rest.type === 'object' && rest.properties !== undefined;
  const isAnyText = [rest.type ?? []].flat().includes('string') && rest.pattern === undefined && rest.enum === undefined;
  if (isMap || isAnyText || Object.keys(rest).length === 0) return { ...annotations, ...inner };
  return { ...annotations, anyOf: [inner, { $ref: '#/$defs/expression' }] };
}

function withInnerExpressions(schema: JsonObject): JsonObject {
  const result: JsonObject = { ...schema };
  const { properties, items, additionalProperties } = schema;
  if (isSchema(properties)) result.properties = Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, isSchema(inner) ? orExpression(inner) : inner]));
  if (isSchema(items)) result.items = orExpression(items);
  if (isSchema(additionalProperties)) result.additionalProperties = orExpression(additionalProperties);
  return result;
}

function isSchema(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
