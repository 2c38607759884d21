import { createColors } from 'picocolors';
import type { Diagnostic } from './pipeline.js';

/** Longer source lines are shown around the mistake only. */
const SHOWN_COLUMNS = 110;

/**
 * Diagnostics as people read them: `file:line:column`, what is wrong, the line with the place underlined, and a hint.
 * @param text of the file they are about
 */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], text: string, { color }: { readonly color: boolean }): string {
  const colors = createColors(color);
  const lines = text.split('\n');
  return diagnostics.map(({ message, file, position, length = 1, hint }) => {
    const place = position === undefined ? file : `${file}:${String(position.line)}:${String(position.column)}`;
    const rendered = [`${colors.bold(printable(place))} ${colors.red('error')} ${printable(message)}`];
    const line = position === undefined ? undefined : lines[position.line - 1];
    if (position !== undefined && line !== undefined) {
      const number = String(position.line);
      const { shown, caret } = excerpt(line.replace(/\r$/, ''), position.column - 1, length);
      rendered.push(`${colors.dim(`${number} │`)} ${shown}`, `${colors.dim(`${' '.repeat(number.length)} │`)} ${caret.indent}${colors.red(caret.underline)}`);
    }
    if (hint !== undefined) rendered.push(`  ${colors.cyan(printable(hint))}`);
    return `${rendered.join('\n')}\n`;
  }).join('\n');
}

function excerpt(line: string, column: number, length: number): { shown: string; caret: { indent: string; underline: string } } {
  const start = line.length <= SHOWN_COLUMNS ? 0 : Math.max(0, Math.min(column - 30, line.length - SHOWN_COLUMNS));
  const end = Math.min(line.length, start + SHOWN_COLUMNS);
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

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Terminal columns: East Asian wide characters and emoji take two. */
function columnsOf(text: string): number {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(segment) ? 2 : 1;
  return columns;
}
