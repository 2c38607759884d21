import type { Builtin, NamedType, Operator, StatementKind, Type } from './program.js';
import type { Semantics } from './semantics.js';

/** The languages of the paper, in its order; Python is the dominant one. */
export type LanguageName = 'python' | 'php' | 'csharp' | 'go' | 'cpp';

/**
 * One language as a table: how each construct is written, and what it does when it runs.
 * Rendering and parsing are both derived from it, so they cannot disagree.
 *
 * A template is canonical text with holes: `{value}`, `{condition}`, `{0}`, `{1}` are expressions, `{list}` and
 * `{target}` variables, `{error}` the variable of a caught error, `{then}`, `{body}`, `{handler}`, `{otherwise}` blocks with their delimiters, `{name}` and
 * `{parameters}` those of the function, `{result}` its type. A construct without a template cannot be expressed.
 */
export interface Language {
  readonly name: LanguageName;
  /** Text in front of a program that makes it a file, e.g. `<?php`. Not part of any document. */
  readonly preamble: string;
  readonly lexical: Lexical;
  readonly block: Block;
  /** The function without its doc comment. */
  readonly function: string;
  readonly parameters: Readonly<Partial<Record<Type, string>>>;
  /** How types are written in a header; empty where they are not. */
  readonly types: Readonly<Partial<Record<Type, string>>>;
  readonly statements: Readonly<Partial<Record<StatementKind | 'else' | 'return-none', string>>>;
  /** Later entries of the same operator are other spellings of it: read, never written. */
  readonly operators: readonly OperatorSyntax[];
  readonly not: PrefixSyntax;
  readonly negate: PrefixSyntax;
  readonly literals: Literals;
  readonly builtins: Readonly<Partial<Record<Builtin, string>>>;
  readonly index: string;
  /** How a list literal begins and ends; undefined where there is none to read. */
  readonly list: readonly [string, string] | undefined;
  /** Whether `value.name` and `value.name(…)` are well-formed for every name. */
  readonly members: boolean;
  readonly semantics: Semantics;
  /** Text that ends a completion: what a file would go on with after the function. */
  readonly stop: readonly string[];
}

export interface Lexical {
  /** Marks a comment up to the end of the line; the first one is written. */
  readonly comments: readonly string[];
  /** In front of every variable, e.g. `$`. */
  readonly sigil: string;
  /** Whether keywords, constants and functions may be written in any case. */
  readonly caseInsensitive: boolean;
  /** Names that cannot be variables or functions. */
  readonly keywords: readonly string[];
  readonly symbols: readonly string[];
  /** What a line break means: nesting and end of statement (Python), end of statement (Go), or nothing. */
  readonly newlines: 'indentation' | 'terminator' | 'ignored';
  readonly integer: RegExp;
  /** A string literal with its quotes, sticky; only those without escapes and interpolation are read. */
  readonly string: RegExp;
}

export interface Block {
  /** Between the construct and its first line, e.g. `:` or ` {`. */
  readonly open: string;
  readonly close: string;
  /** Whether a statement may stand for a block: on the same line (Python) or without braces (PHP). */
  readonly single: boolean;
}

export interface OperatorSyntax {
  readonly operator: Operator;
  readonly symbol: string;
  /** Higher binds tighter. */
  readonly precedence: number;
  /** `a < b < c`: means both (`chain`), is malformed (`none`), or groups to the left. */
  readonly associativity: 'left' | 'chain' | 'none';
}

export interface PrefixSyntax {
  readonly template: string;
  readonly precedence: number;
}

export interface Literals {
  readonly true: string;
  readonly false: string;
  readonly none: string;
  readonly types: Readonly<Partial<Record<NamedType, string>>>;
}
