import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linesOf, type LineOptions } from '../../../src/tasks/exec/lines.js';
import { Secrets } from '../../../src/tasks/exec/secrets.js';

async function split(chunks: readonly string[], options?: LineOptions): Promise<string[]> {
  async function* stream(): AsyncGenerator<Uint8Array> { for (const chunk of chunks) yield Buffer.from(chunk, 'latin1'); }
  const lines: string[] = [];
  for await (const line of linesOf(stream(), options)) lines.push(line);
  return lines;
}

/** A text in pieces. */
const chunked = (text: fc.Arbitrary<string>): fc.Arbitrary<string[]> =>
  fc.tuple(text, fc.array(fc.nat(40), { maxLength: 8 })).map(([whole, lengths]) => {
    let at = 0;
    const pieces = lengths.map((length) => whole.slice(at, at += length));
    return [...pieces, whole.slice(at)];
  });

describe('lines of a stream', () => {
  it('ends a line at a line feed, at a carriage return and at the pair, also across chunks', async () => {
    expect(await split(['a\nb\r', '\nc\rd', '\n\ne'])).toEqual(['a', 'b', 'c', 'd', '', 'e']);
  });

  it('decodes characters that chunks cut apart', async () => {
    expect(await split(['\xc3', '\xa9\n'])).toEqual(['é']);
  });

  it('cuts a line that never ends, and says how much is missing', async () => {
    expect(await split(Array.from({ length: 50 }, () => 'x'.repeat(100)), { maxLength: 1_000 })).toEqual([`${'x'.repeat(1_000)} ... (4000 more characters)`]);
  });

  it('gives the same lines however the stream is cut into chunks', () => fc.assert(fc.asyncProperty(
    chunked(fc.string({ unit: fc.constantFrom('a', '\r', '\n', '\xc3', '\xa9'), maxLength: 60 })),
    async (chunks) => { expect(await split(chunks, { maxLength: 5 })).toEqual(await split([chunks.join('')], { maxLength: 5 })); },
  )));

  it('never shows a secret or a part of one, wherever chunks and the end of the line cut it', () => fc.assert(fc.asyncProperty(
    chunked(fc.array(fc.constantFrom('S3cretValue', 'xx', 'S3c', '\n'), { maxLength: 20 }).map((parts) => parts.join(''))),
    fc.integer({ min: 1, max: 30 }),
    async (chunks, maxLength) => {
      const lines = await split(chunks, { maxLength, secrets: new Secrets(['S3cretValue']) });
      expect(lines.filter((line) => /S3cret/.test(line))).toEqual([]);
    },
  )));
});
