import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../src/engine/json.js';
import { readTokenShards, type TokenShards } from '../../src/corpus/token-shards.js';
import { loadTokenizer } from '../../src/corpus/tokenizer.js';
import { mixCorpora } from '../../src/tasks/mix-corpora/kind.js';
import { mixDocuments, shuffled, withSample, type MixDocument, type MixedLanguage } from '../../src/tasks/mix-corpora/mix.js';
import { run } from '../../src/tasks/mix-corpora/run.js';
import { tokenizeCorpus } from '../../src/tasks/tokenize-corpus/kind.js';
import { run as tokenizeCorpusRun } from '../../src/tasks/tokenize-corpus/run.js';
import { trainTokenizer } from '../../src/tasks/train-tokenizer/kind.js';
import { run as trainTokenizerRun } from '../../src/tasks/train-tokenizer/run.js';
import { corpusIn, programs } from '../corpus/fixtures.js';
import { removeRigs, runTask, temporaryFolder, type RigOptions } from './task-rig.js';

let corpora: string[] = [];
let tokenizer = '';
/** What tokenize-corpus makes of `corpora`. */
let tokenized: string[] = [];
beforeAll(async () => {
  const folder = temporaryFolder();
  corpora = [await corpusIn(folder, 'python', programs('python', 50)), await corpusIn(folder, 'php', programs('php', 40))];
  tokenizer = (await runTask(trainTokenizer, trainTokenizerRun, { parameters: { vocabularySize: 400 }, inputs: { corpora } })).output('tokenizer');
  tokenized = await tokenize(tokenizer);
});
afterAll(removeRigs);

async function tokenize(by: string): Promise<string[]> {
  const trees: string[] = [];
  for (const corpus of corpora) trees.push((await runTask(tokenizeCorpus, tokenizeCorpusRun, { inputs: { corpus: [corpus], tokenizer: [by] } })).output('tokens'));
  return trees;
}

interface Statistics { tokens: number; languages: Record<string, MixedLanguage> }

async function mix(options: RigOptions): Promise<{ shards: TokenShards; statistics: Statistics; path: string }> {
  const result = await runTask(mixCorpora, run, { inputs: { corpora, tokenizer: [tokenizer] }, ...options });
  const path = result.output('tokens');
  return { path, shards: await readTokenShards(path), statistics: JSON.parse(readFileSync(result.output('statistics'), 'utf8')) as Statistics };
}

/** The texts of a stream, cut at end-of-text. */
async function texts({ tokens }: TokenShards): Promise<string[]> {
  const loaded = await loadTokenizer(tokenizer);
  const documents: number[][] = [[]];
  for (const token of tokens) {
    if (token === loaded.endOfText) documents.push([]);
    else documents.at(-1)?.push(token);
  }
  expect(documents.pop()).toEqual([]);
  return loaded.decodeBatch(documents);
}

