import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { estimateProportion as kind } from '../../src/tasks/estimate-proportion/kind.js';
import { estimateProportion, type ProportionOptions } from '../../src/tasks/estimate-proportion/proportion.js';
import { run } from '../../src/tasks/estimate-proportion/run.js';
import { removeRigs, runTask, temporaryFolder } from './task-rig.js';

afterAll(removeRigs);

const options: ProportionOptions = { initWindow: [2, 3], final: 'min', finalWindow: 3, smoothing: 1 };
const losses = (values: readonly number[]) => values.map((loss, index) => ({ step: index + 1, loss }));

describe('estimate-proportion', () => {
  it('is 1 at the initial loss, 0 at the lowest, and linear between', () => {
    const result = estimateProportion(losses([9, 5, 5, 3, 1, 2]), options);
    expect(result).toMatchObject({ kind: 'ok', alpha: 5, beta: 1 });
    expect(result.kind === 'ok' && result.proportion.map(({ proportion }) => proportion)).toEqual([1, 1, 1, 0.5, 0, 0.25]);
  });

  it('takes the lowest of the moving average when asked, which is above the raw minimum', () => {
    const noisy = losses([9, 5, 5, 3, 1, 2]);
    const result = estimateProportion(noisy, { ...options, final: 'minSmoothed' });
    expect(result).toMatchObject({ kind: 'ok', beta: 1.5 });
  });

  it('smooths the loss before it becomes a proportion when asked', () => {
    const result = estimateProportion(losses([9, 5, 5, 3, 1, 2]), { ...options, smoothing: 3 });
    expect(result.kind === 'ok' && result.proportion[4]).toEqual({ step: 5, loss: 2, proportion: 0.25 });
  });

  it('refuses a loss that did not fall', () => {
    expect(estimateProportion(losses([1, 1, 1, 1]), options)).toEqual({ kind: 'loss-did-not-fall', alpha: 1, beta: 1 });
  });

  it('refuses a run shorter than its initial window, and one that diverged', () => {
    expect(estimateProportion(losses([3, 2, 1]), { ...options, initWindow: [90, 100] })).toEqual({ kind: 'no-initial-loss' });
    expect(estimateProportion(losses([3, NaN, 1]), options)).toEqual({ kind: 'not-finite', step: 2 });
  });

  it('stays within 0 and 1, and does not change when losses are shifted or scaled', () => {
    const values = fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 4, maxLength: 60 });
    fc.assert(fc.property(values, fc.double({ min: 0.5, max: 4, noNaN: true }), fc.double({ min: -2, max: 2, noNaN: true }), (raw, scale, shift) => {
      const result = estimateProportion(losses(raw), options);
      const moved = estimateProportion(losses(raw.map((value) => value * scale + shift)), options);
      if (result.kind !== 'ok' || moved.kind !== 'ok' || result.alpha - result.beta < 1e-3) return;
      result.proportion.forEach(({ proportion }, index) => {
        expect(proportion).toBeGreaterThanOrEqual(0);
        expect(proportion).toBeLessThanOrEqual(1);
        expect(moved.proportion[index]?.proportion).toBeCloseTo(proportion, 6);
      });
    }));
  });
});

describe('the estimate-proportion task', () => {
  it('joins the segments of a run, whatever their order', async () => {
    const folder = temporaryFolder();
    const line = (step: number, loss: number) => JSON.stringify({ step, loss, learningRate: 1e-3, gradientNorm: 1 });
    await writeFile(join(folder, 'a.jsonl'), `${line(1, 6)}\n${line(2, 5)}\n`);
    await writeFile(join(folder, 'b.jsonl'), `${line(3, 3)}\n${line(4, 1)}\n`);
    const { output } = await runTask(kind, run, {
      parameters: { initWindow: [2, 2] },
      inputs: { losses: [join(folder, 'b.jsonl'), join(folder, 'a.jsonl')] },
    });
    expect(JSON.parse(await readFile(output('proportion'), 'utf8'))).toEqual({
      alpha: 5, beta: 1,
      proportion: [{ step: 1, loss: 6, proportion: 1 }, { step: 2, loss: 5, proportion: 1 }, { step: 3, loss: 3, proportion: 0.5 }, { step: 4, loss: 1, proportion: 0 }],
    });
  });

  it('says that the window does not fit a short run', async () => {
    const folder = temporaryFolder();
    await writeFile(join(folder, 'a.jsonl'), '{"step":1,"loss":2}\n{"step":2,"loss":1}\n');
    await expect(runTask(kind, run, { inputs: { losses: [join(folder, 'a.jsonl')] } })).rejects.toThrow('no step in the initial window 90-100');
  });

  it('refuses the losses of two runs', async () => {
    const folder = temporaryFolder();
    await writeFile(join(folder, 'a.jsonl'), '{"step":1,"loss":2}\n');
    const twice = [join(folder, 'a.jsonl'), join(folder, 'a.jsonl')];
    await expect(runTask(kind, run, { inputs: { losses: twice } })).rejects.toThrow('step 1 occurs twice');
  });

  it('names the line of a broken file', async () => {
    const folder = temporaryFolder();
    await writeFile(join(folder, 'a.jsonl'), '{"step":1,"loss":2}\n{"step":2}\n');
    await expect(runTask(kind, run, { inputs: { losses: [join(folder, 'a.jsonl')] } })).rejects.toThrow(/line 2.*loss/);
  });
});
