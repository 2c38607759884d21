const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** East Asian wide characters and emoji take two columns. */
const WIDE = /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;

/** Columns that a text takes on a terminal. */
export function columnsOf(text: string): number {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += WIDE.test(segment) ? 2 : 1;
  return columns;
}

/** The longest start of a text that takes at most so many columns. */
export function startOf(text: string, width: number): string {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.slice(0, Math.max(0, width));
  let columns = 0;
  for (const { segment, index } of graphemes.segment(text)) {
    columns += WIDE.test(segment) ? 2 : 1;
    if (columns > width) return text.slice(0, index);
  }
  return text;
}