describe('mix-corpora', () => {
  it('packs every document once, shuffled across languages', async () => {
    const { shards, statistics } = await mix({});
    const packed = await texts(shards);
    const written = [...programs('python', 50), ...programs('php', 40)].map(({ text }) => text);
    expect([...packed].sort()).toEqual([...written].sort());
    expect(packed).not.toEqual(written);
    const firstHalf = packed.slice(0, 45).filter((text) => text.startsWith('<?php')).length;
    expect(firstHalf).toBeGreaterThan(8);
    expect(firstHalf).toBeLessThan(32);
    expect(statistics.tokens).toBe(shards.tokens.length);
    expect(statistics.languages['python']).toMatchObject({ documents: 50, epochs: 1, budget: null });
  });

  it('meets budgets within one document and reports the shares of Eq. 3', async () => {
    const { shards, statistics } = await mix({ parameters: { tokens: { python: 400, php: 1_200 } } });
    const { python, php } = shards.index.languages;
    const longest = Math.max(...(await texts(shards)).map((text) => text.length));
    expect(Math.abs((python?.tokens ?? 0) - 400)).toBeLessThan(longest);
    expect(Math.abs((php?.tokens ?? 0) - 1_200)).toBeLessThan(longest);
    expect(statistics.languages['php']?.share).toBe((php?.tokens ?? 0) / shards.tokens.length);
    expect(statistics.languages['python']?.epochs).toBeLessThan(1);
  });

  it.each<Json>([{ tokens: { python: 400, php: null }, step: 3 }, { python: 400, php: null }])('takes a solved mix: %j', async (solved) => {
    const { statistics } = await mix({ values: { mix: solved } });
    expect(statistics.languages['php']).toMatchObject({ documents: 40, epochs: 1 });
    expect(statistics.languages['python']?.budget).toBe(400);
  });

  it('leaves a language out at zero', async () => {
    expect((await mix({ parameters: { tokens: { php: 0 } } })).shards.index.languages['php']).toBeUndefined();
  });

  it('repeats documents only when it may, and says how often', async () => {
    const { available } = (await mix({})).statistics.languages['php'] ?? { available: { tokens: 0 } };
    const wanted = Math.round(available.tokens * 2.5);
    await expect(mix({ parameters: { tokens: { php: wanted } } })).rejects.toMatchObject({ name: 'TaskError', hint: 'lower the budget, collect more, or set `repeat: true`' });
    const { shards, statistics } = await mix({ parameters: { tokens: { php: wanted, python: 0 }, repeat: true } });
    expect(statistics.languages['php']?.epochs).toBeCloseTo(2.5, 1);
    const times = new Map<string, number>();
    for (const text of await texts(shards)) times.set(text, (times.get(text) ?? 0) + 1);
    expect(times.size).toBe(40);
    expect(new Set(times.values())).toEqual(new Set([2, 3]));
  });

  it('gives the same bytes for the same seed and another order for another', async () => {
    const tokensOf = async (seed: number): Promise<Buffer> => readFileSync(`${(await mix({ parameters: { seed } })).path}/tokens.bin`);
    expect((await tokensOf(1)).equals(await tokensOf(1))).toBe(true);
    expect((await tokensOf(1)).equals(await tokensOf(2))).toBe(false);
  });

  it('refuses a budget for a language that no corpus has, and a mix that is none', async () => {
    await expect(mix({ parameters: { tokens: { rust: 5 } } })).rejects.toThrow('a budget is given for rust, which no corpus has');
    await expect(mix({ values: { mix: [1] } })).rejects.toThrow("input 'mix' must be an object");
    await expect(mix({ values: { mix: { php: 'much' } } })).rejects.toThrow('the tokens of php must be a number or null');
    await expect(mix({ values: { mix: { php: 1 } }, parameters: { tokens: { php: 2 } } })).rejects.toThrow('both `tokens` and the input `mix`');
  });
});

describe('mix-corpora of tokenized corpora', () => {
  it('gives the same bytes as of their text, in any combination, order and budget', async () => {
    const budget = fc.option(fc.integer({ min: 0, max: 6_000 }));
    await fc.assert(fc.asyncProperty(fc.array(fc.boolean(), { minLength: 2, maxLength: 2 }), fc.boolean(), budget, budget, fc.nat(5), async (asTokens, reverse, python, php, seed) => {
      const parameters = { tokens: { python, php }, seed, repeat: true };
      const arranged = (paths: string[]): string[] => (reverse ? [...paths].reverse() : paths);
      const chosen = corpora.map((corpus, index) => (asTokens[index] === true ? tokenized[index] ?? '' : corpus));
      const [ofText, ofTokens] = [await mix({ parameters, inputs: { corpora: arranged(corpora), tokenizer: [tokenizer] } }), await mix({ parameters, inputs: { corpora: arranged(chosen), tokenizer: [tokenizer] } })];
      for (const file of ['tokens.bin', 'index.json']) expect(readFileSync(`${ofTokens.path}/${file}`).equals(readFileSync(`${ofText.path}/${file}`))).toBe(true);
      expect(ofTokens.statistics).toEqual(ofText.statistics);
    }), { numRuns: 15 });
  });

  it('needs no tokenizer, unless text is among them', async () => {
    const ofTokens = await mix({ inputs: { corpora: tokenized } });
    expect(readFileSync(`${ofTokens.path}/tokens.bin`).equals(readFileSync(`${(await mix({})).path}/tokens.bin`))).toBe(true);
    await expect(mix({ inputs: { corpora: [...tokenized, ...corpora] } })).rejects.toMatchObject({ name: 'TaskError', hint: 'connect the input `tokenizer`, or give what tokenize-corpus made of it' });
  });

  it('refuses those of different tokenizers', async () => {
    const other = (await runTask(trainTokenizer, trainTokenizerRun, { parameters: { vocabularySize: 300 }, inputs: { corpora } })).output('tokenizer');
    const [, php = ''] = await tokenize(other);
    await expect(mix({ inputs: { corpora: [tokenized[0] ?? '', php] } })).rejects.toThrow('was tokenized with another tokenizer');
    await expect(mix({ inputs: { corpora: tokenized, tokenizer: [other] } })).rejects.toThrow('was tokenized with another tokenizer');
  });
});

