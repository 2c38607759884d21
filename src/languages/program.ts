/**
 * A program of the generated world, in no language in particular: one function, named after its concept.
 * Python, PHP and the others are only ways to write it down (render.ts) and to read it back (parse.ts).
 */
export interface Program {
  /** The two docstring words, verb and noun; the function is called `verb_noun`. */
  readonly words: readonly [string, string];
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
  /** What a text goes on with behind the function, where a language runs such statements (Python, PHP). No program of the world has any. */
  readonly after?: readonly Statement[];
}

export interface Parameter {
  readonly name: string;
  readonly type: Type;
}

/** `list` is a list of ints; `any` is a parameter that takes values of several types. */
export type Type = 'int' | 'string' | 'boolean' | 'list' | 'none' | 'type' | 'any';

export type Statement =
  | { readonly kind: 'return'; readonly value: Expression }
  | { readonly kind: 'if'; readonly condition: Expression; readonly then: readonly Statement[]; readonly otherwise: readonly Statement[] }
  /** Leaves the function without a value. */
  | { readonly kind: 'return-none' }
  | { readonly kind: 'assign'; readonly target: string; readonly value: Expression }
  /** A new variable, up to the end of its block, where a language tells that from an assignment. Its type may be left to its value. */
  | { readonly kind: 'declare'; readonly target: string; readonly type?: Type; readonly value: Expression }
  | { readonly kind: 'append'; readonly list: string; readonly value: Expression }
  /** Sorts a list variable in ascending order. */
  | { readonly kind: 'sort'; readonly list: string }
  /** Takes the item at a place out of a list variable. */
  | { readonly kind: 'remove'; readonly list: string; readonly at: Expression }
  /** Puts a value in a place of a list variable. */
  | { readonly kind: 'set'; readonly list: string; readonly at: Expression; readonly value: Expression }
  /** Writes a value to standard output, followed by what the language puts after it. */
  | { readonly kind: 'print'; readonly value: Expression }
  | { readonly kind: 'try'; readonly body: readonly Statement[]; readonly handler: readonly Statement[] }
  /** An expression for its effect alone. */
  | { readonly kind: 'evaluate'; readonly value: Expression };

export type StatementKind = Statement['kind'];

export type Expression =
  /** Unsigned: written as such (the `3u` of C++), which no program of the world is. */
  | { readonly kind: 'int'; readonly value: number; readonly unsigned?: true }
  /** Written with a point. No program of the world has one. */
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'none' }
  /** The name of a type, as a type test compares with it. */
  | { readonly kind: 'type'; readonly type: NamedType }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'call'; readonly builtin: Builtin; readonly arguments: readonly Expression[] }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'index'; readonly list: Expression; readonly at: Expression }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'negate'; readonly operand: Expression }
  | { readonly kind: 'binary'; readonly operator: Operator; readonly left: Expression; readonly right: Expression }
  /** An argument whose items are the arguments: `*xs`. Only in calls that no template has. */
  | { readonly kind: 'unpacked'; readonly operand: Expression }
  /** A name, `.member`, function or call that no template has. It fails when it is reached, but for the functions of `Semantics.functions`. */
  | { readonly kind: 'unknown'; readonly name: string; readonly arguments: readonly Expression[] };

export type NamedType = 'int' | 'string' | 'boolean' | 'list';

export type Operator = '+' | '-' | '*' | '%' | '==' | '!=' | '<' | '>' | '<=' | '>=' | 'and' | 'or' | 'concatenate';

export type Builtin =
  | 'list-length' | 'string-length' | 'sum' | 'max' | 'min' | 'type-of' | 'to-string'
  /** The type that an expression has before the program runs. */
  | 'static-type'
  /** The second of two values. */
  | 'last'
  /** The first of a text, or of a list from a place on. */
  | 'first'
  /** Where a text begins in another, -1 where it does not; where an item is in a list. */
  | 'find' | 'index-of'
  /** A line of standard input, without its end; the second writes its argument to standard output before. */
  | 'input' | 'ask'
  /** Copies: sorted, and with a value at the end. */
  | 'sorted' | 'appended'
  /** Statements as expressions, where the language allows it: all but `print` change their first argument. */
  | 'append' | 'sort' | 'remove' | 'remove-last' | 'print'
  /** Conversions, where a type can be called. */
  | 'to-int' | 'to-boolean' | 'to-list';

