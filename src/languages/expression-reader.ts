import { Cursor } from './cursor.js';
import type { BuiltinSyntax, Part, WrittenType } from './grammar.js';
import type { OperatorSyntax } from './language.js';
import type { Expression } from './program.js';
import type { Token } from './tokens.js';

const symbol = (text: string): Token => ({ kind: 'symbol', text, offset: 0 });
const parentheses = { open: [symbol('(')], close: [symbol(')')] };

const tuple = (items: readonly Expression[]): Expression => ({ kind: 'unknown', name: '()', arguments: items });

type BinaryExpression = Extract<Expression, { kind: 'binary' }>;

/** Reads expressions: precedence climbing over the operators of the table, templates for everything else. */
export class ExpressionReader extends Cursor {
  /** What a whole expression at a token is, and where it ends: a construct that fails late does not read it again. */
  private readonly known = new Map<number, { readonly expression: Expression | undefined; readonly end: number }>();

  /** @param floor precedence of the operator before it, in a template */
  protected expression(floor?: number): Expression | undefined {
    if (floor !== undefined) return this.attempt(() => this.operation(floor));
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
        return operand === undefined ? undefined : { kind: 'negate', operand: { kind: 'negate', operand } };
      }
    }
    return this.postfixed();
  }

  private postfixed(): Expression | undefined {
    const primary = this.primary();
    if (primary === undefined) return undefined;
    if ((primary.kind === 'int' || primary.kind === 'float') && !this.grammar.language.members) return primary;
    let expression = primary;
    for (let longer = this.postfix(expression); longer !== undefined; longer = this.postfix(expression)) expression = longer;
    return expression;
  }

  private postfix(subject: Expression): Expression | undefined {
    const read = this.nested(() => this.postfixBuiltin(subject) ?? this.attempt(() => this.index(subject)) ?? this.attempt(() => this.call(subject)));
    return read ?? (this.grammar.language.members ? this.attempt(() => this.member(subject)) : undefined);
  }

  private postfixBuiltin(subject: Expression): Expression | undefined {
    // Only a variable can be assigned to: PHP's `$xs[] = 3`.
    const assigns = ({ parts }: BuiltinSyntax) => parts.some((part) => 'token' in part && part.token.text === '=');
    const candidates = subject.kind === 'variable' ? this.grammar.postfixBuiltins : this.grammar.postfixBuiltins.filter((syntax) => !assigns(syntax));
    return this.firstBuiltin(candidates, subject);
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
    const name = `.${this.advance().text}`;
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
        if (place === parts.length - 1 && place > 0 && 'hole' in (parts[place - 1] as Part)) this.trailingComma(part.token);
        if (!this.accept(part.token)) return undefined;
        continue;
      }
      const value = place === 0 && subject !== undefined ? subject : this.expression(part.floor);
      const before = values.get(part.hole);
      if (value === undefined || (before !== undefined && JSON.stringify(before) !== JSON.stringify(value))) return undefined;
      values.set(part.hole, value);
    }
    return [...values].sort(([one], [other]) => Number(one) - Number(other)).map(([, value]) => value);
  }

  private trailingComma(next: Token): void {
    const { trailingComma } = this.grammar.language;
    if (trailingComma === true || (trailingComma === 'calls' && next.text === ')')) this.acceptSymbol(',');
  }

  private primary(): Expression | undefined {
    const { token } = this;
    switch (token.kind) {
      case 'int': return this.int();
      case 'float': this.advance(); return { kind: 'float', value: Number(token.text) };
      case 'string': return this.typeLiteral() ?? { kind: 'string', value: this.text() };
      case 'variable': this.advance(); return { kind: 'variable', name: token.text };
      case 'symbol': return this.parenthesised() ?? this.firstBuiltin(this.grammar.prefixBuiltins) ?? this.attempt(() => this.listLiteral());
      case 'word': return this.firstBuiltin(this.grammar.prefixBuiltins) ?? this.typeLiteral() ?? this.attempt(() => this.listLiteral()) ?? this.name();
      case 'newline': case 'indent': case 'dedent': case 'end': return undefined;
    }
  }

  private int(): Expression {
    const { text } = this.advance();
    const { unsigned } = this.grammar.language.lexical;
    const value = Number.parseFloat(text);
    return unsigned !== undefined && text.endsWith(unsigned) ? { kind: 'int', value, unsigned: true } : { kind: 'int', value };
  }

  private text(): string {
    const { text } = this.advance();
    const goesOn = this.grammar.language.lexical.joinsStrings === true && this.isAtKind('string');
    return goesOn ? text + this.text() : text;
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
      const inner = this.grammar.language.tuples === true && this.atSymbol(')') ? tuple([]) : this.wholeExpression();
      return inner !== undefined && this.acceptSymbol(')') ? inner : undefined;
    });
  }

  /** What comes after an expression and a comma, if something does: the last counts. */
  private lastExpression(first: Expression | undefined): Expression | undefined {
    let last = first;
    while (last !== undefined && this.acceptSymbol(',')) {
      const next = this.expression();
      last = next === undefined ? undefined : { kind: 'call', builtin: 'last', arguments: [last, next] };
    }
    return last;
  }

  /** An expression, or several with commas between them that are one value. */
  protected wholeExpression(floor?: number): Expression | undefined {
    const first = this.expression(floor);
    const { tuples } = this.grammar.language;
    if (tuples === 'last') return this.lastExpression(first);
    if (first === undefined || tuples !== true || !this.atSymbol(',')) return first;
    const items = [first];
    while (this.acceptSymbol(',')) {
      const item = this.expression();
      if (item === undefined) break;
      items.push(item);
    }
    return tuple(items);
  }

  /** A constant, a type, a variable, or a name that means nothing. */
  private name(): Expression | undefined {
    const text = this.token.text;
    const constant = this.grammar.constants.get(this.fold(text));
    if (constant === undefined && this.isKeyword(text)) return undefined;
    this.advance();
    if (constant !== undefined) return constant === null ? { kind: 'none' } : { kind: 'boolean', value: constant };
    const values = this.attempt(() => this.callArguments());
    if (values !== undefined) return { kind: 'unknown', name: this.fold(text), arguments: values };
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
      const value = this.listed();
      if (value === undefined) return undefined;
      values.push(value);
      if (closes()) break;
      if (!this.acceptSymbol(',')) return undefined;
    }
    return values;
  }

  private listed(): Expression | undefined {
    const unpacking = this.grammar.language.unpacking;
    if (unpacking === undefined || !this.acceptSymbol(unpacking)) return this.expression();
    const operand = this.expression();
    return operand === undefined ? undefined : { kind: 'unpacked', operand };
  }

  private accepts(tokens: readonly Token[]): boolean {
    return this.attempt(() => (tokens.every((token) => this.accept(token)) ? true : undefined)) ?? false;
  }
}
