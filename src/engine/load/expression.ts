import type { Json, JsonScalar } from '../json.js';
import { limits } from './limits.js';
import type { Hint } from './source.js';
import { nearestName, own, quote, suggest } from './suggest.js';

/** What stands between `${{` and `}}`. Offsets count in the string that holds it. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: JsonScalar }
  | { readonly kind: 'path'; readonly root: Name; readonly steps: readonly Step[] }
  | { readonly kind: 'negation'; readonly operand: Expression; readonly at: number; readonly length: number }
  | { readonly kind: 'arithmetic'; readonly operator: '+' | '-' | '*' | '/'; readonly left: Expression; readonly right: Expression; readonly at: number; readonly length: number };

interface Name { readonly name: string; readonly at: number }
type Step = { readonly kind: 'key'; readonly key: Name } | { readonly kind: 'index'; readonly index: Expression; readonly at: number };

export interface ExpressionProblem {
  readonly code: string;
  readonly message: string;
  readonly hint?: Hint;
  readonly at: number;
  readonly length: number;
}

export type ParsedExpression =
  | { readonly kind: 'ok'; readonly expression: Expression; readonly end: number }
  | { readonly kind: 'error'; readonly problem: ExpressionProblem };

/** The name exists, and its own value has a mistake that is already reported. */
export const BROKEN = Symbol('broken');

/** The names that an expression may use: `params`, and in tasks `matrix`. */
export interface Scope {
  /** Names under a root; undefined when there is no such root here. */
  names(root: string): Iterable<string> | undefined;
  value(root: string, name: string): Json | undefined | typeof BROKEN;
  readonly roots: readonly string[];
}

export type Evaluation =
  | { readonly kind: 'value'; readonly value: Json }
  /** Its cause is reported elsewhere. */
  | { readonly kind: 'broken' }
  | { readonly kind: 'error'; readonly problem: ExpressionProblem };

/** Unwinds the recursive functions below; never leaves this file. */
class Problem extends Error {
  constructor(readonly problem: ExpressionProblem | 'broken') {
    super('expression');
  }
}

function fail(code: string, at: number, length: number, message: string, hint?: Hint): never {
  throw new Problem({ code, message, at, length, ...(hint === undefined ? {} : { hint }) });
}

/** Parses the expression whose `${{` stands at `from`; `end` is the offset after its `}}`. */
export function parseExpression(text: string, from: number): ParsedExpression {
  try {
    return new ExpressionParser(text.slice(0, from + limits.expression), from).whole();
  } catch (error) {
    if (error instanceof Problem && error.problem !== 'broken') return { kind: 'error', problem: error.problem };
    throw error;
  }
}

/** What an expression may hold, for hints. */
const OPERATORS = 'an expression is a name, a number or a quoted text, with + - * / and parentheses';

const SPACE = /\s*/y;
/** A dash belongs to a name when a letter follows it: `learning-rate`, but `steps-1` subtracts. */
const NAME = /[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z_][A-Za-z0-9_]*)*/y;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const TEXT = /'(?:[^']|'')*'|"[^"]*"/y;

class ExpressionParser {
  #at: number;

  constructor(readonly text: string, readonly from: number) {
    this.#at = from + '${{'.length;
  }

