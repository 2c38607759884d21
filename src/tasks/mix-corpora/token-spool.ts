import { open, type FileHandle } from 'node:fs/promises';

/** Token lists on disk, to be read back in any order: a shuffle of a corpus that does not fit in memory. */
export class TokenSpool {
  readonly #handle: FileHandle;
  readonly #offsets: number[] = [0];
  #pending: Uint32Array[] = [];
  #pendingTokens = 0;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  static async create(path: string): Promise<TokenSpool> {
    return new TokenSpool(await open(path, 'wx+'));
  }

  async push(tokens: Uint32Array): Promise<void> {
    this.#offsets.push((this.#offsets.at(-1) ?? 0) + tokens.length);
    this.#pending.push(tokens);
    this.#pendingTokens += tokens.length;
    if (this.#pendingTokens >= 2 ** 20) await this.flush();
  }

  /** Before reading. */
  async flush(): Promise<void> {
    await this.#handle.writeFile(Buffer.concat(this.#pending.map((tokens) => Buffer.from(tokens.buffer, tokens.byteOffset, tokens.byteLength))));
    this.#pending = [];
    this.#pendingTokens = 0;
  }

  async read(index: number): Promise<Uint32Array> {
    const start = this.#offsets[index] ?? 0;
    const tokens = new Uint32Array((this.#offsets[index + 1] ?? start) - start);
    await this.#handle.read(new Uint8Array(tokens.buffer), 0, tokens.byteLength, start * 4);
    return tokens;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}
