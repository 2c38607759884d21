import { ExpressionReader } from './expression-reader.js';
import type { Grammar, Hole, Part } from './grammar.js';
import type { Expression, Parameter, Program, Statement, StatementKind, Type } from './program.js';
import type { SyntaxProblem, Token } from './tokens.js';

/** What the holes of a statement or function template held. */
interface Holes {
  readonly expressions: Map<string, Expression>;
  readonly names: Map<string, string>;
  readonly blocks: Map<string, readonly Statement[]>;
  type?: Type | undefined;
}

/** A program and what its header says it gives: `any` where it says nothing. */
export interface DeclaredProgram {
  readonly program: Program;
  readonly result: Type;
}

/** Reads one function by the templates of one language; undefined means "not this construct". */
export class ProgramReader extends ExpressionReader {
  private parameters: readonly Parameter[] = [];
  private result: Type | undefined;

  constructor(tokens: readonly Token[], grammar: Grammar, private readonly types: readonly Type[]) {
    super(tokens, grammar);
  }

  program(): DeclaredProgram | SyntaxProblem {
    this.skipNewlines();
    const holes = this.match(this.grammar.function);
    const after = holes === undefined ? undefined : this.after();
    if (holes === undefined || after === undefined || this.token.kind !== 'end') return this.problem();
    const [verb = '', ...rest] = (holes.names.get('name') ?? '').split('_');
    const program = { words: [verb, rest.join('_')] as const, parameters: this.parameters, body: holes.blocks.get('body') ?? [], ...(after.length > 0 ? { after } : {}) };
    return { program, result: this.result ?? 'any' };
  }

  /** What follows the function. */
  private after(): readonly Statement[] | undefined {
    const { language, blockClose } = this.grammar;
    const statements: Statement[] = [];
    while (this.token.kind !== 'end') {
      if (this.token.kind === 'newline' || (blockClose !== undefined && language.after !== 'nothing' && this.atSymbol(';'))) {
        this.advance();
        continue;
      }
      const next = language.after === 'statements' ? this.statements() : undefined;
      // Python: a return belongs in a function.
      if (next === undefined || (blockClose === undefined && containsReturn(next))) return undefined;
      statements.push(...next);
    }
    return statements;
  }

  private match(parts: readonly Part[]): Holes | undefined {
    const holes: Holes = { expressions: new Map(), names: new Map(), blocks: new Map() };
    const matched = parts.every((part, place) => ('token' in part ? this.accept(part.token) : this.fillHole(part, holes, this.isWhole(parts, place))));
    return matched ? holes : undefined;
  }

  /** @param isWhole it may be several expressions, with commas */
  private fillHole({ hole, floor }: Hole, holes: Holes, isWhole: boolean): boolean {
    switch (hole) {
      case 'condition':
        if (this.grammar.language.block.initialiser === true) this.acceptSymbol(';');
        return put(holes.expressions, hole, isWhole ? this.wholeExpression() : this.expression());
      case 'otherwise': return put(holes.blocks, hole, this.elseIf() ?? this.block());
      case 'then': return put(holes.blocks, hole, this.block());
      case 'body': case 'handler': return put(holes.blocks, hole, this.block('delimited'));
      case 'list': case 'target': case '0': return put(holes.names, hole, this.variable());
      case 'error': return put(holes.names, hole, this.token.text.startsWith(this.grammar.language.lexical.sigil || ' ') ? undefined : this.variable());
      case 'name': return put(holes.names, hole, this.word());
      case 'parameters': return this.parameterList();
      case 'result': return (this.result = this.written(this.grammar.types)) !== undefined;
      case 'type': return (holes.type = this.written(this.grammar.types)) !== undefined;
      default: return put(holes.expressions, hole, isWhole ? this.wholeExpression(floor) : this.expression(floor));
    }
  }

  /** Whether a hole may hold several expressions: the last of a template, and where commas make one of them also a condition, and what is returned or a statement. */
  private isWhole(parts: readonly Part[], place: number): boolean {
    if (this.grammar.language.tuples !== 'last') return place === parts.length - 1;
    const [part, before] = [parts[place], parts[place - 1]];
    const isCondition = part !== undefined && 'hole' in part && part.hole === 'condition';
    return isCondition || before === undefined || ('token' in before && before.token.text === 'return');
  }

