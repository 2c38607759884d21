import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer as NativeTokenizer, byteLevelPreTokenizer } from 'tokenizers';
import { TaskError } from '../../engine/task-kind.js';
import type { Document } from '../../corpus/corpus.js';
import { bytePairTokenizer, byteAlphabet, type BytePairModel, type TokenizerJson } from '../../corpus/tokenizer-json.js';

/** The characters that stand for a line feed and a vertical tab in a byte-level vocabulary. */
const lineFeed = 'Ċ';
const verticalTab = 'ċ';

/**
 * Byte-level BPE. The library's `train` takes no options: it makes 30,000 tokens and reads files line by line.
 * Merges are learnt greedily, so the first ones are those of a smaller vocabulary: the rest is cut off. And line feeds travel
 * as vertical tabs, so that a document is one line and the indentation after a line feed can be learnt.
 */
export async function trainBytePairs(
  documents: AsyncIterable<Document>,
  { pattern, vocabularySize, reserved, scratch }: {
    readonly pattern: string; readonly vocabularySize: number; readonly reserved: readonly string[]; readonly scratch: string;
  },
): Promise<TokenizerJson> {
  const fixed = [...byteAlphabet(), ...reserved.map(byteLevel)];
  const room = vocabularySize - 1 - new Set(fixed).size;
  if (room < 0) throw new TaskError(`a vocabulary of ${vocabularySize} is too small: end-of-text, 256 bytes and the reserved identifiers need ${vocabularySize - room}`);

  const trainingPattern = pattern.replaceAll(String.raw`\n`, String.raw`\x0b`);
  const text = join(scratch, 'sample.txt');
  await writeSample(text, documents);
  const native = NativeTokenizer.fromString(JSON.stringify(bytePairTokenizer(trainingPattern, [], [])));
  native.train([text]);
  const merges = await mergesOf(native, join(scratch, 'trained.json'));
  const { tokens, used } = firstTokens(merges, fixed, room);
  return bytePairTokenizer(pattern, [...reserved.map(byteLevel).filter((token) => token.length > 1), ...tokens], merges.slice(0, used));
}

async function writeSample(path: string, documents: AsyncIterable<Document>): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for await (const { text } of documents) await file.writeFile(`${swapLineFeeds(text, '\n', '\v')}\n`);
  } finally {
    await file.close();
  }
}

async function mergesOf(native: NativeTokenizer, path: string): Promise<(readonly [string, string])[]> {
  native.save(path);
  const { merges } = (JSON.parse(await readFile(path, 'utf8')) as { model: BytePairModel }).model;
  return merges.map((pair): readonly [string, string] => {
    const [left = '', right = ''] = typeof pair === 'string' ? pair.split(' ') : pair;
    return [swapLineFeeds(left, lineFeed, verticalTab), swapLineFeeds(right, lineFeed, verticalTab)];
  });
}

/** The first merges that make at most `room` new tokens. */
function firstTokens(merges: readonly (readonly [string, string])[], fixed: readonly string[], room: number): { tokens: string[]; used: number } {
  const known = new Set(fixed);
  const tokens: string[] = [];
  for (const [used, [left, right]] of merges.entries()) {
    const token = left + right;
    if (known.has(token)) continue;
    if (tokens.length === room) return { tokens, used };
    known.add(token);
    tokens.push(token);
  }
  return { tokens, used: merges.length };
}

/** Exchanges two characters: its own inverse. */
function swapLineFeeds(text: string, a: string, b: string): string {
  return text.replaceAll(new RegExp(`[${a}${b}]`, 'g'), (character) => (character === a ? b : a));
}

/** How a byte-level vocabulary spells a text. */
function byteLevel(text: string): string {
  return byteLevelPreTokenizer(false, false).preTokenizeString(text).map(([word]) => word).join('');
}
