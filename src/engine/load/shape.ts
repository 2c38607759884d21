import { durationPattern } from '../duration.js';
import type { JsonObject } from '../json.js';
import { sizePattern } from '../size.js';

/** Names of tasks, axes, ports: what references and expressions can spell. */
export const NAME_PATTERN = '^[A-Za-z_][A-Za-z0-9_-]*$';

const names: JsonObject = { type: 'string', title: 'a name', pattern: NAME_PATTERN, maxLength: 100, examples: ['train', 'solve-mix'] };

export const resourcesShape: JsonObject = {
  type: 'object',
  description: 'What one task of this kind needs while it runs. Never part of its fingerprint.',
  examples: [{ cores: 2, memory: '2GiB' }],
  additionalProperties: false,
  properties: {
    cores: { type: 'integer', minimum: 1, maximum: 4096, description: 'Whole processor cores, 1 at least.' },
    memory: {
      type: ['string', 'integer'],
      title: 'a size with a unit',
      pattern: sizePattern,
      minimum: 1,
      description: 'Memory: a size with a unit, or bytes.',
      examples: ['512MiB', '2GiB'],
    },
    gpus: { type: 'integer', minimum: 0, maximum: 4096, description: 'GPUs.' },
  },
};

export const retryShape: JsonObject = {
  type: 'object',
  description: 'What to do when a task fails.',
  examples: [{ attempts: 3 }],
  additionalProperties: false,
  properties: {
    attempts: { type: 'integer', minimum: 1, maximum: 100, description: 'How often a task is tried, the first time included.' },
  },
};

export const timeoutShape: JsonObject = {
  type: 'string',
  title: 'a duration',
  pattern: durationPattern,
  description: 'Longest time one attempt may take.',
  examples: ['90s', '30m', '1h30m'],
};

export const environmentShape: JsonObject = {
  type: 'array',
  description: 'Names of environment variables that the task may see; their values enter its fingerprint.',
  examples: [['HOME', 'HF_HOME']],
  items: {
    type: 'string', title: 'the name of a variable', pattern: '^[A-Za-z_][A-Za-z0-9_]*$', maxLength: 200,
    examples: ['HF_HOME'], description: 'The value comes from where the pipeline is run.',
  },
  uniqueItems: true,
};

/** A slash at the end makes the output a tree. */
export const outputsShape: JsonObject = {
  type: 'object',
  description: 'Outputs of a task whose kind leaves them open (such as exec): name -> file name; a slash at the end means a folder.',
  examples: [{ total: 'total.txt', figures: 'figures/' }],
  propertyNames: names,
  additionalProperties: { type: 'string', title: 'a file name, without folders', pattern: '^(?!\\.{1,2}/?$)[^/\\\\\\u0000-\\u001f:*?"<>|]+/?$', maxLength: 200, examples: ['total.txt', 'figures/'], description: 'A slash at the end makes a folder.' },
};

const reference: JsonObject = {
  type: ['string', 'object'],
  additionalProperties: false,
  required: ['path'],
  properties: { path: { type: 'string', minLength: 1, description: 'A file or folder of yours, from the folder of this file.' } },
};

const matrixShape: JsonObject = {
  type: 'object',
  description: 'Axes: the task runs once for every combination of their values.',
  examples: [{ city: ['rome', 'oslo'] }],
  propertyNames: names,
  properties: {
    exclude: { type: 'array', description: 'Combinations to leave out: each a map of some axes to values.', items: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } } },
  },
  additionalProperties: {
    type: ['array', 'string'],
    description: 'Values, or "task.axis" for the values of another task\'s axis.',
    items: { type: ['string', 'number', 'boolean'] },
  },
};

export const taskProperties: Readonly<Record<string, JsonObject>> = {
  uses: { type: 'string', minLength: 1, examples: ['exec'], description: 'The kind of task; `pipelines tasks` lists them. Or the path of a file with one of yours: ./my-task.js.' },
  description: { type: 'string', description: 'For people.' },
  matrix: matrixShape,
  inputs: {
    type: 'object',
    examples: [{ text: './text.txt' }],
    description: 'Input name -> "task.output", "task(axis=value).output", "task.output#/json/pointer", "./file", or a list of these.',
    propertyNames: names,
    additionalProperties: { ...reference, type: ['string', 'object', 'array'], items: reference },
  },
  with: { type: 'object', examples: [{ run: 'wc -w "$INPUT_TEXT"' }], description: 'Parameters of the task kind.' },
  outputs: outputsShape,
  resources: resourcesShape,
  retry: retryShape,
  timeout: timeoutShape,
  environment: environmentShape,
};

const exampleTask: JsonObject = { uses: 'exec', with: { run: 'date' } };
const exampleTasks: JsonObject = { today: exampleTask };

/** JSON Schema of a pipeline file before interpolation, without what depends on task kinds. */
export const pipelineShape: JsonObject = {
  type: 'object',
  required: ['name', 'tasks'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', title: 'a name of letters, digits, ".", "_" and "-"', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$', maxLength: 100, description: 'Names the folder under artifacts/.', examples: ['babel-tower'] },
    description: { type: 'string', description: 'For people.' },
    params: { type: 'object', examples: [{ size: 3 }], description: 'Parameters, read as ${{ params.name }}; changed with -p name=value.' },
    profiles: {
      type: 'object',
      description: 'Named sets of parameters that override `params`, picked with --profile.',
      examples: [{ smoke: { size: 1 } }],
      additionalProperties: { type: 'object', examples: [{ size: 1 }], description: 'Parameters of `params` with other values.' },
    },
    defaults: {
      type: 'object',
      description: 'Settings of every task that does not say otherwise.',
      examples: [{ timeout: '30m' }],
      additionalProperties: false,
      properties: { resources: resourcesShape, retry: retryShape, timeout: timeoutShape },
    },
    tasks: {
      type: 'object',
      description: 'The tasks, each under its name.',
      examples: [exampleTasks],
      minProperties: 1,
      propertyNames: names,
      additionalProperties: { type: 'object', examples: [exampleTask], required: ['uses'], additionalProperties: false, properties: taskProperties },
    },
  },
};

/** Settings of one task after interpolation. */
export const settingsShape: JsonObject = {
  type: 'object',
  properties: { resources: resourcesShape, retry: retryShape, timeout: timeoutShape, environment: environmentShape, outputs: outputsShape },
};
