/** What token files hold of a language. Tokens count the end-of-text that closes each document. */
export interface TokenCount { readonly documents: number; readonly tokens: number }

/** How many tokens a document takes in a training stream: its own and the end-of-text that closes it. Budgets and Eq. 3 count these. */
export function streamTokens(tokens: ArrayLike<number>): number {
  return tokens.length + 1;
}

/** Counts documents and tokens of each language while they pass. */
export class LanguageTokens {
  readonly #counts = new Map<string, { documents: number; tokens: number }>();

  add(language: string, tokens: ArrayLike<number>): void {
    let count = this.#counts.get(language);
    if (count === undefined) {
      count = { documents: 0, tokens: 0 };
      this.#counts.set(language, count);
    }
    count.documents += 1;
    count.tokens += streamTokens(tokens);
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, { tokens }) => sum + tokens, 0);
  }

  /** Sorted by language. */
  get byLanguage(): Record<string, TokenCount> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
