import { grammarOf } from './grammar.js';
import type { Language } from './language.js';
import type { Program, Type } from './program.js';
import { ProgramReader } from './program-reader.js';
import type { DeclaredProgram } from './program-reader.js';
import { resolveBuiltins } from './resolve.js';
import { tokenize } from './tokens.js';
import type { SyntaxProblem } from './tokens.js';
import { checkTypes } from './type-check.js';

export type { SyntaxProblem } from './tokens.js';

/** Longest text that is read at all; the longest program of the world is a tenth of it. */
export const maximumTextLength = 4_000;

/**
 * What a language makes of a text: one function, read and (in a compiled language) checked, with its implicit
 * conversions written out. Any text gives a program or a SyntaxProblem, in time linear in its length.
 * @param types of the parameters, by position, for languages that do not write them
 */
export function parse(text: string, language: Language, types: readonly Type[] = []): Program | SyntaxProblem {
  const read = readProgram(text, language, types);
  return 'kind' in read ? read : checkTypes(read.program, read.result, language);
}

/** Reads one function back from its text, its types unchecked: the inverse of `render`. */
export function readProgram(text: string, language: Language, types: readonly Type[] = []): DeclaredProgram | SyntaxProblem {
  if (text.length > maximumTextLength) return { kind: 'syntax-error', message: `longer than ${String(maximumTextLength)} characters`, offset: maximumTextLength };
  const tokens = tokenize(text, language.lexical);
  if (!Array.isArray(tokens)) return tokens;
  const read = new ProgramReader(tokens, grammarOf(language), types).program();
  return 'kind' in read ? read : { ...read, program: resolveBuiltins(read.program, language) };
}

export function isSyntaxProblem<Read extends object>(result: Read | SyntaxProblem): result is SyntaxProblem {
  return 'kind' in result;
}
