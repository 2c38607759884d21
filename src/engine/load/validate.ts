import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Json, JsonObject } from '../json.js';
import { describeJson } from './expression.js';
import { habitHint, standsFor, type Level } from './habits.js';
import type { Place } from './interpolate.js';
import type { Diagnostics } from './source.js';
import { inYaml, nearestName, own, quote, suggest } from './suggest.js';

/** `verbose` puts the failed schema into each error, for messages that say what was expected. */
const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true, useDefaults: true, verbose: true, validateFormats: false });

const compiled = new WeakMap<object, ValidateFunction>();

/** How the thing under validation is named in messages. */
export interface Subject {
  /** `train`, `task "acquire"`, `the pipeline`. */
  readonly name: string;
  /** What its keys are: `parameter` or `key`. */
  readonly keys: 'parameter' | 'key';
  place(pointer: string): Place | undefined;
  /** Errors about such values are left for after interpolation. */
  defer?(pointer: string): boolean;
}

/** Validates a value, fills defaults into it, and reports what is wrong with it. Throws when the schema itself is wrong (a bug of the kind). */
export function validateJson(schema: object, value: Json, subject: Subject, diagnostics: Diagnostics): boolean {
  let validator = compiled.get(schema);
  if (validator === undefined) compiled.set(schema, (validator = ajv.compile(schema)));
  if (validator(value)) return true;
  const errors = meaningful(validator.errors ?? []).filter((error) => subject.defer?.(error.instancePath) !== true);
  for (const error of errors) if (diagnostics.hasRoom) report(error, subject, diagnostics);
  return errors.length === 0;
}

const CHOICES = new Set(['anyOf', 'oneOf']);

/**
 * Of `anyOf` and `oneOf`, the mistakes of the one branch whose type fits; where none or several fit, that the whole
 * does not match. `if` says nothing that its branches do not.
 */
function meaningful(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const mistyped = new Set(errors.filter(({ keyword }) => keyword === 'type').map(({ instancePath }) => instancePath));
  // A value of the wrong type is also out of every range; that is one mistake.
  let kept = errors.filter(({ keyword, instancePath }) => keyword !== 'if' && (CHOICES.has(keyword) || keyword === 'type' || keyword === 'const' || keyword === 'enum' || !mistyped.has(instancePath)));
  for (const choice of errors.filter(({ keyword }) => CHOICES.has(keyword))) {
    const inside = (error: ErrorObject): boolean => error !== choice && error.schemaPath.startsWith(`${choice.schemaPath}/`) && kept.includes(error);
    const branches = new Map<string, ErrorObject[]>();
    for (const error of errors.filter(inside)) {
      const [branch = ''] = error.schemaPath.slice(choice.schemaPath.length + 1).split('/', 1);
      branches.set(branch, [...(branches.get(branch) ?? []), error]);
    }
    const fitting = [...branches.values()].filter((branch) => !branch.some((error) => error.instancePath === choice.instancePath && ['type', 'const', 'enum'].includes(error.keyword)));
    const [only] = fitting;
    kept = fitting.length === 1 && only !== undefined
      ? kept.filter((error) => error !== choice && (!inside(error) || only.includes(error)))
      : kept.filter((error) => !inside(error));
  }
  return kept;
}

function report(error: ErrorObject, subject: Subject, diagnostics: Diagnostics): void {
  const pointer = error.instancePath;
  const place = nearestPlace(pointer, subject);
  const here = pointer === '' ? subject.name : quote(dotted(pointer));
  const params = error.params as Readonly<Record<string, Json>>;
  const schema = (error.parentSchema ?? {}) as JsonObject;
  const noun = pointer === '' ? subject.keys : 'key';

  switch (error.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const key = String(params.additionalProperty ?? params.unevaluatedProperty);
      const known = Object.keys((schema.properties ?? {}) as JsonObject);
      const span = nearestPlace(`${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, subject)?.key ?? place?.span;
      const hint = habitHint(key, known, levelOf(pointer, subject)) ?? suggest(key, known) ?? `${here} has no ${noun}s: leave it out`;
      return diagnostics.report(span, `unknown-${noun}`, `unknown ${noun} ${quote(key)} of ${here}`, hint);
    }
    case 'propertyNames': {
      const key = String(params.propertyName);
      const span = subject.place(`${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)?.key ?? place?.span;
      return diagnostics.report(span, 'bad-name', `${quote(key)} is not a name`, 'a name starts with a letter and goes on with letters, digits, "-" and "_"');
    }
    case 'required': {
      const key = String(params.missingProperty);
      const properties = (schema.properties ?? {}) as Readonly<Record<string, JsonObject>>;
      if (standsFor(key, Object.keys(error.data as JsonObject), Object.keys(properties), levelOf(pointer, subject))) return;
      return diagnostics.report(place?.key ?? place?.span, `missing-${noun}`, `${here} needs the ${noun} ${quote(key)}`, missingHint(key, own(properties, key) ?? {}));
    }
    case 'uniqueItems': {
      const twice = (error.data as Json[])[Number(params.i)] ?? null;
      return diagnostics.report(subject.place(`${pointer}/${String(params.i)}`)?.span ?? place?.span, 'duplicate-value', `${here} lists ${inYaml(twice)} twice`, 'once is enough');
    }
  }
  // Errors inside `propertyNames` come with the map's pointer and are said by the case above.
  if (error.propertyName !== undefined) return;
  const found = `found ${foundInWords(error.keyword, error.data as Json)}${place?.origin === undefined ? '' : ` (from ${place.origin})`}`;
  const { code, expected, hint } = expectation(error, params, schema);
  const said = hint ?? misreadExpression(error.data as Json) ?? examplesInWords(schema) ?? descriptionOf(schema) ?? originHint(place?.origin);
  // What is empty is not seen: its key is.
  diagnostics.report(error.data === null ? place?.key ?? place?.span : place?.span, code, `${here} must be ${expected}, ${found}`, said);
}

