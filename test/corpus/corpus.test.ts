import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readCorpusIndex, readDocuments, readLocatedDocuments, writeCorpus, type Document } from '../../src/corpus/corpus.js';
import { DocumentReader } from '../../src/corpus/document-reader.js';
import { sampleDocuments } from '../../src/corpus/sample-text.js';
import { corpusIn, programs } from './fixtures.js';

const folder = mkdtempSync(join(tmpdir(), 'pipelines-corpus-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
const fresh = (): string => {
  const path = join(folder, String(made += 1));
  mkdirSync(path);
  return path;
};

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const documents = fc.array(fc.record({ id: fc.string(), language: fc.constantFrom('python', 'php'), text: fc.string({ unit: fc.constantFrom('a', '\n', '\r', '\u2028', 'é', '"', '\\') }) }), { maxLength: 20 });

describe('a corpus', () => {
  it('gives back the documents that were written, one by one and in order', async () => {
    await fc.assert(fc.asyncProperty(documents, async (written) => {
      const path = fresh();
      await writeCorpus(path, written);
      expect(await all(readDocuments(path))).toEqual(written);
    }), { numRuns: 50 });
  });

  it('counts documents and UTF-8 bytes of text by language', async () => {
    const path = fresh();
    await writeCorpus(path, [{ id: '1', language: 'php', text: 'é' }, { id: '2', language: 'php', text: 'ab' }, { id: '3', language: 'go', text: '' }]);
    expect((await readCorpusIndex(path)).languages).toEqual({ go: { documents: 1, bytes: 0 }, php: { documents: 2, bytes: 4 } });
  });

  it('starts a new shard before one passes 16 MiB', async () => {
    const path = fresh();
    const text = 'x'.repeat(6 * 2 ** 20);
    const index = await writeCorpus(path, [1, 2, 3, 4, 5].map((id): Document => ({ id: String(id), language: 'go', text })));
    expect(index.shards.map(({ file, documents: count }) => [file, count])).toEqual([['documents-000.jsonl', 2], ['documents-001.jsonl', 2], ['documents-002.jsonl', 1]]);
    expect(await all(readDocuments(path))).toHaveLength(5);
  });

  it('lists the sources that gave documents, with how much', async () => {
    const path = fresh();
    const source = { name: 'pkg:npm/a', version: '1.0.0', integrity: 'sha512-x', licence: 'MIT' };
    const index = await writeCorpus(path, [{ id: '1', language: 'go', text: 'abc', origin: 'pkg:npm/a@1.0.0' }], { sources: [source, { ...source, name: 'pkg:npm/b' }] });
    expect(index.sources).toEqual([{ ...source, documents: 1, bytes: 3 }]);
  });

  it('reads single documents in any order', async () => {
    const path = await corpusIn(folder, 'located', programs('python', 30));
    const located = await all(readLocatedDocuments(path));
    const reader = await DocumentReader.open(path);
    for (const { document, ...location } of located.reverse()) expect(await reader.read(location)).toEqual(document);
    await reader.close();
  });

  it('names the line that is not a document', async () => {
    const path = fresh();
    await writeCorpus(path, [{ id: '1', language: 'go', text: 'abc' }]);
    const shard = join(path, 'documents-000.jsonl');
    writeFileSync(shard, `${readFileSync(shard, 'utf8')}{"id":"2"}\n`);
    await expect(all(readDocuments(path))).rejects.toThrow('line 2: a document needs');
    writeFileSync(shard, '{"id":\n');
    await expect(all(readDocuments(path))).rejects.toThrow('line 1: not JSON');
  });

  it('is refused when its format is another', async () => {
    const path = fresh();
    writeFileSync(join(path, 'index.json'), '{"format":"pipelines/tokens/v1"}');
    await expect(readCorpusIndex(path)).rejects.toThrow("expected 'pipelines/corpus/v1'");
    await expect(readCorpusIndex(fresh())).rejects.toThrow('is not a corpus');
  });
});

describe('a sample of text', () => {
  it('takes at most the bytes that are wanted, of each language alike', async () => {
    const corpora = [await corpusIn(folder, 'py', programs('python', 300)), await corpusIn(folder, 'php', programs('php', 80))];
    const sampled = await all(sampleDocuments(corpora, 5_000, 1));
    for (const language of ['python', 'php']) {
      const bytes = sampled.filter((document) => document.language === language).reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
      expect(bytes).toBeLessThanOrEqual(5_000);
      expect(bytes).toBeGreaterThan(3_000);
    }
    expect(await all(sampleDocuments(corpora, 10 ** 9, 1))).toHaveLength(380);
  });
});
