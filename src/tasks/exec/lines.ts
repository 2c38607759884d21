/**
 * The lines of a byte stream, decoded as UTF-8 (invalid bytes become U+FFFD). A carriage return ends a line too, so a
 * progress bar gives many short lines, and a line is cut at `maxLength` characters, so a stream without line ends costs no memory.
 */
export async function* linesOf(stream: AsyncIterable<Uint8Array>, maxLength = 8_192): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    yield* lines.map((line) => line.slice(0, maxLength));
    if (rest.length < maxLength) continue;
    yield rest;
    rest = '';
  }
  rest = (rest + decoder.decode()).replace(/\r$/, '');
  if (rest !== '') yield rest;
}
