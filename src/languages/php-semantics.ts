import type { NamedType } from './program.js';
import { bounded, callBuiltin, compareText, fail, joined, maximumLength } from './semantics.js';
import type { Builtins, Semantics, Value } from './semantics.js';

/**
 * PHP 8, with its default of not strict types: what is missing is null with a warning, numbers and
 * strings convert into each other, the sign of `%` is the dividend's. Arrays are lists; one with other keys than
 * those of a list (`$xs[9] = 1`) has holes.
 */
export const phpSemantics: Semantics = {
  logicGivesOperand: false,
  binary(operator, left, right) {
    switch (operator) {
      case '+': return Array.isArray(left) && Array.isArray(right) ? [...left, ...right.slice(left.length)] : result(number(left) + number(right));
      case '-': return result(number(left) - number(right));
      case '*': return result(number(left) * number(right));
      case '%': return modulo(number(left), number(right));
      case '==': return equal(left, right);
      case '!=': return !equal(left, right);
      case '<': return compare(left, right) < 0;
      case '>': return compare(right, left) < 0;
      case '<=': return compare(left, right) <= 0;
      case '>=': return compare(right, left) <= 0;
      case 'concatenate': return joined(text(left), text(right));
    }
  },
  negate: (operand) => result(-number(operand)),
  truth,
  call: (builtin, values) => callBuiltin(builtins, builtin, values),
  index,
  append(list, value) {
    if (list === undefined || list === null) return [value];
    return listOf(list).slice().concat([value]);
  },
  sort: (list) => sorted(list ?? null),
  remove: (list, at) => spliced(list ?? null, number(at)),
  set: (list, at, value) => replaced(list ?? null, at, value),
  functions: new Map<string, (values: readonly Value[]) => Value>([
    // `max($xs)` is of the items of its one argument, `max(3, 4)` of its arguments.
    ['max', (values) => extreme(values.length === 1 ? values[0] as Value : [...values], 1)],
    ['min', (values) => extreme(values.length === 1 ? values[0] as Value : [...values], -1)],
    // gettext, without translations.
    ['_', ([message = fail('no argument'), ...others]) => (others.length === 0 && !Array.isArray(message) ? text(message) : fail('no such text'))],
    ['array_splice', splice],
    ['count', ([value = fail('no argument'), ...mode]) => (mode.length < 2 ? dense(value).length : fail('too many arguments'))],
  ]),
  endOfInput: false,
  printGives: 1,
  // `echo` adds no line break.
  printed: text,
  typeLiteral: (type) => typeNames[type],
  missingVariable: () => null,
};

const typeNames: Readonly<Record<NamedType, string>> = { int: 'integer', string: 'string', boolean: 'boolean', list: 'array' };

function truth(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== '0' && Boolean(value);
}

/** An operand of arithmetic. A string has to be a number, or to begin with one. */
function number(value: Value): number {
  if (typeof value === 'string') return Number(/^\s*[+-]?\d+/.exec(value)?.[0] ?? fail('unsupported operand'));
  if (value === null || typeof value === 'boolean') return Number(value);
  return typeof value === 'number' ? value : fail('unsupported operand');
}

/** An int within bounds, or a number with a fraction. */
function result(value: number): number {
  return Number.isFinite(value) && !Number.isInteger(value) ? value : bounded(value);
}

function modulo(left: number, right: number): number {
  const divisor = Math.trunc(right);
  return divisor === 0 ? fail('modulo by zero') : bounded(Math.trunc(left) % divisor);
}

function isNumeric(value: string): boolean {
  return /^\s*[+-]?\d+\s*$/.test(value);
}

function equal(left: Value, right: Value): boolean {
  if (Array.isArray(left) && Array.isArray(right)) return left.length === right.length && left.every((item, index) => equal(item, right[index] as Value));
  return compare(left, right) === 0;
}

/** The spaceship operator of PHP 8; an array is greater than anything else. */
function compare(left: Value, right: Value): number {
  if (typeof left === 'boolean' || typeof right === 'boolean' || (left === null && typeof right !== 'string') || (right === null && typeof left !== 'string')) return Number(truth(left)) - Number(truth(right));
  if (Array.isArray(left) && Array.isArray(right)) return compareLists(left, right);
  if (Array.isArray(left)) return 1;
  if (Array.isArray(right)) return -1;
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const texts = [text(left), text(right)] as const;
  if (texts.every(isNumeric)) return Number(texts[0]) - Number(texts[1]);
  return compareText(texts[0], texts[1]);
}

