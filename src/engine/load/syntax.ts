import { CST, Lexer, type YAMLError } from 'yaml';
import type { Diagnostics, SourceText, Span } from './source.js';
import { quote } from './suggest.js';

/** What is wrong at one place, in words for somebody who does not know the grammar of YAML. */
interface Explanation {
  readonly span: Span;
  readonly message: string;
  readonly hint: string;
}

/** After these the parser is still in step with the file, so what it says later is worth hearing. */
const local: ReadonlySet<YAMLError['code']> = new Set(['TAB_AS_INDENT', 'BAD_DQ_ESCAPE', 'BAD_SCALAR_START', 'NON_STRING_KEY']);

/** Reports the errors of the YAML parser, up to the first one that leads to others. */
export function reportSyntax(errors: readonly YAMLError[], diagnostics: Diagnostics): void {
  const inOrder = [...errors].sort((a, b) => a.pos[0] - b.pos[0]);
  for (const error of inOrder) {
    const { span, message, hint } = explain(error, diagnostics.source);
    diagnostics.report(span, 'yaml-syntax', message, hint);
    if (!local.has(error.code)) return;
  }
}

/** The characters that YAML allows nowhere in a file: most editors do not show them. */
const UNPRINTABLE = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/** Returns whether there is such a character, after reporting the first. */
export function reportUnprintable(diagnostics: Diagnostics): boolean {
  const { source } = diagnostics;
  const at = source.text.search(UNPRINTABLE);
  if (at < 0) return false;
  const code = source.text.charCodeAt(at).toString(16).padStart(4, '0').toUpperCase();
  diagnostics.report(source.span(at, at + 1), 'bad-character', `the invisible character U+${code} is not allowed in YAML`, `delete it; where it is meant, write "\\u${code.toLowerCase()}" in double quotes`);
  return true;
}

function explain(error: YAMLError, source: SourceText): Explanation {
  const { text } = source;
  const [start] = error.pos;
  const expression = unquotedExpression(start, text);
  if (expression !== undefined) {
    return {
      span: source.span(...expression), message: 'an expression inside { } or [ ] must stand in quotes, because YAML reads { as the start of a map',
      hint: `write '${text.slice(...expression)}'`,
    };
  }
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return { span: source.span(start, endOfRun(text, start, '\t')), message: 'this line is indented with a tab, and YAML is indented with spaces', hint: 'replace the tab with spaces' };
    case 'BAD_SCALAR_START': {
      const span = source.span(start, endOfValue(text, start));
      return { span, message: `a value cannot start with ${quote(text[start] ?? '')} in YAML`, hint: `put it in quotes: '${text.slice(span.start, span.end)}'` };
    }
    case 'BAD_DQ_ESCAPE': {
      const escape = error.message.replace('Invalid escape sequence ', '');
      return { span: source.span(start, start + escape.length), message: `${escape} is no character in double quotes`, hint: `write \\${escape}, or use single quotes, where a backslash is a backslash` };
    }
    case 'NON_STRING_KEY':
      return { span: source.span(...error.pos), message: 'a key must be text, not a list or a map', hint: 'write the key in quotes if it is meant as text' };
    default:
      return unclosed(error, source) ?? badLine(error, source);
  }
}

/** A quote, bracket or brace that is open where the parser gave up: the mistake is where it was opened. */
function unclosed(error: YAMLError, source: SourceText): Explanation | undefined {
  const quoted = /^Missing closing (["'])/.exec(error.message)?.[1];
  const isFlow = /must be sufficiently indented and end with a ([\]}])|and end with a ([\]}])|^Missing , |Unexpected .* in flow/.test(error.message);
  if (quoted === undefined && !isFlow) return undefined;
  const opened = openAt(source.text, error.pos[0]);
  const found = quoted === undefined ? opened.bracket : opened.quoted ?? opened.bracket;
  if (found === undefined) return undefined;
  const opener = source.text[found] ?? '';
  const closer = opener === '[' ? ']' : opener === '{' ? '}' : opener;
  const span = source.span(found, found + 1);
  if (error.message.startsWith('Missing , ') || error.message.startsWith('Unexpected')) {
    return { span: source.span(...error.pos), message: `something is missing before this, or too much, in the ${opener} that starts on line ${String(span.position.line)}`, hint: `separate items with commas and end with ${closer}; put values with , : [ ] { } in quotes` };
  }
  const noun = opener === '[' ? 'list' : opener === '{' ? 'map' : 'text';
  return { span, message: `this ${opener} is never closed`, hint: `end the ${noun} with ${closer}` };
}

