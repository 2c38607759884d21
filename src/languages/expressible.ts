import type { Language } from './language.js';
import { resultType } from './program.js';
import type { Expression, Program, Statement } from './program.js';

/** Whether the language has a way to write every construct of the program. */
export function isExpressible(program: Program, language: Language): boolean {
  const writesResult = !language.function.includes('{result}') || language.types[resultType(program)] !== undefined;
  return writesResult && program.parameters.every(({ type }) => language.parameters[type] !== undefined) && canStateAll(program.body, language);
}

function canStateAll(statements: readonly Statement[], language: Language): boolean {
  return statements.every((statement) => canState(statement, language));
}

function canState(statement: Statement, language: Language): boolean {
  const template = language.statements[statement.kind];
  if (template === undefined) return false;
  switch (statement.kind) {
    case 'return': case 'evaluate': case 'assign': case 'append': case 'print': return canExpress(statement.value, language);
    case 'declare': return canExpress(statement.value, language) && (!template.includes('{type}') || (statement.type !== undefined && language.types[statement.type] !== undefined));
    case 'remove': return canExpress(statement.at, language);
    case 'set': return canExpress(statement.at, language) && canExpress(statement.value, language);
    case 'sort': case 'return-none': return true;
    case 'if': return canExpress(statement.condition, language) && canStateAll(statement.then, language)
      && (statement.otherwise.length === 0 || (language.statements.else !== undefined && canStateAll(statement.otherwise, language)));
    case 'try': return canStateAll(statement.body, language) && canStateAll(statement.handler, language);
  }
}

function canExpress(expression: Expression, language: Language): boolean {
  switch (expression.kind) {
    case 'int': case 'string': case 'boolean': case 'variable': return true;
    case 'none': return language.literals.none !== undefined;
    case 'type': return language.literals.types[expression.type] !== undefined;
    case 'call': return language.builtins[expression.builtin] !== undefined && expression.arguments.every((argument) => canExpress(argument, language));
    case 'list': return language.list !== undefined && expression.items.every((item) => canExpress(item, language));
    case 'index': return canExpress(expression.list, language) && canExpress(expression.at, language);
    case 'not': case 'negate': return canExpress(expression.operand, language);
    case 'binary': return language.operators.some(({ operator }) => operator === expression.operator) && canExpress(expression.left, language) && canExpress(expression.right, language);
    case 'float': case 'unknown': case 'unpacked': return false;
  }
}