describe('mix-corpora with a sample of one language', () => {
  it('cuts that language to its share and leaves the rest whole', async () => {
    const { statistics: { languages } } = await mix({ parameters: { sample: { language: 'php', share: 0.3 } } });
    expect(languages['python']).toMatchObject({ documents: 50, epochs: 1 });
    // Forty documents: the nearest whole one is within a few hundredths.
    expect(Math.abs((languages['php']?.epochs ?? 0) - 0.3)).toBeLessThan(0.05);
  });

  it('is everything at share 1', async () => {
    const whole = await mix({ parameters: { sample: { language: 'php', share: 1 } } });
    expect(readFileSync(`${whole.path}/tokens.bin`).equals(readFileSync(`${(await mix({})).path}/tokens.bin`))).toBe(true);
  });

  it('takes the documents that a budget of as many tokens takes', async () => {
    const { path, statistics } = await mix({ parameters: { sample: { language: 'php', share: 0.3 } } });
    const php = statistics.languages['php']?.tokens ?? 0;
    expect(readFileSync(`${path}/tokens.bin`).equals(readFileSync(`${(await mix({ parameters: { tokens: { php } } })).path}/tokens.bin`))).toBe(true);
  });

  it('refuses a language that has a budget too, or no documents', async () => {
    const sample = { language: 'php', share: 0.3 };
    await expect(mix({ parameters: { sample, tokens: { php: 5 } } })).rejects.toThrow('both a budget and `sample` say how much of php there is');
    await expect(mix({ parameters: { sample }, values: { mix: { tokens: { php: 5 } } } })).rejects.toThrow('both a budget and `sample`');
    await expect(mix({ parameters: { sample: { language: 'rust', share: 0.3 } } })).rejects.toThrow('`sample` is of rust, which no corpus has');
  });
});