function compareLists(left: Value[], right: Value[]): number {
  if (left.length !== right.length) return left.length - right.length;
  const differing = left.findIndex((item, index) => !equal(item, right[index] as Value));
  return differing === -1 ? 0 : compare(left[differing] as Value, right[differing] as Value);
}

/** The place in a list that an array key names; null and most strings are keys that no list has. */
function keyOf(key: Value): number {
  if (Array.isArray(key)) return fail('illegal offset type');
  if (typeof key === 'string') return /^(?:0|-?[1-9]\d*)$/.test(key) ? Number(key) : Number.NaN;
  return key === null ? Number.NaN : Math.trunc(Number(key));
}

function index(container: Value, at: Value): Value {
  if (Array.isArray(container)) return container[keyOf(at)] ?? null;
  if (typeof container !== 'string') return null;
  if (typeof at === 'string' && !isNumeric(at)) return fail('cannot access offset on string');
  if (Array.isArray(at)) return fail('cannot access offset on string');
  const place = number(at);
  return container[place < 0 ? place + container.length : place] ?? '';
}

function text(value: Value): string {
  if (Array.isArray(value)) return 'Array';
  if (typeof value === 'boolean') return value ? '1' : '';
  return value === null ? '' : String(value as number | string);
}

function listOf(value: Value): Value[] {
  return Array.isArray(value) ? value : fail('must be of type array');
}

/** `array_search`: false where there is none. */
function search(list: Value, sought: Value): Value {
  const place = listOf(list).findIndex((item, index) => index in listOf(list) && equal(item, sought));
  return place === -1 ? false : place;
}

/** The values of an array, whatever their keys. */
function dense(value: Value): Value[] {
  return listOf(value).filter(() => true);
}

/** `array_splice` of one item: a place beyond the end takes nothing, one before the beginning takes the first. */
function spliced(list: Value, at: number): Value[] {
  const rest = dense(list);
  rest.splice(at, 1);
  return rest;
}

/** `array_splice` with any arguments, as an expression: what is left stays in the list. */
function splice([list = null, offset = fail('no offset'), length = null, ...replacement]: readonly Value[]): Value {
  if (replacement.length > 1) return fail('too many arguments');
  const rest = dense(list);
  const count = length === null ? rest.length : number(length);
  const from = Math.min(number(offset), rest.length);
  const to = from < 0 ? Math.max(0, from + rest.length) : from;
  const removed = rest.splice(to, count < 0 ? rest.length - to + count : count, ...replacement.flat());
  listOf(list).splice(0, Number.POSITIVE_INFINITY, ...rest);
  return removed;
}

/** `$xs[1] = 3`. What is no key of a list becomes one beyond its end. */
function replaced(list: Value, at: Value, value: Value): Value {
  const copy = list === null ? [] : listOf(list).slice();
  const key = keyOf(at);
  copy[key >= 0 && key <= maximumLength ? key : copy.length + 1] = value;
  return copy;
}

function sorted(value: Value): Value[] {
  return dense(value).sort(compare);
}

function extreme(value: Value, sign: number): Value {
  const [first, ...others] = dense(value);
  if (first === undefined) return fail('must contain at least one element');
  return others.reduce((best, item) => (sign * compare(item, best) > 0 ? item : best), first);
}

function typeName(value: Value): string {
  if (value === null) return 'NULL';
  if (Array.isArray(value)) return typeNames.list;
  return typeNames[({ number: 'int', string: 'string', boolean: 'boolean' } as const)[typeof value as 'number' | 'string' | 'boolean']];
}

const builtins: Builtins = {
  'list-length': (value) => dense(value).length,
  'string-length': (value) => (Array.isArray(value) ? fail('must be of type string') : text(value).length),
  // array_sum skips what cannot be added.
  sum: (value) => listOf(value).reduce<number>((total, item) => result(total + (Array.isArray(item) ? 0 : Number(text(item)) || 0)), 0),
  max: (value) => extreme(value, 1),
  min: (value) => extreme(value, -1),
  'index-of': search,
  'type-of': typeName,
  'to-string': text,
  append(list, value) {
    listOf(list).push(value);
    return value;
  },
  sort(value) {
    const list = listOf(value);
    list.splice(0, list.length, ...sorted(list));
    return true;
  },
};
