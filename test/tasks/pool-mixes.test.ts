import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/engine/json.js';
import type { CorpusMix } from '../../src/tasks/mixes/corpus-mix.js';
import { poolMixes as kind } from '../../src/tasks/pool-mixes/kind.js';
import { poolMixes } from '../../src/tasks/pool-mixes/pool.js';
import { run } from '../../src/tasks/pool-mixes/run.js';
import type { SolvedMix } from '../../src/tasks/pool-mixes/solved-mix.js';
import { solveMix } from '../../src/tasks/solve-mix/kind.js';
import { shareOfTokens } from '../../src/tasks/solve-mix/mix.js';
import { run as solve } from '../../src/tasks/solve-mix/run.js';
import { removeRigs, runTask, temporaryFolder } from './task-rig.js';

afterAll(removeRigs);

const free = { pinned: {}, totalTokens: null, trainingTokens: null, repetitionCap: null };
const table1 = { php: 23e9, go: 11e9, csharp: 16e9, cpp: 28e9, python: 11e9 };

function solved(target: string, nStar: number | null, changes: Partial<SolvedMix> = {}): SolvedMix {
  const pStar = nStar === null ? 0 : shareOfTokens(11e9, nStar);
  return { dominant: 'python', target, dominantTokens: 11e9, availableTokens: null, pStar, nStar, overSeeds: null, warnings: [], ...changes };
}

/** The paper's choices (4.3.2): PHP 5B, C# 10B, all of Go, and all of C++, whose optimum is at the end. */
const paper = [solved('php', 5e9), solved('csharp', 10e9), solved('go', 11e9), solved('cpp', null)];

describe('pool-mixes', () => {
  it('makes the optimised corpus of the paper', () => {
    const mix = poolMixes(paper, table1, free);
    expect(mix.tokens).toEqual({ ...table1, php: 5e9, csharp: 10e9 });
    expect(mix).toMatchObject({ method: 'optimised', totalTokens: 65e9, naturalTotal: 89e9 });
    expect(mix.binding).toEqual([{ language: 'cpp', constraint: 'available', wanted: null, given: 28e9 }]);
  });

  it('keeps each optimum beside the dominant language alone, though not in the pool', () => {
    const { perTarget, shares } = poolMixes(paper, table1, free);
    expect(perTarget[0]).toMatchObject({ target: 'php', pStar: 0.6875, shareBeside: 0.6875, tokens: 5e9 });
    expect(shares['python']).toBeCloseTo(11 / 65, 12);
  });

  it('keeps proportions within a total', () => {
    const mix = poolMixes(paper, table1, { ...free, totalTokens: 32.5e9 });
    expect(mix.tokens).toEqual({ php: 2.5e9, csharp: 5e9, go: 5.5e9, cpp: 14e9, python: 5.5e9 });
    expect(mix.binding).toContainEqual({ language: null, constraint: 'total-tokens', wanted: 65e9, given: 32.5e9 });
  });

  it('repeats text for a larger total, up to the cap', () => {
    expect(() => poolMixes(paper, table1, { ...free, totalTokens: 130e9 })).toThrow('give at most 89,000,000,000');
    const mix = poolMixes(paper, table1, { ...free, totalTokens: 130e9, repetitionCap: 2 });
    expect(mix.tokens).toEqual({ php: 10e9, csharp: 20e9, go: 22e9, cpp: 56e9, python: 22e9 });
    expect(mix.epochs).toEqual({ php: 1, csharp: 1.25, go: 2, cpp: 2, python: 2 });
  });

  it('moves every target with a pinned dominant language, as Eq. 3 does', () => {
    const mix = poolMixes([solved('php', 5e9)], table1, { ...free, pinned: { python: 5.5e9 } });
    expect(mix.tokens).toMatchObject({ python: 5.5e9, php: 2.5e9 });
    expect(mix.perTarget[0]?.shareBeside).toBe(0.6875);
  });

  it('pins a language that nobody solved for, and leaves out the rest aloud', () => {
    const mix = poolMixes([solved('php', 5e9)], table1, { ...free, pinned: { go: 1e9 } });
    expect(mix.tokens).toEqual({ python: 11e9, php: 5e9, go: 1e9, csharp: 0, cpp: 0 });
    expect(mix.warnings).toMatchObject([{ kind: 'language-left-out', message: expect.stringContaining('csharp, cpp') as string }]);
  });

  it('falls back to the tokens that the solved mixes know of', () => {
    const mix = poolMixes([solved('php', null, { availableTokens: 7e9 })], { php: null, python: null }, free);
    expect(mix.tokens).toEqual({ python: 11e9, php: 7e9 });
    expect(mix.available).toEqual({ python: null, php: 7e9 });
  });

  it('refuses mixes that do not fit together', () => {
    expect(() => poolMixes([solved('php', 5e9), solved('go', 5e9, { dominantTokens: 12e9 })], table1, free)).toThrow('php was solved beside 11,000,000,000 tokens of python, go beside 12,000,000,000');
    expect(() => poolMixes([solved('php', 5e9), solved('php', 6e9)], table1, free)).toThrow('two mixes for php');
    expect(() => poolMixes([solved('php', 5e9)], table1, { ...free, pinned: { python: 0, php: 0 } })).toThrow('the mix has no tokens');
    expect(() => poolMixes([solved('php', null)], {}, free)).toThrow('nothing bounds the tokens of php');
  });

  it('pools what solve-mix writes', async () => {
    const folder = temporaryFolder();
    const vectors = fileURLToPath(new URL('../fixtures/paper/algorithm1.json', import.meta.url));
    const solvedTask = await runTask(solveMix, solve, { inputs: { curve: [vectors] } });
    const statistics = join(folder, 'statistics.json');
    await writeFile(statistics, JSON.stringify({ languages: Object.entries(table1).map(([language, tokens]) => ({ language, instances: 1, bytes: 1, tokens })) }));
    const { output, log } = await runTask(kind, run, { parameters: { pinned: { go: 11e9 } } as JsonObject, inputs: { mixes: [solvedTask.output('mix')], statistics: [statistics] } });
    const mix = JSON.parse(await readFile(output('mix'), 'utf8')) as CorpusMix;
    expect(mix.tokens).toEqual({ python: 11e9, php: 23e9, go: 11e9, csharp: 0, cpp: 0 });
    expect(mix.binding).toContainEqual(expect.objectContaining({ language: 'php', constraint: 'available', given: 23e9 }));
    expect(log).toContain('go: 11,000,000,000 tokens, 24.4 %, 1.0 epochs');
  });
});
