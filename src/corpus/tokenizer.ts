import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { Tokenizer as NativeTokenizer } from 'tokenizers';
import { TaskError } from '../engine/task-kind.js';
import { endOfText, type TokenizerJson } from './tokenizer-json.js';
import { mergeWord } from './merge-word.js';

/** A trained tokenizer, ready to use. Token ids are below `vocabularySize`. */
export interface Tokenizer {
  readonly vocabularySize: number;
  /** Id of `<|endoftext|>`: 0. */
  readonly endOfText: number;
  /** sha256 of its `tokenizer.json`: two tokenizers give the same ids if these are equal. */
  readonly digest: string;
  /** Never gives end-of-text: a document that spells it out gets the ids of its characters. */
  encode(text: string): Promise<Uint32Array>;
  encodeBatch(texts: readonly string[]): Promise<Uint32Array[]>;
  /** Concatenates without adding spaces; end-of-text decodes to nothing. */
  decode(ids: ArrayLike<number>): Promise<string>;
  decodeBatch(lists: readonly ArrayLike<number>[]): Promise<string[]>;
  tokenToId(token: string): number | undefined;
  idToToken(id: number): string | undefined;
  /**
   * Ids that `text` may begin with after each of these characters (methods 3.2: "first-token ids of u, with/without
   * leading space or '.'"). A token of the character alone says nothing of `text`: the next one counts.
   */
  firstTokens(text: string, after: readonly string[]): number[];
}

/** Tokenizers of this worker, by path: paths in the store are immutable. */
const tokenizers = new LRUCache<string, Tokenizer>({
  max: 8,
  ignoreFetchAbort: true,
  fetchMethod: async (path) => parseTokenizer(await readFile(path, 'utf8'), path),
});

/** @throws {TaskError} when the file is not a tokenizer of ours: `<|endoftext|>` must have id 0 */
export function loadTokenizer(path: string): Promise<Tokenizer> {
  return tokenizers.forceFetch(path);
}

/** @param name how errors call it */
export function parseTokenizer(text: string, name: string): Tokenizer {
  let native: NativeTokenizer;
  let json: TokenizerJson;
  try {
    native = NativeTokenizer.fromString(text);
    json = JSON.parse(text) as TokenizerJson;
  } catch (error) {
    throw new TaskError(`${name} is not a tokenizer: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (native.tokenToId(endOfText) !== 0) throw new TaskError(`${name}: the token ${endOfText} must have id 0`);
  return new LoadedTokenizer(native, json, hash('sha256', text));
}

class LoadedTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  readonly endOfText = 0;
  readonly digest: string;
  readonly #native: NativeTokenizer;
  /** Of `left + ' ' + right`; undefined for a word-level tokenizer. */
  readonly #ranks: ReadonlyMap<string, number> | undefined;

  constructor(native: NativeTokenizer, json: TokenizerJson, digest: string) {
    this.#native = native;
    this.digest = digest;
    this.vocabularySize = native.getVocabSize(true);
    this.#ranks = json.model.type !== 'BPE' ? undefined : new Map(json.model.merges.map((pair, rank) => [(typeof pair === 'string' ? pair.split(' ') : pair).join(' '), rank]));
  }

  async encode(text: string): Promise<Uint32Array> {
    const [ids] = await this.encodeBatch([text]);
    return ids ?? new Uint32Array();
  }

  async encodeBatch(texts: readonly string[]): Promise<Uint32Array[]> {
    const parts = texts.map(disarm);
    const encodings = await this.#native.encodeBatch(parts.flat(), { addSpecialTokens: false });
    let next = 0;
    return parts.map((pieces) => {
      const ids = encodings.slice(next, next + pieces.length).map((encoding) => encoding.getIds());
      next += pieces.length;
      return Uint32Array.from(ids.length === 1 ? ids[0] ?? [] : ids.flat());
    });
  }

  decode(ids: ArrayLike<number>): Promise<string> {
    return this.#native.decode(Array.from(ids), true);
  }

  decodeBatch(lists: readonly ArrayLike<number>[]): Promise<string[]> {
    return this.#native.decodeBatch(lists.map((ids) => Array.from(ids)), true);
  }

  tokenToId(token: string): number | undefined {
    return this.#native.tokenToId(token) ?? undefined;
  }

  idToToken(id: number): string | undefined {
    return this.#native.idToToken(id) ?? undefined;
  }

  firstTokens(text: string, after: readonly string[]): number[] {
    const ids = after.flatMap((before) => {
      const bare = this.#tokens(before)[0];
      const first = this.#tokens(before + text).find((token, index) => index > 0 || token !== bare);
      const id = first === undefined ? undefined : this.tokenToId(first);
      return id === undefined ? [] : [id];
    });
    return [...new Set(ids)];
  }

  /** What `encode` does, for a short text and synchronously. */
  #tokens(text: string): string[] {
    if (text === '') return [];
    const words = this.#native.getPreTokenizer()?.preTokenizeString(text).map(([word]) => word) ?? [text];
    const ranks = this.#ranks;
    return words.flatMap((word) => (ranks === undefined || this.tokenToId(word) !== undefined ? [word] : mergeWord(word, ranks)));
  }
}

/** Cuts each written-out end-of-text in two, so that a document cannot end itself. */
function disarm(text: string): string[] {
  const cut = 2;
  const pieces = text.split(endOfText);
  const last = pieces.length - 1;
  return pieces.map((piece, index) => `${index > 0 ? endOfText.slice(cut) : ''}${piece}${index < last ? endOfText.slice(0, cut) : ''}`);
}
