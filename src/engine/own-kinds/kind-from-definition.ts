import type { Json, JsonObject } from '../json.js';
import { bytes } from '../size.js';
import { NAME_PATTERN, outputsShape, resourcesShape } from '../load/shape.js';
import { Diagnostics, SourceText } from '../load/source.js';
import { quote } from '../load/suggest.js';
import { validateJson } from '../load/validate.js';
import { TaskError, type Expansion, type InputPort, type OutputPort, type ParameterSchema, type TaskKind } from '../task-kind.js';
import type { InputDeclaration, OutputDeclaration, TaskDefinition } from './definition.js';

/** Something wrong with a kind of the user's, said without the place where a pipeline names it. */
export interface KindMistake {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export type KindResult =
  | { readonly kind: 'ok'; readonly taskKind: TaskKind }
  | { readonly kind: 'invalid'; readonly mistakes: readonly KindMistake[] };

const name: JsonObject = { type: 'string', pattern: NAME_PATTERN, maxLength: 100 };
const text: JsonObject = { type: 'string' };
const flag: JsonObject = { type: 'boolean' };

/** Short forms are written out before the check; the text is named for what has neither form. */
const inputShape: JsonObject = {
  type: ['string', 'object'], required: ['type'], additionalProperties: false,
  properties: { type: { enum: ['file', 'tree', 'value'], description: '"file", "tree" or "value".' }, description: text, mediaType: text, optional: flag, many: flag, carriedOnly: flag },
};

const outputShape: JsonObject = {
  type: ['string', 'object'], required: ['fileName'], additionalProperties: false,
  properties: {
    fileName: outputsShape['additionalProperties'] as JsonObject,
    type: { enum: ['file', 'tree'] }, description: text, mediaType: text, of: { enum: ['each', 'last'] },
  },
};

/** A definition without its functions, short forms written out. */
const definitionShape: JsonObject = {
  type: 'object',
  required: ['summary', 'outputs'],
  additionalProperties: false,
  properties: {
    summary: { type: 'string', minLength: 1, description: 'One line that says what the task does.' },
    source: text,
    parameters: { type: 'object' },
    inputs: { type: 'object', propertyNames: name, additionalProperties: inputShape },
    outputs: { type: 'object', propertyNames: name, additionalProperties: outputShape, description: 'Name -> file name, as in { counts: \'counts.json\' }.' },
    resources: resourcesShape,
    sensitivity: { enum: ['portable', 'runtime', 'device'] },
    version: { type: 'integer', minimum: 1 },
    readsUpstream: flag,
  },
};

/** What `definitionShape` has accepted. */
interface Declaration extends Omit<TaskDefinition, 'run' | 'expand' | 'inputs' | 'outputs'> {
  readonly inputs?: Readonly<Record<string, Exclude<InputDeclaration, string>>>;
  readonly outputs: Readonly<Record<string, Exclude<OutputDeclaration, string>>>;
}

/**
 * A file's default export as a task kind, or all that is wrong with it.
 * @param uses what the kind is called: the path as the pipeline writes it
 */
export function kindFromDefinition(uses: string, definition: unknown, implementation: URL): KindResult {
  const mistakes = new Diagnostics(new SourceText(uses, ''));
  const invalid = (): KindResult => ({ kind: 'invalid', mistakes: mistakes.sorted().map(({ code, message, hint }) => ({ code, message, ...(hint !== undefined && { hint }) })) });
  if (typeof definition !== 'object' || definition === null || Array.isArray(definition)) {
    mistakes.report(undefined, 'bad-definition', `its default export must be an object, found ${nameOfType(definition)}`, 'export default defineTask({ summary, outputs, run })');
    return invalid();
  }
  const { run, expand, ...declared } = definition as Readonly<Record<string, unknown>>;
  const functions = { run, expand };
  checkFunctions(functions, mistakes);
  const declaration = writtenOut(jsonFrom(declared, '', mistakes));
  if (declaration === undefined || !validateJson(definitionShape, declaration, { name: 'the definition', keys: 'key', place: () => undefined }, mistakes)) return invalid();

  const { summary, source, inputs = {}, outputs, parameters = {}, resources = {}, sensitivity = 'runtime', version = 1, readsUpstream } = declaration as unknown as Declaration;
  const schema = parameterSchema(parameters as JsonObject);
  checkParameters(schema, mistakes);
  checkFileNames(outputs, mistakes);
  if (mistakes.count > 0) return invalid();
  const { memory = '512MiB', cores = 1, gpus } = resources;
  return {
    kind: 'ok',
    taskKind: {
      name: uses, version, summary, parameters: schema, sensitivity, implementation,
      inputs: mapValues(inputs, (input): InputPort => ({ description: '', ...input })),
      outputs: mapValues(outputs, outputPort),
      resources: { cores, memory: bytes(memory), ...(gpus !== undefined && { gpus }) },
      ...(source !== undefined && { source }),
      ...(readsUpstream !== undefined && { readsUpstream }),
      ...(typeof expand === 'function' && { expand: expanding(expand.bind(definition) as (parameters: JsonObject) => unknown) }),
    },
  };
}

function checkFunctions({ run, expand }: { readonly run: unknown; readonly expand: unknown }, mistakes: Diagnostics): void {
  if (run === undefined) mistakes.report(undefined, 'missing-run', 'the definition needs the function "run"', 'async run(context) { … } reads context.input(name).path and writes context.output(name)');
  else if (typeof run !== 'function') mistakes.report(undefined, 'wrong-type', `"run" must be a function, found ${nameOfType(run)}`);
  if (expand !== undefined && typeof expand !== 'function') mistakes.report(undefined, 'wrong-type', `"expand" must be a function, found ${nameOfType(expand)}`);
}

/** Deeper values are circular, or no declaration that a person wrote. */
const deepest = 64;

/** The value with what is undefined left out; undefined when there is something in it that JSON cannot hold, which is reported. */
function jsonFrom(value: unknown, path: string, mistakes: Diagnostics, depth = 0): Json | undefined {
  const isPlain = Array.isArray(value) || (typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value) as null));
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return value;
  if (!isPlain || depth > deepest) {
    mistakes.report(undefined, 'wrong-type', `${quote(path)} must be a JSON value, found ${depth > deepest ? 'one that is nested without end' : nameOfType(value)}`);
    return undefined;
  }
  const entries = Object.entries(value as object).filter(([, item]) => item !== undefined)
    .map(([key, item]) => [key, jsonFrom(item, path === '' ? key : `${path}.${key}`, mistakes, depth + 1)] as const);
  if (entries.some(([, item]) => item === undefined)) return undefined;
  return Array.isArray(value) ? entries.map(([, item]) => item as Json) : Object.fromEntries(entries) as JsonObject;
}