/** The types each built-in takes, and the type it gives. The first tells apart the built-ins that a language spells alike. */
export const builtinTypes: Readonly<Record<Builtin, { readonly takes: readonly Type[]; readonly gives: Type }>> = {
  'list-length': { takes: ['list'], gives: 'int' },
  'string-length': { takes: ['string'], gives: 'int' },
  sum: { takes: ['list'], gives: 'int' },
  max: { takes: ['list'], gives: 'int' },
  min: { takes: ['list'], gives: 'int' },
  'type-of': { takes: ['any'], gives: 'type' },
  'to-string': { takes: ['int'], gives: 'string' },
  'static-type': { takes: ['any'], gives: 'type' },
  last: { takes: ['any', 'any'], gives: 'any' },
  first: { takes: ['string'], gives: 'string' },
  find: { takes: ['string', 'string'], gives: 'int' },
  'index-of': { takes: ['list', 'int'], gives: 'int' },
  input: { takes: [], gives: 'string' },
  ask: { takes: ['any'], gives: 'string' },
  sorted: { takes: ['list'], gives: 'list' },
  appended: { takes: ['list', 'int'], gives: 'list' },
  append: { takes: ['list', 'int'], gives: 'none' },
  sort: { takes: ['list'], gives: 'boolean' },
  remove: { takes: ['list', 'int'], gives: 'int' },
  'remove-last': { takes: ['list'], gives: 'int' },
  print: { takes: ['any'], gives: 'none' },
  'to-int': { takes: ['any'], gives: 'int' },
  'to-boolean': { takes: ['any'], gives: 'boolean' },
  'to-list': { takes: ['any'], gives: 'list' },
};

export function functionName(program: Program): string {
  return program.words.join('_');
}

/** Types of the variables in scope, by name. */
export type Scope = ReadonlyMap<string, Type>;

/** The type an expression has when nothing goes wrong; `any` where that cannot be told. */
export function typeOf(expression: Expression, scope: Scope): Type {
  switch (expression.kind) {
    case 'int': case 'negate': return 'int';
    case 'string': return 'string';
    case 'boolean': case 'not': return 'boolean';
    case 'none': return 'none';
    case 'list': return 'list';
    case 'type': return 'type';
    case 'variable': return scope.get(expression.name) ?? 'any';
    case 'call': return builtinTypes[expression.builtin].gives;
    case 'index': return typeOf(expression.list, scope) === 'string' ? 'string' : 'int';
    case 'binary': return typeOfBinary(expression.operator, typeOf(expression.left, scope));
    case 'float': case 'unknown': case 'unpacked': return 'any';
  }
}

function typeOfBinary(operator: Operator, left: Type): Type {
  switch (operator) {
    case '+': case '-': case '*': case '%': return left;
    case 'concatenate': return 'string';
    case '==': case '!=': case '<': case '>': case '<=': case '>=': case 'and': case 'or': return 'boolean';
  }
}

export function scopeOf(parameters: readonly Parameter[]): Map<string, Type> {
  return new Map(parameters.map(({ name, type }) => [name, type]));
}

/** The type of the first value returned, in reading order, that is not none: a function may give none as well. `none` without one. */
export function resultType(program: Program): Type {
  return returnTypes(program.body, scopeOf(program.parameters)).find((type) => type !== 'none') ?? 'none';
}

function returnTypes(statements: readonly Statement[], scope: Map<string, Type>): Type[] {
  return statements.flatMap((statement) => returnTypesOf(statement, scope));
}

function returnTypesOf(statement: Statement, scope: Map<string, Type>): Type[] {
  switch (statement.kind) {
    case 'return': return [typeOf(statement.value, scope)];
    case 'if': return [...returnTypes(statement.then, scope), ...returnTypes(statement.otherwise, scope)];
    case 'try': return [...returnTypes(statement.body, scope), ...returnTypes(statement.handler, scope)];
    case 'assign': case 'declare': scope.set(statement.target, typeOf(statement.value, scope)); return [];
    case 'append': case 'sort': case 'remove': case 'set': case 'print': case 'evaluate': case 'return-none': return [];
  }
}
