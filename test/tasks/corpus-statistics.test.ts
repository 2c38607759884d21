import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { corpusStatistics } from '../../src/tasks/corpus-statistics/kind.js';
import { run } from '../../src/tasks/corpus-statistics/run.js';
import { tokenizeCorpus } from '../../src/tasks/tokenize-corpus/kind.js';
import { run as tokenizeCorpusRun } from '../../src/tasks/tokenize-corpus/run.js';
import { trainTokenizer } from '../../src/tasks/train-tokenizer/kind.js';
import { run as trainTokenizerRun } from '../../src/tasks/train-tokenizer/run.js';
import { corpusIn, programs } from '../corpus/fixtures.js';
import { removeRigs, runTask, temporaryFolder, type TaskInputs } from './task-rig.js';

afterAll(removeRigs);

const bytesOf = (language: 'python' | 'php', count: number): number => programs(language, count).reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);

describe('corpus-statistics', () => {
  it('counts instances, bytes and tokens of each language over all corpora (Table 1)', async () => {
    const folder = temporaryFolder();
    const corpora = [await corpusIn(folder, 'mixed', [...programs('python', 9), ...programs('php', 4)]), await corpusIn(folder, 'php', programs('php', 6))];
    const tokenizer = (await runTask(trainTokenizer, trainTokenizerRun, { parameters: { vocabularySize: 257 }, inputs: { corpora } })).output('tokenizer');
    const result = await runTask(corpusStatistics, run, { inputs: { corpora, tokenizer: [tokenizer] } });
    const statistics = JSON.parse(readFileSync(result.output('statistics'), 'utf8')) as object;
    // With a vocabulary of bytes alone, a document has a token for each byte and its end-of-text.
    const php = bytesOf('php', 4) + bytesOf('php', 6);
    expect(statistics).toMatchObject({ languages: [
      { language: 'php', instances: 10, bytes: php, tokens: php + 10 },
      { language: 'python', instances: 9, bytes: bytesOf('python', 9), tokens: bytesOf('python', 9) + 9 },
    ] });
    expect(readFileSync(result.output('table'), 'utf8')).toBe(`language,instances,bytes,tokens\nphp,10,${php},${php + 10}\npython,9,${bytesOf('python', 9)},${bytesOf('python', 9) + 9}\n`);
  });

  it('takes the tokens that tokenized corpora count already', async () => {
    const folder = temporaryFolder();
    const corpora = [await corpusIn(folder, 'mixed', [...programs('python', 9), ...programs('php', 4)]), await corpusIn(folder, 'php', programs('php', 6))];
    const tokenizer = (await runTask(trainTokenizer, trainTokenizerRun, { parameters: { vocabularySize: 300 }, inputs: { corpora } })).output('tokenizer');
    const tokenized: string[] = [];
    for (const corpus of corpora) tokenized.push((await runTask(tokenizeCorpus, tokenizeCorpusRun, { inputs: { corpus: [corpus], tokenizer: [tokenizer] } })).output('tokens'));
    const statistics = async (inputs: TaskInputs): Promise<string> => readFileSync((await runTask(corpusStatistics, run, { inputs: { corpora, ...inputs } })).output('statistics'), 'utf8');
    expect(await statistics({ tokenized })).toBe(await statistics({ tokenizer: [tokenizer] }));
    await expect(statistics({ tokenized: tokenized.slice(1) })).rejects.toThrow('the corpora have 10 documents in php, the tokenized ones 6');
    await expect(statistics({ tokenized, tokenizer: [tokenizer] })).rejects.toThrow('both `tokenizer` and `tokenized`');
  });

  it('tells documents and bytes of each licence and source, and why tokens are null', async () => {
    const corpora = [await corpusIn(temporaryFolder(), 'php', [...programs('php', 6), { id: 'x', language: 'php', text: 'abc' }])];
    const result = await runTask(corpusStatistics, run, { inputs: { corpora } });
    const statistics = JSON.parse(readFileSync(result.output('statistics'), 'utf8')) as { licences: { name: string; documents: number }[]; sources: { name: string; documents: number }[] };
    expect(statistics).toMatchObject({ languages: [{ tokens: null }], reason: 'tokens are null: no tokenizer was given' });
    const counts = (rows: { name: string; documents: number }[]): Record<string, number> => Object.fromEntries(rows.map(({ name, documents }) => [name, documents]));
    expect(counts(statistics.licences)).toEqual({ 'Apache-2.0': 4, MIT: 2, unstated: 1 });
    expect(counts(statistics.sources)).toEqual({ 'made@0': 3, 'made@1': 3, unstated: 1 });
  });
});