describe('selecting documents for a mix', () => {
  const documents = fc.array(fc.record({ language: fc.constantFrom('python', 'php'), tokens: fc.integer({ min: 1, max: 500 }) }), { minLength: 1, maxLength: 60 })
    .map((list): MixDocument[] => list.map((document, index) => ({ ...document, id: String(index), number: index })));

  it('comes within one document of each budget, whatever the documents', () => {
    fc.assert(fc.property(documents, fc.integer({ min: 0, max: 40_000 }), fc.nat(5), (list, budget, seed) => {
      const known = [...new Set(list.map(({ language }) => language))];
      const { languages } = mixDocuments(list, Object.fromEntries(known.map((language) => [language, budget])), { seed, repeat: true });
      for (const language of known) {
        const longest = Math.max(...list.filter((document) => document.language === language).map(({ tokens }) => tokens));
        expect(Math.abs((languages[language]?.tokens ?? 0) - budget)).toBeLessThan(longest);
      }
    }));
  });

  it('keeps what a smaller budget kept', () => {
    fc.assert(fc.property(documents, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (list, a, b) => {
      const total = list.filter(({ language }) => language === 'php').reduce((sum, { tokens }) => sum + tokens, 0);
      const kept = (share: number): string[] => mixDocuments(list, { php: share * total }, { seed: 1, repeat: false }).entries
        .filter(({ document }) => document.language === 'php').map(({ document }) => document.id);
      const small = kept(Math.min(a, b));
      expect(kept(Math.max(a, b)).slice(0, small.length)).toEqual(small);
    }));
  });

  it('keeps what a smaller sample kept', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(fc.property(documents.filter((list) => list.some(({ language }) => language === 'php')), share, share, (list, a, b) => {
      const kept = (part: number): string[] => mixDocuments(list, withSample({}, { language: 'php', share: part }, list), { seed: 1, repeat: false }).entries
        .filter(({ document }) => document.language === 'php').map(({ document }) => document.id);
      const small = kept(Math.min(a, b));
      expect(kept(Math.max(a, b)).slice(0, small.length)).toEqual(small);
    }));
  });

  it('has the shares that the budgets ask for, within one document of each language', () => {
    fc.assert(fc.property(documents, fc.integer({ min: 1, max: 40_000 }), fc.integer({ min: 1, max: 40_000 }), fc.nat(5), (list, python, php, seed) => {
      const known = [...new Set(list.map(({ language }) => language))];
      const budgets: Record<string, number> = Object.fromEntries(Object.entries({ python, php }).filter(([language]) => known.includes(language)));
      const { languages } = mixDocuments(list, budgets, { seed, repeat: true });
      const [total, mixed] = [Object.values(budgets), known.map((language) => languages[language]?.tokens ?? 0)].map((values) => values.reduce((sum, value) => sum + value, 0));
      for (const language of known) {
        const longest = Math.max(...list.map(({ tokens }) => tokens));
        const wanted = (budgets[language] as number) / (total as number);
        expect(Math.abs((languages[language]?.share ?? 0) - wanted)).toBeLessThanOrEqual(known.length * longest / Math.max(total as number, mixed as number));
      }
    }));
  });
});

describe('the stream of a mix that repeats documents', () => {
  const corpus = (language: string, count: number): MixDocument[] =>
    Array.from({ length: count }, (_, index) => ({ language, id: `${language} ${index}`, number: index, tokens: 10 }));

  it('passes over all documents of a language before one comes again', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 200 }), fc.nat(9), (count, appearances, seed) => {
      const { entries } = mixDocuments([...corpus('php', count), ...corpus('python', 7)], { php: 10 * appearances }, { seed, repeat: true });
      const ids = shuffled(entries, seed).filter(({ language }) => language === 'php').map(({ id }) => id);
      expect(ids).toHaveLength(appearances);
      for (let start = 0; start < ids.length; start += count) {
        const pass = ids.slice(start, start + count);
        expect(new Set(pass).size).toBe(pass.length);
      }
    }));
  });

  it('has another order in each pass', () => {
    const { entries } = mixDocuments(corpus('php', 40), { php: 800 }, { seed: 1, repeat: true });
    const ids = shuffled(entries, 1).map(({ id }) => id);
    expect(ids.slice(0, 40)).not.toEqual(ids.slice(40));
    expect(ids.slice(0, 40).sort()).toEqual(ids.slice(40).sort());
  });

  it('spreads every language evenly, however often it is repeated', () => {
    const { entries } = mixDocuments([...corpus('php', 100), ...corpus('python', 400)], { php: 3_500, python: 4_000 }, { seed: 1, repeat: true });
    const stream = shuffled(entries, 1);
    const share = (part: readonly MixDocument[]) => part.filter(({ language }) => language === 'php').length / part.length;
    // 750 documents in five parts of 150: the share is 0.47, its standard error in a part at most 0.04.
    for (let start = 0; start < stream.length; start += 150) expect(Math.abs(share(stream.slice(start, start + 150)) - 350 / 750)).toBeLessThan(0.12);
  });
});
