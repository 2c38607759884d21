import type { Language } from './language.js';
import { functionName, resultType } from './program.js';
import type { Expression, Program, Statement, Type } from './program.js';

/** The canonical text of a program, doc comment first, with a line break at the end. */
export function render(program: Program, language: Language): string {
  return `${renderHeader(program, language)}${renderBody(program, language)}`;
}

/** The doc comment and the function up to where its body begins: what a benchmark shows a model. */
export function renderHeader(program: Program, language: Language): string {
  const comment = `${language.lexical.comments[0] ?? ''} ${program.words.join(' ')}`;
  const parameters = program.parameters.map(({ name, type }) => fill(required(language.parameters[type], language, `a parameter of type ${type}`), { 0: `${language.lexical.sigil}${name}` }));
  const signature = language.function.slice(0, language.function.indexOf('{body}'));
  const header = fill(signature, { name: functionName(program), parameters: parameters.join(', '), result: typeText(resultType(program), language) });
  return `${comment}\n${header}${language.block.open}`;
}

/** The rest: what a model is to write. */
export function renderBody(program: Program, language: Language): string {
  return `${block(program.body, language, 0).slice(language.block.open.length)}\n`;
}

function typeText(type: Type, language: Language): string {
  return language.types[type] ?? '';
}

const hole = /\{([a-z]+|[0-9])\}/g;

/** Replaces the holes of a template. */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(hole, (whole, name: string) => values[name] ?? whole);
}

function required(template: string | undefined, language: Language, what: string): string {
  if (template === undefined) throw new Error(`${language.name} cannot express ${what}; see isExpressible`);
  return template;
}

const indentOf = (depth: number) => '    '.repeat(depth);

/** A block with its delimiters; `depth` is that of the construct it belongs to. */
function block(statements: readonly Statement[], language: Language, depth: number): string {
  const lines = statements.map((statement) => `\n${indentOf(depth + 1)}${renderStatement(statement, language, depth + 1)}`);
  const close = language.block.close === '' ? '' : `\n${indentOf(depth)}${language.block.close}`;
  return `${language.block.open}${lines.join('')}${close}`;
}

function renderStatement(statement: Statement, language: Language, depth: number): string {
  const template = required(language.statements[statement.kind], language, `the statement '${statement.kind}'`);
  return fill(template.replaceAll('\n', `\n${indentOf(depth)}`), statementHoles(statement, language, depth)) + otherwiseOf(statement, language, depth);
}

function otherwiseOf(statement: Statement, language: Language, depth: number): string {
  if (statement.kind !== 'if' || statement.otherwise.length === 0) return '';
  const template = required(language.statements.else, language, 'an else branch');
  return fill(template.replaceAll('\n', `\n${indentOf(depth)}`), { otherwise: block(statement.otherwise, language, depth) });
}

function statementHoles(statement: Statement, language: Language, depth: number): Readonly<Record<string, string>> {
  const text = (expression: Expression) => renderExpression(expression, language);
  const variable = (name: string) => `${language.lexical.sigil}${name}`;
  switch (statement.kind) {
    case 'return': case 'evaluate': case 'print': return { value: text(statement.value) };
    case 'return-none': return {};
    case 'if': return { condition: text(statement.condition), then: block(statement.then, language, depth) };
    case 'declare': return { target: variable(statement.target), type: statement.type === undefined ? '' : typeText(statement.type, language).trim(), value: text(statement.value) };
    case 'assign': return { target: variable(statement.target), value: text(statement.value) };
    case 'append': return { list: variable(statement.list), value: text(statement.value) };
    case 'sort': return { list: variable(statement.list) };
    case 'remove': return { list: variable(statement.list), at: text(statement.at) };
    case 'set': return { list: variable(statement.list), at: text(statement.at), value: text(statement.value) };
    case 'try': return { error: variable('e'), body: block(statement.body, language, depth), handler: block(statement.handler, language, depth) };
  }
}

const tightest = 100;

export function renderExpression(expression: Expression, language: Language): string {
  return at(expression, language, Number.NEGATIVE_INFINITY);
}

/** The expression where an operator of precedence `floor` or looser would need parentheses. */
function at(expression: Expression, language: Language, floor: number): string {
  const { text, precedence } = written(expression, language);
  return precedence < floor ? `(${text})` : text;
}

function written(expression: Expression, language: Language): { text: string; precedence: number } {
  const atom = (text: string) => ({ text, precedence: tightest });
  switch (expression.kind) {
    case 'int': case 'float': return atom(String(expression.value));
    case 'string': return atom(`"${expression.value}"`);
    case 'boolean': return atom(expression.value ? language.literals.true : language.literals.false);
    case 'none': return atom(required(language.literals.none, language, 'none'));
    case 'type': return atom(required(language.literals.types[expression.type], language, `the type ${expression.type}`));
    case 'variable': return atom(`${language.lexical.sigil}${expression.name}`);
    case 'call': return atom(applied(required(language.builtins[expression.builtin], language, `the built-in '${expression.builtin}'`), expression.arguments, language));
    case 'list': return atom(`${language.list?.[0] ?? required(undefined, language, 'a list literal')}${expression.items.map((item) => renderExpression(item, language)).join(', ')}${language.list?.[1] ?? ''}`);
    case 'index': return atom(applied(language.index, [expression.list, expression.at], language));
    // The operand is always in parentheses: what follows is then the same in every language.
    case 'not': return { text: fill(language.not.template, { operand: `(${renderExpression(expression.operand, language)})` }), precedence: language.not.precedence };
    case 'negate': return { text: fill(language.negate.template, { operand: at(expression.operand, language, language.negate.precedence + 1) }), precedence: language.negate.precedence };
    case 'binary': return binary(expression, language);
    case 'unpacked': return { text: `${language.unpacking ?? ''}${renderExpression(expression.operand, language)}`, precedence: Number.NEGATIVE_INFINITY };
    case 'unknown': return atom(`${expression.name}(${expression.arguments.map((argument) => renderExpression(argument, language)).join(', ')})`);
  }
}

/** A template of expressions; one that begins with its first argument needs that one to bind tightly. */
function applied(template: string, expressions: readonly Expression[], language: Language): string {
  const values = expressions.map((expression, index) => at(expression, language, index === 0 && template.startsWith('{0}') ? tightest : Number.NEGATIVE_INFINITY));
  return fill(template, Object.fromEntries(values.entries()));
}

function binary(expression: Extract<Expression, { kind: 'binary' }>, language: Language): { text: string; precedence: number } {
  const operator = language.operators.find((candidate) => candidate.operator === expression.operator);
  const { symbol, precedence, associativity } = operator ?? { symbol: required(undefined, language, `the operator '${expression.operator}'`), precedence: 0, associativity: 'left' };
  const left = at(expression.left, language, associativity === 'left' ? precedence : precedence + 1);
  return { text: `${left} ${symbol} ${at(expression.right, language, precedence + 1)}`, precedence };
}
