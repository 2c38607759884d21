import { grammarOf } from './grammar.js';
import type { Language } from './language.js';
import type { Program, Type } from './program.js';
import { ProgramReader } from './program-reader.js';
import { resolveBuiltins } from './resolve.js';
import { tokenize } from './tokens.js';
import type { SyntaxProblem } from './tokens.js';

export type { SyntaxProblem } from './tokens.js';

/** Longest text that is read at all; the longest program of the world is a tenth of it. */
export const maximumTextLength = 4_000;

/**
 * Reads one function back from its text: the inverse of `render`, and a judge of what a model wrote.
 * Any text gives a program or a SyntaxProblem, in time linear in its length.
 * @param types of the parameters, by position, for languages that do not write them
 */
export function parse(text: string, language: Language, types: readonly Type[] = []): Program | SyntaxProblem {
  if (text.length > maximumTextLength) return { kind: 'syntax-error', message: `longer than ${String(maximumTextLength)} characters`, offset: maximumTextLength };
  const tokens = tokenize(text, language.lexical);
  if (!Array.isArray(tokens)) return tokens;
  const program = new ProgramReader(tokens, grammarOf(language), types).program();
  return 'kind' in program ? program : resolveBuiltins(program, language);
}

export function isSyntaxProblem(result: Program | SyntaxProblem): result is SyntaxProblem {
  return 'kind' in result;
}
