import { watch, type FSWatcher } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { Event } from '../event.js';
import { parseEvent } from './run-events.js';

/** What was appended since the last batch. */
export interface EventBatch {
  readonly events: readonly Event[];
  /** Bytes from the start of the file to the end of the last whole line: where a reader goes on. */
  readonly next: number;
}

export interface FollowOptions {
  /** A `next` of before. What is not the start of a line (a file of another run) means the start of the file. */
  readonly from?: number;
  /** Lines that are not wanted are not parsed. */
  readonly wants?: (line: string) => boolean;
  readonly signal: AbortSignal;
}

/** Where notices of changes are lost (network file systems, no watches left), we look this often. */
const lookEveryMs = 1000;
/** A burst of events is one batch. */
const settleMs = 80;
const chunkBytes = 2 ** 20;
const newline = 0x0a;

/** The events of a run as they are written, until the run has finished and all are told, or the signal aborts. */
export async function* followEvents(path: string, { from = 0, wants = () => true, signal }: FollowOptions): AsyncGenerator<EventBatch> {
  const file = await open(path, 'r');
  const changes = changesOf(path, signal);
  try {
    let next = await startOfLine(file, from);
    const isOver = await hasFinished(file, next);
    while (!signal.aborted && !isOver) {
      const lines = await linesFrom(file, next);
      if (lines.length === 0) {
        await changes.next();
        continue;
      }
      next += lines.reduce((bytes, line) => bytes + line.length + 1, 0);
      const texts = lines.map((line) => line.toString('utf8'));
      const events = texts.filter(wants).flatMap((line) => parseEvent(line) ?? []);
      yield { events, next };
      if (texts.some(isRunFinished)) return;
    }
  } finally {
    changes.close();
    await file.close();
  }
}

/** Text of a log cannot look like this: in JSON its quotes are escaped. */
function isRunFinished(line: string): boolean {
  return line.includes('"kind":"run-finished"');
}

/** A reader that has seen the last event gets an empty file, not an endless wait. */
async function hasFinished(file: FileHandle, next: number): Promise<boolean> {
  const { size } = await file.stat();
  if (next < size || next === 0) return false;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, 4096)), 0, undefined, Math.max(0, size - 4096));
  const lines = buffer.subarray(0, bytesRead).toString('utf8').trimEnd().split('\n');
  return isRunFinished(lines.at(-1) ?? '');
}

async function startOfLine(file: FileHandle, from: number): Promise<number> {
  if (!Number.isSafeInteger(from) || from <= 0) return 0;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, from - 1);
  return bytesRead === 1 && buffer[0] === newline ? from : 0;
}

/** Whole lines; the one that is being written is left for the next time. */
async function linesFrom(file: FileHandle, position: number): Promise<readonly Buffer[]> {
  for (let size = chunkBytes; ; size *= 2) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(size), 0, size, position);
    const lines: Buffer[] = [];
    let start = 0;
    for (let end = buffer.indexOf(newline); end !== -1 && end < bytesRead; end = buffer.indexOf(newline, start)) {
      lines.push(buffer.subarray(start, end));
      start = end + 1;
    }
    if (lines.length > 0 || bytesRead < size) return lines;
  }
}

interface Changes {
  /** Resolves when the file may have changed, and a moment after; at once when the signal aborts. */
  next(): Promise<void>;
  close(): void;
}

function changesOf(path: string, signal: AbortSignal): Changes {
  let settle: () => void = () => undefined;
  const onAbort = (): void => { settle(); };
  signal.addEventListener('abort', onAbort, { once: true });
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(path, () => { setTimeout(settle, settleMs).unref(); });
    watcher.on('error', () => { watcher?.close(); });
  } catch {
    // No watches left: the timer alone then.
  }
  return {
    next: () => new Promise((resolve) => {
      const timer = setTimeout(resolve, lookEveryMs);
      settle = () => { clearTimeout(timer); resolve(); };
    }),
    close() {
      signal.removeEventListener('abort', onAbort);
      watcher?.close();
    },
  };
}
