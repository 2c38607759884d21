import { Cursor } from './cursor.js';
import type { BuiltinSyntax, Part } from './grammar.js';
import type { OperatorSyntax } from './language.js';
import type { Expression } from './program.js';

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
    return this.firstBuiltin(this.grammar.postfixBuiltins, [subject]);
  }

  private firstBuiltin(candidates: readonly BuiltinSyntax[], given: readonly Expression[]): Expression | undefined {
    for (const { builtins: [builtin], parts } of candidates) {
      const values = this.attempt(() => this.operands(given.length === 0 ? parts : parts.slice(1)));
      if (values !== undefined && builtin !== undefined) return { kind: 'call', builtin, arguments: [...given, ...values] };
    }
    return undefined;
  }

  private index(subject: Expression): Expression | undefined {
    const values = this.operands(this.grammar.index.slice(1));
    return values?.[0] === undefined ? undefined : { kind: 'index', list: subject, at: values[0] };
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

  /** The expressions in the holes of a template, in order of first occurrence; a hole that occurs twice holds the same twice. */
  private operands(parts: readonly Part[]): Expression[] | undefined {
    const values = new Map<string, Expression>();
    for (const part of parts) {
      if ('token' in part) {
        if (!this.accept(part.token)) return undefined;
        continue;
      }
      const value = this.expression();
      const before = values.get(part.hole);
      if (value === undefined || (before !== undefined && JSON.stringify(before) !== JSON.stringify(value))) return undefined;
      values.set(part.hole, value);
    }
    return [...values.values()];
  }

  private primary(): Expression | undefined {
    const { token } = this;
    switch (token.kind) {
      case 'int': this.advance(); return { kind: 'int', value: Number(token.text) };
      case 'string': this.advance(); return this.stringOrType(token.text);
      case 'variable': this.advance(); return { kind: 'variable', name: token.text };
      case 'symbol': return this.parenthesised() ?? this.attempt(() => this.listLiteral());
      case 'word': return this.firstBuiltin(this.grammar.prefixBuiltins, []) ?? this.name();
      case 'newline': case 'indent': case 'dedent': case 'end': return undefined;
    }
  }

  private stringOrType(text: string): Expression {
    const type = this.grammar.typeNames.get(`"${text}"`);
    return type === undefined ? { kind: 'string', value: text } : { kind: 'type', type };
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
    const type = this.grammar.typeNames.get(text);
    if (type !== undefined) return { kind: 'type', type };
    const values = this.attempt(() => this.callArguments());
    if (values !== undefined) return { kind: 'unknown', name: text, arguments: values };
    return this.grammar.language.lexical.sigil === '' ? { kind: 'variable', name: text } : { kind: 'unknown', name: text, arguments: [] };
  }

  private listLiteral(): Expression | undefined {
    const { list } = this.grammar.language;
    const items = list === undefined ? undefined : this.enumerated(...list);
    return items === undefined ? undefined : { kind: 'list', items };
  }

  private callArguments(): Expression[] | undefined {
    return this.enumerated('(', ')');
  }

  /** Expressions between two symbols, with commas between them and perhaps one after the last. */
  private enumerated(open: string, close: string): Expression[] | undefined {
    if (!this.acceptSymbol(open)) return undefined;
    const values: Expression[] = [];
    while (!this.acceptSymbol(close)) {
      const value = this.expression();
      if (value === undefined) return undefined;
      values.push(value);
      if (!this.acceptSymbol(',') && !this.atSymbol(close)) return undefined;
    }
    return values;
  }
}
