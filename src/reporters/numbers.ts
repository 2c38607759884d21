import prettyBytes from 'pretty-bytes';
import prettyMilliseconds from 'pretty-ms';

// Needs neither a terminal nor Node: the page of `serve` says its numbers in the same words.

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