/** `text: 'file'` as `text: { type: 'file' }`, `counts: 'counts.json'` as `counts: { fileName: 'counts.json' }`. */
function writtenOut(declared: Json | undefined): Json | undefined {
  if (!isObject(declared)) return declared;
  const { inputs, outputs } = declared;
  const inFull = (ports: Json | undefined, key: string): Json | undefined =>
    (isObject(ports) ? mapValues(ports, (port): Json => (typeof port === 'string' ? { [key]: port } : port)) : ports);
  return {
    ...declared,
    ...(inputs !== undefined && { inputs: inFull(inputs, 'type') ?? null }),
    ...(outputs !== undefined && { outputs: inFull(outputs, 'fileName') ?? null }),
  };
}

/** Of the short form: what has no default must be given. */
function parameterSchema(parameters: JsonObject): ParameterSchema {
  const { type, properties } = parameters;
  if (type === 'object' && isObject(properties)) return { additionalProperties: false, ...parameters } as unknown as ParameterSchema;
  const declared = parameters as Record<string, JsonObject>;
  const required = Object.keys(declared).filter((key) => !isObject(declared[key]) || declared[key]['default'] === undefined);
  return { type: 'object', additionalProperties: false, properties: declared, ...(required.length > 0 && { required }) };
}

/** Each parameter is a schema that compiles, with a default that fits it unless it must be given. */
function checkParameters({ properties, required = [], ...rest }: ParameterSchema, mistakes: Diagnostics): void {
  for (const [key, schema] of Object.entries(properties)) {
    const where = `parameter ${quote(key)}`;
    if (!isObject(schema)) {
      mistakes.report(undefined, 'bad-parameter', `${where} must be a JSON Schema, found ${nameOfType(schema)}`, "as in { type: 'integer', default: 3, description: '…' }");
      continue;
    }
    const { default: standard } = schema;
    const found = new Diagnostics(mistakes.source);
    const sample = standard === undefined ? {} : { [key]: structuredClone(standard) };
    const problem = schemaProblem(() => validateJson({ type: 'object', properties: { [key]: schema } }, sample, unnamed, found));
    if (problem !== undefined) mistakes.report(undefined, 'bad-parameter', `${where} is not a JSON Schema: ${problem}`);
    for (const { message, hint } of found.sorted()) mistakes.report(undefined, 'bad-parameter', `the default of ${where} does not fit it: ${message}`, hint);
    if (standard === undefined && !required.includes(key)) mistakes.report(undefined, 'bad-parameter', `${where} needs a default, or a place in "required"`);
  }
  for (const key of required) if (!Object.hasOwn(properties, key)) mistakes.report(undefined, 'bad-parameter', `"required" names ${quote(key)}, which is no parameter`);
  if (mistakes.count > 0) return;
  const problem = schemaProblem(() => validateJson({ properties, required, ...rest }, {}, unnamed, new Diagnostics(mistakes.source)));
  if (problem !== undefined) mistakes.report(undefined, 'bad-parameter', `"parameters" is not a JSON Schema: ${problem}`);
}

