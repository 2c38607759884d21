import type { NamedType } from './program.js';
import { callBuiltin, fail, joined, TypeName } from './semantics.js';
import type { Builtins, Semantics, Value } from './semantics.js';

/**
 * C# on mono: ints are of 32 bits and wrap, the sign of `%` is the dividend's, lists are references. What is null
 * fails when it is used; a comparison with it is false, arithmetic with it gives null. Types are checked before
 * (csharp-typing.ts), so that an operand is what its operation takes. A char is a string of one character.
 */
export const csharpSemantics: Semantics = {
  logicGivesOperand: false,
  binary(operator, left, right) {
    switch (operator) {
      case '+': return typeof left === 'string' || typeof right === 'string' ? joined(text(left), text(right)) : lifted(left, right, (one, other) => one + other);
      case '-': return lifted(left, right, (one, other) => one - other);
      case '*': return lifted(left, right, Math.imul);
      case '%': return lifted(left, right, remainder);
      case '==': return equal(left, right);
      case '!=': return !equal(left, right);
      case '<': return ordered(left, right, (one, other) => one < other);
      case '>': return ordered(left, right, (one, other) => one > other);
      case '<=': return ordered(left, right, (one, other) => one <= other);
      case '>=': return ordered(left, right, (one, other) => one >= other);
      case 'concatenate': return fail('no such operator');
    }
  },
  negate: (operand) => lifted(0, operand, (one, other) => one - other),
  truth: (value) => value === true,
  call: (builtin, values) => callBuiltin(builtins, builtin, values),
  index: (container, at) => (typeof container === 'string' ? container[at as number] : items(container)[at as number]) ?? fail('index out of range'),
  // The same list, since others may hold it.
  append: (list, value) => add(list ?? null, value),
  sort: (list) => sorted(list ?? null),
  remove: (list, at) => without(list ?? null, at),
  set: (list, at, value) => replaced(list ?? null, at, value),
  printed: (value) => `${text(value)}\n`,
  typeLiteral: (type) => new TypeName(typeNames[type]),
  missingVariable: (name) => fail(`${name} does not exist`),
  endOfInput: null,
};

const typeNames: Readonly<Record<NamedType, string>> = { int: 'System.Int32', string: 'System.String', boolean: 'System.Boolean', list: 'System.Collections.Generic.List`1[System.Int32]' };

function lifted(left: Value, right: Value, operation: (left: number, right: number) => number): Value {
  return typeof left === 'number' && typeof right === 'number' ? operation(left, right) | 0 : null;
}

function remainder(left: number, right: number): number {
  if (right === 0) return fail('division by zero');
  return right === -1 && left === -(2 ** 31) ? fail('overflow') : left % right;
}

/** A comparison with null does not hold. */
function ordered(left: Value, right: Value, holds: (left: number, right: number) => boolean): boolean {
  return typeof left === 'number' && typeof right === 'number' && holds(left, right);
}

/** Lists are equal if they are the same one. */
function equal(left: Value, right: Value): boolean {
  return left instanceof TypeName && right instanceof TypeName ? left.type === right.type : left === right;
}

function items(value: Value): number[] {
  return Array.isArray(value) ? value as number[] : fail('null reference');
}

function add(list: Value, value: Value): Value {
  items(list).push(value as number);
  return list;
}

function sorted(list: Value): Value {
  return items(list).sort((one, other) => one - other);
}

function without(list: Value, at: Value): Value {
  const place = at as number;
  if (place < 0 || place >= items(list).length) return fail('index out of range');
  items(list).splice(place, 1);
  return list;
}

function replaced(list: Value, at: Value, value: Value): Value {
  if (!((at as number) in items(list))) return fail('index out of range');
  items(list)[at as number] = value as number;
  return list;
}

function extreme(value: Value, choose: (...values: number[]) => number): Value {
  return items(value).length === 0 ? fail('sequence contains no elements') : choose(...items(value));
}

function textOf(value: Value): string {
  return typeof value === 'string' ? value : fail('null reference');
}

function text(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return typeNames.list;
  return value instanceof TypeName ? value.type : String(value);
}

function typeName(value: Value): TypeName {
  if (value === null) return fail('null reference');
  if (value instanceof TypeName) return new TypeName('System.RuntimeType');
  return new TypeName(typeNames[Array.isArray(value) ? 'list' : ({ number: 'int', string: 'string', boolean: 'boolean' } as const)[typeof value as 'number' | 'string' | 'boolean']]);
}

const builtins: Builtins = {
  'list-length': (value) => items(value).length,
  'string-length': (value) => textOf(value).length,
  sum: (value) => items(value).reduce((total, item) => {
    // Unlike `+`, Enumerable.Sum checks for overflow.
    const next = total + item;
    return next === (next | 0) ? next : fail('overflow');
  }, 0),
  max: (value) => extreme(value, Math.max),
  min: (value) => extreme(value, Math.min),
  'type-of': typeName,
  'to-string': text,
  'to-int': (value) => textOf(value).charCodeAt(0),
  find: (whole, part) => textOf(whole).indexOf(textOf(part)),
  'index-of': (list, sought) => items(list).indexOf(sought as number),
  append: (list, value) => {
    add(list, value);
    return null;
  },
  sort: (list) => {
    sorted(list);
    return null;
  },
  remove: (list, at) => {
    without(list, at);
    return null;
  },
};
