import { open, type FileHandle } from 'node:fs/promises';
import { endianness } from 'node:os';
import { TaskError } from '../engine/task-kind.js';

export type TokenArray = Uint16Array | Uint32Array;

/** As an index names the type of its `tokens.bin`. */
export type TokenType = 'uint16' | 'uint32';

/** Bytes moved at once. */
const chunkBytes = 4 * 2 ** 20;

/** The smallest type that holds every id of a vocabulary. */
export function tokenTypeOf(vocabularySize: number): TokenType {
  return vocabularySize > 65_535 ? 'uint32' : 'uint16';
}

function tokenArray(dtype: TokenType, length: number): TokenArray {
  return dtype === 'uint16' ? new Uint16Array(length) : new Uint32Array(length);
}

/**
 * Reads a little-endian file of tokens whole into memory, in pieces: `readFile` refuses files above 2 GiB.
 * @throws {TaskError} when the file has another size than so many tokens
 */
export async function readTokenFile(file: string, dtype: TokenType, length: number): Promise<TokenArray> {
  const tokens = tokenArray(dtype, length);
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
  swapOnBigEndian(tokens);
  return tokens;
}

/**
 * Writes a little-endian file of tokens. Adding is synchronous, since documents are many and small; `flush` when a write is due:
 *
 *     writer.add(tokens);
 *     if (writer.isDue) await writer.flush();
 */
export class TokenFileWriter {
  readonly #handle: FileHandle;
  readonly #dtype: TokenType;
  /** Full buffers that wait to be written, then the one that is being filled. */
  #full: TokenArray[] = [];
  #buffer: TokenArray;
  #used = 0;

  private constructor(handle: FileHandle, dtype: TokenType) {
    this.#handle = handle;
    this.#dtype = dtype;
    this.#buffer = this.#emptyBuffer();
  }

  /** @param file must not exist */
  static async create(file: string, dtype: TokenType): Promise<TokenFileWriter> {
    return new TokenFileWriter(await open(file, 'wx'), dtype);
  }

  get isDue(): boolean {
    return this.#full.length > 0;
  }

  /** Copies the tokens of a document, and the end-of-text that closes it. */
  add(tokens: TokenArray, endOfText: number): void {
    this.#append(tokens);
    this.#makeRoom();
    this.#buffer[this.#used] = endOfText;
    this.#used += 1;
  }

  async flush(): Promise<void> {
    for (const buffer of this.#full.splice(0)) await this.#write(buffer);
  }

  /** Writes what is left. */
  async finish(): Promise<void> {
    await this.flush();
    await this.#write(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  #append(tokens: TokenArray): void {
    for (let start = 0; start < tokens.length;) {
      this.#makeRoom();
      const room = this.#buffer.length - this.#used;
      const part = start === 0 && tokens.length <= room ? tokens : tokens.subarray(start, start + room);
      this.#buffer.set(part, this.#used);
      this.#used += part.length;
      start += part.length;
    }
  }

  #makeRoom(): void {
    if (this.#used < this.#buffer.length) return;
    this.#full.push(this.#buffer);
    this.#buffer = this.#emptyBuffer();
    this.#used = 0;
  }

  #emptyBuffer(): TokenArray {
    return tokenArray(this.#dtype, chunkBytes / (this.#dtype === 'uint16' ? 2 : 4));
  }

  /** Nobody reads the buffer afterwards, so its bytes may be swapped in place. */
  async #write(buffer: TokenArray): Promise<void> {
    swapOnBigEndian(buffer);
    await this.#handle.writeFile(new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength));
  }
}

/** The file is little-endian whatever the machine. */
function swapOnBigEndian(tokens: TokenArray): void {
  if (endianness() === 'LE') return;
  const buffer = Buffer.from(tokens.buffer, tokens.byteOffset, tokens.byteLength);
  if (tokens.BYTES_PER_ELEMENT === 2) buffer.swap16();
  else buffer.swap32();
}
