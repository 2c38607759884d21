import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Digest } from '../action-record.js';
import { hasCode } from '../cache/errors.js';
import { Layout } from '../cache/layout.js';
import { CorruptObjectError, type Cache } from '../store.js';
import { runEvents } from './run-events.js';

/**
 * A log in the store, in pieces: it may be larger than memory. Its digest is checked on the way.
 * @throws CorruptObjectError, for a corrupt one after all of it was handed out
 */
export async function* storedLog(cache: Cache, digest: Digest): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(new Layout(cache.directory).object(digest)) as AsyncIterable<Buffer>) {
      hash.update(piece);
      yield piece;
    }
  } catch (error) {
    throw hasCode(error, 'ENOENT') ? new CorruptObjectError(digest, 'missing') : error;
  }
  if (hash.digest('hex') !== digest) throw new CorruptObjectError(digest, 'corrupt');
}

/** What one attempt of a task wrote, as far as the events of its run tell: of a killed run, that is all there is. */
export async function* attemptLog(directory: string, task: string, attempt: number): AsyncGenerator<string> {
  let current = 0;
  for await (const event of runEvents(directory, `"task":${JSON.stringify(task)}`)) {
    if (event.kind === 'task-started') current = event.attempt;
    if (event.kind === 'task-log' && current === attempt) yield `${event.line}\n`;
  }
}