/** Which of the maps that have habits of their own. */
function levelOf(pointer: string, { keys }: Subject): Level | undefined {
  if (keys === 'parameter') return pointer === '' ? 'parameters' : undefined;
  if (pointer === '') return 'pipeline';
  if (/^\/tasks\/[^/]*$/.test(pointer)) return 'task';
  return pointer.endsWith('/resources') ? 'resources' : pointer.endsWith('/retry') ? 'retry' : undefined;
}

function missingHint(key: string, schema: JsonObject): string | undefined {
  const [example] = Array.isArray(schema.examples) ? schema.examples : [];
  const description = descriptionOf(schema);
  if (example === undefined) return description === undefined ? undefined : `${key}: ${description}`;
  return `write \`${key}: ${inYaml(example)}\`${description === undefined ? '' : `. ${description}`}`;
}

function descriptionOf({ description }: JsonObject): string | undefined {
  return typeof description === 'string' ? description : undefined;
}

function originHint(origin: string | undefined): string | undefined {
  const name = origin?.startsWith('params.') === true ? origin.slice('params.'.length) : undefined;
  return name === undefined ? undefined : `change it under \`params:\` or in the profile, or give another: -p ${name}=VALUE`;
}

/** Other tools write expressions as `${x}`, `{{ x }}`, `$(x)` or `{x}`. */
function misreadExpression(found: Json): string | undefined {
  return typeof found === 'string' && /^(\$?\{\{?|\$\()\s*[\w.[\]-]+\s*(\}\}?|\))$/.test(found.trim()) ? 'an expression is written `${{ params.size }}`' : undefined;
}

function expectation(error: ErrorObject, params: Readonly<Record<string, Json>>, schema: JsonObject): { code: string; expected: string; hint?: string | undefined } {
  const limit = typeof params.limit === 'number' ? params.limit.toLocaleString('en-US') : String(params.limit);
  const title = typeof schema.title === 'string' ? schema.title : undefined;
  switch (error.keyword) {
    case 'type': return { code: 'wrong-type', expected: title ?? typesInWords(params.type), hint: typeHint(params.type, error.data as Json, schema) };
    case 'enum': return enumExpectation(params.allowedValues as Json[], error.data as Json);
    case 'const': return { code: 'wrong-value', expected: JSON.stringify(params.allowedValue) };
    case 'pattern': return { code: 'wrong-value', expected: title ?? `text that matches ${String(params.pattern)}` };
    case 'minimum': return { code: 'out-of-range', expected: `at least ${limit}` };
    case 'maximum': return { code: 'out-of-range', expected: `at most ${limit}` };
    case 'exclusiveMinimum': return { code: 'out-of-range', expected: `more than ${limit}` };
    case 'exclusiveMaximum': return { code: 'out-of-range', expected: `less than ${limit}` };
    case 'multipleOf': return { code: 'out-of-range', expected: `a multiple of ${String(params.multipleOf)}` };
    case 'minLength': return { code: 'out-of-range', expected: `text of at least ${counted(params.limit, 'character')}` };
    case 'maxLength': return { code: 'out-of-range', expected: `text of at most ${counted(params.limit, 'character')}` };
    case 'minItems': return { code: 'out-of-range', expected: `a list of at least ${counted(params.limit, 'item')}` };
    case 'maxItems': return { code: 'out-of-range', expected: `a list of at most ${counted(params.limit, 'item')}` };
    case 'minProperties': return { code: 'out-of-range', expected: `a map of at least ${counted(params.limit, 'key')}` };
    case 'maxProperties': return { code: 'out-of-range', expected: `a map of at most ${counted(params.limit, 'key')}` };
    default: return { code: 'wrong-value', expected: title ?? choiceInWords(schema) ?? error.message?.replace(/^must be /, '') ?? error.keyword };
  }
}

