import type { Language } from './language.js';
import type { Expression, Program, Statement } from './program.js';

/** Whether the language has a way to write every construct of the program. */
export function isExpressible(program: Program, language: Language): boolean {
  return program.parameters.every(({ type }) => language.parameters[type] !== undefined) && program.body.every((statement) => canState(statement, language));
}

function canState(statement: Statement, language: Language): boolean {
  if (language.statements[statement.kind] === undefined) return false;
  switch (statement.kind) {
    case 'return': case 'evaluate': case 'assign': case 'append': return canExpress(statement.value, language);
    case 'sort': return true;
    case 'if': return canExpress(statement.condition, language) && [...statement.then, ...statement.otherwise].every((inner) => canState(inner, language));
    case 'try': return [...statement.body, ...statement.handler].every((inner) => canState(inner, language));
  }
}

function canExpress(expression: Expression, language: Language): boolean {
  switch (expression.kind) {
    case 'int': case 'string': case 'boolean': case 'none': case 'variable': return true;
    case 'type': return language.literals.types[expression.type] !== undefined;
    case 'call': return language.builtins[expression.builtin] !== undefined && expression.arguments.every((argument) => canExpress(argument, language));
    case 'list': return language.list !== undefined && expression.items.every((item) => canExpress(item, language));
    case 'index': return canExpress(expression.list, language) && canExpress(expression.at, language);
    case 'not': case 'negate': return canExpress(expression.operand, language);
    case 'binary': return language.operators.some(({ operator }) => operator === expression.operator) && canExpress(expression.left, language) && canExpress(expression.right, language);
    case 'unknown': return false;
  }
}
