import { asNumber, bounded, callBuiltin, compareText, fail, joined, maximumLength, repeated, Fault, TypeName } from './semantics.js';
import type { Builtins, Semantics, Value } from './semantics.js';

/** Python 3: every type error raises, `and` and `or` give an operand, the sign of `%` is the divisor's. */
export const pythonSemantics: Semantics = {
  logicGivesOperand: true,
  binary(operator, left, right) {
    switch (operator) {
      case '+': return add(left, right);
      case '*': return multiply(left, right);
      case '-': return bounded(number(left) - number(right));
      case '%': return modulo(left, right);
      case '==': return equal(left, right);
      case '!=': return !equal(left, right);
      case '<': return compare(left, right) < 0;
      case '>': return compare(left, right) > 0;
      case '<=': return compare(left, right) <= 0;
      case '>=': return compare(left, right) >= 0;
      case 'concatenate': return fail('no such operator');
    }
  },
  negate: (operand) => bounded(-number(operand)),
  truth,
  call: (builtin, values) => callBuiltin(builtins, builtin, values),
  index(container, at) {
    if (typeof container !== 'string' && !Array.isArray(container)) return fail('not subscriptable');
    const place = number(at);
    return container[place < 0 ? place + container.length : place] ?? fail('index out of range');
  },
  append: (list, value, name) => [...listOf(list ?? missing(name)), value],
  sort: (list, name) => sorted(list ?? missing(name)),
  remove: (list, at, name) => without(list ?? missing(name), at).rest,
  printed: (value) => `${text(value)}\n`,
  typeLiteral: (type) => new TypeName(type),
  // A built-in by its bare name is a value, if not a useful one.
  missingVariable: (name) => (builtinNames.has(name) ? new TypeName(name) : missing(name)),
};

const builtinNames: ReadonlySet<string> = new Set(['len', 'sum', 'max', 'min', 'sorted', 'type', 'str', 'print', 'input', 'abs']);

function missing(name: string): never {
  return fail(`name '${name}' is not defined`);
}

function truth(value: Value): boolean {
  if (typeof value === 'string' || Array.isArray(value)) return value.length > 0;
  return value instanceof TypeName || Boolean(value);
}

function number(value: Value): number {
  return asNumber(value) ?? fail('not a number');
}

function listOf(value: Value): Value[] {
  return Array.isArray(value) ? value : fail('not a list');
}

function add(left: Value, right: Value): Value {
  if (typeof left === 'string' && typeof right === 'string') return joined(left, right);
  if (!Array.isArray(left) || !Array.isArray(right)) return bounded(number(left) + number(right));
  if (left.length + right.length > maximumLength) throw new Fault('out-of-fuel', 'value too long');
  return [...left, ...right];
}

function multiply(left: Value, right: Value): Value {
  if (typeof left === 'string' || Array.isArray(left)) return repeated(left, number(right));
  if (typeof right === 'string' || Array.isArray(right)) return repeated(right, number(left));
  return bounded(number(left) * number(right));
}

/** `%` of a string formats it: without a directive in it, only an empty list goes through. */
function modulo(left: Value, right: Value): Value {
  if (typeof left === 'string') return Array.isArray(right) ? left : fail('not all arguments converted');
  const divisor = number(right);
  if (divisor === 0) return fail('division by zero');
  return bounded(((number(left) % divisor) + divisor) % divisor);
}

function equal(left: Value, right: Value): boolean {
  if (Array.isArray(left) && Array.isArray(right)) return left.length === right.length && left.every((item, index) => equal(item, right[index] as Value));
  if (left instanceof TypeName && right instanceof TypeName) return left.type === right.type;
  const numbers = [asNumber(left), asNumber(right)];
  return numbers[0] === undefined || numbers[1] === undefined ? left === right : numbers[0] === numbers[1];
}

function compare(left: Value, right: Value): number {
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
  if (!Array.isArray(left) || !Array.isArray(right)) return number(left) - number(right);
  const differing = left.findIndex((item, index) => index >= right.length || !equal(item, right[index] as Value));
  if (differing === -1 || differing >= right.length) return left.length - right.length;
  return compare(left[differing] as Value, right[differing] as Value);
}

/** `pop`: the item at a place, and the list that is left. */
function without(list: Value, at: Value): { item: Value; rest: Value[] } {
  const rest = [...listOf(list)];
  const place = number(at);
  if (place >= rest.length || place < -rest.length) return fail('pop index out of range');
  const [item = null] = rest.splice(place, 1);
  return { item, rest };
}

/** `pop` as an expression: what is left stays in the list. */
function pop(list: Value, at: Value): Value {
  const { item } = without(list, at);
  listOf(list).splice(number(at), 1);
  return item;
}

function indexOf(list: Value, sought: Value): number {
  if (typeof list === 'string') return typeof sought === 'string' && list.includes(sought) ? list.indexOf(sought) : fail('not in the text');
  const place = listOf(list).findIndex((item) => equal(item, sought));
  return place === -1 ? fail('not in the list') : place;
}

function items(value: Value): Value[] {
  return typeof value === 'string' ? [...value] : listOf(value);
}

function sorted(value: Value): Value[] {
  return [...items(value)].sort(compare);
}

function extreme(value: Value, sign: number): Value {
  const [first, ...others] = items(value);
  if (first === undefined) return fail('empty sequence');
  return others.reduce((best, item) => (sign * compare(item, best) > 0 ? item : best), first);
}

function typeName(value: Value): TypeName {
  if (value === null) return new TypeName('none');
  if (value instanceof TypeName) return new TypeName('type');
  return new TypeName(Array.isArray(value) ? 'list' : ({ number: 'int', string: 'string', boolean: 'boolean' } as const)[typeof value as 'number' | 'string' | 'boolean']);
}

function text(value: Value): string {
  if (typeof value === 'string') return value;
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map((item) => (typeof item === 'string' ? `'${item}'` : text(item))).join(', ')}]`;
  return value instanceof TypeName ? `<class '${value.type}'>` : String(value);
}

function length(value: Value): number {
  return typeof value === 'string' ? value.length : listOf(value).length;
}

const builtins: Builtins = {
  'list-length': length,
  'string-length': length,
  sum: (value) => items(value).reduce<number>((total, item) => bounded(total + number(item)), 0),
  max: (value) => extreme(value, 1),
  min: (value) => extreme(value, -1),
  sorted,
  find: (whole, part) => (typeof whole === 'string' && typeof part === 'string' ? whole.indexOf(part) : fail('not a text')),
  'index-of': indexOf,
  remove: pop,
  'remove-last': (list) => pop(list, -1),
  'type-of': typeName,
  'to-string': text,
  'to-int': (value) => (typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value) ? bounded(Number(value)) : number(value)),
  'to-boolean': truth,
  'to-list': (value) => [...items(value)],
  append(list, value) {
    listOf(list).push(value);
    return null;
  },
};
