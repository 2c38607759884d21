import type { Tokenizer } from '../../corpus/tokenizer.js';
import type { IdentifierPair } from '../../languages/identifiers.js';

/** First tokens that count as one language's word where an identifier is due; no id is in both sets. */
export interface IdentifierTokens {
  /** The target language's identifier, e.g. `strlen`. */
  readonly identifier: string;
  readonly target: ReadonlySet<number>;
  readonly dominant: ReadonlySet<number>;
}

/** An identifier that is not probed: named in the result, since the share speaks for the others alone. */
export interface DroppedIdentifier {
  readonly identifier: string;
  readonly reason: string;
}

export interface TokenSets {
  readonly kept: readonly IdentifierTokens[];
  readonly dropped: readonly DroppedIdentifier[];
}

type Words = Pick<Tokenizer, 'firstTokens'>;

/**
 * What each pair of A.1 is told apart by (methods 3.2). A pair with a side that no token could ever vote for
 * would vote for the other side only, so it is dropped.
 */
export function tokenSets(pairs: readonly IdentifierPair[], tokenizer: Words): TokenSets {
  const sets = pairs.map((pair) => tokensOf(pair, tokenizer));
  return {
    kept: sets.filter((set): set is IdentifierTokens => !('reason' in set)),
    dropped: sets.filter((set): set is DroppedIdentifier => 'reason' in set),
  };
}

/**
 * The first token of each word, alone and after a space or a dot; ids of both languages are removed from both. But a
 * word's own spelling goes before one that another word only has after a dot: Go's `append` and Python's `.append`
 * are two words with a token each, though `.append` also is `append` after a dot.
 */
function tokensOf({ identifier, python }: IdentifierPair, tokenizer: Words): IdentifierTokens | DroppedIdentifier {
  const spelt = [spellings([identifier], tokenizer), spellings(python, tokenizer)] as const;
  const [target, dominant] = [claimed(spelt[0], spelt[1]), claimed(spelt[1], spelt[0])];
  const words = `Python's ${python.join(', ')}`;
  const dropped = (reason: string): DroppedIdentifier => ({ identifier, reason });
  if (target.size === 0) return dropped('the tokenizer has no token that it begins with');
  if (dominant.size === 0) return dropped(`the tokenizer has no token that ${words} begins with`);
  const onlyTarget = without(target, dominant);
  const onlyDominant = without(dominant, target);
  if (onlyTarget.size === 0 || onlyDominant.size === 0) return dropped(`it cannot be told from ${words}: they begin with the same token`);
  return { identifier, target: onlyTarget, dominant: onlyDominant };
}

interface Spellings {
  readonly own: ReadonlySet<number>;
  readonly led: ReadonlySet<number>;
}

function spellings(words: readonly string[], tokenizer: Words): Spellings {
  // A dot that is a token of its own begins every method call, of any language.
  const dot = new Set(tokenizer.firstTokens('.', ['']));
  const first = (after: readonly string[]) => without(new Set(words.flatMap((word) => tokenizer.firstTokens(word, after))), dot);
  return { own: first(['']), led: first([' ', '.']) };
}

function claimed({ own, led }: Spellings, other: Spellings): Set<number> {
  return new Set([...own, ...without(led, other.own)]);
}

function without(ids: ReadonlySet<number>, others: ReadonlySet<number>): Set<number> {
  return new Set([...ids].filter((id) => !others.has(id)));
}
