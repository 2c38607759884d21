import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Event } from '../event.js';

/**
 * The events of a run, one at a time. A line that a crash tore, the last one most likely, is passed over.
 * @param about only events whose line has this text; saves parsing the others
 */
export async function* runEvents(directory: string, about?: string): AsyncGenerator<Event> {
  const lines = createInterface({ input: createReadStream(join(directory, 'events.jsonl'), 'utf8'), crlfDelay: Infinity });
  try {
    for await (const line of lines) {
      if (about !== undefined && !line.includes(about)) continue;
      const event = parseEvent(line);
      if (event) yield event;
    }
  } finally {
    lines.close();
  }
}

/** undefined for what is no event: torn, or written by something else. */
export function parseEvent(line: string): Event | undefined {
  if (line === '') return undefined;
  try {
    const event = JSON.parse(line) as Partial<Event> | null;
    return typeof event?.kind === 'string' && typeof event.at === 'number' ? event as Event : undefined;
  } catch {
    return undefined;
  }
}
