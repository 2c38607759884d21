import { constantProblem } from './constant.js';
import { returns } from './flow.js';
import type { Language } from './language.js';
import { builtinTypes } from './program.js';
import type { Builtin, Expression, Program, Statement, Type } from './program.js';
import type { SyntaxProblem } from './tokens.js';
import type { Signature, StaticType, Typing } from './typing.js';

/** An expression with its implicit conversions written out. */
interface Typed {
  readonly expression: Expression;
  readonly type: StaticType;
}

/** What breaks a rule. Raised and caught in this file only. */
class TypeProblem extends Error {}

/**
 * Checks a program as its language's compiler does, by the table `language.typing`, and writes out the implicit
 * conversions as calls (`return 3` of a boolean function becomes `to-boolean` of 3), so that the interpreter needs no types.
 * @param result declared in the header; a function of result `none` returns no value
 * @returns the program, unchanged where the language has no static types
 */
export function checkTypes(program: Program, result: Type, language: Language): Program | SyntaxProblem {
  if (language.typing === undefined) return program;
  try {
    const body = new TypeChecker(language.typing, result).body(program);
    return { ...program, body };
  } catch (error) {
    if (!(error instanceof TypeProblem)) throw error;
    return { kind: 'syntax-error', message: error.message };
  }
}

interface Variable {
  readonly type: StaticType;
  used: boolean;
}

class TypeChecker {
  /** Variables in scope, the innermost block last. */
  private readonly scopes: Map<string, Variable>[] = [];

  private readonly result: StaticType;

  constructor(private readonly typing: Typing, result: Type) {
    this.result = typing.results?.[result] ?? result;
  }

  body({ parameters, body }: Program): readonly Statement[] {
    const variables = new Map(parameters.map(({ name, type }): [string, Variable] => [name, { type, used: true }]));
    if (variables.size < parameters.length) return refuse('two parameters have one name');
    const checked = this.block(body, variables);
    if (this.result !== 'none' && !returns(body, this.typing)) return refuse('missing return');
    return checked;
  }

  private block(statements: readonly Statement[], variables = new Map<string, Variable>()): readonly Statement[] {
    this.scopes.push(variables);
    const checked = statements.map((statement) => this.statement(statement));
    this.scopes.pop();
    const unused = [...variables].find(([, { used }]) => !used);
    if (unused !== undefined && this.typing.unusedVariables === 'refused') return refuse(`${unused[0]} is declared and not used`);
    return checked;
  }

  private statement(statement: Statement): Statement {
    switch (statement.kind) {
      case 'return': return { ...statement, value: this.returned(statement.value) };
      case 'return-none': return this.result === 'none' ? statement : refuse('return without a value');
      case 'if': return { ...statement, condition: this.converted(this.typed(statement.condition), 'boolean'), then: this.block(statement.then), otherwise: this.block(statement.otherwise) };
      case 'try': return { ...statement, body: this.block(statement.body), handler: this.block(statement.handler) };
      case 'declare': return this.declaration(statement);
      case 'assign': return { ...statement, value: this.converted(this.typed(statement.value), this.variable(statement.target).type) };
      case 'append': return { ...statement, value: this.ofStatement('append', statement.list, statement.value) };
      case 'remove': return { ...statement, at: this.ofStatement('remove', statement.list, statement.at) };
      case 'set': {
        const { expressions: [, at], gives } = this.applied(this.typing.index, [this.read(statement.list), this.typed(statement.at)], 'an index');
        return { ...statement, at: at as Expression, value: this.converted(this.typed(statement.value), gives) };
      }
      case 'sort': this.applied(this.signatures('sort'), [this.read(statement.list)], 'sort'); return statement;
      case 'print': return { ...statement, value: this.printed(statement.value) };
      case 'evaluate': return { ...statement, value: this.evaluated(statement.value) };
    }
  }

  private returned(value: Expression): Expression {
    const typed = this.typed(value);
    if (this.result !== 'none') return this.converted(typed, this.result);
    const allowed = typed.type === 'none' && this.typing.conversions.some(({ from, to }) => from === 'none' && to === 'none');
    return allowed ? typed.expression : refuse('a value is returned from a function that has none');
  }

  private declaration(statement: Extract<Statement, { kind: 'declare' }>): Statement {
    const value = this.typed(statement.value);
    const visible = this.typing.shadowing ? this.scopes.slice(-1) : this.scopes;
    if (visible.some((scope) => scope.has(statement.target))) return refuse(`${statement.target} is declared twice`);
    if (value.type === 'none' || (statement.type === undefined && value.expression.kind === 'none')) return refuse('none is no value');
    const converted = statement.type === undefined ? value.expression : this.converted(value, statement.type);
    this.scopes.at(-1)?.set(statement.target, { type: statement.type ?? value.type, used: false });
    return { ...statement, value: converted };
  }

