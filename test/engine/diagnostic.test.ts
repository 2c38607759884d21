import { describe, expect, it } from 'vitest';
import { renderDiagnostics } from '../../src/engine/diagnostic.js';
import type { Diagnostic } from '../../src/engine/pipeline.js';

const diagnostic: Diagnostic = { code: 'unknown-kind', message: 'unknown task kind "trian"', file: 'a.yaml', position: { line: 2, column: 9 }, length: 5, hint: 'did you mean "train"?' };

describe('a rendered diagnostic', () => {
  it('names the place, shows the line and underlines what is wrong', () => {
    expect(renderDiagnostics([diagnostic], 'a:\n  uses: trian\n', { color: false })).toBe(
      'a.yaml:2:9 error unknown task kind "trian"\n2 │   uses: trian\n  │         ^^^^^\n  did you mean "train"?\n',
    );
  });

  it('does without a line when there is none', () => {
    expect(renderDiagnostics([{ code: 'x', message: 'too large', file: 'a.yaml' }], '', { color: false })).toBe('a.yaml error too large\n');
  });

  it('keeps the caret under the mistake after tabs and wide characters', () => {
    const text = '\t名前: x\n';
    const [, line = '', caret = ''] = renderDiagnostics([{ ...diagnostic, position: { line: 1, column: 6 }, length: 1 }], text, { color: false }).split('\n');
    expect(line).toBe('1 │   名前: x');
    // Two columns a character.
    expect(caret).toBe(`  │ ${' '.repeat(8)}^`);
  });

  it('lets no control character reach the terminal', () => {
    const rendered = renderDiagnostics([{ ...diagnostic, message: 'bad \u001b[31m', position: { line: 1, column: 1 } }], '\u001b]0;title\u0007\r\n', { color: false });
    expect(rendered).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  it('shows the part of a long line where the mistake is', () => {
    const rendered = renderDiagnostics([{ ...diagnostic, position: { line: 1, column: 501 }, length: 3 }], `${'x'.repeat(500)}BAD${'y'.repeat(500)}`, { color: false });
    const [, line = '', caret = ''] = rendered.split('\n');
    expect(line.length).toBeLessThan(130);
    expect(line.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('BAD');
  });

  it('colours on request', () => {
    expect(renderDiagnostics([diagnostic], '\n  uses: trian\n', { color: true })).toContain('\u001b[');
  });

  it('shows every place that makes the mistake, each with what there is to see', () => {
    const rendered = renderDiagnostics([{
      ...diagnostic, message: 'in a circle', position: { line: 1, column: 1 }, length: 1, label: 'a needs b', hint: 'take one out',
      related: [{ position: { line: 10, column: 1 }, length: 1, label: 'b needs a' }],
    }], `a: b\n${'\n'.repeat(8)}b: a\n`, { color: false });
    expect(rendered.split('\n').slice(1)).toEqual([' 1 │ a: b', '   │ ^ a needs b', '10 │ b: a', '   │ ^ b needs a', '  take one out', '']);
  });

  it('underlines the word where no length is known', () => {
    const underlined = (line: string, column: number): string => renderDiagnostics([{ code: 'x', message: '', file: 'a.yaml', position: { line: 1, column } }], line, { color: false }).split('\n')[2]?.replace('  │ ', '') ?? '';
    expect(underlined('  count: 3', 3)).toBe('  ^^^^^');
    expect(underlined('x: [./a.txt, b]', 5)).toBe('    ^^^^^^^');
    expect(underlined("x: './a b.txt'", 4)).toBe('   ^^^^^^^^^^^');
  });

  it('breaks a long hint between words, never inside code', () => {
    const rendered = renderDiagnostics([{ code: 'x', message: '', file: 'a.yaml', hint: `${'word '.repeat(19)}\`a: b c\` end` }], '', { color: false });
    expect(rendered.split('\n').slice(1, 3)).toEqual([`  ${'word '.repeat(19).trim()}`, '  `a: b c` end']);
  });
});
