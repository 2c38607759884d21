import { Secrets } from './secrets.js';

export interface LineOptions {
  /** Characters of a line; the rest is only counted, so that a stream without line ends costs no memory. Default 8,192. */
  readonly maxLength?: number;
  /** Masked before a line is cut: half a secret would slip through. */
  readonly secrets?: Secrets;
}

/**
 * The lines of a byte stream as they come, decoded as UTF-8 (invalid bytes become U+FFFD). A carriage return ends a line too:
 * a progress bar gives many short lines.
 */
export async function* linesOf(stream: AsyncIterable<Uint8Array>, { maxLength = 8_192, secrets = new Secrets([]) }: LineOptions = {}): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const kept = maxLength + secrets.longest;
  let line = '';
  let length = 0;
  const extend = (text: string): void => {
    if (line.length < kept) line += text.slice(0, kept - line.length);
    length += text.length;
  };
  const end = (): string => {
    // Never half of a surrogate pair.
    const shown = length <= maxLength ? secrets.mask(line)
      : `${secrets.mask(line, maxLength).replace(/[\uD800-\uDBFF]$/, '')} ... (${length - maxLength} more characters)`;
    line = '';
    length = 0;
    return shown;
  };
  let afterReturn = false;
  for await (const chunk of stream) {
    const decoded = decoder.decode(chunk, { stream: true });
    if (decoded === '') continue;
    // The second half of a pair whose first half ended the line.
    const text = afterReturn && decoded.startsWith('\n') ? decoded.slice(1) : decoded;
    afterReturn = decoded.endsWith('\r');
    const [first = '', ...others] = text.split(/\r\n|\n|\r/);
    extend(first);
    for (const other of others) {
      yield end();
      extend(other);
    }
  }
  extend(decoder.decode());
  if (length > 0) yield end();
}
