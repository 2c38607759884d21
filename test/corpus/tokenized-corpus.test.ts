import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isTokenizedCorpus, readTokenizedCorpus, writeTokenizedCorpus, type DocumentTokens } from '../../src/corpus/tokenized-corpus.js';
import { corpusIn, programs } from './fixtures.js';

let folder = '';
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'pipelines-tokenized-')); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const tokenizer = { vocabularySize: 300, endOfText: 0, digest: 'ab'.repeat(32) };
const documents: DocumentTokens[] = [
  { id: 'a', language: 'php', tokens: Uint32Array.of(5, 6) },
  { id: 'b', language: 'php', tokens: new Uint32Array() },
  { id: 'c', language: 'python', tokens: Uint32Array.of(7) },
  { id: 'd', language: 'php', tokens: Uint32Array.of(8) },
];

async function* each(list: Iterable<DocumentTokens>): AsyncGenerator<DocumentTokens> {
  yield* list;
}

describe('a tokenized corpus', () => {
  it('gives back its documents in order, as views of one array', async () => {
    await writeTokenizedCorpus(folder, tokenizer, each(documents));
    const read = [...await readTokenizedCorpus(folder)];
    expect(read.map(({ id, language, tokens }) => ({ id, language, tokens: [...tokens] }))).toEqual(documents.map((document) => ({ ...document, tokens: [...document.tokens] })));
    expect(new Set(read.map(({ tokens }) => tokens.buffer)).size).toBe(1);
  });

  it('says of which tokenizer it is, and counts the end-of-text that closes each document', async () => {
    await writeTokenizedCorpus(folder, tokenizer, each(documents));
    expect((await readTokenizedCorpus(folder)).index).toEqual({
      format: 'pipelines/tokenized-corpus/v1', dtype: 'uint16', vocabularySize: 300, endOfText: 0, tokenizer: tokenizer.digest, tokens: 8,
      languages: { php: { documents: 3, tokens: 6 }, python: { documents: 1, tokens: 2 } },
    });
    expect(readFileSync(join(folder, 'tokens.bin'))).toEqual(Buffer.from([5, 0, 6, 0, 0, 0, 0, 0, 7, 0, 0, 0, 8, 0, 0, 0]));
  });

  it('lists documents of one language that follow each other in one line, up to a length', async () => {
    const many = Array.from({ length: 5_000 }, (_, index): DocumentTokens => ({ id: `${index}`, language: 'go', tokens: Uint32Array.of(index % 300) }));
    await writeTokenizedCorpus(folder, { ...tokenizer, vocabularySize: 70_000 }, each(many));
    expect(readFileSync(join(folder, 'documents.jsonl'), 'utf8').trim().split('\n')).toHaveLength(2);
    expect([...await readTokenizedCorpus(folder)]).toEqual(many);
  });

  it('is read once a worker', async () => {
    await writeTokenizedCorpus(folder, tokenizer, each(documents));
    expect(await readTokenizedCorpus(folder)).toBe(await readTokenizedCorpus(folder));
  });

  it('may be empty', async () => {
    await writeTokenizedCorpus(folder, tokenizer, each([]));
    expect([...await readTokenizedCorpus(folder)]).toEqual([]);
  });

  it('is refused when its files do not fit each other', async () => {
    await writeTokenizedCorpus(folder, tokenizer, each(documents));
    writeFileSync(join(folder, 'documents.jsonl'), '{"language":"php","ids":["a"],"tokens":[3]}\n');
    await expect(readTokenizedCorpus(folder)).rejects.toThrow('has 3 tokens; its index says 8');
  });

  it('is told from a corpus of text', async () => {
    const text = await corpusIn(folder, 'text', programs('php', 2));
    expect(await isTokenizedCorpus(text)).toBe(false);
    await expect(readTokenizedCorpus(text)).rejects.toThrow("expected 'pipelines/tokenized-corpus/v1'");
    await expect(isTokenizedCorpus(join(folder, 'absent'))).rejects.toThrow('is not a corpus');
  });
});
