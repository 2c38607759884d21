import { writeFile } from 'node:fs/promises';
import { TaskError, type RunTask, type TaskContext } from '../../engine/task-kind.js';
import type { Document } from '../../corpus/corpus.js';
import { sampleDocuments } from '../../corpus/sample-text.js';
import { endOfText, unknownToken, type TokenizerJson } from '../../corpus/tokenizer-json.js';
import { parseTokenizer } from '../../corpus/tokenizer.js';
import { lexemePattern } from '../../languages/lexemes.js';
import { trainBytePairs } from './byte-pairs.js';
import { gpt2PatternWith, lexemePatternWith } from './pattern.js';
import { trainWords } from './words.js';

interface Parameters {
  readonly model: 'bpe' | 'word-level';
  readonly vocabularySize: number;
  readonly pattern: 'gpt2' | 'lexemes';
  readonly reserved: readonly string[];
  readonly sampleBytes: number;
  readonly seed: number;
}

/** @throws {TaskError} when the corpora are empty, or a reserved identifier is not one token */
export const run: RunTask = async (context) => {
  const parameters = context.parameters as unknown as Parameters;
  const { vocabularySize, reserved } = parameters;
  if (reserved.includes(endOfText) || reserved.includes(unknownToken)) throw new TaskError(`${endOfText} and ${unknownToken} cannot be reserved: they are never text`);
  const pattern = parameters.pattern === 'gpt2' ? gpt2PatternWith(reserved) : lexemePatternWith(lexemePattern, reserved);
  const documents = sample(context, parameters);
  const json = parameters.model === 'bpe'
    ? await trainBytePairs(documents, { pattern, vocabularySize, reserved, scratch: context.scratch })
    : await trainWords(documents, { pattern, vocabularySize, reserved });
  await checkReserved(json, reserved);
  context.log(`${Object.keys(json.model.vocab).length} tokens`);
  await writeFile(context.output('tokenizer'), `${JSON.stringify(json)}\n`);
};

async function* sample(context: TaskContext, { sampleBytes, seed }: Parameters): AsyncGenerator<Document> {
  let documents = 0;
  for await (const document of sampleDocuments(context.inputs('corpora').map(({ path }) => path), sampleBytes, seed)) {
    documents += 1;
    if (documents % 100 === 0) context.signal.throwIfAborted();
    yield document;
  }
  if (documents === 0) throw new TaskError('the corpora have no documents to train a tokenizer on', 'each language needs a document smaller than `sampleBytes`');
}

/**
 * Alone, as it would be in text: the logit lens reads the position whose next token is the identifier (methods 3.2).
 * @throws {TaskError} naming those that are not one token
 */
export async function checkReserved(json: TokenizerJson, reserved: readonly string[]): Promise<void> {
  const tokenizer = parseTokenizer(JSON.stringify(json), 'the trained tokenizer');
  const encoded = await tokenizer.encodeBatch([...reserved]);
  const broken = reserved.filter((_, index) => encoded[index]?.length !== 1);
  if (broken.length === 0) return;
  throw new TaskError(`reserved identifiers are not one token each: ${broken.join(', ')}`);
}
