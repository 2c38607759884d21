import { open, type FileHandle } from 'node:fs/promises';

/** The first run of bytes that are not the same in two files; it reaches to the longer one's end where the other ends. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
  /** What is there: text in quotes where it is text, else hexadecimal digits. */
  readonly before: string;
  readonly after: string;
}

const chunkBytes = 1 << 20;
/** Bytes of an excerpt. */
const excerptBytes = 24;

/** undefined: they are the same. */
export async function firstByteRange(one: string, other: string): Promise<ByteRange | undefined> {
  const files = [await open(one), await open(other)] as const;
  try {
    const range = await findRange(...files);
    if (!range) return undefined;
    const shown = Math.min(range.length, excerptBytes);
    return { ...range, before: await excerpt(files[0], range.offset, shown), after: await excerpt(files[1], range.offset, shown) };
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}

async function findRange(one: FileHandle, other: FileHandle): Promise<{ readonly offset: number; readonly length: number } | undefined> {
  let offset: number | undefined;
  for (let position = 0; ; position += chunkBytes) {
    const [a, b] = [await read(one, position, chunkBytes), await read(other, position, chunkBytes)];
    const longest = Math.max(a.length, b.length);
    if (longest === 0) return offset === undefined ? undefined : { offset, length: position - offset };
    if (offset === undefined && a.equals(b)) continue;
    for (let index = 0; index < longest; index += 1) {
      if (a[index] === b[index]) {
        if (offset !== undefined) return { offset, length: position + index - offset };
      } else {
        offset ??= position + index;
      }
    }
    if (longest < chunkBytes) return offset === undefined ? undefined : { offset, length: position + longest - offset };
  }
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

async function excerpt(file: FileHandle, offset: number, length: number): Promise<string> {
  const bytes = await read(file, offset, length);
  if (bytes.length === 0) return '(end)';
  const text = bytes.toString('latin1');
  return /^[\t\n\r\x20-\x7e]*$/.test(text) ? JSON.stringify(text) : bytes.toString('hex');
}
