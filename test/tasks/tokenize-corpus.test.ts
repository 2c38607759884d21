import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTokenizedCorpus } from '../../src/corpus/tokenized-corpus.js';
import { loadTokenizer } from '../../src/corpus/tokenizer.js';
import { tokenizeCorpus } from '../../src/tasks/tokenize-corpus/kind.js';
import { run } from '../../src/tasks/tokenize-corpus/run.js';
import { trainTokenizer } from '../../src/tasks/train-tokenizer/kind.js';
import { run as trainTokenizerRun } from '../../src/tasks/train-tokenizer/run.js';
import { corpusIn, programs } from '../corpus/fixtures.js';
import { removeRigs, runTask, temporaryFolder } from './task-rig.js';

const first = { id: 'first', language: 'php', text: 'return 1; <|endoftext|>' };
/** One text twice, under two ids. */
const documents = [first, ...programs('python', 8), { ...first, id: 'again' }, ...programs('php', 8)];

let corpus = '';
let tokenizer = '';
beforeAll(async () => {
  corpus = await corpusIn(temporaryFolder(), 'corpus', documents);
  tokenizer = (await runTask(trainTokenizer, trainTokenizerRun, { parameters: { vocabularySize: 300 }, inputs: { corpora: [corpus] } })).output('tokenizer');
});
afterAll(removeRigs);

describe('tokenize-corpus', () => {
  it('keeps every document in order, equal texts too, as what the tokenizer says of each alone', async () => {
    const result = await runTask(tokenizeCorpus, run, { inputs: { corpus: [corpus], tokenizer: [tokenizer] } });
    const tokenized = [...await readTokenizedCorpus(result.output('tokens'))];
    expect(tokenized.map(({ id, language }) => ({ id, language }))).toEqual(documents.map(({ id, language }) => ({ id, language })));
    const loaded = await loadTokenizer(tokenizer);
    for (const [index, { text }] of documents.entries()) expect([...tokenized[index]?.tokens ?? []]).toEqual([...await loaded.encode(text)]);
  });

  it('names its tokenizer by the sha256 of its file', async () => {
    const result = await runTask(tokenizeCorpus, run, { inputs: { corpus: [corpus], tokenizer: [tokenizer] } });
    const { index } = await readTokenizedCorpus(result.output('tokens'));
    expect(index.tokenizer).toBe(createHash('sha256').update(readFileSync(tokenizer)).digest('hex'));
  });

  it('refuses a corpus that is tokenized already', async () => {
    const tokens = (await runTask(tokenizeCorpus, run, { inputs: { corpus: [corpus], tokenizer: [tokenizer] } })).output('tokens');
    await expect(runTask(tokenizeCorpus, run, { inputs: { corpus: [tokens], tokenizer: [tokenizer] } })).rejects.toMatchObject({ name: 'TaskError' });
  });
});
