import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { Tokenizer as NativeTokenizer } from 'tokenizers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/engine/json.js';
import { bytePairTokenizer } from '../../src/corpus/tokenizer-json.js';
import { loadTokenizer, type Tokenizer } from '../../src/corpus/tokenizer.js';
import { trainTokenizer } from '../../src/tasks/train-tokenizer/kind.js';
import { gpt2PatternWith } from '../../src/tasks/train-tokenizer/pattern.js';
import { checkReserved, run } from '../../src/tasks/train-tokenizer/run.js';
import { corpusIn, program, programs } from '../corpus/fixtures.js';
import { removeRigs, runTask, temporaryFolder } from './task-rig.js';

/** Table A.1 of the paper, PHP, C#, Go and C++ with their Python counterparts. */
const identifiers = [
  'strlen', 'len', 'count', 'sort', 'sorted', 'gettype', 'type', 'array_sum', 'sum', 'Console.WriteLine', 'print', '.IndexOf', '.find',
  'catch', 'except', '.Add', '.append', 'true', 'True', 'nil', 'None', 'func', 'def', '&&', 'and', '||', 'or', '!', 'not', '.push_back', '.erase', '.pop', 'to_string', 'str',
];

let corpora: string[] = [];

beforeAll(async () => {
  const folder = temporaryFolder();
  corpora = [await corpusIn(folder, 'python', programs('python', 60)), await corpusIn(folder, 'php', programs('php', 60))];
});
afterAll(removeRigs);

async function train(parameters: JsonObject): Promise<{ path: string; tokenizer: Tokenizer }> {
  const result = await runTask(trainTokenizer, run, { parameters, inputs: { corpora } });
  const path = result.output('tokenizer');
  return { path, tokenizer: await loadTokenizer(path) };
}

describe('train-tokenizer with bpe', () => {
  it('gives end-of-text the id 0 and stays within the vocabulary', async () => {
    const { tokenizer } = await train({ vocabularySize: 320 });
    expect(tokenizer.tokenToId('<|endoftext|>')).toBe(0);
    expect(tokenizer.endOfText).toBe(0);
    expect(tokenizer.vocabularySize).toBe(320);
    expect(tokenizer.idToToken(319)).toBeTypeOf('string');
    expect(tokenizer.idToToken(320)).toBeUndefined();
  });

  it('has fewer tokens when the text has no more to merge', async () => {
    const { tokenizer } = await train({ vocabularySize: 30_000 });
    expect(tokenizer.vocabularySize).toBeLessThan(3_000);
  });

  it.each(['gpt2', 'lexemes'])('loses nothing of any text, cut as %s', async (pattern) => {
    const { tokenizer } = await train({ vocabularySize: 400, pattern, reserved: identifiers });
    await fc.assert(fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...identifiers, ' ', '\n', '\v', 'x', '.', '=') })), async (text) => {
      const ids = await tokenizer.encode(text);
      expect(await tokenizer.decode(ids)).toBe(text);
    }), { numRuns: 100 });
  });

  it('keeps each reserved identifier one token wherever it stands alone, with the same id', async () => {
    const { tokenizer } = await train({ vocabularySize: 400, reserved: identifiers });
    for (const identifier of identifiers) {
      const id = tokenizer.tokenToId(identifier);
      for (const text of [`x ${identifier} y`, `f()${identifier}(y)`, `\n    ${identifier}`, `(${identifier})`, `'${identifier}'`]) {
        if (text.startsWith('f()') && /^\w/.test(identifier)) continue;
        expect(Array.from(await tokenizer.encode(text)), `${identifier} in ${text}`).toContain(id);
      }
    }
  });

  it('does not cut reserved identifiers out of longer names and operators', () => {
    const json = bytePairTokenizer(gpt2PatternWith(identifiers), [], []);
    const cut = NativeTokenizer.fromString(JSON.stringify(json)).getPreTokenizer()?.preTokenizeString('if lengthy &&= b !== not sorted().append(x) or .appendix');
    expect(cut?.map(([word]) => word.replaceAll('Ġ', '_'))).toEqual([
      'if', '_lengthy', '_&&=', '_b', '_!==', '_', 'not', '_', 'sorted', '()', '.append', '(', 'x', ')', '_', 'or', '_.', 'appendix',
    ]);
  });

  it('learns the indentation that follows a line break', async () => {
    const { tokenizer } = await train({ vocabularySize: 400 });
    expect(tokenizer.tokenToId('ĊĠĠĠ')).toBeTypeOf('number');
  });

  it('learns the same merges first, whatever the vocabulary', async () => {
    const [small, large] = [await train({ vocabularySize: 300 }), await train({ vocabularySize: 350 })];
    for (let id = 0; id < 300; id += 1) expect(large.tokenizer.idToToken(id)).toBe(small.tokenizer.idToToken(id));
  });

  it('refuses a vocabulary without room for the bytes', async () => {
    await expect(train({ vocabularySize: 200 })).rejects.toThrow('a vocabulary of 200 is too small');
  });
});

