import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

const shardBytes = 16 * 2 ** 20;
const bufferBytes = 2 ** 20;

/** Writes lines to `documents-000.jsonl`, `documents-001.jsonl`, …, starting a new file before one passes 16 MiB. */
export class ShardWriter {
  readonly #directory: string;
  readonly #shards: { file: string; documents: number; bytes: number }[] = [];
  #handle: FileHandle | undefined;
  #fileBytes = 0;
  #buffer: string[] = [];
  #bufferedBytes = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  get shards(): readonly { readonly file: string; readonly documents: number; readonly bytes: number }[] {
    return this.#shards;
  }

  /** @param textBytes what the line adds to the shard's `bytes` */
  async write(line: string, textBytes: number): Promise<void> {
    const lineBytes = Buffer.byteLength(line);
    const current = this.#shards.at(-1);
    const shard = current !== undefined && this.#fileBytes + lineBytes <= shardBytes ? current : await this.#next();
    this.#buffer.push(line);
    this.#bufferedBytes += lineBytes;
    this.#fileBytes += lineBytes;
    shard.documents += 1;
    shard.bytes += textBytes;
    if (this.#bufferedBytes >= bufferBytes) await this.#flush();
  }

  async close(): Promise<void> {
    await this.#flush();
    await this.#handle?.close();
    this.#handle = undefined;
  }

  async #next(): Promise<{ file: string; documents: number; bytes: number }> {
    await this.close();
    const shard = { file: `documents-${String(this.#shards.length).padStart(3, '0')}.jsonl`, documents: 0, bytes: 0 };
    this.#handle = await open(join(this.#directory, shard.file), 'wx');
    this.#shards.push(shard);
    this.#fileBytes = 0;
    return shard;
  }

  async #flush(): Promise<void> {
    if (this.#buffer.length === 0 || this.#handle === undefined) return;
    await this.#handle.writeFile(this.#buffer.join(''));
    this.#buffer = [];
    this.#bufferedBytes = 0;
  }
}
