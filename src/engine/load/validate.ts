import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Json, JsonObject } from '../json.js';
import { describeJson } from './expression.js';
import type { Place } from './interpolate.js';
import type { Diagnostics } from './source.js';
import { own, quote, suggest } from './suggest.js';

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
      return diagnostics.report(span, `unknown-${noun}`, `unknown ${noun} ${quote(key)} of ${here}`, suggest(key, known) ?? `${here} has no ${noun}s`);
    }
    case 'propertyNames': {
      const key = String(params.propertyName);
      const span = subject.place(`${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)?.key ?? place?.span;
      return diagnostics.report(span, 'bad-name', `${quote(key)} is not a name: a letter first, then letters, digits, "-" and "_"`);
    }
    case 'required': {
      const key = String(params.missingProperty);
      const description = own((schema.properties ?? {}) as Readonly<Record<string, JsonObject>>, key)?.description;
      return diagnostics.report(place?.key ?? place?.span, `missing-${noun}`, `${here} needs the ${noun} ${quote(key)}`, typeof description === 'string' ? description : undefined);
    }
  }
  // Errors inside `propertyNames` come with the map's pointer and are said by the case above.
  if (error.propertyName !== undefined) return;
  const found = `found ${foundInWords(error.keyword, error.data as Json)}${place?.origin === undefined ? '' : ` (${place.origin})`}`;
  const { code, expected, hint } = expectation(error, params, schema);
  diagnostics.report(place?.span, code, `${here} must be ${expected}, ${found}`, hint);
}

function expectation(error: ErrorObject, params: Readonly<Record<string, Json>>, schema: JsonObject): { code: string; expected: string; hint?: string | undefined } {
  const limit = String(params.limit);
  switch (error.keyword) {
    case 'type': return { code: 'wrong-type', expected: typesInWords(params.type), hint: typeHint(params.type, error.data as Json) ?? examplesInWords(schema) };
    case 'enum': return enumExpectation(params.allowedValues as Json[], error.data as Json);
    case 'const': return { code: 'wrong-value', expected: JSON.stringify(params.allowedValue) };
    case 'pattern': return { code: 'wrong-value', expected: examplesInWords(schema) ?? `text that matches ${String(params.pattern)}` };
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
    case 'uniqueItems': return { code: 'wrong-value', expected: `a list without repetitions, items ${String(params.j)} and ${String(params.i)} are equal` };
    default: return { code: 'wrong-value', expected: examplesInWords(schema) ?? choiceInWords(schema) ?? error.message?.replace(/^must be /, '') ?? error.keyword };
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
  const hint = typeof found === 'string' ? suggest(found, allowed.filter((value) => typeof value === 'string')) : undefined;
  return { code: 'wrong-value', expected: `one of ${shown}${allowed.length > 20 ? ', …' : ''}`, hint: hint?.startsWith('did you') === true ? hint : undefined };
}

const typeWords: Readonly<Record<string, string>> = {
  integer: 'a whole number', number: 'a number', string: 'text', boolean: 'true or false', array: 'a list', object: 'a map', null: 'null',
};

function typesInWords(types: Json | undefined): string {
  const words = [types ?? []].flat().map((type) => typeWords[String(type)] ?? String(type));
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

function typeHint(types: Json | undefined, found: Json): string | undefined {
  const expected = [types ?? []].flat();
  if (expected.includes('boolean') && typeof found === 'string' && /^(yes|no|on|off)$/i.test(found)) return 'YAML 1.2 has only true and false';
  if (typeof found === 'string' && found.trim() !== '' && Number.isFinite(Number(found)) && expected.some((type) => type === 'number' || type === 'integer')) return 'write the number without quotes';
  return undefined;
}

function examplesInWords(schema: JsonObject): string | undefined {
  const { examples } = schema;
  return Array.isArray(examples) && examples.length > 0 ? `something like ${examples.map((example) => JSON.stringify(example)).join(' or ')}` : undefined;
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
