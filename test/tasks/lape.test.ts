import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/engine/json.js';
import { freshOptimizer, writeCheckpoint } from '../../src/model/checkpoint.js';
import { initialWeights } from '../../src/model/weights.js';
import { readCounts, type ActivationCounts } from '../../src/tasks/lape/counts.js';
import { lape, lapeFixedCount, roundHalfToEven } from '../../src/tasks/lape/lape.js';
import { run } from '../../src/tasks/lape/run.js';
import { lape as kind } from '../../src/tasks/lape/kind.js';
import { trainTokenizer } from '../../src/tasks/train-tokenizer/kind.js';
import { run as runTrainTokenizer } from '../../src/tasks/train-tokenizer/run.js';
import { corpusIn, programs } from '../corpus/fixtures.js';
import { prepareTask, removeRigs, runTask, temporaryFolder } from './task-rig.js';

// Computed by an independent reference implementation.
const vectors = fileURLToPath(new URL('../fixtures/paper/lape.json', import.meta.url));
afterAll(removeRigs);

const defaults = { topRate: 0.01, filterRate: 0.95, activationBarRatio: 0.95 };

interface Case {
  params: { top_rate: number; filter_rate: number; activation_bar_ratio: number };
  expected: {
    threshold: number; activation_bar: number; selected: { layer: number; neuron: number; entropy: number }[];
    per_language: Record<string, number[][]>; counts: Record<string, number>;
  };
}

/** One layer, neurons as rows of counts over 100 tokens of each language. */
function oneLayer(rows: number[][], languages = ['python', 'php']): ActivationCounts {
  return { languages, tokens: languages.map(() => 100), overZero: [rows] };
}

