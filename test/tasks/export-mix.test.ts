import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject } from '../../src/engine/json.js';
import type { Interleave } from '../../src/tasks/export-mix/hugging-face.js';
import { exportMix as kind } from '../../src/tasks/export-mix/kind.js';
import { megatronBlend } from '../../src/tasks/export-mix/megatron.js';
import { run } from '../../src/tasks/export-mix/run.js';
import { removeRigs, runTask, temporaryFolder } from './task-rig.js';

afterAll(removeRigs);

const mix = { tokens: { python: 3_000, php: 1_000, go: 0 }, available: { python: 3_000, php: 4_000, go: 10 } };
const shares = { python: 0.75, php: 0.25, go: 0 };
/** Python's documents are ten times as long. */
const statistics = { languages: [{ language: 'python', instances: 30, bytes: 1, tokens: 3_000 }, { language: 'php', instances: 400, bytes: 1, tokens: 4_000 }, { language: 'go', instances: 1, bytes: 1, tokens: 10 }] };

async function exported(inputs: Record<string, unknown>, parameters: JsonObject = {}) {
  const folder = temporaryFolder();
  const paths = Object.entries(inputs).map(([name, content]) => {
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(content));
    return [name, [join(folder, `${name}.json`)]] as const;
  });
  const { output } = await runTask(kind, run, { parameters, inputs: Object.fromEntries(paths) });
  const text = (tree: string, name: string) => readFileSync(join(output(tree), name), 'utf8');
  return { output, text, interleave: () => JSON.parse(text('huggingFace', 'interleave.json')) as Interleave };
}

/** As Megatron-LM's get_blend_from_list and normalize read it. */
function readBlend(blend: readonly string[]): Map<string, number> {
  expect(blend.length % 2).toBe(0);
  const pairs = blend.flatMap((item, index): [string, number][] => (index % 2 === 0 ? [[blend[index + 1] as string, Number(item)]] : []));
  const sum = pairs.reduce((total, [, weight]) => total + weight, 0);
  return new Map(pairs.map(([prefix, weight]) => [prefix, weight / sum]));
}

describe('export-mix', () => {
  it('writes a blend that Megatron-LM reads back as the shares', async () => {
    const { text } = await exported({ mix }, { prefixes: { php: 'data/php_text_document' } });
    const blend = JSON.parse(text('megatron', 'blend.json')) as string[];
    expect(blend).toEqual(['75', 'python', '25', 'data/php_text_document']);
    expect(text('megatron', 'data-args.txt').trim().split(/\s+/)).toEqual(blend);
  });

  it('loses nothing of any shares in a blend', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 10 ** 12 }), { minLength: 1, maxLength: 8 }), (tokens) => {
      const total = tokens.reduce((sum, own) => sum + own, 0);
      const weights = tokens.map((own, index) => ({ language: `l${index}`, tokens: own, share: own / total, available: null, tokensPerDocument: null }));
      const read = readBlend(megatronBlend(weights, {}));
      for (const { language, share } of weights) expect((read.get(language) as number) / share).toBeCloseTo(1, 9);
    }));
  });

  it('refuses a prefix that Megatron-LM would split', async () => {
    await expect(exported({ mix }, { prefixes: { php: 'my data/php' } })).rejects.toThrow('splits at white space');
  });

  it('gives Hugging Face the probability of a document, not of a token', async () => {
    const { interleave } = await exported({ mix, statistics }, { files: { php: 'web/*.jsonl' }, seed: 7 });
    const { languages, dataFiles, probabilities, unit, seed, stopping_strategy } = interleave();
    expect({ languages, dataFiles, unit, seed, stopping_strategy }).toEqual({
      languages: ['python', 'php'], dataFiles: ['python/*.jsonl', 'web/*.jsonl'], unit: 'documents', seed: 7, stopping_strategy: 'first_exhausted',
    });
    // Drawn so, with 100 tokens a Python document and 10 a PHP one, tokens have the shares of the mix.
    const drawn = [100 * (probabilities[0] as number), 10 * (probabilities[1] as number)] as const;
    expect(drawn[0] / (drawn[0] + drawn[1])).toBeCloseTo(shares.python, 12);
    expect((probabilities[0] as number) + (probabilities[1] as number)).toBeCloseTo(1, 12);
  });

  it('says when probabilities are token shares', async () => {
    expect((await exported({ mix })).interleave()).toMatchObject({ unit: 'tokens', probabilities: [0.75, 0.25] });
  });

  it('goes on to the last language where the mix repeats text', async () => {
    const repeating = { tokens: { python: 3_000, php: 9_000 }, available: { python: 3_000, php: 4_000 } };
    expect((await exported({ mix: repeating })).interleave().stopping_strategy).toBe('all_exhausted');
    expect((await exported({ mix: repeating }, { stoppingStrategy: 'first_exhausted' })).interleave().stopping_strategy).toBe('first_exhausted');
  });

  it('writes rows that olmix joins on the run', async () => {
    const evaluation = { language: 'php', problems: [], passed: 1, total: 4, passRate: 0.25, heldOut: { php: { loss: 1, bitsPerByte: 0.5 } } };
    const { text } = await exported({ mix, evaluations: evaluation }, { run: 'solved' });
    expect(text('olmix', 'ratios.csv')).toBe('run,python,php,go\nsolved,0.75,0.25,0\n');
    expect(text('olmix', 'metrics.csv')).toBe('run,php_failed,php_bpb\nsolved,0.75,0.5\n');
    const { priors } = parse(text('olmix', 'priors.yaml')) as { priors: { token_counts: object; relative_sizes: Record<string, number> } };
    expect(priors.token_counts).toEqual(mix.available);
    expect(priors.relative_sizes['php']).toBeCloseTo(4_000 / 7_010, 12);
  });

  it('refuses a mix without bound', async () => {
    await expect(exported({ mix: { tokens: { python: 5, php: null } } })).rejects.toThrow('no bound on the tokens of php');
    await expect(exported({ mix: { tokens: { python: 0 } } })).rejects.toThrow('has no tokens');
  });

  const python = spawnSync('python3', ['--version']).status === 0;
  it.skipIf(!python)(`hands interleave_datasets the arguments${python ? '' : ' (skipped: no python3)'}`, async () => {
    const { output, interleave } = await exported({ mix, statistics });
    const folder = output('huggingFace');
    mkdirSync(join(folder, 'recorder'));
    // Stands in for the package `datasets`, which is large: it records how it is called.
    writeFileSync(join(folder, 'recorder', 'datasets.py'), [
      'import json',
      'def load_dataset(kind, **options): return [kind, options]',
      'class Stream(list):',
      '    def take(self, count): return self[:count]',
      'def interleave_datasets(datasets, **options): return Stream([json.dumps([datasets, options])])',
    ].join('\n'));
    const printed = execFileSync('python3', [join(folder, 'interleave.py')], { encoding: 'utf8', env: { ...process.env, PYTHONPATH: join(folder, 'recorder'), PYTHONDONTWRITEBYTECODE: '1' } });
    const { probabilities, seed, stopping_strategy, dataFiles } = interleave();
    expect(JSON.parse(printed)).toEqual([
      dataFiles.map((files) => ['json', { data_files: files, split: 'train', streaming: true }]),
      { probabilities, seed, stopping_strategy },
    ]);
  });
});
