import { stripVTControlCharacters } from 'node:util';
import picocolors from 'picocolors';
import { columnsOf, startOf } from '../engine/columns.js';

export { count, duration, roughDuration, size } from './numbers.js';

export type Colors = ReturnType<typeof picocolors.createColors>;

/** Text styles for a stream that wants them; the same functions doing nothing for one that does not. */
export function colorsFor(color: boolean): Colors {
  return picocolors.createColors(color);
}

/** Colour only where a person sees it: a terminal, unless NO_COLOR (no-color.org) or a dumb terminal says otherwise. */
export function wantsColor(stream: { readonly isTTY?: boolean | undefined }, environment: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
}

/** Whether the terminal shows more than ASCII: not where the locale says otherwise, nor on the bare Linux console. */
export function drawsUnicode(environment: NodeJS.ProcessEnv): boolean {
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'];
  return environment['TERM'] !== 'linux' && (locale === undefined || /utf-?8/i.test(locale));
}

/** What bars and cut texts are drawn with. */
export interface Glyphs {
  readonly full: string;
  readonly empty: string;
  readonly cut: string;
}

export const unicodeGlyphs: Glyphs = { full: '█', empty: '░', cut: '…' };
export const asciiGlyphs: Glyphs = { full: '#', empty: '-', cut: '~' };

/** At most `width` columns on one line; what is cut off is marked. Nothing that controls the terminal can reach it. */
export function fit(text: string, width: number, { cut } = unicodeGlyphs): string {
  const line = stripVTControlCharacters(text).replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu, ' ');
  if (columnsOf(line) <= width) return line;
  return width <= 1 ? startOf(line, width) : `${startOf(line, width - 1)}${cut}`;
}

/** The text with spaces up to `width` columns. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)));
}

/** A bar of `width` cells, of which the share `done / total` is full. */
export function bar(done: number, total: number, width: number, { full, empty } = unicodeGlyphs): string {
  const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
  const cells = Math.floor(share * width);
  return full.repeat(cells) + empty.repeat(width - cells);
}