describe('lape', () => {
  it('gives what the reference implementation gives', async () => {
    const counts = await readCounts(vectors);
    const { cases } = JSON.parse(await readFile(vectors, 'utf8')) as { cases: Case[] };
    for (const { params, expected } of cases) {
      const result = lape(counts, { topRate: params.top_rate, filterRate: params.filter_rate, activationBarRatio: params.activation_bar_ratio });
      expect(result.cuts.threshold).toBeCloseTo(expected.threshold, 12);
      expect(result.cuts.activationBar).toBeCloseTo(expected.activation_bar, 12);
      expect(result.selected.map(({ layer, neuron }) => ({ layer, neuron }))).toEqual(expected.selected.map(({ layer, neuron }) => ({ layer, neuron })));
      result.selected.forEach(({ entropy }, index) => expect(entropy).toBeCloseTo(expected.selected[index]?.entropy ?? NaN, 10));
      expect(result.perLanguage).toEqual(expected.per_language);
      expect(result.counts).toEqual(expected.counts);
    }
  });

  it('selects the same neurons again when its own cuts are frozen', async () => {
    const counts = await readCounts(vectors);
    const { cases } = JSON.parse(await readFile(vectors, 'utf8')) as { cases: Case[] };
    for (const { params, expected } of cases) {
      const options = { topRate: params.top_rate, filterRate: params.filter_rate, activationBarRatio: params.activation_bar_ratio };
      const { cuts } = lape(counts, options);
      const frozen = lape(counts, { ...options, topRate: 1, frozenThreshold: cuts });
      expect(frozen.perLanguage).toEqual(expected.per_language);
      expect(frozen.cuts).toEqual(cuts);
    }
  });

  it('gives every language of the vectors the neurons of lowest entropy above its bar in the fixed-count variant', async () => {
    const counts = await readCounts(vectors);
    const { cases: [first] } = JSON.parse(await readFile(vectors, 'utf8')) as { cases: [Case] };
    const bar = first.expected.activation_bar;
    const result = lapeFixedCount(counts, 3, bar);
    for (const [language, name] of counts.languages.entries()) {
      const above = counts.overZero.flatMap((layer, at) => layer.flatMap((over, neuron) => {
        const p = over.map((count, of) => count / (counts.tokens[of] as number));
        const sum = p.reduce((total, one) => total + one, 0);
        const entropy = -p.reduce((total, one) => total + (one === 0 ? 0 : one / sum * Math.log(one / sum)), 0);
        return (p[language] as number) > bar ? [{ at, neuron, entropy }] : [];
      })).sort((a, b) => a.entropy - b.entropy).slice(0, 3);
      expect(result.counts[name]).toBe(above.length);
      expect(result.perLanguage[name]?.flatMap((neurons, at) => neurons.map((neuron) => `${at}/${neuron}`)).sort()).toEqual(above.map(({ at, neuron }) => `${at}/${neuron}`).sort());
    }
  });

  it('says of each pair of languages how many neurons they share', () => {
    const rows = [[90, 90, 0], [0, 90, 90], [90, 90, 90], [0, 0, 90], ...Array.from({ length: 16 }, () => [5, 5, 5])];
    const { shared, overlap, counts } = lape(oneLayer(rows, ['python', 'php', 'go']), { topRate: 0.2, filterRate: 0.8, activationBarRatio: 0.8 });
    expect(counts).toEqual({ python: 2, php: 3, go: 3 });
    expect(overlap).toBe(3);
    expect(shared).toEqual([
      { languages: ['python', 'php'], neurons: 2 }, { languages: ['python', 'go'], neurons: 1 }, { languages: ['php', 'go'], neurons: 2 },
    ]);
  });

  it('says which part of a language\'s neurons sits in the outer thirds of the layers', () => {
    const quiet = [1, 1];
    const counts: ActivationCounts = {
      languages: ['python', 'php'], tokens: [100, 100],
      overZero: [[[90, 0], quiet], [[0, 80], quiet], [quiet, quiet], [[0, 90], quiet]],
    };
    const { outerThirds, countsPerLayer } = lape(counts, { topRate: 3 / 8, filterRate: 0.8, activationBarRatio: 0.8 });
    expect(countsPerLayer).toEqual({ python: [1, 0, 0, 0], php: [0, 1, 0, 1] });
    expect(outerThirds).toEqual({ layers: [0, 3], expected: 0.5, share: { python: 1, php: 0.5 } });
    expect(lape(oneLayer([[1, 1]]), defaults).outerThirds).toBeNull();
  });

  it('rounds halves to even, as Python does', () => {
    expect([0.5, 1.5, 2.5, 3.5, 2.49, 2.51].map(roundHalfToEven)).toEqual([0, 2, 2, 4, 2, 3]);
  });

  it('lets a neuron belong to every language in which it exceeds the bar', () => {
    const rows = [[99, 98], ...Array.from({ length: 9 }, (_, index) => [index, index])];
    const result = lape(oneLayer(rows), { topRate: 0.1, filterRate: 0.8, activationBarRatio: 0.8 });
    expect(result.counts).toEqual({ python: 1, php: 1 });
    expect(result.overlap).toBe(1);
  });

  it('breaks ties by layer, then neuron', () => {
    const peculiar = [50, 0];
    const counts = { languages: ['python', 'php'], tokens: [100, 100], overZero: [[[0, 0], peculiar, peculiar], [peculiar, [1, 1], [1, 1]]] };
    const { selected } = lape(counts, { topRate: 0.34, filterRate: 0.5, activationBarRatio: 0.5 });
    expect(selected.map(({ layer, neuron }) => [layer, neuron])).toEqual([[0, 1], [0, 2]]);
  });

  it('warns when the filter leaves fewer neurons than are selected', () => {
    // All equal: nothing is strictly above the quantile, so no neuron passes.
    const result = lape(oneLayer(Array.from({ length: 100 }, () => [7, 7])), { ...defaults, topRate: 0.1 });
    expect(result.numFinite).toBe(0);
    expect(result.selected).toHaveLength(10);
    expect(result.selected.every(({ entropy }) => entropy === null)).toBe(true);
    expect(result.unassigned).toBe(10);
    expect(result.warnings).toHaveLength(1);
  });

  it('lets the total change once the cuts are frozen', () => {
    const early = oneLayer([[90, 0], [0, 90], [0, 80], ...Array.from({ length: 17 }, () => [10, 10])]);
    const late = oneLayer([[90, 0], [0, 90], [40, 80], ...Array.from({ length: 17 }, () => [10, 10])]);
    const options = { topRate: 0.15, filterRate: 0.9, activationBarRatio: 0.9 };
    const first = lape(early, options);
    const frozen = lape(late, { ...options, frozenThreshold: first.cuts });
    expect(first.counts).toEqual({ python: 1, php: 2 });
    expect(lape(late, options).selected).toHaveLength(3);
    expect(frozen.counts).toEqual({ python: 1, php: 1 });
  });

  it('gives each language the same number in the fixed-count variant, while enough neurons exceed the bar', () => {
    const rows = [[90, 0], [80, 5], [0, 90], [30, 80], [60, 61]];
    const { counts, perLanguage, overlap } = lapeFixedCount(oneLayer(rows), 2, 0.5);
    expect(counts).toEqual({ python: 2, php: 2 });
    expect(perLanguage).toEqual({ python: [[0, 1]], php: [[2, 3]] });
    expect(overlap).toBe(0);
    expect(lapeFixedCount(oneLayer(rows), 4, 0.5)).toMatchObject({ counts: { python: 3, php: 3 }, overlap: 1 });
  });

  it('selects the asked share, whatever the counts, and counts what it lists', () => {
    const row = fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }));
    fc.assert(fc.property(fc.array(row, { minLength: 1, maxLength: 60 }), fc.double({ min: 0.01, max: 1, noNaN: true }), (rows, topRate) => {
      const result = lape(oneLayer(rows, ['python', 'php', 'go']), { ...defaults, topRate });
      expect(result.selected).toHaveLength(roundHalfToEven(rows.length * topRate));
      for (const [language, layers] of Object.entries(result.perLanguage)) expect(layers.flat()).toHaveLength(result.counts[language] ?? -1);
      const entropies = result.selected.map(({ entropy }) => entropy ?? Infinity);
      expect(entropies).toEqual([...entropies].sort((a, b) => a - b));
    }));
  });
});

