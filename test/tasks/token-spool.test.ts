import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { TokenizedDocument } from '../../src/corpus/token-shards.js';
import { tokenStream } from '../../src/tasks/mix-corpora/token-stream.js';
import { TokenSpool } from '../../src/tasks/mix-corpora/token-spool.js';
import { removeRigs, temporaryFolder } from './task-rig.js';

afterAll(removeRigs);

describe('the token spool', () => {
  it('reads lists back in any order, whether they are in memory, held for others or on disk', async () => {
    const list = fc.record({ held: fc.boolean(), ids: fc.array(fc.nat(70_000), { maxLength: 40 }) });
    await fc.assert(fc.asyncProperty(fc.array(list, { maxLength: 20 }), fc.constantFrom(0, 1_000, 2 ** 20), async (lists, memory) => {
      const spool = new TokenSpool(join(temporaryFolder(), 'spool'), memory);
      for (const { held, ids } of lists) {
        if (held) spool.hold(Uint32Array.from(ids));
        else await spool.push(Uint32Array.from(ids));
      }
      await spool.flush();
      for (const [number, { ids }] of [...lists.entries()].reverse()) expect([...await spool.read(number)]).toEqual(ids);
      await spool.close();
    }), { numRuns: 30 });
  });

  it('makes no file while memory suffices, and says so', async () => {
    const path = join(temporaryFolder(), 'spool');
    const spool = new TokenSpool(path, 1_000);
    await spool.push(Uint32Array.of(1, 2));
    await spool.flush();
    expect(spool.inMemory).toBe(true);
    expect([...spool.held(0)]).toEqual([1, 2]);
    expect(existsSync(path)).toBe(false);
    await spool.push(new Uint32Array(1_000));
    await spool.flush();
    expect(spool.inMemory).toBe(false);
    expect(existsSync(path)).toBe(true);
    await spool.close();
  });
});

describe('the token stream', () => {
  it('is the same from memory and from disk', async () => {
    const documents = [2, 0, 1].map((number) => ({ number, id: `${number}`, language: 'php', tokens: number + 2 }));
    const read = async (memory: number): Promise<TokenizedDocument[]> => {
      const spool = new TokenSpool(join(temporaryFolder(), 'spool'), memory);
      for (const length of [1, 2, 3]) await spool.push(new Uint32Array(length).fill(length));
      await spool.flush();
      expect(spool.inMemory).toBe(memory > 0);
      const stream: TokenizedDocument[] = [];
      for await (const document of tokenStream(documents, spool, new AbortController().signal)) stream.push(document);
      await spool.close();
      return stream;
    };
    const expected = [3, 1, 2].map((length) => ({ language: 'php', tokens: new Uint32Array(length).fill(length) }));
    expect(await read(1_000)).toEqual(expected);
    expect(await read(0)).toEqual(expected);
  });
});