  private word(): string | undefined {
    if (this.token.kind !== 'word' || this.isKeyword(this.token.text)) return undefined;
    return this.advance().text;
  }

  private variable(): string | undefined {
    if (this.grammar.language.lexical.sigil === '') return this.word();
    return this.token.kind === 'variable' ? this.advance().text : undefined;
  }

  private parameterList(): boolean {
    const parameters: Parameter[] = [];
    while (!this.atSymbol(')')) {
      const parameter = this.parameter(parameters.length);
      if (parameter === undefined) return false;
      parameters.push(parameter);
      if (!this.acceptSymbol(',') && !this.atSymbol(')')) return false;
    }
    this.parameters = parameters;
    return true;
  }

  private parameter(index: number): Parameter | undefined {
    for (const { types, parts } of this.grammar.parameters) {
      const name = this.attempt(() => this.match(parts)?.names.get('0'));
      if (name === undefined) continue;
      const type = types.length === 1 ? types[0] : this.types[index];
      return { name, type: type ?? 'any' };
    }
    return undefined;
  }

  private skipNewlines(): void {
    while (this.token.kind === 'newline') this.advance();
  }

  /** @param form `delimited`: a single statement will not do */
  private block(form?: 'delimited'): readonly Statement[] | undefined {
    return this.nested(() => {
      if (this.grammar.language.lexical.newlines === 'indentation') return this.indentedBlock();
      const { blockOpen } = this.grammar;
      const delimited = blockOpen !== undefined && this.isAt(blockOpen);
      return form === 'delimited' && !delimited ? undefined : this.bracedBlock();
    });
  }

  private indentedBlock(): readonly Statement[] | undefined {
    const { blockOpen } = this.grammar;
    if (blockOpen === undefined || !this.accept(blockOpen)) return undefined;
    if (!this.isAtKind('newline')) return this.line();
    this.advance();
    if (!this.isAtKind('indent')) return undefined;
    this.advance();
    const statements: Statement[] = [];
    while (!this.isAtKind('dedent')) {
      const next = this.statements();
      if (next === undefined) return undefined;
      statements.push(...next);
    }
    this.advance();
    return statements;
  }

  /** A statement that stands in a block, or several of them on one line. */
  private statements(): readonly Statement[] | undefined {
    const { blockOpen, blockClose } = this.grammar;
    if (blockOpen === undefined || blockClose === undefined || this.grammar.language.lexical.newlines === 'indentation') return this.line() ?? this.compound();
    return this.isAt(blockOpen) ? this.nested(() => this.bracedBlock()) : this.terminated(blockClose);
  }

  /** Simple statements on one line. */
  private line(): readonly Statement[] | undefined {
    return this.attempt(() => {
      const statements: Statement[] = [];
      do {
        const next = this.single('simple');
        if (next === undefined) return undefined;
        statements.push(...next);
      } while (this.acceptSymbol(';') && this.token.kind !== 'newline');
      if (this.token.kind !== 'newline') return undefined;
      this.advance();
      return statements;
    });
  }

  private compound(): readonly Statement[] | undefined {
    const statement = this.statement('compound');
    return statement === undefined ? undefined : [statement];
  }

  private bracedBlock(): readonly Statement[] | undefined {
    const { blockOpen, blockClose, language } = this.grammar;
    if (blockOpen === undefined || blockClose === undefined) return undefined;
    if (!this.accept(blockOpen)) return language.block.single ? this.singleStatement() : undefined;
    const statements: Statement[] = [];
    while (!this.accept(blockClose)) {
      if (this.emptyStatement()) continue;
      const next = this.statements();
      if (next === undefined) return undefined;
      statements.push(...next);
    }
    return statements;
  }

  private singleStatement(): readonly Statement[] | undefined {
    return this.emptyStatement() ? [] : this.single('any');
  }

  private emptyStatement(): boolean {
    if (this.token.kind === 'newline') {
      this.advance();
      return true;
    }
    return this.acceptSymbol(';');
  }

  /** Go: a statement ends at a line break, a semicolon or the end of its block. Elsewhere templates hold their own end. */
  private terminated(close: Token): readonly Statement[] | undefined {
    while (this.grammar.language.labels === true && this.label());
    const statements = this.single('any');
    if (statements === undefined) return undefined;
    const hasEnd = this.grammar.language.lexical.newlines !== 'terminator' || this.emptyStatement() || this.isAt(close);
    return hasEnd ? statements : undefined;
  }

