import { Cursor } from './cursor.js';
import type { BuiltinSyntax, Part, WrittenType } from './grammar.js';
import type { OperatorSyntax } from './language.js';
import type { Expression } from './program.js';
import type { Token } from './tokens.js';

const symbol = (text: string): Token => ({ kind: 'symbol', text, offset: 0 });
const parentheses = { open: [symbol('(')], close: [symbol(')')] };

type BinaryExpression = Extract<Expression, { kind: 'binary' }>;

/** Reads expressions: precedence climbing over the operators of the table, templates for everything else. */
export class ExpressionReader extends Cursor {
  /** What a whole expression at a token is, and where it ends: a construct that fails late does not read it again. */
  private readonly known = new Map<number, { readonly expression: Expression | undefined; readonly end: number }>();

  protected expression(): Expression | undefined {
    const start = this.position;
    const before = this.known.get(start);
    if (before !== undefined) {
      this.position = before.end;
      return before.expression;
    }
    const expression = this.attempt(() => this.operation(Number.NEGATIVE_INFINITY));
    this.known.set(start, { expression, end: this.position });
    return expression;
  }

  /** An expression of operators that bind at least as tightly as `floor`. */
  private operation(floor: number): Expression | undefined {
    return this.nested(() => {
      let left = this.prefixed(floor);
      let chained: Expression | undefined;
      for (let operator = this.operatorAt(floor); left !== undefined && operator !== undefined; operator = this.operatorAt(floor)) {
        this.advance();
        const right = this.operation(operator.precedence + 1);
        if (right === undefined) return undefined;
        const next = this.operatorAt(operator.precedence);
        const goesOn = next?.precedence === operator.precedence;
        if (operator.associativity === 'none' && goesOn) return undefined;
        const operation: BinaryExpression = { kind: 'binary', operator: operator.operator, left: operator.associativity === 'chain' ? chained ?? left : left, right };
        left = operator.associativity === 'chain' && chained !== undefined ? { kind: 'binary', operator: 'and', left, right: operation } : operation;
        chained = operator.associativity === 'chain' && goesOn ? right : undefined;
      }
      return left;
    });
  }

  private operatorAt(floor: number): OperatorSyntax | undefined {
    const { token } = this;
    if (token.kind !== 'symbol' && token.kind !== 'word') return undefined;
    const operator = this.grammar.operators.get(this.fold(token.text));
    return operator !== undefined && operator.precedence >= floor ? operator : undefined;
  }

  private prefixed(floor: number): Expression | undefined {
    const { token } = this;
    if (token.kind === 'symbol' || token.kind === 'word') {
      const prefix = this.grammar.prefixes.get(this.fold(token.text));
      if (prefix !== undefined) {
        if (prefix.precedence < floor) return undefined;
        this.advance();
        const operand = this.operation(prefix.precedence);
        return operand === undefined ? undefined : { kind: prefix.kind, operand };
      }
      if (this.atSymbol('+')) {
        this.advance();
        const operand = this.operation(this.grammar.language.negate.precedence);
        return operand === undefined ? undefined : { kind: 'binary', operator: '+', left: { kind: 'int', value: 0 }, right: operand };
      }
    }
    return this.postfixed();
  }

  private postfixed(): Expression | undefined {
    const primary = this.primary();
    if (primary === undefined) return undefined;
    if (primary.kind === 'int' && !this.grammar.language.members) return primary;
    let expression = primary;
    for (let longer = this.postfix(expression); longer !== undefined; longer = this.postfix(expression)) expression = longer;
    return expression;
  }

  private postfix(subject: Expression): Expression | undefined {
    const read = this.nested(() => this.postfixBuiltin(subject) ?? this.attempt(() => this.index(subject)) ?? this.attempt(() => this.call(subject)));
    return read ?? (this.grammar.language.members ? this.attempt(() => this.member(subject)) : undefined);
  }

  private postfixBuiltin(subject: Expression): Expression | undefined {
    return this.firstBuiltin(this.grammar.postfixBuiltins, subject);
  }

  /** @param subject what a built-in that begins with an expression comes after */
  private firstBuiltin(candidates: readonly BuiltinSyntax[], subject?: Expression): Expression | undefined {
    for (const { builtins: [builtin], parts } of candidates) {
      const values = this.attempt(() => this.operands(parts, subject));
      if (values !== undefined && builtin !== undefined) return { kind: 'call', builtin, arguments: values };
    }
    return undefined;
  }