describe('the lape task', () => {
  it('reads counts and writes neurons and the same counts', async () => {
    const folder = temporaryFolder();
    const file = { languages: ['python', 'php'], n_tokens: [100, 100], 'over_zero[layer][neuron][lang]': [[[90, 0], [0, 80], [5, 5], [6, 4]]], cases: 'ignored' };
    await writeFile(join(folder, 'counts.json'), JSON.stringify(file));
    const { output } = await runTask(kind, run, { parameters: { topRate: 0.5, filterRate: 0.5, activationBarRatio: 0.5 }, inputs: { counts: [join(folder, 'counts.json')] }, values: { threshold: 0.85 } });
    const neurons = JSON.parse(await readFile(output('neurons'), 'utf8')) as { counts: object; frozen: { counts: object } };
    expect(neurons.counts).toEqual({ python: 1, php: 1 });
    expect(neurons.frozen.counts).toEqual({ python: 1, php: 0 });
    const { cases, ...counted } = file;
    expect(cases).toBeDefined();
    expect(JSON.parse(await readFile(output('counts'), 'utf8'))).toEqual(counted);
  });

  it('says what is missing', async () => {
    await expect(run(prepareTask(kind).context)).rejects.toThrow('missing input: model, tokenizer, corpora');
  });

  it('refuses counts above the tokens read', async () => {
    const folder = temporaryFolder();
    await writeFile(join(folder, 'counts.json'), JSON.stringify({ languages: ['python'], n_tokens: [10], 'over_zero[layer][neuron][lang]': [[[11]]] }));
    await expect(readCounts(join(folder, 'counts.json'))).rejects.toThrow('layer 0, neuron 0');
  });

  it('counts the activations of a model over the same number of held-out tokens a language', async () => {
    const folder = temporaryFolder();
    const corpora = [await corpusIn(folder, 'python', programs('python', 12)), await corpusIn(folder, 'php', programs('php', 12))];
    const tokenizer = (await runTask(trainTokenizer, runTrainTokenizer, { parameters: { vocabularySize: 280 }, inputs: { corpora } })).output('tokenizer');
    const config = { layers: 2, width: 8, heads: 2, context: 16, vocabulary: 280 };
    const weights = initialWeights(config, 1);
    const model = join(folder, 'model');
    await writeCheckpoint(model, { ...freshOptimizer(config), config, weights, step: 0, optimizerStep: 0, cursor: { epoch: 0, window: 0 }, tokensSeen: 0 });

    const { output } = await runTask(kind, run, { parameters: { tokensPerLanguage: 150, topRate: 0.1 }, inputs: { model: [model], tokenizer: [tokenizer], corpora } });
    const counts = await readCounts(output('counts'));
    expect(counts).toMatchObject({ languages: ['python', 'php'], tokens: [144, 144] });
    expect(counts.overZero.map((layer) => layer.length)).toEqual([32, 32]);
    const fired = counts.overZero.flat(2);
    expect(fired.some((count) => count > 0 && count < 144)).toBe(true);
    const neurons = JSON.parse(await readFile(output('neurons'), 'utf8')) as { selected: unknown[]; tokens: number[]; cuts: JsonObject; counts: Record<string, number> };
    expect(neurons.selected).toHaveLength(6);
    // Cuts frozen at this checkpoint change nothing here; frozen above everything, they select nothing.
    const frozenAt = async (cuts: Json) => {
      const frozen = await runTask(kind, run, { parameters: { topRate: 0.1 }, inputs: { counts: [output('counts')] }, values: { threshold: cuts } });
      return (JSON.parse(await readFile(frozen.output('neurons'), 'utf8')) as { frozen: { counts: Record<string, number> } }).frozen.counts;
    };
    expect(await frozenAt(neurons.cuts)).toEqual(neurons.counts);
    expect(await frozenAt(1)).toEqual({ python: 0, php: 0 });
    // The same counts, given back, give the same neurons.
    const again = await runTask(kind, run, { parameters: { topRate: 0.1 }, inputs: { counts: [output('counts')] } });
    expect(JSON.parse(await readFile(again.output('neurons'), 'utf8'))).toEqual(neurons);
  });
});
