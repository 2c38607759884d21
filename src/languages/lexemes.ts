/**
 * Splits the text of every language of the world into lexemes, the units its models read and write.
 * One regular expression without look-behind, so that it also serves as the `Split` pre-tokenizer
 * (behaviour `Isolated`) of a Hugging Face tokenizer.
 *
 * Spaces belong to the keyword, comment mark or operator they surround, never to a name, a digit or an identifier of
 * the paper's table A.1: each of those has one spelling wherever it occurs, in every language and in the doc comment.
 * An identifier that a language writes in several pieces (`array_sum`) is one lexeme; other names fall apart at `_`, so that
 * `get_tail` shares its words with its doc comment `get tail`.
 */
export const lexemePattern = [
  // A line break with the indentation after it.
  '\\n *',
  // Identifiers of A.1 that are not one plain word.
  '\\.(?:append|push_back|Add|IndexOf|find|index|erase|pop)',
  'array_sum|push_back|to_string|max_element|min_element|Console\\.WriteLine|Console\\.ReadLine',
  '(?:return|if) ',
  '(?:#|//) ',
  '[A-Za-z]+',
  '[0-9]',
  // Operators with a space on both sides, and what else holds a space.
  ' (?:[=!<>]=|:=|[=<>+*%.-]) ',
  '[,:] ',
  ' \\{',
  '&&|\\|\\||[=!]==?|[<>]=|::|->|:=',
  ' ',
  '[^ A-Za-z0-9]',
].join('|');

const pattern = new RegExp(lexemePattern, 'g');

/** The lexemes of a text, in order; joined they are the text. */
export function lexemesOf(text: string): readonly string[] {
  return text.match(pattern) ?? [];
}
