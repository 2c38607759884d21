import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTokenShards, writeTokenShards } from '../../src/corpus/token-shards.js';

let folder = '';
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'pipelines-tokens-')); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('token shards', () => {
  it('close each document with end-of-text, and count it', async () => {
    await writeTokenShards(folder, { vocabularySize: 300, endOfText: 0, documents: [
      { language: 'php', tokens: Uint32Array.of(5, 6) }, { language: 'python', tokens: Uint32Array.of(7) }, { language: 'php', tokens: new Uint32Array() },
    ] });
    const { index, tokens } = await readTokenShards(folder);
    expect(tokens).toEqual(Uint16Array.of(5, 6, 0, 7, 0, 0));
    expect(index).toEqual({
      format: 'pipelines/tokens/v1', dtype: 'uint16', tokens: 6, vocabularySize: 300,
      languages: { php: { documents: 2, tokens: 4 }, python: { documents: 1, tokens: 2 } },
    });
    expect(readFileSync(join(folder, 'tokens.bin'))).toEqual(Buffer.from([5, 0, 6, 0, 0, 0, 7, 0, 0, 0, 0, 0]));
  });

  it('take four bytes a token when the vocabulary needs it', async () => {
    await writeTokenShards(folder, { vocabularySize: 70_000, endOfText: 0, documents: [{ language: 'php', tokens: Uint32Array.of(69_999) }] });
    expect((await readTokenShards(folder)).tokens).toEqual(Uint32Array.of(69_999, 0));
  });

  it('hold more tokens than are moved at once', async () => {
    const long = Uint32Array.from({ length: 1_100_000 }, (_, index) => index % 251);
    await writeTokenShards(folder, { vocabularySize: 300, endOfText: 0, documents: [{ language: 'go', tokens: long }, { language: 'go', tokens: long }] });
    const { tokens } = await readTokenShards(folder);
    expect(tokens.length).toBe(2_200_002);
    expect(tokens.subarray(1_100_001, 2_200_001).every((token, index) => token === long[index])).toBe(true);
  });

  it('are refused when the tokens do not fit the index', async () => {
    await writeTokenShards(folder, { vocabularySize: 300, endOfText: 0, documents: [{ language: 'php', tokens: Uint32Array.of(5, 6) }] });
    writeFileSync(join(folder, 'tokens.bin'), Buffer.alloc(5));
    await expect(readTokenShards(folder)).rejects.toThrow('has 5 bytes; its index says 6');
  });
});
