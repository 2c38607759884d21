/** GPT-2's pre-tokenizer: a word, a number or a run of punctuation with the space before it, or a run of white space. */
const gpt2Pattern = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

/**
 * GPT-2's pattern with identifiers that are cut out whole, without the space before them, wherever they stand alone:
 * `len` in ` len(` but not in `length`. So each has one token id, whatever precedes it.
 */
export function gpt2PatternWith(reserved: readonly string[]): string {
  if (reserved.length === 0) return gpt2Pattern;
  const identifiers = reservedPattern(reserved);
  // What may begin with a space must not begin before an identifier, and punctuation must stop at one (`).append`).
  const space = `(?: (?!${identifiers}))?`;
  return [
    identifiers, String.raw`'(?:s|t|re|ve|m|ll|d)(?!\w)`,
    String.raw`${space}\p{L}+`, String.raw`${space}\p{N}+`, String.raw`${space}(?:(?!${identifiers})[^\s\p{L}\p{N}])+`,
    String.raw`\s+(?!\S)`, String.raw`\s+`,
  ].join('|');
}

/** Cuts reserved identifiers out before the lexemes. */
export function lexemePatternWith(lexemes: string, reserved: readonly string[]): string {
  return reserved.length === 0 ? lexemes : `${reservedPattern(reserved)}|${lexemes}`;
}

/** Longest first, so that `sorted` wins over `sort` and `.append` over `.`. */
function reservedPattern(reserved: readonly string[]): string {
  const alternatives = [...reserved].sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).map(standingAlone);
  return `(?:${alternatives.join('|')})`;
}

/** A word does not continue as a word; an operator is not part of a longer one: `!` is not the `!` of `!=`, nor `&&` part of `&&&`. */
function standingAlone(identifier: string): string {
  const characters = [...identifier];
  const first = characters[0] ?? '';
  const last = characters.at(-1) ?? '';
  const before = isWordCharacter(first) ? String.raw`(?<!\w)` : `(?<!${escapePattern(first)})`;
  const after = isWordCharacter(last) ? String.raw`(?!\w)` : `(?!=|${escapePattern(last)})`;
  return `${before}${escapePattern(identifier)}${after}`;
}

function isWordCharacter(character: string): boolean {
  return /\w/.test(character);
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
