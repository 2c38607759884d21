import type { Grammar } from './grammar.js';
import type { SyntaxProblem, Token } from './tokens.js';

const maximumDepth = 60;
const maximumSteps = 20_000;

/** A place in a token sequence, with the bounds that keep hostile text from taking long. */
export class Cursor {
  protected position = 0;
  /** The farthest token looked at: where the text went wrong, if it did. */
  private farthest = 0;
  private depth = 0;
  private steps = 0;

  constructor(private readonly tokens: readonly Token[], protected readonly grammar: Grammar) {}

  protected get token(): Token {
    return this.tokens[this.position] as Token;
  }

  protected isAtKind(kind: Token['kind']): boolean {
    return this.token.kind === kind;
  }

  protected advance(): Token {
    const { token } = this;
    if (token.kind !== 'end') this.position += 1;
    this.farthest = Math.max(this.farthest, this.position);
    return token;
  }

  protected isAt(wanted: Token): boolean {
    const { token } = this;
    if (token.kind !== wanted.kind) return false;
    if (token.text === wanted.text) return true;
    return token.kind === 'word' && this.grammar.language.lexical.caseInsensitive && this.fold(token.text) === this.fold(wanted.text);
  }

  protected accept(wanted: Token): boolean {
    if (!this.isAt(wanted)) return false;
    this.advance();
    return true;
  }

  protected atSymbol(text: string): boolean {
    return this.token.kind === 'symbol' && this.token.text === text;
  }

  protected acceptSymbol(text: string): boolean {
    if (!this.atSymbol(text)) return false;
    this.advance();
    return true;
  }

  protected fold(text: string): string {
    return this.grammar.language.lexical.caseInsensitive ? text.toLowerCase() : text;
  }

  protected isKeyword(text: string): boolean {
    return this.grammar.keywords.has(this.fold(text));
  }

  /** Runs `read`; when it does not apply, goes back to where it began. */
  protected attempt<Result>(read: () => Result | undefined): Result | undefined {
    const start = this.position;
    const result = read();
    if (result === undefined) this.position = start;
    return result;
  }

  /** Runs `read` one level deeper; beyond the bounds nothing applies. */
  protected nested<Result>(read: () => Result | undefined): Result | undefined {
    this.steps += 1;
    if (this.depth >= maximumDepth || this.steps > maximumSteps) return undefined;
    this.depth += 1;
    try {
      return read();
    } finally {
      this.depth -= 1;
    }
  }

  protected problem(): SyntaxProblem {
    const { text, kind, offset } = this.tokens[this.farthest] as Token;
    return { kind: 'syntax-error', message: `unexpected ${kind === 'word' || kind === 'symbol' ? `'${text}'` : kind}`, offset };
  }
}
