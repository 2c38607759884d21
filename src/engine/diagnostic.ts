import { createColors } from 'picocolors';
import { columnsOf } from './columns.js';
import type { Diagnostic, Position } from './pipeline.js';

/** A line of a message is at most this wide, so that it stays whole in a window of the usual width. */
const WIDTH = 100;

/**
 * Diagnostics as people read them: `file:line:column`, what is wrong, the line with the place underlined, and how to mend it.
 * @param text of the file they are about
 */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], text: string, { color }: { readonly color: boolean }): string {
  const colors = createColors(color);
  const lines = text.split('\n');

  /** The source line, and under it the underline with its label. */
  function place({ position, length, label }: { position: Position; length?: number | undefined; label?: string | undefined }, gutter: number): string[] {
    const line = lines[position.line - 1];
    if (line === undefined) return [];
    const { shown, caret } = excerpt(line.replace(/\r$/, ''), position.column - 1, length ?? wordLength(line, position.column - 1), WIDTH - gutter - 3);
    const said = label === undefined ? '' : ` ${colors.red(printable(label))}`;
    return [
      `${colors.dim(`${String(position.line).padStart(gutter)} │`)} ${shown}`,
      `${colors.dim(`${' '.repeat(gutter)} │`)} ${caret.indent}${colors.red(caret.underline)}${said}`,
    ];
  }

  return diagnostics.map(({ message, file, position, length, label, related = [], hint }) => {
    const where = position === undefined ? file : `${file}:${String(position.line)}:${String(position.column)}`;
    const gutter = Math.max(...[position, ...related.map((other) => other.position)].map((at) => String(at?.line ?? 0).length));
    const rendered = [
      `${colors.bold(printable(where))} ${colors.red('error')} ${printable(message)}`,
      ...(position === undefined ? [] : place({ position, length, label }, gutter)),
      ...related.flatMap((other) => place(other, gutter)),
      ...(hint === undefined ? [] : wrapped(printable(hint), WIDTH - 2).map((line) => `  ${colors.cyan(line)}`)),
    ];
    return `${rendered.join('\n')}\n`;
  }).join('\n');
}

/** Broken between words, never inside what is quoted as code; what is wider than a line stays whole. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.match(/`[^`]*`\S*|\S+/g) ?? []) {
    const line = lines.at(-1);
    if (line === undefined || columnsOf(line) + 1 + columnsOf(word) > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

/** Of what starts at a column and has no length of its own: a quoted text, or up to what ends a value or a key. */
function wordLength(line: string, column: number): number {
  return /^(?:"(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s,\]}:]|:(?=\S))+)/.exec(line.slice(column))?.[0].length ?? 1;
}

/** What fits of a line, around the place; what is cut off is marked. */
function excerpt(line: string, column: number, length: number, width: number): { shown: string; caret: { indent: string; underline: string } } {
  const room = line.length <= width ? width : width - 2;
  const start = line.length <= width ? 0 : Math.max(0, Math.min(column - 30, line.length - room));
  const end = Math.min(line.length, start + room);
  const before = `${start > 0 ? '…' : ''}${line.slice(start, column)}`;
  const marked = line.slice(column, Math.min(end, column + length));
  const after = `${line.slice(column + marked.length, end)}${end < line.length ? '…' : ''}`;
  return {
    shown: printable(before + marked + after),
    caret: { indent: ' '.repeat(columnsOf(printable(before))), underline: '^'.repeat(Math.max(1, columnsOf(printable(marked)))) },
  };
}

/** Control characters could rewrite the terminal; tabs would move the caret. */
function printable(text: string): string {
  return text.replaceAll('\t', '  ').replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '�');
}
