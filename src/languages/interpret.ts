import type { Language } from './language.js';
import type { Builtin, Expression, Operator, Program, Statement } from './program.js';
import { fail, Fault, Float, maximumLength, TypeName } from './semantics.js';
import type { Semantics, Value } from './semantics.js';

/** What a program may take and give: JSON, but for objects. */
export type Json = number | string | boolean | null | readonly Json[];

export type Outcome =
  /** With what the program wrote to standard output, if it wrote anything. */
  | { readonly kind: 'value'; readonly value: Json; readonly printed?: string }
  /** Not JSON: a type, say. It equals no expected value. */
  | { readonly kind: 'other-value' }
  | { readonly kind: 'runtime-error'; readonly message: string }
  /** Too many steps, or a value beyond the bounds. */
  | { readonly kind: 'out-of-fuel'; readonly message: string };

/** Steps a program may take: some hundred times what the longest of the world takes. */
export const defaultFuel = 5_000;

export interface Surroundings {
  /** Lines on standard input. */
  readonly input?: readonly string[] | undefined;
  readonly fuel?: number;
}

/** Runs a function on its arguments as its language would. It has no effects, and ends within its fuel. */
export function interpret(program: Program, values: readonly Json[], language: Language, { input = [], fuel = defaultFuel }: Surroundings = {}): Outcome {
  if (values.length !== program.parameters.length) return { kind: 'runtime-error', message: 'wrong number of arguments' };
  const variables = new Map(program.parameters.map(({ name }, index) => [name, copied(values[index] as Json)]));
  try {
    if (program.after !== undefined) new Machine(language.semantics, new Map(), [], fuel).run(program.after);
    const machine = new Machine(language.semantics, variables, [...input], fuel);
    return outcome(machine.run(program.body)?.value ?? null, machine.printed);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { kind: error.kind === 'out-of-fuel' ? 'out-of-fuel' : 'runtime-error', message: error.message };
  }
}

function outcome(value: Value, printed: string): Outcome {
  const json = jsonOf(value);
  return json === undefined ? { kind: 'other-value' } : { kind: 'value', value: json, ...(printed === '' ? {} : { printed }) };
}

/** Undefined for what JSON has no value for. */
function jsonOf(value: Value): Json | undefined {
  if (value instanceof TypeName) return undefined;
  if (value instanceof Float) return value.value;
  if (typeof value === 'bigint') return Number(value);
  if (!Array.isArray(value)) return value;
  const items = value.map(jsonOf);
  return items.every((item) => item !== undefined) ? items : undefined;
}

