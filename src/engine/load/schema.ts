import type { JsonObject } from '../json.js';
import { givenInputs, type InputPort, type OutputPort, type TaskKind, type TaskKinds } from '../task-kind.js';
import { pipelineShape, taskProperties } from './shape.js';

/** JSON Schema (draft 2020-12) of pipeline files, for editors: every kind's parameters, inputs and outputs by its `uses`. */
export function pipelineSchema(kinds: TaskKinds): JsonObject {
  const listed = [...kinds.values()].map(({ kind }) => kind).sort((a, b) => (a.name < b.name ? -1 : 1));
  const { properties, ...shape } = pipelineShape as { properties: { defaults: JsonObject; tasks: JsonObject } };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Pipeline',
    ...shape,
    properties: { ...properties, defaults: withInnerExpressions(properties.defaults), tasks: { ...withInnerExpressions(properties.tasks), additionalProperties: { $ref: '#/$defs/task' } } },
    $defs: {
      expression: { type: 'string', pattern: '\\$\\{\\{', description: 'A value computed from params and matrix: ${{ params.steps * 2 }}.' },
      task: {
        type: 'object',
        required: ['uses'],
        additionalProperties: false,
        properties: {
          ...(Object.fromEntries(Object.entries(taskProperties).map(([name, schema]) => [name, name === 'description' ? schema : orExpression(schema)]))),
          uses: { description: 'The kind of task.', oneOf: [...listed.map((kind) => ({ const: kind.name, description: kind.summary, markdownDescription: portsText(kind) })), { type: 'string', pattern: '^\\.{1,2}/', description: 'A task kind of yours: a JavaScript module, by its path from here.' }] },
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
    // Not `const`: while one types, editors take that for met by a beginning, and would offer train what train-tokenizer takes.
    if: { properties: { uses: { type: 'string', pattern: `^${kind.name}$` } }, required: ['uses'] },
    then: {
      ...requiredKeys([...(requiredInputs.length > 0 ? ['inputs'] : []), ...(requiredParameters.length > 0 ? ['with'] : [])]),
      properties: {
        with: { description: kind.summary, ...withInnerExpressions(kind.parameters as unknown as JsonObject) },
        inputs: {
          properties: Object.fromEntries(Object.entries(givenInputs(kind)).map(([name, port]) => [name, { description: portText(port), examples: [exampleOf(port)] }])),
          ...requiredKeys(requiredInputs),
          ...(open ? {} : { additionalProperties: false }),
        },
        ...(open ? {} : { outputs: false }),
      },
    },
  };
}

/** What an editor shows over `uses`: a task's outputs are named nowhere in its own YAML, but in that of its readers. */
function portsText(kind: TaskKind): string {
  const list = (title: string, ports: Readonly<Record<string, Port>>): string =>
    (Object.keys(ports).length === 0 ? '' : `\n\n${title}:\n${Object.entries(ports).map(([name, port]) => `- \`${name}\`: ${portText(port)}`).join('\n')}`);
  return `${kind.summary}${list('Inputs', givenInputs(kind))}${list('Outputs', kind.outputs)}`;
}

type Port = InputPort | OutputPort;

function portText(port: Port): string {
  const facts = [`${'many' in port && port.many === true ? 'a list of ' : ''}${port.type}`, ...('optional' in port && port.optional === true ? ['optional'] : [])];
  return `${port.description} (${facts.join(', ')})`;
}

function exampleOf({ type }: InputPort): string {
  return type === 'value' ? 'task.output#/json/pointer' : 'task.output';
}

function requiredKeys(required: readonly string[]): JsonObject {
  return required.length === 0 ? {} : { required: [...required] };
}

/** The schema with `${{ }}` allowed wherever a value stands. What editors show stays outside, where they look for it. */
function orExpression(schema: JsonObject): JsonObject {
  const { description, examples, default: standard, ...rest } = schema;
  const inner = withInnerExpressions(rest);
  const annotations = {
    ...(description === undefined ? {} : { description }),
    ...(standard === undefined ? {} : { default: standard }),
    ...(examples === undefined ? {} : { examples }),
  };
  const isAnyText = [rest.type ?? []].flat().includes('string') && rest.pattern === undefined && rest.enum === undefined;
  if (isAnyText || Object.keys(rest).length === 0) return { ...annotations, ...inner };
  return { ...annotations, anyOf: [inner, { $ref: '#/$defs/expression' }] };
}

function withInnerExpressions(schema: JsonObject): JsonObject {
  const result: JsonObject = { ...schema };
  const { properties, items, additionalProperties, propertyNames } = schema;
  // Titles are for our own messages: editors offer them as if they were names to type.
  delete result.title;
  if (isSchema(propertyNames)) result.propertyNames = withInnerExpressions(propertyNames);
  if (isSchema(properties)) result.properties = Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, isSchema(inner) ? orExpression(inner) : inner]));
  if (isSchema(items)) result.items = orExpression(items);
  if (isSchema(additionalProperties)) result.additionalProperties = orExpression(additionalProperties);
  return result;
}

function isSchema(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
