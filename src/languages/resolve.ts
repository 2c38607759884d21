import type { Language } from './language.js';
import { builtinTypes, scopeOf, typeOf } from './program.js';
import type { Builtin, Expression, Program, Statement, Type } from './program.js';

/**
 * Where a language spells two built-ins alike (Python's `len` of a list and of a string), picks the one
 * whose argument has the right type; without a type it stays the first.
 */
export function resolveBuiltins(program: Program, language: Language): Program {
  const scope = scopeOf(program.parameters);
  const resolved = (statements: readonly Statement[]) => statements.map((statement) => resolveStatement(statement, language, scope));
  return { ...program, body: resolved(program.body), ...(program.after === undefined ? {} : { after: resolved(program.after) }) };
}

function resolveStatement(statement: Statement, language: Language, scope: Map<string, Type>): Statement {
  const expression = (value: Expression) => resolveExpression(value, language, scope);
  const block = (statements: readonly Statement[]) => statements.map((inner) => resolveStatement(inner, language, scope));
  switch (statement.kind) {
    case 'return': case 'evaluate': case 'append': case 'print': return { ...statement, value: expression(statement.value) };
    case 'if': return { ...statement, condition: expression(statement.condition), then: block(statement.then), otherwise: block(statement.otherwise) };
    case 'try': return { ...statement, body: block(statement.body), handler: block(statement.handler) };
    case 'remove': return { ...statement, at: expression(statement.at) };
    case 'set': return { ...statement, at: expression(statement.at), value: expression(statement.value) };
    case 'sort': case 'return-none': return statement;
    case 'assign': case 'declare': {
      const value = expression(statement.value);
      scope.set(statement.target, (statement.kind === 'declare' ? statement.type : undefined) ?? typeOf(value, scope));
      return { ...statement, value };
    }
  }
}

function resolveExpression(expression: Expression, language: Language, scope: Map<string, Type>): Expression {
  const inner = (value: Expression) => resolveExpression(value, language, scope);
  switch (expression.kind) {
    case 'int': case 'float': case 'string': case 'boolean': case 'none': case 'type': case 'variable': return expression;
    case 'list': return { ...expression, items: expression.items.map(inner) };
    case 'index': return { ...expression, list: inner(expression.list), at: inner(expression.at) };
    case 'not': case 'negate': case 'unpacked': return { ...expression, operand: inner(expression.operand) };
    case 'binary': return { ...expression, left: inner(expression.left), right: inner(expression.right) };
    case 'unknown': return { ...expression, arguments: expression.arguments.map(inner) };
    case 'call': {
      const values = expression.arguments.map(inner);
      return { kind: 'call', builtin: pick(expression.builtin, values[0], language, scope), arguments: values };
    }
  }
}

function pick(builtin: Builtin, argument: Expression | undefined, language: Language, scope: Map<string, Type>): Builtin {
  if (argument === undefined) return builtin;
  const type = typeOf(argument, scope);
  if (builtinTypes[builtin].takes[0] === type) return builtin;
  const alike = (Object.keys(language.builtins) as Builtin[]).filter((other) => language.builtins[other] === language.builtins[builtin]);
  return alike.find((other) => builtinTypes[other].takes[0] === type) ?? builtin;
}
