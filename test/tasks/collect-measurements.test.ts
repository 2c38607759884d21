import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Labels } from '../../src/engine/task-kind.js';
import { collectMeasurements as kind } from '../../src/tasks/collect-measurements/kind.js';
import { readMeasurements, type Measurements } from '../../src/tasks/collect-measurements/measurements.js';
import { run } from '../../src/tasks/collect-measurements/run.js';
import { writeRawArtifacts } from './claims/raw-artifacts.js';
import { synthetic } from './claims/synthetic.js';
import { removeRigs, runTask, temporaryFolder, type RigOptions } from './task-rig.js';

afterAll(removeRigs);

let files = 0;
async function artifact(folder: string, value: unknown, labels: Labels = {}) {
  const path = join(folder, `${files++}.json`);
  await writeFile(path, JSON.stringify(value));
  return { path, labels };
}

async function collect(options: RigOptions): Promise<Measurements> {
  const { output } = await runTask(kind, run, options);
  return readMeasurements(output('measurements'));
}

const evaluation = (language: string, passed: readonly boolean[], heldOut: object | null = null) => ({
  language, problems: passed.map((one, index) => ({ task_id: `World/${index}`, passed: one })), passed: passed.filter(Boolean).length, total: passed.length,
  passRate: passed.length === 0 ? null : passed.filter(Boolean).length / passed.length, ...(passed.length === 0 ? { reason: 'php is not installed' } : {}), heldOut,
});
const statistics = { languages: [{ language: 'php', instances: 10, bytes: 100, tokens: 1000 }, { language: 'python', instances: 10, bytes: 100, tokens: 50 }] };

