/**
 * A program of the generated world, in no language in particular: one function, named after its concept.
 * Python, PHP and the others are only ways to write it down (render.ts) and to read it back (parse.ts).
 */
export interface Program {
  /** The two docstring words, verb and noun; the function is called `verb_noun`. */
  readonly words: readonly [string, string];
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
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
  | { readonly kind: 'assign'; readonly target: string; readonly value: Expression }
  | { readonly kind: 'append'; readonly list: string; readonly value: Expression }
  /** Sorts a list variable in ascending order. */
  | { readonly kind: 'sort'; readonly list: string }
  | { readonly kind: 'try'; readonly body: readonly Statement[]; readonly handler: readonly Statement[] }
  /** An expression for its effect alone. */
  | { readonly kind: 'evaluate'; readonly value: Expression };

export type StatementKind = Statement['kind'];

export type Expression =
  | { readonly kind: 'int'; readonly value: number }
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
  /** A name, function or method that the language does not have: well-formed, but it fails when it is reached. */
  | { readonly kind: 'unknown'; readonly name: string; readonly arguments: readonly Expression[] };

export type NamedType = 'int' | 'string' | 'boolean' | 'list';

export type Operator = '+' | '-' | '*' | '%' | '==' | '!=' | '<' | '>' | '<=' | '>=' | 'and' | 'or' | 'concatenate';

export type Builtin =
  | 'list-length' | 'string-length' | 'sum' | 'max' | 'min' | 'type-of' | 'to-string'
  /** A sorted copy. */
  | 'sorted'
  /** As expressions, where the language allows it: they change their first argument. */
  | 'append' | 'sort'
  /** Conversions, where a type can be called. */
  | 'to-int' | 'to-boolean' | 'to-list';

/** The type each built-in takes first, and the type it gives. It tells apart the built-ins that a language spells alike. */
export const builtinTypes: Readonly<Record<Builtin, { readonly takes: Type; readonly gives: Type }>> = {
  'list-length': { takes: 'list', gives: 'int' },
  'string-length': { takes: 'string', gives: 'int' },
  sum: { takes: 'list', gives: 'int' },
  max: { takes: 'list', gives: 'int' },
  min: { takes: 'list', gives: 'int' },
  'type-of': { takes: 'any', gives: 'type' },
  'to-string': { takes: 'int', gives: 'string' },
  sorted: { takes: 'list', gives: 'list' },
  append: { takes: 'list', gives: 'none' },
  sort: { takes: 'list', gives: 'boolean' },
  'to-int': { takes: 'any', gives: 'int' },
  'to-boolean': { takes: 'any', gives: 'boolean' },
  'to-list': { takes: 'any', gives: 'list' },
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
    case 'unknown': return 'any';
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

/** The type of the first return statement, in reading order; `none` without one. */
export function resultType(program: Program): Type {
  return returnType(program.body, scopeOf(program.parameters)) ?? 'none';
}

function returnType(statements: readonly Statement[], scope: Map<string, Type>): Type | undefined {
  for (const statement of statements) {
    const found = returnTypeOf(statement, scope);
    if (found !== undefined) return found;
  }
  return undefined;
}

function returnTypeOf(statement: Statement, scope: Map<string, Type>): Type | undefined {
  switch (statement.kind) {
    case 'return': return typeOf(statement.value, scope);
    case 'if': return returnType(statement.then, scope) ?? returnType(statement.otherwise, scope);
    case 'try': return returnType(statement.body, scope) ?? returnType(statement.handler, scope);
    case 'assign': scope.set(statement.target, typeOf(statement.value, scope)); return undefined;
    case 'append': case 'sort': case 'evaluate': return undefined;
  }
}
