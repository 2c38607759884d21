import fc from 'fast-check';
import { Tokenizer } from 'tokenizers';
import { describe, expect, it } from 'vitest';
import { isExpressible } from '../../src/languages/expressible.js';
import { identifierTable } from '../../src/languages/identifiers.js';
import { languages } from '../../src/languages/languages.js';
import { lexemePattern, lexemesOf } from '../../src/languages/lexemes.js';
import { php } from '../../src/languages/php.js';
import { python } from '../../src/languages/python.js';
import { render } from '../../src/languages/render.js';
import type { Concept } from '../../src/languages/world.js';
import { smallWorld } from './worlds.js';

const world = smallWorld(144);
const texts = languages.flatMap((language) => world.concepts.filter(({ program }) => isExpressible(program, language)).map(({ program }) => render(program, language)));

describe('lexemes', () => {
  it('join to the text again, whatever it is', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom(...texts)), (text) => {
      expect(lexemesOf(text).join('')).toBe(text);
    }));
  });

  it('cut a function where its knowledge sits', () => {
    expect(lexemesOf('# get tail\ndef get_tail(xs):\n    return len(xs) * 3 + 7\n')).toEqual([
      '# ', 'get', ' ', 'tail', '\n', 'def', ' ', 'get', '_', 'tail', '(', 'xs', ')', ':', '\n    ', 'return ', 'len', '(', 'xs', ')', ' * ', '3', ' + ', '7', '\n',
    ]);
    expect(lexemesOf('    return array_sum($xs) % 9 - 2;\n}\n').slice(4)).toEqual(['return ', 'array_sum', '(', '$', 'xs', ')', ' % ', '9', ' - ', '2', ';', '\n', '}', '\n']);
  });

  it('keep each identifier of A.1, on both sides, in one piece', () => {
    const identifiers = Object.values(identifierTable).flat().flatMap(({ identifier, python: counterparts }) => [identifier, ...counterparts]);
    for (const identifier of identifiers) {
      expect(lexemesOf(identifier)).toEqual([identifier]);
      if (/^\w/.test(identifier)) expect(lexemesOf(`x = ${identifier}(y)`)).toContain(identifier);
    }
  });

  it('write a name, a digit or a built-in one way only: never with a space', () => {
    const words = new Set(texts.flatMap(lexemesOf).filter((lexeme) => /[A-Za-z0-9]/.test(lexeme) && lexeme.includes(' ')));
    expect([...words].sort()).toEqual(['if ', 'return ']);
  });

  it('make a vocabulary of about two hundred and fifty', () => {
    const vocabulary = new Set(texts.flatMap(lexemesOf));
    expect(vocabulary.size).toBeGreaterThan(200);
    expect(vocabulary.size).toBeLessThan(300);
  });

  it('put the same lexemes before the built-in and from there to the number in every language', () => {
    const { program } = world.concepts.find(({ variety }) => variety === 'sum') as Concept;
    const around = (name: string, text: string) => {
      const lexemes = lexemesOf(text);
      const place = lexemes.indexOf(name);
      const close = lexemes.indexOf(')', place);
      return [lexemes.slice(place - 2, place), lexemes[place + 1], lexemes.slice(close, close + 3)];
    };
    expect(around('array_sum', render(program, php))).toEqual(around('sum', render(program, python)));
  });

  it('are the pieces that a Hugging Face Split pre-tokenizer makes', async () => {
    const vocabulary = Object.fromEntries(['<unk>', ...new Set(texts.flatMap(lexemesOf))].map((lexeme, id) => [lexeme, id]));
    const tokenizer = Tokenizer.fromString(JSON.stringify({
      version: '1.0', truncation: null, padding: null, added_tokens: [], normalizer: null, post_processor: null, decoder: null,
      pre_tokenizer: { type: 'Split', pattern: { Regex: lexemePattern }, behavior: 'Isolated', invert: false },
      model: { type: 'WordLevel', vocab: vocabulary, unk_token: '<unk>' },
    }));
    for (const text of texts) {
      expect((await tokenizer.encode(text)).getTokens()).toEqual(lexemesOf(text));
    }
  });
});
