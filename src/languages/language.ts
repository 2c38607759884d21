import type { IdentifierPair } from './identifiers.js';
import type { Builtin, NamedType, Operator, StatementKind, Type } from './program.js';
import type { Semantics } from './semantics.js';
import type { Typing } from './typing.js';

/**
 * One language as a table: how each construct is written, and what it does when it runs.
 * Rendering and parsing are both derived from it, so they cannot disagree.
 *
 * A template is canonical text with holes: `{value}`, `{at}`, `{condition}`, `{0}`, `{1}` are expressions, `{list}` and
 * `{target}` variables, `{type}` the type of a declared one, `{error}` the variable of a caught error, `{then}`,
 * `{body}`, `{handler}`, `{otherwise}` blocks with their delimiters, `{name}` and `{parameters}` those of the function,
 * `{result}` its type. A hole may occur twice. A construct without a template cannot be expressed.
 */
export interface Language {
  readonly name: string;
  /** Text in front of a program that makes it a file, e.g. `<?php`. Not part of any document. */
  readonly preamble: string;
  /** Text behind it that a file needs, e.g. the end of a class. */
  readonly postamble?: string;
  readonly lexical: Lexical;
  readonly block: Block;
  /** The function without its doc comment. */
  readonly function: string;
  /** With `{0}` for the name. One template for several types: parse then needs to be told the types. */
  readonly parameters: Readonly<Partial<Record<Type, string>>>;
  /** How the type of a result or of a declared variable is written, with the spaces that only a written type needs (Go's ` int`, and `''` for none); empty where types are not written. */
  readonly types: Readonly<Partial<Record<Type, string>>>;
  /** Tried in this order. */
  readonly statements: Readonly<Partial<Record<StatementKind | 'else', string>>>;
  /** Later entries of the same operator are other spellings of it: read, never written. */
  readonly operators: readonly OperatorSyntax[];
  readonly not: PrefixSyntax;
  readonly negate: PrefixSyntax;
  readonly literals: Literals;
  readonly builtins: Readonly<Partial<Record<Builtin, string>>>;
  /** Other ways to write them: read, never written. */
  readonly spellings?: readonly (readonly [Builtin, string])[];
  readonly index: string;
  /** Whether a comma may follow the last argument of a built-in, and (but for `calls`) an index. */
  readonly trailingComma?: boolean | 'calls';
  /** How a list literal begins and ends, e.g. `[]int{` and `}`; undefined where there is none to read. */
  readonly list?: readonly [string, string];
  /** In front of an argument whose items are the arguments: `max(*xs)`. */
  readonly unpacking?: string;
  /** Whether expressions with commas between them are one value: `()`, `(3, 4)`, `return 3, 4`; `last`: they are worth what the last of them is (C++). */
  readonly tuples?: boolean | 'last';
  /** Whether a name and a colon may stand in front of a statement. */
  readonly labels?: boolean;
  /** What may follow the function: empty statements, where blocks have delimiters, unless it says otherwise. */
  readonly after?: 'nothing' | 'statements';
  /** Whether `value.name` and `value.name(…)` are well-formed for every name. */
  readonly members: boolean;
  readonly semantics: Semantics;
  /** The rules of a language whose programs are compiled: what breaks them is malformed. Undefined where types are checked as the program runs. */
  readonly typing?: Typing;
  /** The identifiers at which a logit lens can tell the language from Python; none for Python itself. */
  readonly identifiers: readonly IdentifierPair[];
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
  /** Words that are another spelling of a symbol: the `and` of C++. */
  readonly alternatives?: Readonly<Record<string, string>>;
  /** What a line break means: nesting and end of statement (Python), end of statement after what can end one (Go), or nothing. */
  readonly newlines: 'indentation' | 'terminator' | 'ignored';
  readonly integer: RegExp;
  /** A number that is none; undefined where such programs are not read. */
  readonly float?: RegExp;
  /** Letter behind an int without a sign: the `u` of C++. */
  readonly unsigned?: string;
  /** A string literal with its quotes, sticky; only those without escapes and interpolation are read. */
  readonly string: RegExp;
  /** Whether string literals that follow each other are one. */
  readonly joinsStrings?: boolean;
}

export interface Block {
  /** Between the construct and its first line, e.g. `:` or ` {`. */
  readonly open: string;
  readonly close: string;
  /** Whether a statement may stand for a block: on the same line (Python) or without braces (PHP). */
  readonly single: boolean;
  /** Whether an empty statement may stand before the condition of an `if`: `if (; b)` (C++17). */
  readonly initialiser?: boolean;
  /** Whether an `if` may stand for the block of an `else`, where other statements may not (Go). */
  readonly elseIf?: boolean;
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
  /** Undefined where no world type can be none. */
  readonly none?: string;
  readonly types: Readonly<Partial<Record<NamedType, string>>>;
}