const unnamed = { name: '', keys: 'key', place: () => undefined } as const;

/** What the validator says of a schema that it cannot compile. */
function schemaProblem(validate: () => unknown): string | undefined {
  try {
    validate();
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // The first of its sentences says it; the others are about the branches of the meta schema.
    return message.replace(/^strict mode: /, '').replace(/^schema is invalid: data\/(properties\/[^/]+\/)?([^,]*).*/s, '$2');
  }
}

function outputPort({ fileName: written, type, ...rest }: Declaration['outputs'][string]): OutputPort {
  const isTree = written.endsWith('/');
  return { description: '', ...rest, type: type ?? (isTree ? 'tree' : 'file'), fileName: isTree ? written.slice(0, -1) : written };
}

function checkFileNames(outputs: Declaration['outputs'], mistakes: Diagnostics): void {
  const taken = new Map<string, string>();
  for (const [key, output] of Object.entries(outputs)) {
    const file = outputPort(output).fileName.toLowerCase();
    const first = taken.get(file);
    if (first !== undefined) mistakes.report(undefined, 'duplicate-output', `outputs ${quote(first)} and ${quote(key)} have the same file name`);
    taken.set(file, key);
  }
}

const expansionShape: JsonObject = {
  type: 'object',
  required: ['axis', 'segments', 'carry'],
  additionalProperties: false,
  properties: {
    axis: name,
    segments: {
      type: 'array',
      items: {
        type: 'object', required: ['label', 'parameters'], additionalProperties: false,
        properties: { label: { type: ['string', 'number', 'boolean'] }, parameters: { type: 'object' }, inputs: { type: 'array', items: text } },
      },
    },
    carry: { type: 'array', items: { type: 'object', required: ['output', 'input'], additionalProperties: false, properties: { output: text, input: text } } },
  },
};

/** The user's `expand`: what it throws, or gives back in a wrong shape, is a mistake of the file's and not ours. */
function expanding(expand: (parameters: JsonObject) => unknown): (parameters: JsonObject) => Expansion {
  return (parameters) => {
    const mistakes = new Diagnostics(new SourceText('', ''));
    let expansion: Json | undefined;
    try {
      expansion = jsonFrom(expand(structuredClone(parameters)), 'the expansion', mistakes);
    } catch (error) {
      throw new TaskError(`expand() throws: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (expansion !== undefined && validateJson(expansionShape, expansion, { name: 'the expansion', keys: 'key', place: () => undefined }, mistakes)) return expansion as unknown as Expansion;
    throw new TaskError(`expand() gives back something else than an expansion: ${mistakes.sorted()[0]?.message ?? ''}`, 'it is { axis, segments: [{ label, parameters }], carry: [{ output, input }] }');
  };
}

function nameOfType(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  const type = (value.constructor as { readonly name?: string } | undefined)?.name;
  return type === undefined || type === 'Object' ? 'an object' : `a ${type}`;
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
