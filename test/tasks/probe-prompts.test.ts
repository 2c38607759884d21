import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeCorpus } from '../../src/corpus/corpus.js';
import { bytePairTokenizer, wordLevelTokenizer } from '../../src/corpus/tokenizer-json.js';
import { parseTokenizer, type Tokenizer } from '../../src/corpus/tokenizer.js';
import { identifierTable, type IdentifierPair } from '../../src/languages/identifiers.js';
import { lexemePattern, lexemesOf } from '../../src/languages/lexemes.js';
import { choosePrompts } from '../../src/tasks/logit-lens-probe/prompts.js';
import { tokenSets } from '../../src/tasks/logit-lens-probe/token-sets.js';

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

describe('token sets', () => {
  /** Each pair's sets as text; of a pair that is dropped, why. */
  function sets(pairs: readonly IdentifierPair[], tokenizer: Tokenizer): Record<string, string | readonly (readonly (string | undefined)[])[]> {
    const { kept, dropped } = tokenSets(pairs, tokenizer);
    const texts = (ids: ReadonlySet<number>) => [...ids].map((id) => tokenizer.idToToken(id)).sort();
    return Object.fromEntries([
      ...kept.map(({ identifier, target, dominant }) => [identifier, [texts(target), texts(dominant)]] as const),
      ...dropped.map(({ identifier, reason }) => [identifier, reason] as const),
    ]);
  }

  it('hold the first token of each word, for every pair of PHP', () => {
    expect(sets(identifierTable.php, wordTokenizer(words))).toEqual({
      strlen: [['strlen'], ['len']], count: [['count'], ['len']], sort: [['sort'], ['sorted']],
      gettype: [['gettype'], ['type']], array_sum: [['array_sum'], ['sum']],
    });
  });

  it('tell every pair of A.1 apart with the lexemes of the world, none dropped', () => {
    for (const pairs of Object.values(identifierTable)) {
      const lexemes = wordLevelTokenizer(lexemePattern, [...new Set(pairs.flatMap(({ identifier, python }) => [identifier, ...python])), ' ', '.']);
      expect(sets(pairs, parseTokenizer(JSON.stringify(lexemes), 'lexemes'))).toEqual(Object.fromEntries(pairs.map(({ identifier, python }) => [identifier, [[identifier], [...python].sort()]])));
    }
  });

  it('give `.append` to Python, whose word it is, and not to Go, whose `append` it only is after a dot', () => {
    const go = [{ identifier: 'append', python: ['.append'] }];
    expect(sets(go, wordTokenizer(['append', '.append', ' ']))).toEqual({ append: [['append'], ['.append']] });
  });

  it('take a word after a space or a dot for the word', () => {
    expect(sets([{ identifier: 'find', python: ['index'] }], wordTokenizer(['find', ' find', '.find', 'index']))).toEqual({ find: [[' find', '.find', 'find'], ['index']] });
  });

  it('leave out ids of both languages', () => {
    const overlapping = { firstTokens: (word: string, after: readonly string[]) => (word === '.' || !after.includes('') ? [] : word === 'sort' ? [7, 8] : [8, 9]) };
    const { kept: [sort] } = tokenSets([{ identifier: 'sort', python: ['sorted'] }], overlapping);
    expect([[...sort?.target ?? []], [...sort?.dominant ?? []]]).toEqual([[7], [9]]);
  });

  it('drop a pair that begins alike, or one side of which no token could stand for, and say why', () => {
    // Bytes: `sort` and `sorted` begin with s, and a dot that is a token of its own begins both method calls.
    const bytes = parseTokenizer(JSON.stringify(bytePairTokenizer('[a-zA-Z]+|.', [], [])), 'bytes');
    const dropped = sets([{ identifier: 'sort', python: ['sorted'] }, { identifier: '.Add', python: ['.append'] }, { identifier: 'catch', python: ['except'] }], bytes);
    expect(dropped).toEqual({
      sort: 'it cannot be told from Python\'s sorted: they begin with the same token',
      '.Add': 'the tokenizer has no token that it begins with',
      catch: [['c'], ['e']],
    });
    expect(sets(identifierTable.php.slice(0, 1), wordTokenizer(['strlen']))).toEqual({ strlen: 'the tokenizer has no token that Python\'s len begins with' });
  });
});

