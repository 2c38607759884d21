import { truthOf } from './constant.js';
import type { Expression, Statement } from './program.js';
import type { Typing } from './typing.js';

/** Whether no path through the statements comes to their end, as far as the compiler of a language looks into them. */
export function returns(statements: readonly Statement[], typing: Typing): boolean {
  const candidates = typing.returns === 'last' ? statements.slice(-1) : statements;
  return candidates.some((statement) => {
    switch (statement.kind) {
      case 'return': case 'return-none': return true;
      case 'if': return branches(statement, typing).every((branch) => returns(branch, typing));
      case 'try': return returns(statement.body, typing) && (!throws(statement.body, typing) || returns(statement.handler, typing));
      case 'assign': case 'declare': case 'append': case 'sort': case 'remove': case 'set': case 'print': case 'evaluate': return false;
    }
  });
}

/** The branches that may be taken. */
function branches({ condition, then, otherwise }: Extract<Statement, { kind: 'if' }>, typing: Typing): (readonly Statement[])[] {
  const holds = truthOf(condition, typing.constants.conditions);
  return [...(holds === false ? [] : [then]), ...(holds === true ? [] : [otherwise])];
}

/** Whether a handler of the statements may be reached. */
function throws(statements: readonly Statement[], typing: Typing): boolean {
  if (typing.nothrow === undefined) return true;
  const end = statements.findIndex((statement) => returns([statement], typing));
  return statements.slice(0, end === -1 ? statements.length : end + 1).some((statement) => canThrow(statement, typing));
}

function canThrow(statement: Statement, typing: Typing): boolean {
  const among = (...expressions: Expression[]) => expressions.some((expression) => calls(expression, typing));
  switch (statement.kind) {
    case 'append': case 'sort': case 'remove': case 'print': return true;
    case 'return-none': return false;
    case 'return': case 'assign': case 'declare': case 'evaluate': return among(statement.value);
    case 'set': return among(statement.at, statement.value);
    case 'if': return among(statement.condition) || branches(statement, typing).some((branch) => throws(branch, typing));
    case 'try': return throws(statement.body, typing) && throws(statement.handler, typing);
  }
}

/** Whether an expression calls what may throw. Texts are made by calls. */
function calls(expression: Expression, typing: Typing): boolean {
  switch (expression.kind) {
    case 'string': case 'list': case 'unknown': case 'unpacked': return true;
    case 'int': case 'float': case 'boolean': case 'none': case 'type': case 'variable': return false;
    case 'call': return typing.nothrow?.includes(expression.builtin) !== true || expression.arguments.some((argument) => calls(argument, typing));
    case 'index': return calls(expression.list, typing) || calls(expression.at, typing);
    case 'not': case 'negate': return calls(expression.operand, typing);
    case 'binary': return calls(expression.left, typing) || calls(expression.right, typing);
  }
}
