import { byteLevelAlphabet } from 'tokenizers';

/** Closes every document; id 0 in every tokenizer. */
export const endOfText = '<|endoftext|>';
/** Stands for lexemes that a word-level tokenizer never saw; its id is 1. */
export const unknownToken = '<unk>';

/** The parts of a Hugging Face `tokenizer.json` that we write and read. */
export interface TokenizerJson {
  readonly version: '1.0';
  readonly truncation: null;
  readonly padding: null;
  readonly added_tokens: readonly AddedToken[];
  readonly normalizer: null;
  readonly pre_tokenizer: unknown;
  readonly post_processor: null;
  readonly decoder: unknown;
  readonly model: BytePairModel | WordLevelModel;
}

interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly single_word: boolean;
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  readonly normalized: boolean;
  readonly special: boolean;
}

export interface BytePairModel {
  readonly type: 'BPE';
  readonly dropout: null;
  readonly unk_token: null;
  readonly continuing_subword_prefix: null;
  readonly end_of_word_suffix: null;
  readonly fuse_unk: false;
  readonly byte_fallback: false;
  /** A pre-token that is in the vocabulary is one token, whatever the merges: so a reserved identifier needs none. */
  readonly ignore_merges: true;
  readonly vocab: Readonly<Record<string, number>>;
  readonly merges: readonly (readonly [string, string] | string)[];
}

export interface WordLevelModel {
  readonly type: 'WordLevel';
  readonly vocab: Readonly<Record<string, number>>;
  readonly unk_token: string;
}

const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false };

/** @param tokens in the order of their ids, without end-of-text and the 256 bytes, which come first */
export function bytePairTokenizer(pattern: string, tokens: readonly string[], merges: BytePairModel['merges']): TokenizerJson {
  const vocabulary = [endOfText, ...byteAlphabet(), ...tokens];
  return {
    ...frame(),
    pre_tokenizer: { type: 'Sequence', pretokenizers: [split(pattern), byteLevel] },
    decoder: byteLevel,
    model: {
      type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null,
      fuse_unk: false, byte_fallback: false, ignore_merges: true, vocab: numbered(vocabulary), merges,
    },
  };
}

/** @param words in the order of their ids, without end-of-text and the unknown token, which come first */
export function wordLevelTokenizer(pattern: string, words: readonly string[]): TokenizerJson {
  return {
    ...frame(),
    pre_tokenizer: split(pattern),
    // Without a decoder the library would put spaces between tokens.
    decoder: { type: 'Fuse' },
    model: { type: 'WordLevel', vocab: numbered([endOfText, unknownToken, ...words]), unk_token: unknownToken },
  };
}

/** The characters that stand for the 256 bytes, in code point order: the library lists them in any order. */
export function byteAlphabet(): string[] {
  return byteLevelAlphabet().sort();
}

function frame(): Pick<TokenizerJson, 'version' | 'truncation' | 'padding' | 'added_tokens' | 'normalizer' | 'post_processor'> {
  return {
    version: '1.0', truncation: null, padding: null, normalizer: null, post_processor: null,
    added_tokens: [{ id: 0, content: endOfText, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }],
  };
}

function split(pattern: string): unknown {
  return { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false };
}

/** A null prototype: `__proto__` and `constructor` are words like any other. */
function numbered(tokens: readonly string[]): Record<string, number> {
  const ids = Object.create(null) as Record<string, number>;
  tokens.forEach((token, id) => { ids[token] = id; });
  return ids;
}
