import type { Builtin, NamedType, Operator } from './program.js';

/** A value while a program runs. Ints are exact: beyond `Number.MAX_SAFE_INTEGER` the run is stopped. */
export type Value = number | string | boolean | null | Value[] | TypeName;

/** A type as a value, where the language has such values (Python's `int`). */
export class TypeName {
  constructor(readonly type: string) {}
}

/**
 * What ends a run early. Raised inside the interpreter and its semantics only, and caught in `interpret`.
 * A program can catch `error`; it cannot catch running out of fuel.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  constructor(readonly kind: 'error' | 'out-of-fuel', message: string) {
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
  /** What printing a value puts on standard output, with the line break if the language adds one. */
  printed(value: Value): string;
  typeLiteral(type: NamedType): Value;
  /** The value of a variable that was never assigned. */
  missingVariable(name: string): Value;
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
