import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { readCorpusIndex, type Document, type LocatedDocument } from './corpus.js';

export type DocumentLocation = Pick<LocatedDocument, 'shard' | 'offset' | 'length'>;

/** Reads single documents of a corpus, in any order, at locations that `readLocatedDocuments` gave. */
export class DocumentReader {
  readonly #shards: readonly FileHandle[];

  private constructor(shards: readonly FileHandle[]) {
    this.#shards = shards;
  }

  static async open(path: string): Promise<DocumentReader> {
    const { shards } = await readCorpusIndex(path);
    const handles: FileHandle[] = [];
    for (const { file } of shards) handles.push(await open(join(path, file)));
    return new DocumentReader(handles);
  }

  async read({ shard, offset, length }: DocumentLocation): Promise<Document> {
    const handle = this.#shards[shard];
    if (handle === undefined) throw new RangeError(`the corpus has no shard ${shard}`);
    const { buffer } = await handle.read(Buffer.allocUnsafe(length), 0, length, offset);
    return JSON.parse(buffer.toString('utf8')) as Document;
  }

  async close(): Promise<void> {
    for (const handle of this.#shards) await handle.close();
  }
}
