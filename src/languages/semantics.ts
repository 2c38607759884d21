import type { Builtin, NamedType, Operator } from './program.js';

/**
 * A value while a program runs. Ints are exact: beyond `Number.MAX_SAFE_INTEGER` the run is stopped.
 * A bigint is an unsigned number, where the language has them (the `size_t` of C++).
 */
export type Value = number | bigint | string | boolean | null | Value[] | TypeName | Float;

/** A type as a value, where the language has such values (Python's `int`). */
export class TypeName {
  constructor(readonly type: string) {}
}

/** A number with a point, where it is another thing than the int of the same value (Python's `3.0`). */
export class Float {
  constructor(readonly value: number) {}
}

/**
 * What ends a run early. Raised inside the interpreter and its semantics only, and caught in `interpret`.
 * A program can catch `error`; it cannot catch `abort`, the end of its process, or running out of fuel.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  constructor(readonly kind: 'error' | 'abort' | 'out-of-fuel', message: string) {
    super(message);
  }
}

/** What a language does where the languages differ. Each function throws a Fault for what fails in that language. */
export interface Semantics {
  /** All operators but `and` and `or`, which the interpreter evaluates lazily. */
  binary(operator: Exclude<Operator, 'and' | 'or'>, left: Value, right: Value): Value;
  /** Whether `and` and `or` give one of their operands (Python) or a boolean. */
  readonly logicGivesOperand: boolean;
  negate(operand: Value): Value;
  truth(value: Value): boolean;
  call(builtin: Builtin, values: readonly Value[]): Value;
  index(container: Value, at: Value): Value;
  /** The statement: the list with the value at its end. An undefined list is a variable that was never assigned. */
  append(list: Value | undefined, value: Value, name: string): Value;
  /** The statement: the list in ascending order. */
  sort(list: Value | undefined, name: string): Value;
  /** The statement: the list without the item at a place. */
  remove(list: Value | undefined, at: Value, name: string): Value;
  /** The statement: the list with a value in a place. Undefined where the language's table has no such statement. */
  set?(list: Value | undefined, at: Value, value: Value, name: string): Value;
  /** Functions beyond the built-ins, or built-ins with another number of arguments, by name; `()` makes a tuple. */
  readonly functions?: ReadonlyMap<string, (values: readonly Value[]) => Value>;
  /** What printing gives, as an expression; undefined for nothing. */
  readonly printGives?: Value;
  /** What printing a value puts on standard output, with the line break if the language adds one. */
  printed(value: Value): string;
  typeLiteral(type: NamedType): Value;
  /** The value of a number with a point; undefined where that is a number like any other. */
  readonly float?: (value: number) => Value;
  /** The value of a variable that was never assigned. */
  missingVariable(name: string): Value;
  /** What reading a line gives where there is none left; undefined where that is an error. */
  readonly endOfInput?: Value;
}

export const maximumLength = 10_000;

/** The int, if it is within bounds. */
export function bounded(value: number): number {
  if (!Number.isSafeInteger(value)) throw new Fault('out-of-fuel', 'number out of bounds');
  return value === 0 ? 0 : value;
}

/** `values`, `times` over. */
export function repeated(value: string | Value[], times: number): Value {
  const copies = Math.max(0, times);
  if (value.length * copies > maximumLength) throw new Fault('out-of-fuel', 'value too long');
  if (typeof value === 'string') return value.repeat(copies);
  return Array.from({ length: copies }, () => value).flat();
}

export function joined(left: string, right: string): string {
  if (left.length + right.length > maximumLength) throw new Fault('out-of-fuel', 'value too long');
  return left + right;
}

export function fail(message: string): never {
  throw new Fault('error', message);
}

/** What the built-ins of a language do; one that it does not have fails. */
export type Builtins = Readonly<Partial<Record<Builtin, (first: Value, second: Value) => Value>>>;

export function callBuiltin(builtins: Builtins, builtin: Builtin, values: readonly Value[]): Value {
  const [first = null, second = null] = values;
  return (builtins[builtin] ?? fail('no such function'))(first, second);
}

/** A number, or a boolean as 0 or 1; undefined for anything else. */
export function asNumber(value: Value): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' ? value : undefined;
}

/** Orders code points, as every language here compares strings of letters. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