  private ofStatement(builtin: Builtin, list: string, value: Expression): Expression {
    const [, converted] = this.applied(this.signatures(builtin), [this.read(list), this.typed(value)], builtin).expressions;
    return converted as Expression;
  }

  private printed(value: Expression): Expression {
    return this.applied(this.signatures('print'), [this.typed(value)], 'print').expressions[0] as Expression;
  }

  private evaluated(value: Expression): Expression {
    const { evaluates } = this.typing;
    const allowed = evaluates === 'all' || (value.kind === 'call' && evaluates.includes(value.builtin));
    return allowed ? this.typed(value).expression : refuse('an expression is no statement');
  }

  private typed(expression: Expression): Typed {
    const problem = constantProblem(expression, this.typing.constants);
    if (problem !== undefined) return refuse(problem);
    switch (expression.kind) {
      case 'int': return { expression, type: this.typing.literals[expression.unsigned === true ? 'unsigned' : 'int'] ?? 'int' };
      case 'string': case 'boolean': case 'none': return { expression, type: this.typing.literals[expression.kind] ?? expression.kind };
      case 'type': return { expression, type: 'type' };
      case 'variable': return this.read(expression.name);
      case 'list': return { expression: { ...expression, items: expression.items.map((item) => this.converted(this.typed(item), 'int')) }, type: 'list' };
      case 'unknown': return refuse(`${expression.name} is not defined`);
      case 'float': return { expression, type: this.typing.literals.float ?? refuse('a number with a point') };
      case 'unpacked': return refuse('an unpacked argument');
      case 'call': return this.call(expression);
      case 'index': {
        const { expressions: [list, at], gives } = this.applied(this.typing.index, [this.typed(expression.list), this.typed(expression.at)], 'an index');
        return { expression: { ...expression, list: list as Expression, at: at as Expression }, type: gives };
      }
      case 'not': case 'negate': {
        const { expressions: [operand], gives } = this.applied(this.typing[expression.kind], [this.typed(expression.operand)], expression.kind);
        return { expression: { ...expression, operand: operand as Expression }, type: gives };
      }
      case 'binary': {
        const rules = this.typing.operators.filter(({ operators }) => operators.includes(expression.operator));
        const { expressions: [left, right], gives } = this.applied(rules, [this.typed(expression.left), this.typed(expression.right)], expression.operator);
        return { expression: { ...expression, left: left as Expression, right: right as Expression }, type: gives };
      }
    }
  }

  private call(expression: Extract<Expression, { kind: 'call' }>): Typed {
    const { expressions, gives } = this.applied(this.signatures(expression.builtin), expression.arguments.map((argument) => this.typed(argument)), expression.builtin);
    return { expression: { ...expression, arguments: expressions }, type: gives };
  }

  private signatures(builtin: Builtin): readonly Signature[] {
    return this.typing.builtins[builtin] ?? [builtinTypes[builtin]];
  }

  /** The operands as the signature that fits best takes them. */
  private applied(signatures: readonly Signature[], operands: readonly Typed[], what: string): { readonly expressions: Expression[]; readonly gives: StaticType } {
    let best: { expressions: Expression[]; gives: StaticType; conversions: number } | undefined;
    for (const { takes, gives } of signatures.filter((signature) => signature.takes.length === operands.length)) {
      const expressions = operands.map((operand, index) => this.conversion(operand, takes[index] ?? 'none'));
      const conversions = operands.filter(({ type }, index) => type !== takes[index]).length;
      if (expressions.every((expression) => expression !== undefined) && (best === undefined || conversions < best.conversions)) best = { expressions, gives, conversions };
    }
    if (best !== undefined && best.gives !== 'refused') return best;
    return refuse(`${what} of ${operands.map(({ type }) => type).join(' and ')}`);
  }

  private converted(value: Typed, type: StaticType): Expression {
    return this.conversion(value, type) ?? refuse(`${value.type} where ${type} is needed`);
  }

  private conversion({ expression, type }: Typed, wanted: StaticType): Expression | undefined {
    if (type === wanted || (wanted === 'any' && type !== 'none')) return expression;
    const conversion = this.typing.conversions.find(({ from, to }) => from === type && to === wanted);
    if (conversion === undefined) return undefined;
    return conversion.by === undefined ? expression : { kind: 'call', builtin: conversion.by, arguments: [expression] };
  }

  private read(name: string): Typed {
    const variable = this.variable(name);
    variable.used = true;
    return { expression: { kind: 'variable', name }, type: variable.type };
  }

  private variable(name: string): Variable {
    return this.scopes.findLast((scope) => scope.has(name))?.get(name) ?? refuse(`${name} is not defined`);
  }
}

function refuse(message: string): never {
  throw new TypeProblem(message);
}
