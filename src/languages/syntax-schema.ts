import type { JsonObject } from '../engine/json.js';
import { builtinTypes } from './program.js';
import type { NamedType, Operator, StatementKind, Type } from './program.js';

const text: JsonObject = { type: 'string' };
const texts: JsonObject = { type: 'array', items: text };
const precedence: JsonObject = { type: 'number' };
const prefix: JsonObject = object({ template: text, precedence });
const types: Type[] = ['int', 'string', 'boolean', 'list', 'none', 'any'];
const namedTypes: NamedType[] = ['int', 'string', 'boolean', 'list'];
const statements: (StatementKind | 'else')[] = ['return', 'return-none', 'if', 'else', 'sort', 'append', 'remove', 'set', 'print', 'assign', 'declare', 'try', 'evaluate'];
const operators: Operator[] = ['+', '-', '*', '%', '==', '!=', '<', '>', '<=', '>=', 'and', 'or', 'concatenate'];

/** A syntax file: the fields of `Language` (language.ts), regular expressions as text, semantics and typing by the name of the language that has them. */
export const syntaxSchema: JsonObject = object({
  name: { type: 'string', pattern: '^[a-z][a-z0-9]*$' },
  preamble: text,
  postamble: text,
  lexical: object({
    comments: { type: 'array', items: text, minItems: 1 }, sigil: text, caseInsensitive: { type: 'boolean' }, keywords: texts, symbols: texts,
    newlines: { enum: ['indentation', 'terminator', 'ignored'] }, integer: text, float: text, string: text,
    alternatives: { type: 'object', additionalProperties: text }, joinsStrings: { type: 'boolean' }, unsigned: text,
  }, ['float', 'alternatives', 'joinsStrings', 'unsigned']),
  block: object({ open: text, close: text, single: { type: 'boolean' }, initialiser: { type: 'boolean' }, elseIf: { type: 'boolean' } }, ['initialiser', 'elseIf']),
  function: text,
  parameters: templates(types),
  types: templates(types),
  statements: templates(statements),
  operators: { type: 'array', items: object({ operator: { enum: operators }, symbol: text, precedence, associativity: { enum: ['left', 'chain', 'none'] } }) },
  not: prefix,
  negate: prefix,
  literals: object({ true: text, false: text, none: text, types: templates(namedTypes) }, ['none']),
  builtins: templates(Object.keys(builtinTypes)),
  spellings: { type: 'array', items: { type: 'array', items: text, minItems: 2, maxItems: 2 } },
  index: text,
  trailingComma: { enum: [true, false, 'calls'] },
  list: { type: 'array', items: text, minItems: 2, maxItems: 2 },
  unpacking: text,
  tuples: { enum: [true, false, 'last'] },
  labels: { type: 'boolean' },
  after: { enum: ['nothing', 'statements'] },
  members: { type: 'boolean' },
  semantics: text,
  typing: text,
  identifiers: { type: 'array', items: object({ identifier: text, python: texts }) },
  stop: texts,
}, ['postamble', 'types', 'trailingComma', 'unpacking', 'tuples', 'labels', 'after', 'spellings', 'list', 'typing', 'identifiers']);

/** An object with these properties and no other, all required but the optional ones. */
function object(properties: Readonly<Record<string, JsonObject>>, optional: readonly string[] = []): JsonObject {
  return { type: 'object', additionalProperties: false, required: Object.keys(properties).filter((name) => !optional.includes(name)), properties };
}

function templates(names: readonly string[]): JsonObject {
  return { type: 'object', additionalProperties: false, properties: Object.fromEntries(names.map((name) => [name, text])) };
}