  private label(): boolean {
    return this.attempt(() => (this.word() !== undefined && this.acceptSymbol(':') ? true : undefined)) ?? false;
  }

  /** One statement, or those that one in several parts stands for: `xs = ys = 3`. */
  private single(wanted: 'simple' | 'any'): readonly Statement[] | undefined {
    const chained = this.grammar.language.lexical.newlines === 'terminator' ? undefined : this.nested(() => this.attempt(() => this.chainedAssignment()));
    if (chained !== undefined) return chained;
    const statement = this.statement(wanted);
    return statement === undefined ? undefined : [statement];
  }

  private chainedAssignment(): readonly Statement[] | undefined {
    const target = this.variable();
    if (target === undefined || !this.acceptSymbol('=')) return undefined;
    const name = this.attempt(() => {
      const next = this.variable();
      return this.atSymbol('=') ? next : undefined;
    });
    if (name === undefined) return undefined;
    this.position -= 1;
    const inner = this.single('simple');
    return inner === undefined ? undefined : [...inner, { kind: 'assign', target, value: { kind: 'variable', name } }];
  }

  private statement(wanted: 'simple' | 'compound' | 'any'): Statement | undefined {
    return this.nested(() => {
      for (const { kind, parts, compound } of this.grammar.statements) {
        if (wanted !== 'any' && compound !== (wanted === 'compound')) continue;
        const statement = this.attempt(() => this.ended(this.built(kind, parts)));
        if (statement !== undefined) return statement;
      }
      return undefined;
    });
  }

  /** Where line breaks end statements, a simple one that goes on is another construct: `xs.append(3) + 4`. */
  private ended(statement: Statement | undefined): Statement | undefined {
    if (statement === undefined || statement.kind === 'if' || statement.kind === 'try' || this.grammar.language.lexical.newlines === 'ignored') return statement;
    const { blockClose } = this.grammar;
    return this.token.kind === 'newline' || this.atSymbol(';') || (blockClose !== undefined && this.isAt(blockClose)) ? statement : undefined;
  }

  private built(kind: StatementKind, parts: readonly Part[]): Statement | undefined {
    const holes = this.match(parts);
    if (holes === undefined) return undefined;
    const value = holes.expressions.get('value') ?? { kind: 'none' };
    const block = (name: string) => holes.blocks.get(name) ?? [];
    const list = holes.names.get('list') ?? '';
    switch (kind) {
      case 'return': case 'evaluate': case 'print': return { kind, value };
      case 'return-none': return { kind };
      case 'declare': return { kind, target: holes.names.get('target') ?? '', ...(holes.type === undefined ? {} : { type: holes.type }), value };
      case 'assign': return { kind, target: holes.names.get('target') ?? '', value };
      case 'append': return { kind, list, value };
      case 'sort': return { kind, list };
      case 'remove': return { kind, list, at: holes.expressions.get('at') ?? value };
      case 'set': return { kind, list, at: holes.expressions.get('at') ?? value, value };
      case 'try': return { kind, body: block('body'), handler: block('handler') };
      case 'if': return { kind, condition: holes.expressions.get('condition') ?? value, then: block('then'), otherwise: this.otherwise() };
    }
  }

  private otherwise(): readonly Statement[] {
    const parts = this.grammar.otherwise;
    if (parts === undefined) return [];
    return this.attempt(() => this.match(parts)?.blocks.get('otherwise')) ?? [];
  }

  private elseIf(): readonly Statement[] | undefined {
    return this.grammar.language.block.elseIf === true ? this.compound() : undefined;
  }
}

/** Keeps what a hole held; false when it held nothing, or when the same hole held something else before. */
function put<Value>(values: Map<string, Value>, hole: string, value: Value | undefined): boolean {
  if (value === undefined) return false;
  const before = values.get(hole);
  values.set(hole, value);
  return before === undefined || before === value;
}

function containsReturn(statements: readonly Statement[]): boolean {
  return statements.some((statement) => {
    switch (statement.kind) {
      case 'return': case 'return-none': return true;
      case 'if': return containsReturn(statement.then) || containsReturn(statement.otherwise);
      case 'try': return containsReturn(statement.body) || containsReturn(statement.handler);
      default: return false;
    }
  });
}
