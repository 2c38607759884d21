import type { Lexical } from './language.js';

/** A token of a language's own grammar, as opposed to a lexeme (lexemes.ts), which is what a model reads and writes. */
export interface Token {
  readonly kind: 'word' | 'variable' | 'int' | 'float' | 'string' | 'symbol' | 'newline' | 'indent' | 'dedent' | 'end';
  /** Without the sigil or the quotes. */
  readonly text: string;
  readonly offset: number;
}

export interface SyntaxProblem {
  readonly kind: 'syntax-error';
  readonly message: string;
  /** Where the text goes wrong; undefined where it reads well but breaks a rule of its types. */
  readonly offset?: number;
}

const spaces = /[ \t]+/y;
const word = /[A-Za-z_][A-Za-z0-9_]*/y;
/** With a fraction, so that no number is read as two; whether it is an int is for the language to say. */
const digits = /[0-9][0-9_]*(?:\.[0-9]*)?|\.[0-9]+/y;

/** As Go's lexer has it: after a name, a literal, a closing bracket or `return`. */
function canEndStatement(token: Token | undefined, lexical: Lexical): boolean {
  switch (token?.kind) {
    case 'word': return token.text === 'return' || !lexical.keywords.includes(token.text);
    case 'symbol': return [')', ']', '}', '++', '--'].includes(token.text);
    case 'int': case 'float': case 'string': case 'variable': return true;
    default: return false;
  }
}

function matchAt(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}

/** Splits a program into tokens; linear in its length. */
export function tokenize(text: string, lexical: Lexical): Token[] | SyntaxProblem {
  const tokens: Token[] = [];
  const indents = [0];
  let brackets = 0;
  let offset = 0;
  const push = (kind: Token['kind'], value: string) => tokens.push({ kind, text: value, offset });
  const problem = (message: string): SyntaxProblem => ({ kind: 'syntax-error', message, offset });
  const nested = lexical.newlines === 'indentation';

  while (offset < text.length) {
    if (text[offset] === '\n') {
      const last = tokens.at(-1);
      const counts = nested ? brackets === 0 && last !== undefined && last.kind !== 'newline' && last.kind !== 'dedent' : lexical.newlines === 'terminator' && canEndStatement(last, lexical);
      if (counts) push('newline', '\n');
      offset += 1;
      if (nested && brackets === 0) {
        const failed = indentation();
        if (failed !== undefined) return failed;
      }
      continue;
    }
    const blank = matchAt(spaces, text, offset);
    if (blank !== undefined) {
      if (nested && tokens.length === 0) return problem('unexpected indent');
      offset += blank.length;
      continue;
    }
    if (lexical.comments.some((mark) => text.startsWith(mark, offset))) {
      const end = text.indexOf('\n', offset);
      offset = end === -1 ? text.length : end;
      continue;
    }
    const failed = token();
    if (failed !== undefined) return failed;
  }
  if (nested && tokens.length > 0 && tokens.at(-1)?.kind !== 'newline' && tokens.at(-1)?.kind !== 'dedent') push('newline', '\n');
  for (let level = indents.length; level > 1; level -= 1) push('dedent', '');
  push('end', '');
  return tokens;

  /** At the start of a line: compares its indentation with the open blocks. Blank and comment lines do not count. */
  function indentation(): SyntaxProblem | undefined {
    const blank = matchAt(spaces, text, offset) ?? '';
    const next = text[offset + blank.length];
    if (next === undefined || next === '\n' || lexical.comments.some((mark) => text.startsWith(mark, offset + blank.length))) return undefined;
    offset += blank.length;
    const width = blank.length;
    if (width > (indents.at(-1) ?? 0)) {
      indents.push(width);
      push('indent', blank);
      return undefined;
    }
    while (width < (indents.at(-1) ?? 0)) {
      indents.pop();
      push('dedent', '');
    }
    return width === indents.at(-1) ? undefined : problem('dedent does not match any outer indentation');
  }

  function token(): SyntaxProblem | undefined {
    if (lexical.sigil !== '' && text.startsWith(lexical.sigil, offset)) {
      let start = offset + lexical.sigil.length;
      while (text.startsWith(lexical.sigil, start)) start += lexical.sigil.length;
      const name = matchAt(word, text, start);
      if (name === undefined) return problem(`'${lexical.sigil}' without a name`);
      // PHP's `$$xs`, the variable with the name that `$xs` holds, is one that no program has: `$xs`, with the sigil.
      push('variable', text.slice(offset + lexical.sigil.length, start + name.length));
      offset = start + name.length;
      return undefined;
    }
    // Before a word: a string may begin with a letter, as Python's u"a".
    const string = matchAt(lexical.string, text, offset);
    if (string !== undefined) {
      push('string', string.slice(string.search(/["'`]/) + 1, -1));
      offset += string.length;
      return undefined;
    }
    const name = matchAt(word, text, offset);
    if (name !== undefined) {
      const symbol = lexical.alternatives?.[name];
      push(symbol === undefined ? 'word' : 'symbol', symbol ?? name);
      offset += name.length;
      return undefined;
    }
    const number = matchAt(digits, text, offset);
    if (number !== undefined) {
      const isFloat = lexical.float?.test(number) === true;
      if (!isFloat && !lexical.integer.test(number)) return problem(`malformed number ${number}`);
      const suffix = !isFloat && lexical.unsigned !== undefined && text.startsWith(lexical.unsigned, offset + number.length) ? lexical.unsigned : '';
      push(isFloat ? 'float' : 'int', number.replaceAll('_', '') + suffix);
      offset += number.length + suffix.length;
      return undefined;
    }
    const symbol = lexical.symbols.find((candidate) => text.startsWith(candidate, offset));
    if (symbol === undefined) return problem(`unexpected character ${JSON.stringify(text[offset])}`);
    if ('([{'.includes(symbol)) brackets += 1;
    if (')]}'.includes(symbol)) brackets = Math.max(0, brackets - 1);
    push('symbol', symbol);
    offset += symbol.length;
    return undefined;
  }
}
