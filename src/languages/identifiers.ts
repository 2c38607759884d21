/** An identifier of a new language, and what Python calls the same thing. */
export interface IdentifierPair {
  readonly identifier: string;
  readonly python: readonly string[];
}

/** The languages that the paper compares with Python. */
export type TargetName = 'php' | 'csharp' | 'go' | 'cpp';

/**
 * "Working languages detection", paper A.1: the identifiers at which the logit lens looks for the language a model
 * thinks in (3.3). The key of Go's and C++'s `or` is blank in the paper's text (its pipes delimit table cells): `||`.
 * The paper's text says five identifiers per language; its table has 5, 5, 8 and 7.
 */
export const identifierTable: Readonly<Record<TargetName, readonly IdentifierPair[]>> = {
  php: [
    { identifier: 'strlen', python: ['len'] },
    { identifier: 'count', python: ['len'] },
    { identifier: 'sort', python: ['sorted'] },
    { identifier: 'gettype', python: ['type'] },
    { identifier: 'array_sum', python: ['sum'] },
  ],
  csharp: [
    { identifier: 'Console.WriteLine', python: ['print'] },
    { identifier: 'Console.ReadLine', python: ['input'] },
    { identifier: '.IndexOf', python: ['.find', '.index'] },
    { identifier: 'catch', python: ['except'] },
    { identifier: '.Add', python: ['.append'] },
  ],
  go: [
    // `=append` in the paper: the function in `xs = append(xs, 4)`.
    { identifier: 'append', python: ['.append'] },
    { identifier: 'true', python: ['True'] },
    { identifier: 'false', python: ['False'] },
    { identifier: 'func', python: ['def'] },
    { identifier: '&&', python: ['and'] },
    { identifier: '||', python: ['or'] },
    { identifier: '!', python: ['not'] },
    { identifier: 'nil', python: ['None'] },
  ],
  cpp: [
    { identifier: '.push_back', python: ['.append'] },
    { identifier: 'catch', python: ['except'] },
    { identifier: '&&', python: ['and'] },
    { identifier: '||', python: ['or'] },
    { identifier: '!', python: ['not'] },
    { identifier: '.erase', python: ['.pop'] },
    { identifier: 'to_string', python: ['str'] },
  ],
};

/** A place where an identifier is due: the text before it is what a model is shown. */
export interface IdentifierPrompt extends IdentifierPair {
  /** Up to just before the identifier, in which a leading dot counts. */
  readonly prompt: string;
}

/** Every occurrence of an identifier of a language (`Language.identifiers`) in a text, in reading order. */
export function promptsOf(text: string, identifiers: readonly IdentifierPair[]): IdentifierPrompt[] {
  const found = identifiers.flatMap((pair) => occurrences(text, pair.identifier).map((offset) => ({ offset, pair })));
  return found.sort((one, other) => one.offset - other.offset).map(({ offset, pair }) => ({ ...pair, prompt: text.slice(0, offset) }));
}

const keywords: ReadonlySet<string> = new Set(['catch', 'true', 'false', 'func', 'nil']);

/** Where an identifier stands for itself: `count(` but not `account(`, `->count(` or `$count`; `!` but not `!=`. */
function occurrences(text: string, identifier: string): number[] {
  const isFunction = /\w/.test(identifier) && !keywords.has(identifier);
  const offsets: number[] = [];
  for (let offset = text.indexOf(identifier); offset !== -1; offset = text.indexOf(identifier, offset + identifier.length)) {
    const before = text.slice(Math.max(0, offset - 2), offset);
    const after = text.charAt(offset + identifier.length);
    const standsAlone = !continues(before.slice(-1), identifier.charAt(0)) && !continues(identifier.slice(-1), after);
    if (standsAlone && before !== '->' && before !== '::' && (!isFunction || after === '(')) offsets.push(offset);
  }
  return offsets;
}

/** Whether two neighbouring characters belong to one name or one operator. */
function continues(left: string, right: string): boolean {
  const inName = /[\w$]/;
  if (inName.test(left) && inName.test(right)) return true;
  return /[!&|]/.test(left) && (right === left || right === '=');
}
