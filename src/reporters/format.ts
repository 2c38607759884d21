import { stripVTControlCharacters } from 'node:util';
import picocolors from 'picocolors';
import prettyBytes from 'pretty-bytes';
import prettyMilliseconds from 'pretty-ms';

export type Colors = ReturnType<typeof picocolors.createColors>;

/** Text styles for a stream that wants them; the same functions doing nothing for one that does not. */
export function colorsFor(color: boolean): Colors {
  return picocolors.createColors(color);
}

/** Colour only where a person sees it: a terminal, unless NO_COLOR (no-color.org) or a dumb terminal says otherwise. */
export function wantsColor(stream: { readonly isTTY?: boolean | undefined }, environment: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
}

/** `412ms`, `3.2s`, `4m 10s`, `2h 5m`: two units at most. */
export function duration(ms: number): string {
  return prettyMilliseconds(Math.max(0, Math.round(ms)), { unitCount: 2 });
}

/** A duration that is a guess or redraws every moment: whole seconds, so that it does not flicker. */
export function roughDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds >= 600) return prettyMilliseconds(Math.round(seconds / 60) * 60_000, { unitCount: 2 });
  return seconds === 0 ? '0s' : prettyMilliseconds(seconds * 1000, { unitCount: 2 });
}

export function size(bytes: number): string {
  return prettyBytes(bytes);
}

/** `1 task`, `2 tasks`. */
export function count(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? noun : `${noun}s`}`;
}

/** At most `width` characters on one line; what is cut off is marked. Control characters cannot reach the terminal. */
export function fit(text: string, width: number): string {
  const line = stripVTControlCharacters(text).replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
  if (line.length <= width) return line;
  return width <= 1 ? line.slice(0, Math.max(0, width)) : `${line.slice(0, width - 1)}…`;
}

/** A bar of `width` cells, of which the share `done / total` is full. */
export function bar(done: number, total: number, width: number): string {
  const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
  const full = Math.floor(share * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}