function counted(count: Json | undefined, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function foundInWords(keyword: string, found: Json): string {
  if (found === null || typeof found !== 'object' || !/Items$|Properties$/.test(keyword)) return describeJson(found);
  const count = Object.keys(found).length;
  return count === 0 ? 'none' : String(count);
}

function enumExpectation(allowed: readonly Json[], found: Json): { code: string; expected: string; hint?: string | undefined } {
  const shown = allowed.slice(0, 20).map((value) => JSON.stringify(value)).join(', ');
  const texts = allowed.filter((value) => typeof value === 'string');
  const nearest = typeof found === 'string' ? nearestName(found, texts) : undefined;
  return { code: 'wrong-value', expected: `one of ${shown}${allowed.length > 20 ? ', …' : ''}`, hint: nearest === undefined ? undefined : `did you mean ${quote(nearest)}?` };
}

const typeWords: Readonly<Record<string, string>> = {
  integer: 'a whole number', number: 'a number', string: 'text', boolean: 'true or false', array: 'a list', object: 'a map', null: 'null',
};

function typesInWords(types: Json | undefined): string {
  const words = [types ?? []].flat().map((type) => typeWords[String(type)] ?? String(type));
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

function typeHint(types: Json | undefined, found: Json, schema: JsonObject): string | undefined {
  const expected = [types ?? []].flat();
  if (expected.includes('boolean') && typeof found === 'string' && /^(yes|no|on|off)$/i.test(found)) return `write ${/^(yes|on)$/i.test(found) ? 'true' : 'false'}: in YAML 1.2, ${found} is text`;
  if (typeof found === 'string' && found.trim() !== '' && Number.isFinite(Number(found)) && expected.some((type) => type === 'number' || type === 'integer')) return 'write the number without quotes';
  if (expected.includes('string') && (typeof found === 'number' || typeof found === 'boolean') && schema.title === undefined) return `write it in quotes: '${String(found)}'`;
  if (expected.includes('array') && !expected.includes('string') && typeof found === 'string') return `write a list, even of one: [${inYaml(found)}]`;
  if (expected.includes('array') && found !== null && typeof found === 'object' && !Array.isArray(found)) return `write a list, such as [${Object.keys(found).slice(0, 5).map(inYaml).join(', ')}]`;
  if (found === null && expected.includes('object')) return 'write its keys below it, indented, or leave it out';
  return undefined;
}

function examplesInWords({ examples, description }: JsonObject): string | undefined {
  if (!Array.isArray(examples) || examples.length === 0) return undefined;
  const written = examples.map(inYaml);
  const shown = written.length === 1 ? written.join('') : `${written.slice(0, -1).join(', ')} or ${written.at(-1) ?? ''}`;
  // Of a map or a list, the example says enough.
  return typeof examples[0] === 'string' && typeof description === 'string' ? `such as ${shown}. ${description}` : `such as ${shown}`;
}

function choiceInWords(schema: JsonObject): string | undefined {
  const choices = schema.anyOf ?? schema.oneOf;
  if (!Array.isArray(choices)) return undefined;
  const words = choices.map((choice) => {
    const { type, const: value, enum: values } = choice as JsonObject;
    if (value !== undefined) return JSON.stringify(value);
    if (Array.isArray(values)) return values.map((one) => JSON.stringify(one)).join(' or ');
    return type === undefined ? undefined : typesInWords(type);
  });
  return words.includes(undefined) ? undefined : [...new Set(words)].join(' or ');
}

/** The place of a value, or of what holds it: defaults that ajv filled in have no place of their own. */
function nearestPlace(pointer: string, subject: Subject): Place | undefined {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const place = subject.place(at);
    if (place !== undefined || at === '') return place;
  }
}

/** `/tasks/acquire/inputs/0` as people write it: `tasks.acquire.inputs[0]`. */
function dotted(pointer: string): string {
  const steps = pointer.slice(1).split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return steps.map((step, index) => (/^\d+$/.test(step) && index > 0 ? `[${step}]` : `${index > 0 ? '.' : ''}${step}`)).join('');
}