  private index(subject: Expression): Expression | undefined {
    const [list, at] = this.operands(this.grammar.index, subject) ?? [];
    return list === undefined || at === undefined ? undefined : { kind: 'index', list, at };
  }

  private call(subject: Expression): Expression | undefined {
    const values = this.callArguments();
    return values === undefined ? undefined : { kind: 'unknown', name: 'call', arguments: [subject, ...values] };
  }

  private member(subject: Expression): Expression | undefined {
    if (!this.acceptSymbol('.') || this.token.kind !== 'word' || this.isKeyword(this.token.text)) return undefined;
    const name = this.advance().text;
    return { kind: 'unknown', name, arguments: [subject] };
  }

  /**
   * The expressions in the holes of a template, in the order of the holes' numbers; a hole that occurs twice holds the same twice.
   * @param subject in the hole that the template begins with, read already
   */
  private operands(parts: readonly Part[], subject?: Expression): Expression[] | undefined {
    const values = new Map<string, Expression>();
    for (const [place, part] of parts.entries()) {
      if ('token' in part) {
        if (!this.accept(part.token)) return undefined;
        continue;
      }
      const value = place === 0 && subject !== undefined ? subject : this.expression();
      const before = values.get(part.hole);
      if (value === undefined || (before !== undefined && JSON.stringify(before) !== JSON.stringify(value))) return undefined;
      values.set(part.hole, value);
    }
    return [...values].sort(([one], [other]) => Number(one) - Number(other)).map(([, value]) => value);
  }

  private primary(): Expression | undefined {
    const { token } = this;
    switch (token.kind) {
      case 'int': this.advance(); return { kind: 'int', value: Number(token.text) };
      case 'string': return this.typeLiteral() ?? { kind: 'string', value: this.advance().text };
      case 'variable': this.advance(); return { kind: 'variable', name: token.text };
      case 'symbol': return this.parenthesised() ?? this.firstBuiltin(this.grammar.prefixBuiltins) ?? this.attempt(() => this.listLiteral());
      case 'word': return this.firstBuiltin(this.grammar.prefixBuiltins) ?? this.typeLiteral() ?? this.attempt(() => this.listLiteral()) ?? this.name();
      case 'newline': case 'indent': case 'dedent': case 'end': return undefined;
    }
  }

  private typeLiteral(): Expression | undefined {
    const type = this.written(this.grammar.typeLiterals);
    return type === undefined ? undefined : { kind: 'type', type };
  }

  /** The type that is written here, if one is. */
  protected written<Name>(types: readonly WrittenType<Name>[]): Name | undefined {
    return types.find(({ tokens }) => this.accepts(tokens))?.type;
  }

  private parenthesised(): Expression | undefined {
    return this.attempt(() => {
      if (!this.acceptSymbol('(')) return undefined;
      const inner = this.expression();
      return inner !== undefined && this.acceptSymbol(')') ? inner : undefined;
    });
  }

  /** A constant, a type, a variable, or a name that means nothing. */
  private name(): Expression | undefined {
    const text = this.token.text;
    const constant = this.grammar.constants.get(this.fold(text));
    if (constant === undefined && this.isKeyword(text)) return undefined;
    this.advance();
    if (constant !== undefined) return constant === null ? { kind: 'none' } : { kind: 'boolean', value: constant };
    const values = this.attempt(() => this.callArguments());
    if (values !== undefined) return { kind: 'unknown', name: text, arguments: values };
    return this.grammar.language.lexical.sigil === '' ? { kind: 'variable', name: text } : { kind: 'unknown', name: text, arguments: [] };
  }

  private listLiteral(): Expression | undefined {
    const { list } = this.grammar;
    const items = list === undefined ? undefined : this.enumerated(list.open, list.close);
    return items === undefined ? undefined : { kind: 'list', items };
  }

  private callArguments(): Expression[] | undefined {
    return this.enumerated(parentheses.open, parentheses.close);
  }

  /** Expressions between delimiters, with commas between them and perhaps one after the last. */
  private enumerated(open: readonly Token[], close: readonly Token[]): Expression[] | undefined {
    const closes = () => this.accepts(close);
    if (!this.accepts(open)) return undefined;
    const values: Expression[] = [];
    while (!closes()) {
      const value = this.expression();
      if (value === undefined) return undefined;
      values.push(value);
      if (closes()) break;
      if (!this.acceptSymbol(',')) return undefined;
    }
    return values;
  }

  private accepts(tokens: readonly Token[]): boolean {
    return this.attempt(() => (tokens.every((token) => this.accept(token)) ? true : undefined)) ?? false;
  }
}
