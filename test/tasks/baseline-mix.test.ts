import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/engine/json.js';
import { baselineMix as kind } from '../../src/tasks/baseline-mix/kind.js';
import { baselineMix, type Baseline } from '../../src/tasks/baseline-mix/baseline.js';
import { randomCutMix } from '../../src/tasks/baseline-mix/random-cut.js';
import { run } from '../../src/tasks/baseline-mix/run.js';
import type { CorpusMix } from '../../src/tasks/mixes/corpus-mix.js';
import { removeRigs, runTask, temporaryFolder, type RigOptions } from './task-rig.js';

afterAll(removeRigs);

const free = { pinned: {}, totalTokens: null, trainingTokens: null, repetitionCap: null };
const table1 = { php: 23e9, go: 11e9, csharp: 16e9, cpp: 28e9, python: 11e9 };
const optimised = { ...table1, php: 5e9, csharp: 10e9 };
const baseline = (method: Baseline['method'], temperature = 2) => ({ method, temperature });
const cutsOf = (mix: CorpusMix) => Object.entries(table1).map(([language, own]) => own - (mix.tokens[language] as number)).filter((cut) => cut > 0).sort((a, b) => a - b);

describe('baseline-mix', () => {
  it('is everything there is by default', () => {
    expect(baselineMix(baseline('natural'), table1, free)).toMatchObject({ tokens: table1, totalTokens: 89e9, ratio: 1, binding: [], warnings: [] });
  });

  it('keeps natural shares within a total', () => {
    const mix = baselineMix(baseline('natural'), table1, { ...free, totalTokens: 65e9 });
    expect(mix.totalTokens).toBe(65e9);
    for (const [language, tokens] of Object.entries(table1)) expect(mix.shares[language]).toBeCloseTo(tokens / 89e9, 9);
  });

  it('gives equal shares, and what a small language lacks to the others', () => {
    const { tokens, binding } = baselineMix(baseline('uniform'), table1, { ...free, totalTokens: 65e9 });
    expect(tokens).toEqual({ go: 11e9, python: 11e9, cpp: 14_333_333_334, csharp: 14_333_333_333, php: 14_333_333_333 });
    expect(binding.filter(({ constraint }) => constraint === 'available').map(({ language }) => language)).toEqual(['go', 'python']);
    expect(baselineMix(baseline('uniform'), table1, { ...free, totalTokens: 65e9, repetitionCap: 2 }).shares).toMatchObject({ go: 0.2, php: 0.2, python: 0.2 });
  });

  it('lies between the two by temperature', () => {
    const shares = (temperature: number) => baselineMix(baseline('temperature', temperature), table1, { ...free, totalTokens: 40e9, repetitionCap: 4 }).shares;
    expect(shares(1)['php']).toBeCloseTo(23 / 89, 9);
    expect(shares(1e9)['php']).toBeCloseTo(0.2, 6);
    expect((shares(2)['php'] as number) / (shares(2)['go'] as number)).toBeCloseTo(Math.sqrt(23 / 11), 6);
  });

  it('says that a total of all there is leaves no choice', () => {
    const mix = baselineMix(baseline('uniform'), table1, free);
    expect(mix.tokens).toEqual(table1);
    expect(mix.warnings).toMatchObject([{ kind: 'natural-after-all' }]);
  });

  it('refuses to guess how much there is', () => {
    expect(() => baselineMix(baseline('natural'), { php: null }, free)).toThrow('tokens there are of php are not known');
    expect(() => baselineMix(baseline('natural'), {}, free)).toThrow('are not known');
  });
});

