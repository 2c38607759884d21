import type { Expression } from './program.js';
import type { Typing } from './typing.js';

/** The value of an int expression that a compiler computes; undefined where it does not. */
function constantOf(expression: Expression): number | undefined {
  switch (expression.kind) {
    case 'int': return expression.value;
    case 'negate': {
      const operand = constantOf(expression.operand);
      return operand === undefined ? undefined : -operand;
    }
    case 'binary': {
      const left = constantOf(expression.left);
      const right = constantOf(expression.right);
      return left === undefined || right === undefined ? undefined : operation(expression.operator, left, right);
    }
    default: return undefined;
  }
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
export function constantProblem(expression: Expression, { zeroDivisor, negativeIndex, largest }: Typing['constants']): string | undefined {
  if (zeroDivisor === 'refused' && expression.kind === 'binary' && expression.operator === '%' && constantOf(expression.right) === 0) return 'division by zero';
  if (negativeIndex === 'refused' && expression.kind === 'index' && (constantOf(expression.at) ?? 0) < 0) return 'a negative index';
  const value = largest === undefined ? undefined : constantOf(expression);
  if (value !== undefined && largest !== undefined && (value > largest || value < -largest - 1)) return `${String(value)} is out of bounds`;
  return undefined;
}
