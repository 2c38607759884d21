import { asNumber, bounded, callBuiltin, compareText, fail, Fault, joined, TypeName } from './semantics.js';
import type { Builtins, Semantics, Value } from './semantics.js';

/**
 * C++17 on a 64-bit machine, types checked and implicit conversions written out (cpp-typing.ts). A `size_t` is a bigint,
 * a char a string of one. Undefined behaviour ends the process, as under the flags of the real compiler; nothing catches it.
 */
export const cppSemantics: Semantics = {
  logicGivesOperand: false,
  binary(operator, left, right) {
    if (typeof left === 'bigint' || typeof right === 'bigint') return ofSizes(operator, size(left), size(right));
    switch (operator) {
      case '+': return add(left, right);
      case '-': return typeof left === 'string' ? pointed(left, -number(right)) : int(number(left) - number(right));
      case '*': return int(number(left) * number(right));
      case '%': return number(right) === 0 ? undefinedBehaviour('division by zero') : int(number(left) % number(right));
      case '==': return compare(left, right) === 0;
      case '!=': return compare(left, right) !== 0;
      case '<': return compare(left, right) < 0;
      case '>': return compare(left, right) > 0;
      case '<=': return compare(left, right) <= 0;
      case '>=': return compare(left, right) >= 0;
      case 'concatenate': return fail('no such operator');
    }
  },
  negate: (operand) => (typeof operand === 'bigint' ? BigInt.asUintN(64, -operand) : int(-number(operand))),
  truth: (value) => value !== '\0' && (typeof value === 'string' || Boolean(value)),
  call: (builtin, values) => callBuiltin(builtins, builtin, values),
  index(container, at) {
    const place = number(at);
    // The character behind the last one is there.
    if (typeof container === 'string' && place === container.length) return '\0';
    return (container as string | Value[])[place] ?? undefinedBehaviour('index out of range');
  },
  append: (list, value) => [...listOf(list), value],
  sort: (list) => sorted(listOf(list)),
  remove: (list, at) => without(listOf(list), at),
  set(list, at, value) {
    const place = number(at);
    if (place < 0 || place >= listOf(list).length) return undefinedBehaviour('index out of range');
    return listOf(list).with(place, value);
  },
  printed: (value) => `${text(value)}\n`,
  typeLiteral: (type) => new TypeName(type),
  missingVariable: (name) => fail(`${name} was not declared`),
};

function undefinedBehaviour(message: string): never {
  throw new Fault('abort', message);
}

const largestInt = 2 ** 31 - 1;

/** An int; a number with a point is what it is. */
function int(value: number): number {
  if (!Number.isInteger(value)) return value;
  return value > largestInt || value < -largestInt - 1 ? undefinedBehaviour('signed overflow') : bounded(value);
}

/** A number, boolean or char in arithmetic. */
function number(value: Value): number {
  if (typeof value === 'bigint') return Number(BigInt.asIntN(32, value));
  return typeof value === 'string' ? value.charCodeAt(0) : asNumber(value) ?? fail('not a number');
}

/** What a number is when it meets a `size_t`. */
function size(value: Value): bigint {
  return typeof value === 'bigint' ? value : BigInt.asUintN(64, BigInt(number(value)));
}

function ofSizes(operator: Parameters<Semantics['binary']>[0], left: bigint, right: bigint): Value {
  switch (operator) {
    case '+': return BigInt.asUintN(64, left + right);
    case '-': return BigInt.asUintN(64, left - right);
    case '*': return BigInt.asUintN(64, left * right);
    case '%': return right === 0n ? undefinedBehaviour('division by zero') : left % right;
    case '==': return left === right;
    case '!=': return left !== right;
    case '<': return left < right;
    case '>': return left > right;
    case '<=': return left <= right;
    case '>=': return left >= right;
    case 'concatenate': return fail('no such operator');
  }
}

/** The sum of numbers, texts put together, or a text literal from a place on. */
function add(left: Value, right: Value): Value {
  if (typeof left === 'string' && typeof right === 'string') return joined(left, right);
  if (typeof left === 'string') return pointed(left, number(right));
  if (typeof right === 'string') return pointed(right, number(left));
  return int(number(left) + number(right));
}

function pointed(literal: string, places: number): string {
  return places < 0 || places > literal.length ? undefinedBehaviour('pointer out of range') : literal.slice(places);
}

function compare(left: Value, right: Value): number {
  if (left instanceof TypeName && right instanceof TypeName) return compareText(left.type, right.type);
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
  if (!Array.isArray(left) || !Array.isArray(right)) return number(left) - number(right);
  const differing = left.findIndex((item, index) => item !== right[index]);
  if (differing === -1 || differing >= right.length) return left.length - right.length;
  return number(left[differing] as Value) - number(right[differing] as Value);
}

function listOf(list: Value | undefined): Value[] {
  return Array.isArray(list) ? list : fail('not a list');
}

function ascending(left: Value, right: Value): number {
  return number(left) - number(right);
}

function sorted(list: readonly Value[]): Value[] {
  return [...list].sort(ascending);
}

function without(list: readonly Value[], at: Value): Value[] {
  const place = number(at);
  if (place < 0 || place >= list.length) return undefinedBehaviour('iterator out of range');
  return list.filter((_, index) => index !== place);
}

/** The last of a list in ascending order is its largest. */
function extreme(list: Value, place: 0 | -1): Value {
  return sorted(listOf(list)).at(place) ?? fail('an empty list');
}

function place(list: Value, sought: Value): number {
  const index = listOf(list).indexOf(sought);
  return index === -1 ? listOf(list).length : index;
}

function text(value: Value): string {
  return typeof value === 'boolean' ? String(Number(value)) : String(value as number | string);
}

function typeName(value: Value): TypeName {
  const type = ({ number: 'int', string: 'string', boolean: 'boolean' } as const)[typeof value as 'number' | 'string' | 'boolean'];
  return new TypeName(Array.isArray(value) ? 'list' : type);
}

const builtins: Builtins = {
  last: (_, value) => value,
  first: (value) => (typeof value === 'string' ? value[0] ?? '\0' : listOf(value)[0] ?? undefinedBehaviour('iterator out of range')),
  'list-length': (list) => listOf(list).length,
  'string-length': (value) => (value as string).length,
  sum: (list) => listOf(list).reduce<number>((total, item) => int(total + number(item)), 0),
  max: (list) => extreme(list, -1),
  min: (list) => extreme(list, 0),
  'type-of': typeName,
  'static-type': typeName,
  'to-string': text,
  find(whole, part) {
    const found = (whole as string).indexOf(part as string);
    return BigInt.asUintN(64, BigInt(found));
  },
  'index-of': place,
  append(list, value) {
    listOf(list).push(value);
    return null;
  },
  sort(list) {
    listOf(list).sort(ascending);
    return null;
  },
  remove(list, at) {
    without(listOf(list), at);
    listOf(list).splice(number(at), 1);
    // An iterator is what is left from a place on.
    return listOf(list).slice(number(at));
  },
  'to-int': (value) => Math.trunc(number(value)),
  'to-boolean': (value) => cppSemantics.truth(value),
};
