import { bounded, callBuiltin, compareText, fail, joined } from './semantics.js';
import type { Builtins, Semantics, Value } from './semantics.js';

/**
 * Go: the sign of `%` is the dividend's, a place that is not there is a panic, strings are bytes. Types are checked
 * before (go-typing.ts), so that an operand is what its operation takes. A list that is nil is null, and has no items.
 * Sorting changes a list wherever it is held; appending and removing give another one.
 */
export const goSemantics: Semantics = {
  logicGivesOperand: false,
  binary(operator, left, right) {
    switch (operator) {
      case '+': return typeof left === 'string' ? joined(left, right as string) : bounded(int(left) + int(right));
      case '-': return bounded(int(left) - int(right));
      case '*': return bounded(int(left) * int(right));
      case '%': return int(right) === 0 ? fail('integer divide by zero') : bounded(int(left) % int(right));
      case '==': return left === right;
      case '!=': return left !== right;
      case '<': return compare(left, right) < 0;
      case '>': return compare(left, right) > 0;
      case '<=': return compare(left, right) <= 0;
      case '>=': return compare(left, right) >= 0;
      case 'concatenate': return fail('no such operator');
    }
  },
  negate: (operand) => bounded(-int(operand)),
  truth: (value) => value === true,
  call: (builtin, values) => callBuiltin(builtins, builtin, values),
  index: (container, at) => (typeof container === 'string' ? bytes(container) : items(container))[int(at)] ?? fail('index out of range'),
  append: (list, value) => [...items(list ?? null), value],
  sort: (list) => sorted(list ?? null),
  remove: (list, at) => without(list ?? null, at),
  printed: (value) => `${text(value)}\n`,
  typeLiteral: () => fail('no type is a value'),
  missingVariable: (name) => fail(`undefined: ${name}`),
};

function int(value: Value): number {
  return value as number;
}

function items(list: Value): Value[] {
  return (list ?? []) as Value[];
}

function bytes(value: Value): readonly number[] {
  return [...new TextEncoder().encode(value as string)];
}

function compare(left: Value, right: Value): number {
  return typeof left === 'string' ? compareText(left, right as string) : int(left) - int(right);
}

function sorted(list: Value): Value {
  items(list).sort(compare);
  return list;
}

function without(list: Value, at: Value): Value {
  const place = int(at);
  if (place < 0 || place >= items(list).length) return fail('slice bounds out of range');
  return items(list).filter((_, index) => index !== place);
}

function extreme(list: Value, sign: number): Value {
  const [first, ...others] = items(list);
  if (first === undefined) return fail('index out of range');
  return others.reduce((best, item) => (sign * compare(item, best) > 0 ? item : best), first);
}

/** In bytes, as all places in a string. */
function find(whole: Value, part: Value): number {
  const place = (whole as string).indexOf(part as string);
  return place === -1 ? -1 : bytes((whole as string).slice(0, place)).length;
}

/** As `fmt.Println` writes it. */
function text(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(text).join(' ')}]`;
  return value === null ? '<nil>' : String(value as number | string | boolean);
}

const builtins: Builtins = {
  'list-length': (list) => items(list).length,
  'string-length': (value) => bytes(value).length,
  sum: (list) => items(list).reduce<number>((total, item) => bounded(total + int(item)), 0),
  max: (list) => extreme(list, 1),
  min: (list) => extreme(list, -1),
  'to-string': (value) => String(int(value)),
  find,
  'index-of': (list, sought) => items(list).indexOf(sought),
  appended: (list, value) => [...items(list), value],
  sort(list) {
    sorted(list);
    return null;
  },
  remove: without,
  'to-int': (value) => value,
  'to-boolean': (value) => value,
  'to-list': items,
};
