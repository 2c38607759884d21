import { open, readFile, writeFile } from 'node:fs/promises';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { TaskError } from '../engine/task-kind.js';

/** Token ids, packed: each document's tokens, then end-of-text. */
export type TokenArray = Uint16Array | Uint32Array;

/** `index.json` of token shards. Tokens count the end-of-text that closes each document. */
export interface TokenIndex {
  readonly format: 'pipelines/tokens/v1';
  readonly dtype: 'uint16' | 'uint32';
  readonly tokens: number;
  readonly vocabularySize: number;
  readonly languages: Readonly<Record<string, { readonly documents: number; readonly tokens: number }>>;
}

export interface TokenShards { readonly index: TokenIndex; readonly tokens: TokenArray }

export interface TokenizedDocument { readonly language: string; readonly tokens: TokenArray }

const format = 'pipelines/tokens/v1';
const tokensFile = 'tokens.bin';
/** Bytes moved at once. */
const chunkBytes = 4 * 2 ** 20;

/** Decoded shards of this worker: a training segment after another reads the same ones. */
const shards = new LRUCache<string, Promise<TokenShards>>({ max: 4 });

/**
 * Reads token shards whole into memory; repeated reads of a path (immutable, in the store) are shared.
 * @throws {TaskError} when the folder is not token shards, or tokens.bin has another size than its index says
 */
export function readTokenShards(path: string): Promise<TokenShards> {
  const cached = shards.get(path);
  if (cached !== undefined) return cached;
  const reading = load(path);
  shards.set(path, reading);
  reading.catch(() => shards.delete(path));
  return reading;
}

async function load(path: string): Promise<TokenShards> {
  const index = await readFile(join(path, 'index.json'), 'utf8').then((text) => JSON.parse(text) as TokenIndex).catch((error: unknown) => {
    throw new TaskError(`${path} is not a tree of token shards: ${error instanceof Error ? error.message : String(error)}`);
  });
  if (index.format !== format) throw new TaskError(`${path} has format ${JSON.stringify(index.format)}; expected '${format}'`);
  const tokens = index.dtype === 'uint16' ? new Uint16Array(index.tokens) : new Uint32Array(index.tokens);
  await fill(tokens, join(path, tokensFile));
  return { index, tokens };
}

/** In pieces: `readFile` refuses files above 2 GiB. */
async function fill(tokens: TokenArray, file: string): Promise<void> {
  const bytes = new Uint8Array(tokens.buffer);
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    if (size !== bytes.length) throw new TaskError(`${file} has ${size} bytes; its index says ${bytes.length}`);
    for (let done = 0; done < size;) {
      const { bytesRead } = await handle.read(bytes, done, Math.min(chunkBytes, size - done), done);
      if (bytesRead === 0) throw new TaskError(`${file} ended early`);
      done += bytesRead;
    }
  } finally {
    await handle.close();
  }
  swapOnBigEndian(bytes, tokens.BYTES_PER_ELEMENT);
}

/**
 * Streams documents to `tokens.bin`, each closed with end-of-text, and writes the index last.
 * @param documents tokens without end-of-text
 */
export async function writeTokenShards(
  directory: string,
  { vocabularySize, endOfText, documents }: {
    readonly vocabularySize: number;
    readonly endOfText: number;
    readonly documents: AsyncIterable<TokenizedDocument> | Iterable<TokenizedDocument>;
  },
): Promise<TokenIndex> {
  const dtype = vocabularySize > 65_535 ? 'uint32' : 'uint16';
  const languages = new Map<string, { documents: number; tokens: number }>();
  const buffer = dtype === 'uint16' ? new Uint16Array(chunkBytes / 2) : new Uint32Array(chunkBytes / 4);
  const handle = await open(join(directory, tokensFile), 'wx');
  let used = 0;
  const flush = async (): Promise<void> => {
    const bytes = Buffer.from(new Uint8Array(buffer.buffer, 0, used * buffer.BYTES_PER_ELEMENT));
    swapOnBigEndian(bytes, buffer.BYTES_PER_ELEMENT);
    await handle.writeFile(bytes);
    used = 0;
  };
  const append = async (tokens: TokenArray): Promise<void> => {
    for (let start = 0; start < tokens.length;) {
      if (used === buffer.length) await flush();
      const part = tokens.subarray(start, start + buffer.length - used);
      buffer.set(part, used);
      used += part.length;
      start += part.length;
    }
  };
  try {
    const end = Uint32Array.of(endOfText);
    for await (const { language, tokens } of documents) {
      await append(tokens);
      await append(end);
      const before = languages.get(language) ?? { documents: 0, tokens: 0 };
      languages.set(language, { documents: before.documents + 1, tokens: before.tokens + tokens.length + 1 });
    }
    await flush();
  } finally {
    await handle.close();
  }
  const index: TokenIndex = {
    format, dtype, vocabularySize,
    tokens: [...languages.values()].reduce((sum, language) => sum + language.tokens, 0),
    languages: Object.fromEntries([...languages].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  await writeFile(join(directory, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
  return index;
}

/** The file is little-endian whatever the machine. */
function swapOnBigEndian(bytes: Uint8Array, width: number): void {
  if (endianness() === 'LE') return;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (width === 2) buffer.swap16();
  else buffer.swap32();
}