const php = { target: 'php', identifiers: identifierTable.php };

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
    const { prompts, dropped } = await choosePrompts([folder], tokenizer, { ...php, perIdentifier: 10, longest: 100, seed: 1 });
    const shown = await Promise.all(prompts.map(async ({ ids, tokens }) => [await tokenizer.decode(ids), tokens.identifier]));
    expect(shown.sort()).toEqual([['return ', 'count'], ['return ', 'strlen'], ['return count($s);return ', 'count']]);
    const reason = 'it does not occur in the documents where a token begins';
    expect(dropped).toEqual(['sort', 'gettype', 'array_sum'].map((identifier) => ({ identifier, reason })));
  });

  it('keep the end of a long text', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prompts-'));
    onTestFinished(() => { rmSync(folder, { recursive: true, force: true }); });
    await writeCorpus(folder, [{ id: '1', language: 'php', text: 'return count($s);return strlen($s);' }]);
    const tokenizer = wordTokenizer(words);
    const { prompts } = await choosePrompts([folder], tokenizer, { ...php, perIdentifier: 1, longest: 3, seed: 1 });
    const shown = await Promise.all(prompts.map(async ({ ids, tokens }) => [tokens.identifier, await tokenizer.decode(ids)]));
    expect(shown).toEqual([['strlen', ');return '], ['count', 'return ']]);
  });

  it('are found by the identifiers of a language that a user defines', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prompts-'));
    onTestFinished(() => { rmSync(folder, { recursive: true, force: true }); });
    await writeCorpus(folder, [{ id: '1', language: 'elephant', text: 'return trunk(s);' }]);
    const tokenizer = wordTokenizer(['trunk', ...words]);
    const { prompts, dropped } = await choosePrompts([folder], tokenizer, { target: 'elephant', identifiers: [{ identifier: 'trunk', python: ['len'] }], perIdentifier: 1, longest: 9, seed: 1 });
    expect(await Promise.all(prompts.map(({ ids }) => tokenizer.decode(ids)))).toEqual(['return ']);
    expect(dropped).toEqual([]);
  });

  it('are found for every identifier of A.1 in code of its language, cut into the lexemes of the world', async () => {
    const code = {
      php: 'return strlen($s) + count($xs) + array_sum($xs);\nsort($xs);\nreturn gettype($x) == "integer";',
      csharp: 'Console.WriteLine(Console.ReadLine());\ntry { xs.Add(4); } catch { return s.IndexOf("a"); }',
      go: 'func f(xs []int) bool {\n    xs = append(xs, 4)\n    if len(xs) > 6 && xs[0] < 3 || !(xs[0] < 2) {\n        return true\n    }\n    return false == nil',
      cpp: 'try { xs.push_back(4); xs.erase(xs.begin()); } catch (...) { return to_string(3); }\nreturn xs[0] < 3 && xs[1] < 2 || !(xs[0] < 2);',
    };
    for (const [target, identifiers] of Object.entries(identifierTable)) {
      const folder = mkdtempSync(join(tmpdir(), 'prompts-'));
      onTestFinished(() => { rmSync(folder, { recursive: true, force: true }); });
      const text = `// get tail\n${code[target as keyof typeof code]}`;
      await writeCorpus(folder, [{ id: '1', language: target, text }]);
      const vocabulary = new Set([...lexemesOf(text), ...identifiers.flatMap(({ python }) => python)]);
      const tokenizer = parseTokenizer(JSON.stringify(wordLevelTokenizer(lexemePattern, [...vocabulary])), 'lexemes');
      const { prompts, dropped } = await choosePrompts([folder], tokenizer, { target, identifiers, perIdentifier: 1, longest: 100, seed: 1 });
      expect({ target, dropped, prompts: prompts.length }).toEqual({ target, dropped: [], prompts: identifiers.length });
    }
  });
});