/** Offsets of the innermost bracket that is open at an offset, and of the quoted text that contains it. */
function openAt(text: string, until: number): { bracket: number | undefined; quoted: number | undefined } {
  const brackets: number[] = [];
  let quoted: number | undefined;
  let at = 0;
  for (const lexeme of new Lexer().lex(text)) {
    // Marks of the lexer's own, not in the text.
    if (lexeme === CST.DOCUMENT || lexeme === CST.SCALAR || lexeme === CST.FLOW_END) continue;
    if (at >= until && !(at === until && lexeme === '')) break;
    const type = CST.tokenType(lexeme);
    if (type === 'flow-map-start' || type === 'flow-seq-start') brackets.push(at);
    if (type === 'flow-map-end' || type === 'flow-seq-end') brackets.pop();
    if (type === 'double-quoted-scalar' || type === 'single-quoted-scalar') quoted = at;
    at += lexeme.length;
  }
  return { bracket: brackets.at(-1), quoted };
}

/** What is left: lines whose indentation or whose colon is not what it should be. */
function badLine(error: YAMLError, source: SourceText): Explanation {
  const { text } = source;
  const from = text.lastIndexOf('\n', Math.min(error.pos[0], text.length - 1) - 1) + 1;
  const end = text.indexOf('\n', from);
  const line = text.slice(from, end < 0 ? text.length : end).replace(/\r$/, '');
  const content = from + (line.length - line.trimStart().length);
  const whole = source.span(content, from + line.trimEnd().length);

  const glued = /^\s*(?:- )?([\w-]+):(?=\S)(.+)$/.exec(line);
  if (glued !== null && (error.code === 'MULTILINE_IMPLICIT_KEY' || error.code === 'MISSING_CHAR')) {
    return { span: whole, message: 'there is no space after the colon, so this is no key with a value', hint: `write "${glued[1] ?? ''}: ${glued[2]?.trim() ?? ''}"` };
  }
  if (error.code === 'BLOCK_AS_IMPLICIT_KEY') {
    const value = source.span(error.pos[0], endOfValue(text, error.pos[0]));
    return { span: value, message: 'a colon with a space inside a value starts another map', hint: `put the whole value in quotes: '${text.slice(value.start, value.end).replaceAll("'", "''")}'` };
  }
  if (error.code === 'BAD_INDENT') {
    const open = openColumns(text.slice(0, from));
    const column = content - from + 1;
    const key = /^[^\s:]+/.exec(line.trimStart())?.[0] ?? '';
    return { span: source.span(content, content + Math.max(1, key.length)), message: `this starts in column ${String(column)}, and nothing above it does`, hint: `line it up with what it belongs to: the lines above start in ${columnsInWords(open)}` };
  }
  if (error.code === 'MULTILINE_IMPLICIT_KEY' || error.code === 'MISSING_CHAR') {
    return { span: whole, message: 'this line is no key with a value', hint: 'write "key: value", or put text of several lines behind a |' };
  }
  const [start, stop] = error.pos;
  return { span: source.span(start, Math.max(stop, start + 1)), message: `YAML does not expect ${quote(text.slice(start, Math.max(stop, start + 1)).split('\n')[0] ?? '')} here`, hint: 'put values with : # { } [ ] , & * ! | > % or @ in quotes' };
}

/** `${{ … }}` outside quotes around an offset, where YAML takes its brace for a map. */
function unquotedExpression(at: number, text: string): [number, number] | undefined {
  const start = text.lastIndexOf('${{', at);
  if (start < 0 || at - start > 3) return undefined;
  const close = text.indexOf('}}', start);
  const lineEnd = text.indexOf('\n', start);
  return close < 0 || (lineEnd >= 0 && close > lineEnd) ? undefined : [start, close + 2];
}

/** Columns in which the lines above start, as far as they are still open, innermost first. */
function openColumns(above: string): number[] {
  const columns: number[] = [];
  for (const line of above.split('\n').toReversed()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const column = line.length - line.trimStart().length + 1;
    if (columns.length === 0 || column < (columns.at(-1) ?? 0)) columns.push(column);
    if (column === 1 || columns.length === 4) break;
  }
  return columns;
}

function columnsInWords(columns: readonly number[]): string {
  const [last = 1, ...others] = columns;
  return others.length === 0 ? `column ${String(last)}` : `columns ${others.toReversed().join(', ')} and ${String(last)}`;
}

function endOfRun(text: string, start: number, character: string): number {
  let end = start;
  while (text[end] === character) end += 1;
  return Math.max(end, start + 1);
}

/** To the end of the line, without a comment. */
function endOfValue(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  const value = text.slice(start, end < 0 ? text.length : end).replace(/\s+#.*$/, '').trimEnd();
  return start + Math.max(1, value.length);
}
