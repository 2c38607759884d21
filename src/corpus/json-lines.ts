import { createReadStream } from 'node:fs';
import { TaskError } from '../engine/task-kind.js';

/** A line of a JSON Lines file: its value and where its bytes are, so that it can be read again alone. */
export interface JsonLine {
  readonly value: unknown;
  /** 1-based. */
  readonly line: number;
  /** Byte offset in the file, and length without the line feed. */
  readonly offset: number;
  readonly length: number;
}

/** Longest line that is read; a longer one is a damaged or hostile file. */
const maxLineBytes = 256 * 2 ** 20;

/**
 * Streams a JSON Lines file, skipping blank lines. Splits at line feeds only: `readline` also splits at U+2028, which JSON
 * strings may hold unescaped.
 * @throws {TaskError} naming the line that is not JSON
 */
export async function* readJsonLines(path: string): AsyncGenerator<JsonLine> {
  let line = 0;
  let offset = 0;
  for await (const bytes of splitAtLineFeeds(createReadStream(path, { highWaterMark: 2 ** 18 }), path)) {
    line += 1;
    if (bytes.length > 0 && !isBlank(bytes)) yield { value: parse(bytes, path, line), line, offset, length: bytes.length };
    offset += bytes.length + 1;
  }
}

async function* splitAtLineFeeds(chunks: AsyncIterable<Buffer>, path: string): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, start)) {
      yield Buffer.concat([...pending, chunk.subarray(start, end)]);
      pending = [];
      pendingBytes = 0;
      start = end + 1;
    }
    if (start === chunk.length) continue;
    pending.push(chunk.subarray(start));
    pendingBytes += chunk.length - start;
    if (pendingBytes > maxLineBytes) throw new TaskError(`${path} has a line of more than ${maxLineBytes} bytes`);
  }
  if (pendingBytes > 0) yield Buffer.concat(pending);
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

function parse(bytes: Buffer, path: string, line: number): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new TaskError(`${path}, line ${line}: not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
}
