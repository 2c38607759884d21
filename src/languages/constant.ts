import type { Builtin, Expression } from './program.js';
import type { Typing } from './typing.js';

/** The value of an int expression that a compiler computes; undefined where it does not. */
function constantOf(expression: Expression, calls?: Typing['constants']['calls']): number | undefined {
  switch (expression.kind) {
    case 'int': return expression.unsigned === true ? undefined : expression.value;
    case 'negate': {
      const operand = constantOf(expression.operand, calls);
      return operand === undefined ? undefined : -operand;
    }
    case 'binary': {
      const left = constantOf(expression.left, calls);
      const right = constantOf(expression.right, calls);
      return left === undefined || right === undefined ? undefined : operation(expression.operator, left, right);
    }
    case 'call': return calls === undefined ? undefined : constantCall(expression.builtin, expression.arguments[0]);
    default: return undefined;
  }
}

/** Of a literal, with bytes for its letters; a conversion of an int is one, too. */
function constantCall(builtin: Builtin, argument?: Expression): number | undefined {
  if (builtin === 'string-length' && argument?.kind === 'string') return new TextEncoder().encode(argument.value).length;
  return builtin === 'to-int' && argument !== undefined ? constantOf(argument, 'computed') : undefined;
}

function operation(operator: string, left: number, right: number): number | undefined {
  switch (operator) {
    case '+': return left + right;
    case '-': return left - right;
    case '*': return left * right;
    case '%': return right === 0 ? undefined : left % right;
    default: return undefined;
  }
}

/** What is wrong with the outermost operation of an expression, given what its compiler knows of constants. */
export function constantProblem(expression: Expression, { zeroDivisor, negativeIndex, largest, calls }: Typing['constants']): string | undefined {
  if (expression.kind === 'binary' && expression.operator === '%' && constantOf(expression.right, calls) === 0 && refusesZero(zeroDivisor, expression.left)) return 'division by zero';
  if (negativeIndex === 'refused' && expression.kind === 'index' && (constantOf(expression.at, calls) ?? 0) < 0) return 'a negative index';
  const value = largest === undefined ? undefined : constantOf(expression, calls);
  if (value !== undefined && largest !== undefined && (value > largest || value < -largest - 1)) return `${String(value)} is out of bounds`;
  return undefined;
}

function refusesZero(zeroDivisor: Typing['constants']['zeroDivisor'], dividend: Expression): boolean {
  return zeroDivisor === 'refused' || (zeroDivisor === 'refused-in-constants' && constantOf(dividend) !== undefined);
}

/** Whether a condition that a compiler computes holds; undefined where it does not. As mcs: `b && false` is a constant, `b || true` is one only where conditions are followed. */
export function truthOf(expression: Expression, conditions: Typing['constants']['conditions']): boolean | undefined {
  if (conditions === undefined) return undefined;
  switch (expression.kind) {
    case 'boolean': return expression.value;
    case 'not': {
      const operand = truthOf(expression.operand, conditions);
      return operand === undefined ? undefined : !operand;
    }
    case 'binary': return comparison(expression, conditions);
    default: return undefined;
  }
}

function comparison({ operator, ...operands }: Extract<Expression, { kind: 'binary' }>, conditions: Typing['constants']['conditions']): boolean | undefined {
  const left = truthOf(operands.left, conditions) ?? constantOf(operands.left);
  const right = truthOf(operands.right, conditions) ?? constantOf(operands.right);
  if (operator === 'and' && (left === false || right === false)) return false;
  if (operator === 'or' && (left === true || (conditions === 'followed' && right === true))) return true;
  if (left === undefined || right === undefined) return undefined;
  switch (operator) {
    case 'and': case 'or': return right === true;
    case '==': return Number(left) === Number(right);
    case '!=': return Number(left) !== Number(right);
    case '<': return left < right;
    case '>': return left > right;
    case '<=': return left <= right;
    case '>=': return left >= right;
    default: return undefined;
  }
}