describe('a random cut', () => {
  const cut = (seed: number, uncut: readonly string[] = []) => randomCutMix({ optimised, uncut, seed }, table1, free);

  it('takes the same amounts from other languages, so that the total is the same', () => {
    fc.assert(fc.property(fc.nat(), (seed) => {
      const mix = cut(seed);
      expect(mix.totalTokens).toBe(65e9);
      expect(cutsOf(mix)).toEqual([6e9, 18e9]);
      expect(mix.tokens['php']).not.toBe(5e9);
      expect(mix.tokens['csharp']).not.toBe(10e9);
      // Of the others only C++ has the 18 billion that PHP gave.
      expect(mix.tokens['cpp']).toBe(10e9);
    }), { numRuns: 30 });
  });

  it('cuts other languages with another seed, and the same with the same', () => {
    const chosen = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => JSON.stringify(cut(seed).tokens));
    expect(new Set(chosen).size).toBeGreaterThan(1);
    expect(JSON.stringify(cut(3).tokens)).toBe(chosen[2]);
  });

  it('leaves whole what it is told to', () => {
    for (let seed = 0; seed < 20; seed += 1) expect(cut(seed, ['python', 'go']).tokens).toMatchObject({ python: 11e9, go: 11e9, php: 17e9, cpp: 10e9 });
  });

  it('moves cuts among the targets when each was cut', () => {
    const equal = { python: 100, php: 100, go: 100, cpp: 100 };
    const mix = randomCutMix({ optimised: { python: 100, php: 20, go: 50, cpp: 90 }, uncut: ['python'], seed: 1 }, equal, free);
    expect(mix.totalTokens).toBe(260);
    expect([[100, 50, 90, 20], [100, 90, 20, 50]]).toContainEqual(['python', 'php', 'go', 'cpp'].map((language) => mix.tokens[language]));
  });

  it('divides the cuts when no language can take one whole', () => {
    const mix = randomCutMix({ optimised: { python: 10, php: 100, go: 20 }, uncut: [], seed: 1 }, { python: 10, php: 1000, go: 20 }, free);
    expect(mix.totalTokens).toBe(130);
    expect(mix.warnings).toMatchObject([{ kind: 'cuts-divided' }]);
    expect(() => randomCutMix({ optimised: { python: 10, php: 100 }, uncut: ['php'], seed: 1 }, { python: 10, php: 1000 }, free)).toThrow('fewer tokens than the optimised mix cuts');
  });

  it('is the natural mix when nothing was cut, and says so', () => {
    expect(randomCutMix({ optimised: table1, uncut: [], seed: 1 }, table1, free)).toMatchObject({ tokens: table1, warnings: [{ kind: 'nothing-cut' }] });
  });

  it('refuses a mix that is no cut', () => {
    expect(() => randomCutMix({ optimised: { php: 24e9 }, uncut: [], seed: 1 }, table1, free)).toThrow('repeats php');
    expect(() => randomCutMix({ optimised: { rust: 1 }, uncut: [], seed: 1 }, table1, free)).toThrow('has rust');
    expect(() => randomCutMix({ optimised, uncut: ['pyhton'], seed: 1 }, table1, free)).toThrow('`uncut` names pyhton');
    expect(() => randomCutMix({ optimised, uncut: [], seed: 1 }, table1, { ...free, totalTokens: 5 })).toThrow('takes its total');
  });
});

describe('the baseline-mix task', () => {
  const mixed = async (options: RigOptions) => {
    const { output } = await runTask(kind, run, { ...options, parameters: { available: table1, ...options.parameters } as JsonObject });
    return JSON.parse(await readFile(output('mix'), 'utf8')) as CorpusMix;
  };

  it('takes its total from another mix', async () => {
    expect((await mixed({ parameters: { method: 'temperature' }, values: { totalTokens: 65e9 } })).totalTokens).toBe(65e9);
    await expect(mixed({ parameters: { totalTokens: 5 }, values: { totalTokens: 5 } })).rejects.toThrow('both the parameter and the input');
    await expect(mixed({ values: { totalTokens: 'much' } })).rejects.toThrow('must be a number of tokens');
  });

  it('moves the cuts of a mix', async () => {
    const path = join(temporaryFolder(), 'mix.json');
    await writeFile(path, JSON.stringify({ tokens: optimised }));
    const mix = await mixed({ parameters: { method: 'random-cut', trainingTokens: 500e9 }, inputs: { optimised: [path] } });
    expect(mix).toMatchObject({ method: 'random-cut', totalTokens: 65e9, trainingTokens: 500e9 });
    await expect(mixed({ parameters: { method: 'random-cut' } })).rejects.toThrow('missing input: optimised');
  });

  it('prefers a count that is given to one that was made', async () => {
    const path = join(temporaryFolder(), 'statistics.json');
    await writeFile(path, JSON.stringify({ languages: [{ language: 'rust', instances: 1, bytes: 9, tokens: 3 }, { language: 'php', instances: 1, bytes: 9, tokens: 3 }] }));
    expect((await mixed({ inputs: { statistics: [path] } })).tokens).toEqual({ ...table1, rust: 3 });
  });
});
