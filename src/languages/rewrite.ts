import type { Builtin, Expression, Operator, Program, Statement } from './program.js';

/** The program with another name for its one parameter. */
export function withParameter(program: Program, name: string): Program {
  const [parameter] = program.parameters;
  if (parameter === undefined || parameter.name === name) return program;
  const rename = (other: string) => (other === parameter.name ? name : other);
  return { ...program, parameters: [{ ...parameter, name }], body: program.body.map((statement) => renamedStatement(statement, rename)) };
}

type Rename = (name: string) => string;

function renamedStatement(statement: Statement, rename: Rename): Statement {
  const expression = (value: Expression) => renamedExpression(value, rename);
  const block = (statements: readonly Statement[]) => statements.map((inner) => renamedStatement(inner, rename));
  switch (statement.kind) {
    case 'return': case 'evaluate': case 'print': return { ...statement, value: expression(statement.value) };
    case 'return-none': return statement;
    case 'if': return { ...statement, condition: expression(statement.condition), then: block(statement.then), otherwise: block(statement.otherwise) };
    case 'assign': case 'declare': return { ...statement, target: rename(statement.target), value: expression(statement.value) };
    case 'append': return { ...statement, list: rename(statement.list), value: expression(statement.value) };
    case 'sort': return { ...statement, list: rename(statement.list) };
    case 'remove': return { ...statement, list: rename(statement.list), at: expression(statement.at) };
    case 'set': return { ...statement, list: rename(statement.list), at: expression(statement.at), value: expression(statement.value) };
    case 'try': return { ...statement, body: block(statement.body), handler: block(statement.handler) };
  }
}

function renamedExpression(expression: Expression, rename: Rename): Expression {
  if (expression.kind === 'variable') return { ...expression, name: rename(expression.name) };
  return withChildren(expression, childrenOf(expression).map((child) => renamedExpression(child, rename)));
}

function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'int': case 'float': case 'string': case 'boolean': case 'none': case 'type': case 'variable': return [];
    case 'call': case 'unknown': return expression.arguments;
    case 'list': return expression.items;
    case 'index': return [expression.list, expression.at];
    case 'not': case 'negate': case 'unpacked': return [expression.operand];
    case 'binary': return [expression.left, expression.right];
  }
}

/** The expression with other children, in the order of `childrenOf`. */
function withChildren(expression: Expression, children: readonly Expression[]): Expression {
  const [first, second] = children as [Expression, Expression];
  switch (expression.kind) {
    case 'int': case 'float': case 'string': case 'boolean': case 'none': case 'type': case 'variable': return expression;
    case 'call': case 'unknown': return { ...expression, arguments: children };
    case 'list': return { ...expression, items: children };
    case 'index': return { ...expression, list: first, at: second };
    case 'not': case 'negate': case 'unpacked': return { ...expression, operand: first };
    case 'binary': return { ...expression, left: first, right: second };
  }
}

/** Programs that differ from this one in a single number, operator, built-in, type or truth value: the mistakes that tests have to catch. */
export function neighboursOf(program: Program): Program[] {
  return neighbouringBlocks(program.body).map((body) => ({ ...program, body }));
}

function neighbouringBlocks(statements: readonly Statement[]): (readonly Statement[])[] {
  return statements.flatMap((statement, index) => neighbouringStatements(statement)
    .map((changed) => [...statements.slice(0, index), changed, ...statements.slice(index + 1)]));
}

function neighbouringStatements(statement: Statement): Statement[] {
  switch (statement.kind) {
    case 'return': case 'evaluate': case 'assign': case 'declare': case 'append': case 'set': case 'print': return neighbouringExpressions(statement.value).map((value) => ({ ...statement, value }));
    case 'remove': return neighbouringExpressions(statement.at).map((at) => ({ ...statement, at }));
    case 'sort': case 'return-none': return [];
    case 'if': return [
      ...neighbouringExpressions(statement.condition).map((condition) => ({ ...statement, condition })),
      ...neighbouringBlocks(statement.then).map((then) => ({ ...statement, then })),
      ...neighbouringBlocks(statement.otherwise).map((otherwise) => ({ ...statement, otherwise })),
    ];
    case 'try': return [
      ...neighbouringBlocks(statement.body).map((body) => ({ ...statement, body })),
      ...neighbouringBlocks(statement.handler).map((handler) => ({ ...statement, handler })),
    ];
  }
}

function neighbouringExpressions(expression: Expression): Expression[] {
  const children = childrenOf(expression);
  const below = children.flatMap((child, index) => neighbouringExpressions(child)
    .map((changed) => withChildren(expression, [...children.slice(0, index), changed, ...children.slice(index + 1)])));
  return [...alternatives(expression), ...below];
}

/** What programs look for in a text. */
export const soughtLetters = ['a', 'e', 'i', 'o', 'u'] as const;

const alike: readonly (readonly Operator[])[] = [['*', '%', '+', '-'], ['<', '>', '<=', '>=', '=='], ['and', 'or']];
const listBuiltins: readonly Builtin[] = ['list-length', 'sum', 'max', 'min'];

function alternatives(expression: Expression): Expression[] {
  switch (expression.kind) {
    case 'int': return Array.from({ length: 10 }, (_, value) => value).filter((value) => value !== expression.value).map((value) => ({ kind: 'int', value }));
    case 'boolean': return [{ kind: 'boolean', value: !expression.value }];
    case 'type': return (['int', 'string', 'boolean', 'list'] as const).filter((type) => type !== expression.type).map((type) => ({ kind: 'type', type }));
    case 'binary': return (alike.find((group) => group.includes(expression.operator)) ?? []).filter((operator) => operator !== expression.operator).map((operator) => ({ ...expression, operator }));
    case 'call': return (listBuiltins.includes(expression.builtin) ? listBuiltins : []).filter((builtin) => builtin !== expression.builtin).map((builtin) => ({ ...expression, builtin }));
    case 'not': return [expression.operand];
    case 'string': return soughtLetters.filter((letter) => letter !== expression.value).map((value) => ({ kind: 'string', value }));
    case 'float': case 'none': case 'variable': case 'list': case 'index': case 'negate': case 'unknown': case 'unpacked': return [];
  }
}