  whole(): ParsedExpression {
    const expression = this.#sum();
    if (this.#take('}}')) return { kind: 'ok', expression, end: this.#at };
    if (this.#at >= this.text.length) return fail('expression-syntax', this.from, 3, '`${{` is not closed', 'close it with `}}`');
    return this.#unexpected('an operator or `}}`');
  }

  #sum(): Expression {
    let left = this.#product();
    for (;;) {
      const at = this.#skip();
      const operator = this.#take('+') ? '+' : this.#take('-') ? '-' : undefined;
      if (operator === undefined) return left;
      left = { kind: 'arithmetic', operator, left, right: this.#product(), at, length: 1 };
    }
  }

  #product(): Expression {
    let left = this.#operand();
    for (;;) {
      const at = this.#skip();
      const operator = this.#take('*') ? '*' : this.#take('/') ? '/' : undefined;
      if (operator === undefined) return left;
      left = { kind: 'arithmetic', operator, left, right: this.#operand(), at, length: 1 };
    }
  }

  #operand(): Expression {
    const at = this.#skip();
    if (this.#take('-')) return { kind: 'negation', operand: this.#operand(), at, length: 1 };
    if (this.#take('(')) {
      const inner = this.#sum();
      if (!this.#take(')')) this.#unexpected('`)`');
      return inner;
    }
    const number = this.#match(NUMBER);
    if (number !== undefined) return { kind: 'literal', value: this.#finite(Number(number), at, number.length) };
    const text = this.#match(TEXT);
    if (text !== undefined) return { kind: 'literal', value: text.startsWith("'") ? text.slice(1, -1).replaceAll("''", "'") : text.slice(1, -1) };
    const name = this.#match(NAME);
    if (name === undefined) return this.#unexpected('a name, a number or a quoted text');
    if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true' };
    if (name === 'null') return { kind: 'literal', value: null };
    return this.#path({ name, at });
  }

  #path(root: Name): Expression {
    const steps: Step[] = [];
    for (;;) {
      const at = this.#skip();
      if (this.#take('.')) {
        const keyAt = this.#skip();
        const key = this.#match(NAME);
        if (key === undefined) this.#unexpected('a name after `.`');
        else steps.push({ kind: 'key', key: { name: key, at: keyAt } });
      } else if (this.#take('[')) {
        steps.push({ kind: 'index', index: this.#sum(), at });
        if (!this.#take(']')) this.#unexpected('`]`');
      } else if (this.text[this.#at] === '(') {
        return fail('expression-syntax', root.at, root.name.length, `expressions have no functions, and ${quote(root.name)} is called as one`, OPERATORS);
      } else {
        return { kind: 'path', root, steps };
      }
    }
  }

  #finite(value: number, at: number, length: number): number {
    return Number.isFinite(value) ? value : fail('bad-number', at, length, 'the number is too large', 'the largest is about 1.8e308');
  }

  #skip(): number {
    this.#match(SPACE, false);
    return this.#at;
  }

  #take(token: string): boolean {
    this.#skip();
    if (!this.text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #match(pattern: RegExp, skip = true): string | undefined {
    if (skip) this.#skip();
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #unexpected(expected: string): never {
    const at = this.#skip();
    const found = /^(\}\}|==|!=|<=|>=|&&|\|\||[\w-]+|.)/su.exec(this.text.slice(at))?.[0] ?? '';
    if (found === '}}' && this.text.slice(this.from + '${{'.length, at).trim() === '') return fail('expression-syntax', this.from, at + 2 - this.from, 'this expression is empty', 'write a name such as `${{ params.size }}`');
    if (at >= this.text.length) return fail('expression-syntax', this.from, 3, `\`\${{\` is not closed, or longer than ${String(limits.expression)} characters`, 'close it with `}}`');
    if (found === '}') return fail('expression-syntax', at, 1, '`${{` is closed by two braces, and here is one', 'close it with `}}`');
    const isOperator = /^[=!<>&|?:%^~]/.test(found);
    return fail('expression-syntax', at, found.length, isOperator ? `expressions have no operator ${quote(found)}` : `${expected} is expected, found ${quote(found)}`, OPERATORS);
  }
}

/** Total and free of side effects: every expression ends in a value or a problem. */
export function evaluateExpression(expression: Expression, scope: Scope): Evaluation {
  try {
    return { kind: 'value', value: evaluate(expression, scope) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.problem === 'broken' ? { kind: 'broken' } : { kind: 'error', problem: error.problem };
  }
}

function evaluate(expression: Expression, scope: Scope): Json {
  switch (expression.kind) {
    case 'literal': return expression.value;
    case 'path': return evaluatePath(expression.root, expression.steps, scope);
    case 'negation': return 0 - number(evaluate(expression.operand, scope), expression);
    case 'arithmetic': {
      const left = number(evaluate(expression.left, scope), expression);
      const right = number(evaluate(expression.right, scope), expression);
      const result = calculate(expression.operator, left, right);
      if (!Number.isFinite(result)) fail('bad-number', expression.at, expression.length, `${String(left)} ${expression.operator} ${String(right)} is not a number`, right === 0 && expression.operator === '/' ? 'what divides must not be 0' : 'use smaller numbers');
      if (Number.isInteger(result) && !Number.isSafeInteger(result) && Number.isSafeInteger(left) && Number.isSafeInteger(right)) {
        fail('bad-number', expression.at, expression.length, `${String(left)} ${expression.operator} ${String(right)} is beyond the whole numbers that are exact, up to 2^53`, 'use smaller numbers, or fractions');
      }
      return result;
    }
  }
}

function calculate(operator: '+' | '-' | '*' | '/', left: number, right: number): number {
  switch (operator) {
    case '+': return left + right;
    case '-': return left - right;
    case '*': return left * right;
    case '/': return left / right;
  }
}

function number(value: Json, { at, length }: { readonly at: number; readonly length: number }): number {
  return typeof value === 'number' ? value : fail('wrong-type', at, length, `+ - * / need numbers, found ${describeJson(value)}`, 'texts are put together without operators: `${{ params.a }}-${{ params.b }}`');
}

function evaluatePath(root: Name, steps: readonly Step[], scope: Scope): Json {
  const names = scope.names(root.name);
  if (names === undefined) {
    return fail('unknown-name', root.at, root.name.length, `unknown name ${quote(root.name)}`, () => rootHint(root.name, scope));
  }
  const [first, ...rest] = steps;
  if (first?.kind !== 'key') {
    return fail('expression-syntax', root.at, root.name.length, `${root.name} is all of them together, not one value`, `write ${root.name}.${[...names][0] ?? 'name'}`);
  }
  let value = scope.value(root.name, first.key.name);
  let path = `${root.name}.${first.key.name}`;
  if (value === undefined) fail('unknown-name', first.key.at, first.key.name.length, `unknown name ${quote(path)}`, () => hintFor(first.key.name, names, root.name === 'matrix' ? 'the task has no matrix: give it one, `matrix: { city: [rome, oslo] }`' : `there are no ${root.name}`));
  if (value === BROKEN) throw new Problem('broken');
  for (const step of rest) {
    const key = step.kind === 'key' ? step.key.name : indexValue(evaluate(step.index, scope), step.at);
    const at = step.kind === 'key' ? step.key.at : step.at;
    const length = step.kind === 'key' ? step.key.name.length : 1;
    value = descend(value, key, path, at, length);
    path += typeof key === 'number' ? `[${String(key)}]` : `.${key}`;
  }
  return value;
}

function indexValue(index: Json, at: number): string | number {
  if (typeof index === 'string' || (typeof index === 'number' && Number.isInteger(index))) return index;
  return fail('wrong-type', at, 1, `an index must be a whole number or a key, found ${describeJson(index)}`, 'the first item of a list is [0]');
}

function descend(value: Json, key: string | number, path: string, at: number, length: number): Json {
  if (Array.isArray(value)) {
    if (typeof key !== 'number') return fail('unknown-name', at, length, `${path} is a list, and ${quote(key)} is not an index`, `write ${path}[0]`);
    return value[key] ?? (key in value ? null : fail('unknown-name', at, length, `${path} has ${String(value.length)} items, there is no [${String(key)}]`, value.length === 0 ? 'it is empty' : `the last is [${String(value.length - 1)}]`));
  }
  if (typeof value !== 'object' || value === null) return fail('unknown-name', at, length, `${path} is ${describeJson(value)} and has nothing inside`, `write ${path}`);
  const inner = own(value, String(key));
  return inner === undefined ? fail('unknown-name', at, length, `unknown name ${quote(`${path}.${String(key)}`)}`, () => hintFor(String(key), Object.keys(value), `${path} is empty`)) : inner;
}

/** Names at the start of an expression that other tools have, or that are written short. */
function rootHint(name: string, scope: Scope): string | undefined {
  for (const root of scope.roots) if ([...scope.names(root) ?? []].includes(name)) return `did you mean "${root}.${name}"?`;
  const nearest = nearestName(name, [...scope.roots]);
  if (nearest !== undefined) return `did you mean ${quote(nearest)}?`;
  if (name === 'matrix') return 'only a task with a matrix has one, and only in its own inputs and parameters';
  if (name === 'env' || name === 'secrets') return 'list the variable under `environment:`; the command reads it as $NAME';
  return 'expressions know `params`, and `matrix` in a task that has one; an output of a task stands bare under `inputs:`, as "task.output"';
}

function hintFor(name: string, known: Iterable<string>, none: string): string | undefined {
  const names = [...known];
  const [before = ''] = name.split('-');
  if (before !== name && names.includes(before)) return `to subtract, put spaces around the minus: "${before} - …"`;
  return names.length === 0 ? none : suggest(name, names);
}

/** `the text "x"`, `the number 3`, `a list`: for messages. */
export function describeJson(value: Json): string {
  if (value === null) return 'nothing';
  if (typeof value === 'string') return `the text ${quote(value)}`;
  if (typeof value === 'number') return `the number ${String(value)}`;
  if (typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'a list' : 'a map';
}

/** `params.x.y` or `matrix.x` when the expression is nothing but a path of fixed names; for `why`. */
export function parameterPath(expression: Expression): string | undefined {
  if (expression.kind !== 'path') return undefined;
  let path = expression.root.name;
  for (const step of expression.steps) {
    if (step.kind === 'key') path += `.${step.key.name}`;
    else if (step.index.kind === 'literal') path += `[${JSON.stringify(step.index.value)}]`;
    else return undefined;
  }
  return path;
}

/** Names directly under a root that the expression reads. */
export function* namesUnder(root: string, expression: Expression): Generator<string> {
  switch (expression.kind) {
    case 'literal': return;
    case 'negation': return yield* namesUnder(root, expression.operand);
    case 'arithmetic':
      yield* namesUnder(root, expression.left);
      return yield* namesUnder(root, expression.right);
    case 'path': {
      const [first] = expression.steps;
      if (expression.root.name === root && first?.kind === 'key') yield first.key.name;
      for (const step of expression.steps) if (step.kind === 'index') yield* namesUnder(root, step.index);
    }
  }
}
