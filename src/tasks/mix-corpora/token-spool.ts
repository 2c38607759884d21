import { open, type FileHandle } from 'node:fs/promises';
import type { TokenArray } from '../../corpus/token-file.js';

/** Where a list is on disk, in tokens. */
interface DiskRange { readonly start: number; readonly length: number }

/** Tokens that are written at once. */
const pendingLimit = 2 ** 20;
/** What a typed array takes besides its elements, about. */
const arrayBytes = 200;

/** Token lists, to be read back by number in any order. What is more than `memory` bytes goes to disk: a corpus need not fit. */
export class TokenSpool {
  readonly #path: string;
  readonly #lists: (TokenArray | DiskRange)[] = [];
  #memory: number;
  #handle: FileHandle | undefined;
  #pending: Uint32Array[] = [];
  #pendingTokens = 0;
  #diskTokens = 0;

  /** @param path of a file that does not exist; it is made when memory is used up */
  constructor(path: string, memory: number) {
    this.#path = path;
    this.#memory = memory;
  }

  /** Number of the next list. */
  get length(): number {
    return this.#lists.length;
  }

  get inMemory(): boolean {
    return this.#diskTokens === 0;
  }

  /** Keeps a list that is in memory anyway: a view of a tokenized corpus. */
  hold(tokens: TokenArray): void {
    this.#lists.push(tokens);
  }

  async push(tokens: Uint32Array): Promise<void> {
    const bytes = tokens.byteLength + arrayBytes;
    if (bytes <= this.#memory) {
      this.#memory -= bytes;
      this.#lists.push(tokens);
      return;
    }
    this.#memory = 0;
    this.#lists.push({ start: this.#diskTokens, length: tokens.length });
    this.#pending.push(tokens);
    this.#pendingTokens += tokens.length;
    this.#diskTokens += tokens.length;
    if (this.#pendingTokens >= pendingLimit) await this.flush();
  }

  /** Before reading. */
  async flush(): Promise<void> {
    if (this.#pending.length === 0) return;
    this.#handle ??= await open(this.#path, 'wx+');
    await this.#handle.writeFile(Buffer.concat(this.#pending.map((tokens) => Buffer.from(tokens.buffer, tokens.byteOffset, tokens.byteLength))));
    this.#pending = [];
    this.#pendingTokens = 0;
  }

  /** A list that is in memory: without waiting. */
  held(number: number): TokenArray {
    const list = this.#list(number);
    if (!('buffer' in list)) throw new RangeError(`list ${number} of the spool is on disk`);
    return list;
  }

  async read(number: number): Promise<TokenArray> {
    const list = this.#list(number);
    if ('buffer' in list) return list;
    const tokens = new Uint32Array(list.length);
    await this.#handle?.read(new Uint8Array(tokens.buffer), 0, tokens.byteLength, list.start * 4);
    return tokens;
  }

  #list(number: number): TokenArray | DiskRange {
    const list = this.#lists[number];
    if (list === undefined) throw new RangeError(`the spool has no list ${number}`);
    return list;
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }
}
