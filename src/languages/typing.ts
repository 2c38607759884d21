import type { Builtin, Operator, Type } from './program.js';

/**
 * A type of a compiled language: one of the world's, or one of the language's own, such as the `char` that C++ and C#
 * find in a string. `any` takes every value but one of type `none`.
 */
export type StaticType = Type | (string & Record<never, never>);

/**
 * Types that an operation takes, in order, and the type it gives. Of several, the one that fits with the fewest
 * conversions holds; one that gives `refused` takes away what conversions would allow.
 */
export interface Signature {
  readonly takes: readonly StaticType[];
  readonly gives: StaticType;
}

/**
 * The type rules of a compiled language, as a table: plain data, read by `checkTypes`. What no rule allows is a
 * syntax error, as it is to the compiler.
 */
export interface Typing {
  /** Where a literal has another type than its kind says, e.g. the `nil` of Go (none) or the text literal of C++. One with a point is refused without. */
  readonly literals: Readonly<Partial<Record<'int' | 'unsigned' | 'float' | 'string' | 'boolean' | 'none', StaticType>>>;
  /** Where the result of a function has another type than its declared values, e.g. the list or none of C++. */
  readonly results?: Readonly<Partial<Record<Type, StaticType>>>;
  readonly operators: readonly (Signature & { readonly operators: readonly Operator[] })[];
  readonly not: readonly Signature[];
  readonly negate: readonly Signature[];
  /** Takes the container and the place. */
  readonly index: readonly Signature[];
  /**
   * Where a built-in differs from `builtinTypes` (program.ts). The statements `append`, `sort`, `remove` and `print`
   * go by the built-in of their name, with their variable as its first argument.
   */
  readonly builtins: Readonly<Partial<Record<Builtin, readonly Signature[]>>>;
  /** Implicit conversions, in operands, arguments, conditions, assignments and results. From none to none: what gives none may be returned by what gives none. */
  readonly conversions: readonly Conversion[];
  /** Which expressions may stand as statements: all (C++), or calls of these built-ins. */
  readonly evaluates: 'all' | readonly Builtin[];
  /** Whether an inner block may declare a variable with the name of an outer one. */
  readonly shadowing: boolean;
  /** Whether a declared variable has to be read (Go). */
  readonly unusedVariables: 'allowed' | 'refused';
  /** Which statement of a function with a result has to return: the last (Go), or any on each path to its end. */
  readonly returns?: 'last';
  /** Built-ins that are known not to throw: a handler of nothing else is never reached (g++). Undefined where every handler counts. */
  readonly nothrow?: readonly Builtin[];
  /** What the compiler refuses in int constants, which it computes. */
  readonly constants: {
    /** In constants: only where the dividend is one, too (mcs). */
    readonly zeroDivisor: 'allowed' | 'refused' | 'refused-in-constants';
    readonly negativeIndex: 'allowed' | 'refused';
    /** Largest int: a constant beyond it, or below its negative less one, is refused. Undefined where it wraps. */
    readonly largest?: number;
    /** Whether the length of a text literal is one (Go). */
    readonly calls?: 'computed';
    /**
     * Whether constant conditions count for what is reached: no return is missing after `if (true) { return 3; }` (C#).
     * Followed: `b || true` counts, too (g++).
     */
    readonly conditions?: 'computed' | 'followed';
  };
}

export interface Conversion {
  readonly from: StaticType;
  readonly to: StaticType;
  /** What the conversion does, e.g. `to-boolean`; undefined where the value stays what it is. */
  readonly by?: Builtin;
}