describe('collect-measurements', () => {
  it('gives an empty document for a run that measured nothing', async () => {
    const measured = await collect({});
    expect(measured).toMatchObject({ format: 'pipelines/measurements/v1', dominantLanguage: 'python', targets: ['php'], source: 'generated', metric: 'passRate', acquisition: [] });
  });

  it('places an evaluation by language, seed and step, with the outcome of every problem', async () => {
    const folder = temporaryFolder();
    const measured = await collect({ inputs: { acquisition: [
      await artifact(folder, evaluation('go', [true, false]), { language: 'go', seed: 2, step: 40 }),
      await artifact(folder, evaluation('php', [true, true]), { language: 'php', seed: 1, step: 20 }),
    ] } });
    expect(measured.targets).toEqual(['php', 'go']);
    expect(measured.acquisition[0]).toEqual({
      language: 'go', seed: '2', step: 40, fraction: null, budget: null, value: 0.5, outcomes: { 'World/0': true, 'World/1': false }, bitsPerByte: null,
    });
  });

  it('names the new language of an evaluation in the dominant one by its label', async () => {
    const folder = temporaryFolder();
    const { acquisitionDominant } = await collect({ inputs: { acquisitionDominant: [
      await artifact(folder, evaluation('python', [true]), { language: 'csharp', seed: 1, step: 10 }),
      await artifact(folder, evaluation('python', [true]), { seed: 1, step: 10 }),
    ] } });
    expect(acquisitionDominant.map(({ language }) => language)).toEqual(['csharp', 'php']);
  });

  it('turns a fraction into tokens of that language, and takes a budget as it is', async () => {
    const folder = temporaryFolder();
    const { sweep } = await collect({ inputs: {
      statistics: [await artifact(folder, statistics)],
      sweep: [
        await artifact(folder, evaluation('php', [true]), { language: 'php', fraction: 0.25 }),
        await artifact(folder, evaluation('php', [true]), { budget: 300 }),
        await artifact(folder, evaluation('go', [true]), { language: 'go', fraction: 0.5 }),
      ],
    } });
    expect(sweep.map(({ fraction, budget }) => [fraction, budget])).toEqual([[0.25, 250], [null, 300], [0.5, null]]);
  });

  it('keeps the reason of what could not be measured', async () => {
    const folder = temporaryFolder();
    const { acquisition, workingShare, requiredShare } = await collect({ inputs: {
      acquisition: [await artifact(folder, evaluation('php', [true]), { step: 10 }), await artifact(folder, evaluation('php', []), { step: 20 })],
      workingLanguage: [await artifact(folder, { target: 'php', workingShare: null, coverage: 0, reason: 'no counted layer predicted a token of either language' }, { step: 10 })],
      requiredShare: [await artifact(folder, { target: 'php', curve: [{ seed: '1', step: 10, share: null, reason: 'no problem is solved', solved: 0, requiredSolved: 0, jaccard: 0 }] }, { seed: 1 })],
    } });
    expect(acquisition[1]).toMatchObject({ value: null, reason: 'php is not installed' });
    expect(workingShare[0]).toMatchObject({ value: null, reason: 'no counted layer predicted a token of either language' });
    expect(requiredShare[0]).toMatchObject({ value: null, solved: 0, reason: 'no problem is solved' });
  });

  it('counts bits per byte where the acquisition solved no benchmark, and tells the problems of others apart', async () => {
    const folder = temporaryFolder();
    const heldOut = { php: { loss: 1, bitsPerByte: 1.5 }, python: { loss: 1, bitsPerByte: 0.9 } };
    const measured = await collect({ inputs: {
      acquisition: [await artifact(folder, evaluation('php', [], heldOut), { step: 10 })],
      scratch: [await artifact(folder, evaluation('php', [true, false], heldOut), { corpus: 'optimised' })],
    } });
    expect(measured).toMatchObject({ metric: 'bitsPerByte', acquisition: [{ value: 1.5 }], acquisitionDominant: [{ language: 'php', value: 0.9 }] });
    expect(measured.benchmarks).toEqual([{ model: 'optimised corpus', language: 'php', passed: 1, total: 2 }]);
  });

  it('places a model from scratch by corpus, size and benchmark', async () => {
    const folder = temporaryFolder();
    const { scratch } = await collect({ inputs: { scratch: [
      await artifact(folder, evaluation('python', [true]), { corpus: 'fixed-exposure', size: 'large', seed: 2, language: 'python', benchmark: 'second' }),
      await artifact(folder, evaluation('php', [true])),
    ] } });
    expect(scratch.map(({ language, corpus, size, benchmark, seed }) => ({ language, corpus, size, benchmark, seed }))).toEqual([
      { language: 'python', corpus: 'fixed-exposure', size: 'large', benchmark: 'second', seed: '2' }, { language: 'php', corpus: 'original', size: 'small', benchmark: 'first', seed: '1' },
    ]);
  });

  it('counts the inner tokens of the counted layers only', async () => {
    const folder = temporaryFolder();
    const perLayer = [{ layer: 1, dominant: 3, target: 1, total: 10 }, { layer: 2, dominant: 2, target: 2, total: 10 }, { layer: 3, dominant: 0, target: 9, total: 10 }];
    const { workingShare } = await collect({ inputs: { workingLanguage: [await artifact(folder, { target: 'php', workingShare: 5 / 8, interval: [0.5, 0.7], coverage: 0.4, massShare: 0.6, perLayer, countedLayers: 2 }, { seed: 1, step: 10 })] } });
    expect(workingShare[0]).toMatchObject({ dominantCount: 5, targetCount: 3, totalCount: 20, massShare: 0.6, interval: [0.5, 0.7] });
  });

  it('keeps neurons of all languages, by layer, with both variants', async () => {
    const folder = temporaryFolder();
    const file = {
      languages: ['python', 'php'], counts: { python: 9, php: 4 }, countsPerLayer: { python: [5, 4], php: [1, 3] }, overlap: 2, numFinite: 50, cuts: { threshold: 0.8 },
      frozen: { counts: { python: 8, php: 3 } }, fixedCount: { count: 5, counts: { python: 5, php: 5 }, meanEntropy: { python: 0.1, php: null }, overlap: 1 },
    };
    const { neurons, neuronsOfAll } = await collect({ inputs: { lape: [await artifact(folder, file, { language: 'php', seed: 1, step: 10 })], lapeAll: [await artifact(folder, file)] } });
    expect(neurons[0]).toMatchObject({ language: 'php', value: 4, counts: { python: 9, php: 4 }, threshold: 0.8, frozen: { counts: { php: 3 } }, fixedCount: { meanEntropy: { php: null } } });
    expect(neuronsOfAll).toHaveLength(1);
  });

  it('thins a share of every step, but keeps the steps that a probe has', async () => {
    const folder = temporaryFolder();
    const proportion = Array.from({ length: 2000 }, (_, index) => ({ step: index + 1, loss: 1, proportion: 0.5 }));
    const probe = { target: 'php', workingShare: 0.5, coverage: 0.4 };
    const { proportion: points } = await collect({ inputs: {
      proportion: [await artifact(folder, { proportion }, { language: 'php', seed: 1 })], workingLanguage: [await artifact(folder, probe, { seed: 1, step: 777 })],
    } });
    expect(points.length).toBeLessThanOrEqual(161);
    expect(points.map(({ step }) => step)).toEqual(expect.arrayContaining([1, 777, 2000]));
  });

  it('says of real code where it came from', async () => {
    const folder = temporaryFolder();
    const measured = await collect({ inputs: { collections: [await artifact(folder, { language: 'php', sources: [{ name: 'left-pad', version: '1.3.0', licence: 'MIT', kept: { files: 3, bytes: 4000 } }] })] } });
    expect(measured).toMatchObject({ source: 'real', sources: [{ language: 'php', name: 'left-pad', version: '1.3.0', licence: 'MIT', files: 3, bytes: 4000 }] });
  });

  it('says which measurement is not of its format', async () => {
    const folder = temporaryFolder();
    await expect(collect({ inputs: { lape: [await artifact(folder, { counts: {} })] } })).rejects.toThrow(/transferring neurons/);
    await writeFile(join(folder, 'old.json'), JSON.stringify({ format: 'pipelines/measurements/v0' }));
    await expect(readMeasurements(join(folder, 'old.json'))).rejects.toThrow(/measurements/);
  });

  it('gives back what the tasks measured', async () => {
    const world = synthetic({ problems: 20, targets: ['php', 'cpp'] });
    const measured = await collect({ inputs: writeRawArtifacts(temporaryFolder(), world) });
    for (const part of ['acquisition', 'acquisitionDominant', 'requiredShare', 'neurons', 'mixes', 'sweep', 'scratch', 'statistics', 'pooled', 'identical'] as const) {
      expect([part, measured[part]]).toEqual([part, JSON.parse(JSON.stringify(world[part])) as unknown]);
    }
  });
});