describe('train-tokenizer with word-level', () => {
  it('round-trips text of its corpora and marks unknown lexemes', async () => {
    const { tokenizer } = await train({ model: 'word-level', pattern: 'lexemes', vocabularySize: 400 });
    for (const language of ['python', 'php'] as const) {
      const text = program(language, 17);
      expect(await tokenizer.decode(await tokenizer.encode(text))).toBe(text);
    }
    expect(await tokenizer.decode(await tokenizer.encode('def zebra'))).toContain('<unk>');
  });

  it('keeps the most frequent lexemes and every reserved one', async () => {
    const { tokenizer } = await train({ model: 'word-level', pattern: 'lexemes', vocabularySize: 20, reserved: ['strlen', 'never_seen'] });
    expect(tokenizer.vocabularySize).toBe(20);
    expect(tokenizer.tokenToId('<unk>')).toBe(1);
    expect(tokenizer.tokenToId('strlen')).toBe(2);
    expect(tokenizer.tokenToId('never_seen')).toBe(3);
    expect(tokenizer.tokenToId('items')).toBeTypeOf('number');
  });
});

describe('train-tokenizer', () => {
  it.each([
    { model: 'bpe', vocabularySize: 700, reserved: ['len', 'strlen'] },
    { model: 'word-level', pattern: 'lexemes', vocabularySize: 100 },
  ])('gives the same bytes each time: $model', async (parameters) => {
    const [first, second] = [await train(parameters), await train(parameters)];
    expect(readFileSync(first.path).equals(readFileSync(second.path))).toBe(true);
  });

  it('samples equal amounts of each language', async () => {
    const { tokenizer } = await train({ vocabularySize: 320, sampleBytes: 1_000 });
    expect(tokenizer.vocabularySize).toBe(320);
  });

  it('names the reserved identifiers that cannot be one token', async () => {
    const bytesOnly = bytePairTokenizer(gpt2PatternWith([]), [], []);
    await expect(checkReserved(bytesOnly, ['!', 'len', '&&'])).rejects.toThrow('not one token each: len, &&');
    await expect(train({ reserved: ['<|endoftext|>'] })).rejects.toThrow('cannot be reserved');
  });

  it('fails on corpora without documents', async () => {
    const empty = await corpusIn(temporaryFolder(), 'empty', []);
    await expect(runTask(trainTokenizer, run, { inputs: { corpora: [empty] } })).rejects.toThrow('no documents');
  });
});

describe('first tokens', () => {
  const after = ['', ' ', '.'];

  it('are those that the encoding of the text begins with, bare, after a space and after a dot', async () => {
    const { tokenizer } = await train({ vocabularySize: 400, reserved: ['len', '.append'] });
    const first = async (text: string, skip: number): Promise<number | undefined> => (await tokenizer.encode(text))[skip];
    expect(tokenizer.firstTokens('len', after)).toEqual([tokenizer.tokenToId('len')]);
    expect(tokenizer.firstTokens('append', ['.'])).toEqual([tokenizer.tokenToId('.append')]);
    expect(tokenizer.firstTokens('append', [''])).not.toContain(tokenizer.tokenToId('.append'));
    expect(tokenizer.firstTokens('items', after)).toContain(await first('items', 0));
    expect(tokenizer.firstTokens('items', after)).toContain(await first(' items', 0));
    expect(tokenizer.firstTokens('gettype', after)).toContain(await first('gettype', 0));
  });

  it('are none for a word that a word-level tokenizer does not know', async () => {
    const { tokenizer } = await train({ model: 'word-level', pattern: 'lexemes', vocabularySize: 400 });
    expect(tokenizer.firstTokens('zebra', after)).toEqual([]);
    expect(tokenizer.firstTokens('items', after)).toEqual([tokenizer.tokenToId('items')]);
  });
});

describe('encoding', () => {
  it('never gives end-of-text for a document that spells it out', async () => {
    const { tokenizer } = await train({ vocabularySize: 320 });
    const text = 'before <|endoftext|> after<|endoftext|>';
    const ids = await tokenizer.encode(text);
    expect(Array.from(ids)).not.toContain(0);
    expect(await tokenizer.decode(ids)).toBe(text);
  });
});
