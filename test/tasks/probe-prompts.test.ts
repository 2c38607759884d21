import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeCorpus } from '../../src/corpus/corpus.js';
import { parseTokenizer, type Tokenizer } from '../../src/corpus/tokenizer.js';
import { identifierTable } from '../../src/languages/identifiers.js';
import { choosePrompts, identifierTokens } from '../../src/tasks/logit-lens-probe/prompts.js';

/** A tokenizer that knows exactly these words, a space and a bracket, each a token; id 0 is end-of-text. */
function wordTokenizer(words: readonly string[]): Tokenizer {
  const vocabulary = ['<|endoftext|>', '<unk>', ...words];
  const pattern = words.map((word) => word.replace(/[$()|.&*+?^[\]{}\\]/g, '\\$&')).sort((a, b) => b.length - a.length).join('|');
  return parseTokenizer(JSON.stringify({
    version: '1.0', truncation: null, padding: null, normalizer: null, post_processor: null,
    added_tokens: [{ id: 0, content: '<|endoftext|>', special: true, single_word: false, lstrip: false, rstrip: false, normalized: false }],
    pre_tokenizer: { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false },
    decoder: { type: 'Fuse' },
    model: { type: 'WordLevel', vocab: Object.fromEntries(vocabulary.map((word, id) => [word, id])), unk_token: '<unk>' },
  }), 'the test\'s tokenizer');
}

const words = ['strlen', 'count', 'sort', 'sorted', 'gettype', 'type', 'array_sum', 'sum', 'len', 'return ', '(', ')', '$', 's', ';'];

describe('token sets of A.1', () => {
  it('hold the first token of each word, target and dominant apart, for every pair of PHP', () => {
    const tokenizer = wordTokenizer(words);
    const sets = identifierTable.php.map((pair) => identifierTokens(pair, tokenizer));
    const id = (word: string) => tokenizer.tokenToId(word);
    expect(sets.map(({ identifier, target, dominant }) => [identifier, [...target], [...dominant]])).toEqual([
      ['strlen', [id('strlen')], [id('len')]],
      ['count', [id('count')], [id('len')]],
      ['sort', [id('sort')], [id('sorted')]],
      ['gettype', [id('gettype')], [id('type')]],
      ['array_sum', [id('array_sum')], [id('sum')]],
    ]);
  });

  it('leave out ids of both languages, and fail loudly when nothing tells the two apart', () => {
    const same = { firstTokens: () => [7] };
    expect(() => identifierTokens({ identifier: 'sort', python: ['sorted'] }, same)).toThrow('the first tokens of sort are also those of sorted');
    const overlapping = { firstTokens: (word: string) => (word === 'sort' ? [7, 8] : [8, 9]) };
    const { target, dominant } = identifierTokens({ identifier: 'sort', python: ['sorted'] }, overlapping);
    expect([[...target], [...dominant]]).toEqual([[7], [9]]);
  });
});

describe('prompts', () => {
  it('end just before an identifier of the target language', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prompts-'));
    onTestFinished(() => { rmSync(folder, { recursive: true, force: true }); });
    await writeCorpus(folder, [
      { id: '1', language: 'php', text: 'return strlen($s);' },
      { id: '2', language: 'python', text: 'return len(s)' },
      { id: '3', language: 'php', text: 'return count($s);return count($s);' },
    ]);
    const tokenizer = wordTokenizer(words);
    const prompts = await choosePrompts([folder], 'php', tokenizer, { perIdentifier: 10, longest: 100, seed: 1 });
    const shown = await Promise.all(prompts.map(async ({ ids, tokens }) => [await tokenizer.decode(ids), tokens.identifier]));
    expect(shown.sort()).toEqual([['return ', 'count'], ['return ', 'strlen'], ['return count($s);return ', 'count']]);
  });

  it('keep the end of a long text', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prompts-'));
    onTestFinished(() => { rmSync(folder, { recursive: true, force: true }); });
    await writeCorpus(folder, [{ id: '1', language: 'php', text: 'return count($s);return strlen($s);' }]);
    const [, strlen] = await choosePrompts([folder], 'php', wordTokenizer(words), { perIdentifier: 1, longest: 3, seed: 1 });
    expect(strlen?.ids.length ?? 0).toBeLessThanOrEqual(3);
  });
});
