import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDocuments, type Document } from '../../src/corpus/corpus.js';
import { loadTokenizer } from '../../src/corpus/tokenizer.js';
import { downsampleCorpus } from '../../src/tasks/downsample-corpus/kind.js';
import { run } from '../../src/tasks/downsample-corpus/run.js';
import { trainTokenizer } from '../../src/tasks/train-tokenizer/kind.js';
import { run as trainTokenizerRun } from '../../src/tasks/train-tokenizer/run.js';
import { corpusIn, programs } from '../corpus/fixtures.js';
import { removeRigs, runTask, temporaryFolder, type RigOptions } from './task-rig.js';

let corpus = '';
let tokenizer = '';
beforeAll(async () => {
  corpus = await corpusIn(temporaryFolder(), 'php', programs('php', 60));
  tokenizer = (await runTask(trainTokenizer, trainTokenizerRun, { parameters: { vocabularySize: 400 }, inputs: { corpora: [corpus] } })).output('tokenizer');
});
afterAll(removeRigs);

async function sample(options: RigOptions): Promise<{ documents: Document[]; statistics: { before: Totals; after: Totals } }> {
  const result = await runTask(downsampleCorpus, run, { inputs: { corpus: [corpus], tokenizer: [tokenizer] }, ...options });
  const documents: Document[] = [];
  for await (const document of readDocuments(result.output('corpus'))) documents.push(document);
  return { documents, statistics: JSON.parse(readFileSync(result.output('statistics'), 'utf8')) as { before: Totals; after: Totals } };
}

interface Totals { documents: number; bytes: number; tokens: number | null }

describe('downsample-corpus', () => {
  it('makes a smaller sample a prefix of a larger one with the same seed', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 8_000 }), fc.integer({ min: 1, max: 8_000 }), fc.nat(3), async (a, b, seed) => {
      const small = await sample({ parameters: { bytes: Math.min(a, b), seed } });
      const large = await sample({ parameters: { bytes: Math.max(a, b), seed } });
      expect(large.documents.slice(0, small.documents.length)).toEqual(small.documents);
    }), { numRuns: 15 });
  });

  it.each(['tokens', 'bytes'] as const)('comes within half a document of a budget in %s', async (unit) => {
    const { documents, statistics } = await sample({ parameters: { [unit]: 3_000 } });
    const loaded = await loadTokenizer(tokenizer);
    const sizes = await Promise.all(documents.map(async ({ text }) => (unit === 'bytes' ? Buffer.byteLength(text) : (await loaded.encode(text)).length + 1)));
    expect(statistics.after[unit]).toBe(sizes.reduce((sum, size) => sum + size, 0));
    expect(Math.abs((statistics.after[unit] ?? 0) - 3_000)).toBeLessThanOrEqual(Math.max(...sizes) / 2 + 100);
  });

  it('keeps a share of the bytes, and everything at 1', async () => {
    const half = await sample({ parameters: { share: 0.5 } });
    expect(half.statistics.after.bytes / half.statistics.before.bytes).toBeCloseTo(0.5, 1);
    expect((await sample({ parameters: { share: 1 } })).documents).toHaveLength(60);
  });

  it('takes a budget that another task computed', async () => {
    const computed = await sample({ values: { tokens: 2_000 } });
    expect(computed.documents).toEqual((await sample({ parameters: { tokens: 2_000 } })).documents);
  });

  it('chooses other documents with another seed', async () => {
    const ids = async (seed: number): Promise<string[]> => (await sample({ parameters: { bytes: 2_000, seed } })).documents.map(({ id }) => id);
    expect(await ids(1)).not.toEqual(await ids(2));
  });

  it('says tokens are unknown without a tokenizer', async () => {
    const { statistics } = await sample({ parameters: { bytes: 2_000 }, inputs: { corpus: [corpus] } });
    expect(statistics.after.tokens).toBeNull();
    await expect(sample({ parameters: { tokens: 10 }, inputs: { corpus: [corpus] } })).rejects.toThrow('needs the input `tokenizer`');
  });

  it('refuses a budget above what there is, two budgets and none', async () => {
    await expect(sample({ parameters: { bytes: 10 ** 9 } })).rejects.toThrow('the budget is 1000000000 bytes; the corpus has');
    await expect(sample({ parameters: { bytes: 10, share: 0.5 } })).rejects.toThrow('2 budgets are given');
    await expect(sample({})).rejects.toThrow('0 budgets are given');
  });

  it('keeps the sample on disk as it says', async () => {
    const result = await runTask(downsampleCorpus, run, { inputs: { corpus: [corpus] }, parameters: { share: 0.25 } });
    const index = JSON.parse(readFileSync(join(result.output('corpus'), 'index.json'), 'utf8')) as { languages: { php: { documents: number } } };
    const statistics = JSON.parse(readFileSync(result.output('statistics'), 'utf8')) as { after: Totals };
    expect(index.languages.php.documents).toBe(statistics.after.documents);
  });
});
