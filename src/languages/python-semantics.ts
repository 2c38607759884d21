import type { Builtin } from './program.js';
import { asNumber, bounded, callBuiltin, compareText, fail, Fault, Float, joined, maximumLength, repeated, TypeName } from './semantics.js';
import type { Builtins, Semantics, Value } from './semantics.js';

/** Those that programs of the world call, and what models make of the other languages' names for them. */
const methodNames = ['append', 'pop', 'index', 'find', 'sort'] as const;

/** Python 3: every type error raises, `and` and `or` give an operand, the sign of `%` is the divisor's. */
export const pythonSemantics: Semantics = {
  logicGivesOperand: true,
  binary(operator, left, right) {
    switch (operator) {
      case '+': return add(left, right);
      case '*': return multiply(left, right);
      case '-': return arithmetic(left, right, (one, other) => one - other);
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
  negate: (operand) => arithmetic(0, operand, (one, other) => one - other),
  truth,
  call: (builtin, values) => callBuiltin(builtins, builtin, values),
  index(container, at) {
    if (typeof container !== 'string' && !Array.isArray(container)) return fail('not subscriptable');
    const place = int(at);
    return container[place < 0 ? place + container.length : place] ?? fail('index out of range');
  },
  append: (list, value, name) => [...listOf(list ?? missing(name)), value],
  sort: (list, name) => sorted(list ?? missing(name)),
  remove: (list, at, name) => without(list ?? missing(name), at).rest,
  set: (list, at, value, name) => replaced(list ?? missing(name), at, value),
  get functions() {
    return functions;
  },
  printed: (value) => `${text(value)}\n`,
  float: (value) => new Float(value),
  typeLiteral: (type) => new TypeName(type),
  // A built-in by its bare name is a value, if not a useful one.
  missingVariable: (name) => (builtinNames.has(name) ? new TypeName(name) : missing(name)),
};

/** What `xs.append` is where no template reads a call of it: `xs.append(*ys)`. */
class Method extends TypeName {
  constructor(readonly name: (typeof methodNames)[number], readonly subject: Value) {
    super(name);
  }
}

/** By name and number of arguments. */
const methods: Readonly<Partial<Record<string, Builtin>>> = { append1: 'append', pop0: 'remove-last', pop1: 'remove', index1: 'index-of', find1: 'find' };

/** A call of a value: a method, a type (`str()`) or a built-in function by its bare name. */
function called([callee = null, ...values]: readonly Value[]): Value {
  if (callee instanceof Method) return callBuiltin(builtins, methods[`${callee.name}${String(values.length)}`] ?? fail('wrong arguments'), [callee.subject, ...values]);
  if (!(callee instanceof TypeName)) return fail('not callable');
  const call = functions.get(({ string: 'str', boolean: 'bool' } as Readonly<Partial<Record<string, string>>>)[callee.type] ?? callee.type);
  return (call ?? fail('not callable'))(values);
}

function method(subject: Value, name: (typeof methodNames)[number]): Value {
  const belongs = typeof subject === 'string' ? name === 'find' || name === 'index' : Array.isArray(subject) && name !== 'find' && (!isTuple(subject) || name === 'index');
  return belongs ? new Method(name, subject) : fail(`no attribute ${name}`);
}

const builtinNames: ReadonlySet<string> = new Set(['len', 'sum', 'max', 'min', 'sorted', 'type', 'str', 'print', 'input', 'abs']);

/** A list that cannot change. */
class Tuple extends Array<Value> {
  static override from(values: readonly Value[]): Tuple {
    return Object.setPrototypeOf([...values], Tuple.prototype) as Tuple;
  }

  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

function isTuple(value: Value): boolean {
  return value instanceof Tuple;
}

/** A value made of another one's items: a tuple, if that is one. */
function likewise(value: Value, made: Value): Value {
  return isTuple(value) && Array.isArray(made) ? Tuple.from(made) : made;
}

/** What calls of these names give without an argument. */
const empty: Readonly<Partial<Record<string, () => Value>>> = { str: () => '', int: () => 0, bool: () => false, list: () => [] };
const named = { len: 'list-length', sorted: 'sorted', str: 'to-string', type: 'type-of', int: 'to-int', bool: 'to-boolean', list: 'to-list' } as const;

function withOne(name: keyof typeof named, values: readonly Value[]): Value {
  if (values.length === 0) return (empty[name] ?? fail('no argument'))();
  return values.length === 1 ? callBuiltin(builtins, named[name], values) : fail('too many arguments');
}

/** `max(xs)` is of the items of its one argument, `max(3, 4)` of its arguments. */
function soleOrAll(values: readonly Value[]): Value {
  return values.length === 1 ? values[0] as Value : [...values];
}

function missing(name: string): never {
  return fail(`name '${name}' is not defined`);
}

function truth(value: Value): boolean {
  if (typeof value === 'string' || Array.isArray(value)) return value.length > 0;
  return value instanceof Float ? value.value !== 0 : value instanceof TypeName || Boolean(value);
}

function numeric(value: Value): number | undefined {
  return value instanceof Float ? value.value : asNumber(value);
}

function number(value: Value): number {
  return numeric(value) ?? fail('not a number');
}

function int(value: Value): number {
  return asNumber(value) ?? fail('not an int');
}

function arithmetic(left: Value, right: Value, operation: (left: number, right: number) => number): Value {
  const result = operation(number(left), number(right));
  return left instanceof Float || right instanceof Float ? new Float(result) : bounded(result);
}

function listOf(value: Value): Value[] {
  return Array.isArray(value) && !(value instanceof Tuple) ? value : fail('not a list');
}

function add(left: Value, right: Value): Value {
  if (typeof left === 'string' && typeof right === 'string') return joined(left, right);
  if (!Array.isArray(left) || !Array.isArray(right)) return arithmetic(left, right, (one, other) => one + other);
  if (isTuple(left) !== isTuple(right)) return fail('a list and a tuple');
  if (left.length + right.length > maximumLength) throw new Fault('out-of-fuel', 'value too long');
  return likewise(left, [...left, ...right]);
}

function multiply(left: Value, right: Value): Value {
  if (typeof left === 'string' || Array.isArray(left)) return likewise(left, repeated(left, int(right)));
  if (typeof right === 'string' || Array.isArray(right)) return likewise(right, repeated(right, int(left)));
  return arithmetic(left, right, (one, other) => one * other);
}

/** `%` of a string formats it: without a directive in it, only a list or an empty tuple goes through. */
function modulo(left: Value, right: Value): Value {
  if (typeof left === 'string') return Array.isArray(right) && !(isTuple(right) && right.length > 0) ? left : fail('not all arguments converted');
  const divisor = number(right);
  if (divisor === 0) return fail('division by zero');
  return arithmetic(left, right, (one, other) => ((one % other) + other) % other);
}

function equal(left: Value, right: Value): boolean {
  if (Array.isArray(left) && Array.isArray(right)) return isTuple(left) === isTuple(right) && left.length === right.length && left.every((item, index) => equal(item, right[index] as Value));
  if (left instanceof TypeName && right instanceof TypeName) return left.type === right.type;
  const numbers = [numeric(left), numeric(right)];
  return numbers[0] === undefined || numbers[1] === undefined ? left === right : numbers[0] === numbers[1];
}

function compare(left: Value, right: Value): number {
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
  if (!Array.isArray(left) || !Array.isArray(right) || isTuple(left) !== isTuple(right)) return number(left) - number(right);
  const differing = left.findIndex((item, index) => index >= right.length || !equal(item, right[index] as Value));
  if (differing === -1 || differing >= right.length) return left.length - right.length;
  return compare(left[differing] as Value, right[differing] as Value);
}

/** `pop`: the item at a place, and the list that is left. */
function without(list: Value, at: Value): { item: Value; rest: Value[] } {
  const rest = [...listOf(list)];
  const place = int(at);
  if (place >= rest.length || place < -rest.length) return fail('pop index out of range');
  const [item = null] = rest.splice(place, 1);
  return { item, rest };
}

/** `pop` as an expression: what is left stays in the list. */
function pop(list: Value, at: Value): Value {
  const { item } = without(list, at);
  listOf(list).splice(int(at), 1);
  return item;
}

function replaced(list: Value, at: Value, value: Value): Value {
  const copy = [...listOf(list)];
  const place = int(at) < 0 ? int(at) + copy.length : int(at);
  if (place < 0 || place >= copy.length) return fail('assignment index out of range');
  copy[place] = value;
  return copy;
}

function indexOf(list: Value, sought: Value): number {
  if (typeof list === 'string') return typeof sought === 'string' && list.includes(sought) ? list.indexOf(sought) : fail('not in the text');
  if (!Array.isArray(list)) return fail('not a list');
  const place = list.findIndex((item) => equal(item, sought));
  return place === -1 ? fail('not in the list') : place;
}

function items(value: Value): Value[] {
  if (typeof value === 'string') return [...value];
  return Array.isArray(value) ? value : fail('not iterable');
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
  if (value instanceof Float) return new TypeName('float');
  if (value instanceof Tuple) return new TypeName('tuple');
  return new TypeName(Array.isArray(value) ? 'list' : ({ number: 'int', string: 'string', boolean: 'boolean' } as const)[typeof value as 'number' | 'string' | 'boolean']);
}

function text(value: Value): string {
  if (typeof value === 'string') return value;
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value instanceof Float) return Number.isInteger(value.value) ? `${String(value.value)}.0` : String(value.value);
  if (Array.isArray(value)) return listText(value);
  return value instanceof TypeName ? `<class '${value.type}'>` : String(value);
}

function listText(value: Value[]): string {
  const items = [...value].map((item) => (typeof item === 'string' ? `'${item}'` : text(item))).join(', ');
  if (!(value instanceof Tuple)) return `[${items}]`;
  return value.length === 1 ? `(${items},)` : `(${items})`;
}

function length(value: Value): number {
  return items(value).length;
}

const builtins: Builtins = {
  'list-length': length,
  'string-length': length,
  sum: (value) => items(value).reduce(add, 0),
  max: (value) => extreme(value, 1),
  min: (value) => extreme(value, -1),
  sorted,
  find: (whole, part) => (typeof whole === 'string' && typeof part === 'string' ? whole.indexOf(part) : fail('not a text')),
  'index-of': indexOf,
  remove: pop,
  'remove-last': (list) => pop(list, -1),
  'type-of': typeName,
  'to-string': text,
  'to-int': (value) => (typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value) ? bounded(Number(value)) : Math.trunc(number(value))),
  'to-boolean': truth,
  'to-list': (value) => [...items(value)],
  append(list, value) {
    listOf(list).push(value);
    return null;
  },
};

/** Beyond the built-ins: tuples, methods, and built-in functions with another number of arguments. */
const functions: ReadonlyMap<string, (values: readonly Value[]) => Value> = new Map<string, (values: readonly Value[]) => Value>([
  ['()', (values) => Tuple.from(values)],
  ['call', called],
  ...methodNames.map((name): [string, (values: readonly Value[]) => Value] => [`.${name}`, ([subject = null]) => method(subject, name)]),
  ['max', (values) => extreme(soleOrAll(values), 1)],
  ['min', (values) => extreme(soleOrAll(values), -1)],
  ['sum', ([value = fail('no argument'), start = 0, ...others]) => (others.length > 0 ? fail('too many arguments') : items(value).reduce(add, start))],
  ...(['len', 'sorted', 'str', 'type', 'int', 'bool', 'list'] as const).map((name): [string, (values: readonly Value[]) => Value] => [name, (values) => withOne(name, values)]),
]);
