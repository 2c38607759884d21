import type { Language } from './language.js';
import type { Expression, Operator, Program, Statement } from './program.js';
import { Fault, TypeName } from './semantics.js';
import type { Semantics, Value } from './semantics.js';

/** What a program may take and give: JSON, but for objects. */
export type Json = number | string | boolean | null | readonly Json[];

export type Outcome =
  | { readonly kind: 'value'; readonly value: Json }
  /** Not JSON: a type, say. It equals no expected value. */
  | { readonly kind: 'other-value' }
  | { readonly kind: 'runtime-error'; readonly message: string }
  /** Too many steps, or a value beyond the bounds. */
  | { readonly kind: 'out-of-fuel'; readonly message: string };

/** Steps a program may take: some hundred times what the longest of the world takes. */
export const defaultFuel = 5_000;

/** Runs a function on its arguments as its language would. It has no effects, and ends within its fuel. */
export function interpret(program: Program, values: readonly Json[], language: Language, fuel = defaultFuel): Outcome {
  if (values.length !== program.parameters.length) return { kind: 'runtime-error', message: 'wrong number of arguments' };
  const variables = new Map(program.parameters.map(({ name }, index) => [name, copied(values[index] as Json)]));
  try {
    const machine = new Machine(language.semantics, variables, fuel);
    return outcome(machine.run(program.body) ?? { value: null });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { kind: error.kind === 'error' ? 'runtime-error' : 'out-of-fuel', message: error.message };
  }
}

function outcome({ value }: { readonly value: Value }): Outcome {
  return value instanceof TypeName || (Array.isArray(value) && value.some((item) => item instanceof TypeName))
    ? { kind: 'other-value' } : { kind: 'value', value: value as Json };
}

function copied(value: Json): Value {
  return isList(value) ? value.map(copied) : value;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** One call of one function. */
class Machine {
  constructor(private readonly semantics: Semantics, private readonly variables: Map<string, Value>, private fuel: number) {}

  /** The value returned; undefined when the statements ended without a return. */
  run(statements: readonly Statement[]): { readonly value: Value } | undefined {
    for (const statement of statements) {
      const returned = this.step(statement);
      if (returned !== undefined) return returned;
    }
    return undefined;
  }

  private burn(): void {
    this.fuel -= 1;
    if (this.fuel < 0) throw new Fault('out-of-fuel', 'too many steps');
  }

  private step(statement: Statement): { readonly value: Value } | undefined {
    this.burn();
    switch (statement.kind) {
      case 'return': return { value: this.evaluate(statement.value) };
      case 'if': return this.run(this.semantics.truth(this.evaluate(statement.condition)) ? statement.then : statement.otherwise);
      case 'try': return this.guarded(statement.body, statement.handler);
      case 'evaluate': this.evaluate(statement.value); return undefined;
      case 'assign': this.variables.set(statement.target, this.evaluate(statement.value)); return undefined;
      case 'append': this.variables.set(statement.list, this.semantics.append(this.variables.get(statement.list), this.evaluate(statement.value), statement.list)); return undefined;
      case 'sort': this.variables.set(statement.list, this.semantics.sort(this.variables.get(statement.list), statement.list)); return undefined;
    }
  }

  private guarded(body: readonly Statement[], handler: readonly Statement[]): { readonly value: Value } | undefined {
    try {
      return this.run(body);
    } catch (error) {
      if (!(error instanceof Fault) || error.kind !== 'error') throw error;
      return this.run(handler);
    }
  }

  private evaluate(expression: Expression): Value {
    this.burn();
    switch (expression.kind) {
      case 'int': case 'string': case 'boolean': return expression.value;
      case 'none': return null;
      case 'type': return this.semantics.typeLiteral(expression.type);
      case 'variable': return this.variable(expression.name);
      case 'call': return this.semantics.call(expression.builtin, expression.arguments.map((argument) => this.evaluate(argument)));
      case 'list': return expression.items.map((item) => this.evaluate(item));
      case 'index': return this.semantics.index(this.evaluate(expression.list), this.evaluate(expression.at));
      case 'not': return !this.semantics.truth(this.evaluate(expression.operand));
      case 'negate': return this.semantics.negate(this.evaluate(expression.operand));
      case 'binary': return this.binary(expression.operator, expression.left, expression.right);
      case 'unknown': throw new Fault('error', `${expression.name} does not exist`);
    }
  }

  private variable(name: string): Value {
    const value = this.variables.get(name);
    return value === undefined ? this.semantics.missingVariable(name) : value;
  }

  private binary(operator: Operator, leftExpression: Expression, rightExpression: Expression): Value {
    const left = this.evaluate(leftExpression);
    if (operator !== 'and' && operator !== 'or') return this.semantics.binary(operator, left, this.evaluate(rightExpression));
    const decided = this.semantics.truth(left) === (operator === 'or');
    const value = decided ? left : this.evaluate(rightExpression);
    return this.semantics.logicGivesOperand ? value : this.semantics.truth(value);
  }
}