function copied(value: Json): Value {
  return isList(value) ? value.map(copied) : value;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** One call of one function. */
class Machine {
  /** What was written to standard output. */
  printed = '';

  constructor(private readonly semantics: Semantics, private readonly variables: Map<string, Value>, private readonly input: string[], private fuel: number) {}

  /** The value returned; undefined when the statements ended without a return. */
  run(statements: readonly Statement[]): { readonly value: Value } | undefined {
    for (const statement of statements) {
      const returned = this.step(statement);
      if (returned !== undefined) return returned;
    }
    return undefined;
  }

  /** A block: what it declares ends with it, and what that hid is back. */
  private scoped(statements: readonly Statement[]): { readonly value: Value } | undefined {
    const hidden = statements.flatMap((statement) => (statement.kind === 'declare' ? [[statement.target, this.variables.get(statement.target)] as const] : []));
    try {
      return this.run(statements);
    } finally {
      for (const [name, value] of hidden) {
        if (value === undefined) this.variables.delete(name);
        else this.variables.set(name, value);
      }
    }
  }

  private burn(): void {
    this.fuel -= 1;
    if (this.fuel < 0) throw new Fault('out-of-fuel', 'too many steps');
  }

  private step(statement: Statement): { readonly value: Value } | undefined {
    this.burn();
    switch (statement.kind) {
      case 'return': return { value: this.evaluate(statement.value) };
      case 'return-none': return { value: null };
      case 'if': return this.scoped(this.semantics.truth(this.evaluate(statement.condition)) ? statement.then : statement.otherwise);
      case 'try': return this.guarded(statement.body, statement.handler);
      case 'evaluate': this.evaluate(statement.value); return undefined;
      case 'print': this.print(this.evaluate(statement.value)); return undefined;
      case 'assign': case 'declare': this.variables.set(statement.target, this.evaluate(statement.value)); return undefined;
      case 'append': this.variables.set(statement.list, this.semantics.append(this.variables.get(statement.list), this.evaluate(statement.value), statement.list)); return undefined;
      case 'remove': this.variables.set(statement.list, this.semantics.remove(this.variables.get(statement.list), this.evaluate(statement.at), statement.list)); return undefined;
      case 'set': {
        const value = this.evaluate(statement.value);
        this.variables.set(statement.list, this.semantics.set?.(this.variables.get(statement.list), this.evaluate(statement.at), value, statement.list) ?? fail('not supported'));
        return undefined;
      }
      case 'sort': this.variables.set(statement.list, this.semantics.sort(this.variables.get(statement.list), statement.list)); return undefined;
    }
  }

  private guarded(body: readonly Statement[], handler: readonly Statement[]): { readonly value: Value } | undefined {
    try {
      return this.scoped(body);
    } catch (error) {
      if (!(error instanceof Fault) || error.kind !== 'error') throw error;
      return this.scoped(handler);
    }
  }

  private evaluate(expression: Expression): Value {
    this.burn();
    switch (expression.kind) {
      case 'int': return expression.unsigned === true ? BigInt(expression.value) : expression.value;
      case 'string': case 'boolean': return expression.value;
      case 'float': return this.semantics.float?.(expression.value) ?? expression.value;
      case 'none': return null;
      case 'type': return this.semantics.typeLiteral(expression.type);
      case 'variable': return this.variable(expression.name);
      case 'call': return this.call(expression.builtin, expression.arguments.map((argument) => this.evaluate(argument)));
      case 'list': return expression.items.map((item) => this.evaluate(item));
      case 'index': return this.semantics.index(this.evaluate(expression.list), this.evaluate(expression.at));
      case 'not': return !this.semantics.truth(this.evaluate(expression.operand));
      case 'negate': return this.semantics.negate(this.evaluate(expression.operand));
      case 'binary': return this.binary(expression.operator, expression.left, expression.right);
      case 'unpacked': return fail('an unpacked value outside of a call');
      case 'unknown': return this.function(expression.name)(expression.arguments.flatMap((argument) => this.argument(argument)));
    }
  }

  private function(name: string): (values: readonly Value[]) => Value {
    return this.semantics.functions?.get(name) ?? fail(`${name} does not exist`);
  }

  private argument(expression: Expression): Value[] {
    if (expression.kind !== 'unpacked') return [this.evaluate(expression)];
    const values = this.evaluate(expression.operand);
    if (typeof values === 'string') return [...values];
    return Array.isArray(values) ? values : fail('nothing to unpack');
  }

  private call(builtin: Builtin, values: readonly Value[]): Value {
    switch (builtin) {
      case 'print': this.print(values[0] ?? null); return this.semantics.printGives ?? null;
      case 'input': return this.line();
      case 'ask': this.write(this.semantics.call('to-string', values) as string); return this.line();
      default: return this.semantics.call(builtin, values);
    }
  }

  private line(): Value {
    const line = this.input.shift() ?? this.semantics.endOfInput;
    return line === undefined ? fail('no more input') : line;
  }

  private print(value: Value): void {
    this.write(this.semantics.printed(value));
  }

  private write(text: string): void {
    this.printed += text;
    if (this.printed.length > maximumLength) throw new Fault('out-of-fuel', 'too much is printed');
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
