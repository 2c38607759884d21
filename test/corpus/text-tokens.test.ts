import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeCorpus } from '../../src/corpus/corpus.js';
import { readTextTokens, textTokens } from '../../src/corpus/text-tokens.js';
import { wordLevelTokenizer } from '../../src/corpus/tokenizer-json.js';
import type { Tokenizer } from '../../src/corpus/tokenizer.js';

/** A token a character: the code of it. */
const characters: Pick<Tokenizer, 'encode' | 'endOfText'> = {
  endOfText: 0,
  encode: (text) => Promise.resolve(Uint32Array.from(text, (character) => character.charCodeAt(0))),
};

async function corpusOf(...documents: { language: string; text: string }[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'text-tokens-'));
  onTestFinished(() => { rmSync(folder, { recursive: true, force: true }); });
  await writeCorpus(folder, documents.map((document, index) => ({ id: String(index), ...document })));
  return folder;
}

const read = (path: string, limit: number) => readTextTokens(path, characters as Tokenizer, limit);

describe('text tokens', () => {
  it('are documents one after the other, each ended by end-of-text, up to the limit', async () => {
    const path = await corpusOf({ language: 'php', text: 'ab' }, { language: 'php', text: 'cde' }, { language: 'php', text: 'f' });
    const { language, tokens, bytes } = await read(path, 7);
    expect(language).toBe('php');
    expect([...tokens]).toEqual([97, 98, 0, 99, 100, 101, 0]);
    expect(bytes).toBe(5);
  });

  it('count bytes, not characters', async () => {
    expect((await read(await corpusOf({ language: 'php', text: 'é' }), 10)).bytes).toBe(2);
  });

  it('end in the beginning of a document that does not fit, with its share of the bytes', async () => {
    const { tokens, bytes } = await read(await corpusOf({ language: 'php', text: 'a' }, { language: 'php', text: 'abcdefgh' }), 6);
    expect([...tokens]).toEqual([97, 0, 97, 98, 99, 100]);
    expect(bytes).toBe(5);
  });

  it('are of one language', async () => {
    const path = await corpusOf({ language: 'php', text: 'a' }, { language: 'python', text: 'b' });
    await expect(read(path, 4)).rejects.toThrow('must be of one language, but holds php, python');
  });
});

describe('text tokens of a worker', () => {
  async function source(...words: string[]): Promise<{ corpus: string; tokenizer: string }> {
    const corpus = await corpusOf({ language: 'php', text: 'abab' });
    const tokenizer = join(corpus, 'tokenizer.json');
    writeFileSync(tokenizer, JSON.stringify(wordLevelTokenizer('.', words)));
    return { corpus, tokenizer };
  }

  it('are read once for a corpus, a tokenizer and a limit', async () => {
    const one = { ...await source('a', 'b'), limit: 3 };
    const first = await textTokens(one);
    expect([...first.tokens]).toEqual([2, 3, 2]);
    // The file is gone, the tokens are not.
    rmSync(join(one.corpus, 'index.json'));
    expect(await textTokens(one)).toBe(first);
    await expect(textTokens({ ...one, limit: 4 })).rejects.toThrow('is not a corpus');
  });

  it('are others with another tokenizer', async () => {
    const [one, other] = [await source('a', 'b'), await source('b', 'a')];
    const read = async (tokenizer: string) => [...(await textTokens({ corpus: one.corpus, tokenizer, limit: 2 })).tokens];
    expect([await read(one.tokenizer), await read(other.tokenizer)]).toEqual([[2, 3], [3, 2]]);
  });

  it('are tried again after a failure', async () => {
    const one = { ...await source('a', 'b'), limit: 2 };
    await expect(textTokens({ ...one, corpus: `${one.corpus}-missing` })).rejects.toThrow('is not a corpus');
    const broken = { ...one, tokenizer: join(one.corpus, 'later.json') };
    await expect(textTokens(broken)).rejects.toThrow();
    writeFileSync(broken.tokenizer, JSON.stringify(wordLevelTokenizer('.', ['a', 'b'])));
    expect([...(await textTokens(broken)).tokens]).toEqual([2, 3]);
  });
});
